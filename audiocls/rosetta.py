"""What separates the MFCC of one library from those of another, measured switch by switch.

A switch can add a constant to a coefficient, multiply it, or change what it says. A classifier that standardises each
coefficient never notices the first two; the correlation of a coefficient before and after tells them from the third.

Function: `switch_effects`. The recipes that match whole libraries are on the page *MFCC Rosetta*.
"""

import numpy as np

from audiocls.conventions import convention_table, flip
from audiocls.mfcc import mfcc


def switch_effects(sounds, sr, **options):
    """Turn one switch after another from python_speech_features' side to librosa's, and compare the coefficients.

    Frames are compared by their number, all those that both sides have; the sizes stay those of the convention "psf".

    Parameters
    ----------
    sounds : sequence of np.ndarray [shape=(n,), float], n may differ
    sr : float > 0, in Hz
    **options
        Other choices that both sides share, such as ``n_mfcc=20``; see `conventions.Settings`.

    Returns
    -------
    rows : list of dict
        The rows of `conventions.convention_table`, each with "rms" and "largest" (change of a coefficient) and
        "correlation", np.ndarray [shape=(n_mfcc,)], of each coefficient before and after, over all frames.

    Raises
    ------
    ValueError
        If there is no sound, or as `mfcc.mfcc`.

    Examples
    --------
    >>> y = np.random.default_rng(0).standard_normal(16000)
    >>> rows = switch_effects([y], 16000)
    >>> [row["switch"] for row in rows if row["correlation"].min() > 0.9999]
    ['spectrum', 'norm', 'log', 'lifter']

    Taught in chapter 10, MFCC.
    """
    if len(sounds) == 0:
        raise ValueError("sounds must hold at least one waveform, got none")
    before = [mfcc(y, sr, **options) for y in sounds]
    rows = []
    for row in convention_table():
        after = [mfcc(y, sr, **(options | flip(row["switch"]))) for y in sounds]
        shared = [min(a.shape[1], b.shape[1]) for a, b in zip(before, after, strict=True)]
        old, new = (
            np.concatenate([x[:, :t] for x, t in zip(side, shared, strict=True)], axis=1) for side in (before, after)
        )
        change = new - old
        correlation = np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(old, new, strict=True)])
        effect = {"rms": float(np.sqrt(np.mean(change**2))), "largest": float(np.abs(change).max())}
        rows.append(row | effect | {"correlation": correlation})
    return rows
