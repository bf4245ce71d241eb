"""Windows: a network reads sounds of one length, so clips are cut, and the windows that sound vote.

Windows of a clip need not count alike. A loud one stands further out of the noise of the room, and the beginning of a
note, its attack, tells more of the instrument than what follows.

Conventions. A window is ``length`` samples; it may begin before the waveform or end after it, and is filled with zeros
there. Windows of one clip lie ``hop`` samples apart; the last one is the first that reaches the end.

Functions: `window_starts`, `cut_windows`, `sounding`, `votes`.

Taught in chapter 9, Data set.
"""

import numpy as np

QUIET_DB = 40.0
ATTACK_DB = 20.0


def window_starts(n, *, length, hop):
    """Return where the windows of a waveform begin: every hop samples until one reaches the end.

    Parameters
    ----------
    n : int > 0, samples of the waveform
    length, hop : int > 0, in samples

    Returns
    -------
    starts : np.ndarray [shape=(m,), int], m = 1 + max(0, ceil((n - length) / hop))

    Raises
    ------
    ValueError
        If a number is not positive.

    Examples
    --------
    >>> window_starts(50_000, length=32_000, hop=16_000)
    array([    0, 16000, 32000])

    Taught in chapter 9, Data set.
    """
    if min(n, length, hop) < 1:
        raise ValueError(f"n, length and hop must be positive, got n={n}, length={length}, hop={hop}")
    return np.arange(1 + max(0, -(-(n - length) // hop))) * hop


def cut_windows(y, starts, *, length):
    """Cut windows out of a waveform; zeros stand where it is not.

    Parameters
    ----------
    y : np.ndarray [shape=(n,), float]
    starts : np.ndarray [shape=(m,), int], first sample of each window; may be negative
    length : int > 0, in samples

    Returns
    -------
    windows : np.ndarray [shape=(m, length), dtype of y]

    Raises
    ------
    ValueError
        If y is not 1-D or empty.

    Examples
    --------
    >>> cut_windows(np.array([1.0, 2.0, 3.0]), [0, 2, -1], length=2)
    array([[1., 2.],
           [3., 0.],
           [0., 1.]])

    Taught in chapter 9, Data set.
    """
    y, starts = np.asarray(y), np.asarray(starts, dtype=np.int64)
    if y.ndim != 1 or not len(y):
        raise ValueError(f"y must be mono with shape (n,), n > 0, got {y.shape}; call audio.to_mono(y) first")
    windows = np.zeros((len(starts), length), dtype=y.dtype)
    for window, start in zip(windows, starts, strict=True):
        piece = y[max(start, 0) : max(start + length, 0)]
        window[max(-start, 0) :][: len(piece)] = piece
    return windows


def sounding(levels, *, quiet_db=QUIET_DB):
    """Say which windows vote: those within quiet_db decibels of the clip's loudest.

    Parameters
    ----------
    levels : np.ndarray [shape=(m,), float >= 0], RMS of each window
    quiet_db : float > 0, in decibels below the loudest window

    Returns
    -------
    votes : np.ndarray [shape=(m,), bool]; all true where every window is silent

    Examples
    --------
    >>> sounding(np.array([0.1, 0.002, 0.0005, 0.0]))
    array([ True,  True, False, False])

    Taught in chapter 11, CNN.
    """
    levels = np.asarray(levels)
    return levels >= levels.max() * 10 ** (-quiet_db / 20)


def votes(levels, *, power=0.0, attack=1.0):
    """Say what each window counts for its clip.

    Windows that do not sound (`sounding`) have no vote, the loudest has one, the others as many as their RMS, relative
    to the loudest, raised to ``power``. The first window within 20 dB of the loudest is the first that holds a good
    part of the attack, even if a quiet room is heard before it: its vote counts ``attack`` times.

    Parameters
    ----------
    levels : np.ndarray [shape=(m,), float >= 0], RMS of each window
    power : float >= 0; 0: all windows that sound count alike
    attack : float > 0

    Returns
    -------
    votes : np.ndarray [shape=(m,), float >= 0]

    Raises
    ------
    ValueError
        If power is negative or attack not positive, or one of them not finite.

    Examples
    --------
    >>> votes(np.array([0.002, 0.08, 0.1, 0.0005]))
    array([1., 1., 1., 0.])
    >>> votes(np.array([0.002, 0.08, 0.1, 0.0005]), power=1, attack=10)
    array([0.02, 8.  , 1.  , 0.  ])

    Taught in chapter 11, CNN.
    """
    if not (0 <= power < np.inf and 0 < attack < np.inf):
        raise ValueError(f"power must be 0 or more, attack positive, got power={power}, attack={attack}; use 0 and 1")
    levels = np.asarray(levels, dtype=np.float64)
    loudest = levels.max()
    counted = sounding(levels) * (levels / loudest if loudest else np.ones(len(levels))) ** power
    counted[sounding(levels, quiet_db=ATTACK_DB).argmax()] *= attack
    return counted
