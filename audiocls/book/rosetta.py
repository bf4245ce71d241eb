"""What separates the MFCC of one library from those of another, measured switch by switch.

A switch can add a constant to a coefficient, multiply it, or change what it says. A classifier that standardises each
coefficient never notices the first two; the correlation of a coefficient before and after tells them from the third.

Functions: `convention_table`, `flip`, `switch_effects`. The recipes that match whole libraries are on the page
*MFCC Rosetta*.
"""

import csv
from collections.abc import Sequence
from importlib import resources
from typing import Unpack, cast

import numpy as np
from numpy.typing import ArrayLike

from audiocls.conventions import LIBROSA, PSF, Options
from audiocls.mfcc import mfcc

__all__ = ["convention_table", "flip", "switch_effects"]

_TEXT = (resources.files(__package__) / "switches.csv").read_text(encoding="utf-8")
_SWITCHES = {row["switch"]: row["changes"] for row in csv.DictReader(_TEXT.splitlines())}


def flip(switch: str) -> Options:
    """Name the options that turn one of the ten switches from python_speech_features' side to librosa's.

    Parameters
    ----------
    switch : str, a "switch" of `convention_table`

    Returns
    -------
    options : dict, to pass to `mfcc.mfcc`; the switch of the logarithm takes its floor and its ceiling along

    Raises
    ------
    ValueError
        If there is no such switch.

    Examples
    --------
    >>> flip("window")
    {'window': 'hann'}
    >>> flip("log")
    {'log': 'db', 'floor': 1e-10, 'top_db': 80.0}

    Taught in chapter 10, MFCC. Source: librosa 0.11, feature.mfcc.
    """
    if switch not in _SWITCHES:
        raise ValueError(f"switch must be one of {', '.join(_SWITCHES)}, got {switch!r}")
    names = ("log", "floor", "top_db") if switch == "log" else (switch,)
    return cast(Options, {name: value for name, value in LIBROSA.items() if name in names})


def convention_table() -> list[dict[str, str]]:
    """List the ten switches, what each library chooses and what the choice changes.

    Returns
    -------
    rows : list of dict with the keys "switch", "psf", "librosa" and "changes"

    Examples
    --------
    >>> [(row["switch"], row["psf"], row["librosa"]) for row in convention_table()][:3]
    [('pre_emphasis', '0.97', '0.0'), ('framing', 'pad_end', 'center'), ('window', 'boxcar', 'hann')]

    Taught in chapter 10, MFCC. Source: python_speech_features 0.6, mfcc; librosa 0.11, feature.mfcc.
    """

    def describe(switch, values):
        if switch != "log":
            return str(values[switch])
        floor = "zeros become 2.2e-16" if values["floor"] == 0 else f"floor {values['floor']:g}"
        return f"{values['log']}, {floor}, top_db {values['top_db']}"

    sides = {"psf": PSF, "librosa": LIBROSA}
    said = {switch: {name: describe(switch, values) for name, values in sides.items()} for switch in _SWITCHES}
    return [{"switch": switch, **said[switch], "changes": changes} for switch, changes in _SWITCHES.items()]


def switch_effects(sounds: Sequence[ArrayLike], sr: float, **options: Unpack[Options]) -> list[dict]:
    """Turn one switch after another from python_speech_features' side to librosa's, and compare the coefficients.

    Frames are compared by their number, all those that both sides have; the sizes stay those of the convention "psf".

    Parameters
    ----------
    sounds : sequence of np.ndarray [shape=(n,), float], n may differ
    sr : float > 0, in Hz
    **options
        Other choices that both sides share, such as ``n_mfcc=20``; see `conventions.Options`.

    Returns
    -------
    rows : list of dict
        The rows of `convention_table`, each with "rms" and "largest" (change of a coefficient) and
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
