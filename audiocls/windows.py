"""Windows: a network reads sounds of one length, so clips are cut, and the windows that sound vote.

Windows of a clip need not count alike. A loud one stands further out of the noise of the room, and the beginning of a
note, its attack, tells more of the instrument than what follows.

Conventions. A window is ``length`` samples; it may begin before the waveform or end after it, and is filled with zeros
there. Windows of one clip lie ``hop`` samples apart; the last one is the first that reaches the end.

How windows become the answer of a clip is one decision, a `Voting`: the recipe of a network holds it, the classifier
file stores it, and Python and the page follow it.

Functions: `window_starts`, `cut_windows`, `sounding`, `votes_by_clip`; class: `Voting`.

Taught in chapter 9, Data set.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["Voting", "cut_windows", "sounding", "votes_by_clip", "window_starts"]

QUIET_DB = 40.0  # a window so far below the clip's loudest has no vote
ATTACK_DB = 20.0  # the first window within so much of the loudest holds a good part of the attack


@dataclass(frozen=True)
class Voting:
    """How the windows of a clip become its answer.

    ``hop_seconds``, ``power`` and ``attack`` are decided before a network is trained. ``temperature`` and
    ``sure_from`` are results: ``audiocls calibrate`` writes them into a classifier file, after a measurement.

    Attributes
    ----------
    hop_seconds : float > 0, distance of the windows that are scored
    power : float >= 0, a window counts as its RMS to this power; 0: all windows that sound count alike
    attack : float > 0, the window that holds the attack counts so many times
    quiet_db, attack_db : float > 0, in decibels below the loudest window: where a window has no vote, and within which
        the first window is the one of the attack
    temperature : float > 0, by which the scores are flattened or sharpened, see `audiocls.measure.calibration.soften`
    sure_from : float in [0, 1], the lowest score of a clip that counts as an answer

    Raises
    ------
    ValueError
        If one of them is not a number in its range.

    Examples
    --------
    >>> Voting(hop_seconds=0.5, power=1.0, attack=10.0).votes([0.002, 0.08, 0.1, 0.0005])
    array([0.02, 8.  , 1.  , 0.  ])
    """

    hop_seconds: float
    power: float = 0.0
    attack: float = 1.0
    quiet_db: float = QUIET_DB
    attack_db: float = ATTACK_DB
    temperature: float = 1.0
    sure_from: float = 0.0

    def __post_init__(self):
        for name, value in vars(self).items():
            least = "0 or more" if name in ("power", "sure_from") else "positive"
            if not 0 <= value < np.inf or (value == 0 and least == "positive"):
                raise ValueError(f"{name} must be {least} and finite, got {value!r}; see `Voting`")
        if self.sure_from > 1:
            raise ValueError(f"sure_from must be in [0, 1], got {self.sure_from!r}; with 0 every clip gets an answer")

    def __str__(self):
        """Say in words what a window counts."""
        if (self.power, self.attack) == (0, 1):
            return "all windows that sound count alike"
        power, attack = f"{self.power:g}", f"{self.attack:g}"
        return f"a window counts as its RMS to the power of {power}; the one of the attack {attack} times as much"

    def votes(self, levels: ArrayLike) -> np.ndarray:
        """Say what each window counts for its clip.

        Windows that do not sound (`sounding`) have no vote. The loudest has one, the others as many as their RMS,
        relative to the loudest, raised to ``power``. The first window within ``attack_db`` of the loudest is the first
        that holds a good part of the attack, even if a quiet room is heard before it: its vote counts ``attack`` times.

        Parameters
        ----------
        levels : np.ndarray [shape=(m,), float >= 0], RMS of each window

        Returns
        -------
        votes : np.ndarray [shape=(m,), float >= 0]

        Examples
        --------
        >>> Voting(hop_seconds=0.5).votes([0.002, 0.08, 0.1, 0.0005])
        array([1., 1., 1., 0.])
        """
        levels = np.asarray(levels, dtype=np.float64)
        loudest = levels.max()
        relative = levels / loudest if loudest else np.ones(len(levels))
        counted = sounding(levels, quiet_db=self.quiet_db) * relative**self.power
        counted[sounding(levels, quiet_db=self.attack_db).argmax()] *= self.attack
        return counted


def window_starts(n: int, *, length: int, hop: int) -> np.ndarray:
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


def cut_windows(y: ArrayLike, starts: ArrayLike, *, length: int) -> np.ndarray:
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
        raise ValueError(f"y must be mono with shape (n,), n > 0, got {y.shape}; call waveform.to_mono(y) first")
    windows = np.zeros((len(starts), length), dtype=y.dtype)
    for window, start in zip(windows, starts, strict=True):
        piece = y[max(start, 0) : max(start + length, 0)]
        window[max(-start, 0) :][: len(piece)] = piece
    return windows


def sounding(levels: ArrayLike, *, quiet_db: float = QUIET_DB) -> np.ndarray:
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


def votes_by_clip(levels: ArrayLike, clip: ArrayLike, voting: Voting) -> np.ndarray:
    """Say what each window counts, where the windows of several clips stand in one array.

    Parameters
    ----------
    levels : np.ndarray [shape=(m,), float >= 0], RMS of each window
    clip : np.ndarray [shape=(m,), int], the clip that a window is from
    voting : Voting

    Returns
    -------
    votes : np.ndarray [shape=(m,), float >= 0]

    Examples
    --------
    >>> votes_by_clip([0.1, 0.0005, 0.0005], [0, 0, 1], Voting(hop_seconds=0.5))
    array([1., 0., 1.])
    """
    levels, clip = np.asarray(levels), np.asarray(clip)
    counted = np.empty(len(clip))
    for c in np.unique(clip):
        counted[clip == c] = voting.votes(levels[clip == c])
    return counted
