"""How good is a classifier, how sure are we, and does it know when it is wrong?

Conventions. ``scores`` has shape ``(n, classes)``: probabilities of n clips (or windows). ``targets`` has shape
``(n,)``: indices of the true classes. Accuracies are fractions in [0, 1]; intervals are 95 % unless told otherwise.

Functions
---------
clip_scores : from window scores to clip scores
accuracy, confusion : what is right, and what is taken for what
wilson_interval, bootstrap_interval : how sure we are of an accuracy
paired_test : is one classifier better than another on the same clips?

Whether a score of 0.8 means right 8 times out of 10 is asked in `calibration`.

Taught in chapter 13, Evaluation.
"""

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["accuracy", "bootstrap_interval", "clip_scores", "confusion", "paired_test", "wilson_interval"]


def clip_scores(
    window_scores: ArrayLike, clip: ArrayLike, n_clips: int, *, weights: ArrayLike | None = None
) -> np.ndarray:
    """Average the scores of the windows of each clip.

    Parameters
    ----------
    window_scores : np.ndarray [shape=(m, classes), float]
    clip : np.ndarray [shape=(m,), int], the clip each window comes from, in 0 ... n_clips - 1
    n_clips : int > 0
    weights : np.ndarray [shape=(m,), float >= 0] or None, what each window counts (None: all alike)

    Returns
    -------
    scores : np.ndarray [shape=(n_clips, classes), float64]

    Raises
    ------
    ValueError
        If a clip has no window, or none that counts.

    Examples
    --------
    >>> clip_scores(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]), np.array([0, 0, 1]), 2)
    array([[0.5, 0.5],
           [0. , 1. ]])

    Taught in chapter 11, CNN.
    """
    window_scores, clip = np.asarray(window_scores, dtype=np.float64), np.asarray(clip)
    weights = np.ones(len(clip)) if weights is None else np.asarray(weights, dtype=np.float64)
    total = np.bincount(clip, weights=weights, minlength=n_clips)
    if not total.all():
        raise ValueError(f"every clip needs a window, got none for clip {np.flatnonzero(total == 0)[0]} of {n_clips}")
    columns = [np.bincount(clip, weights=weights * column, minlength=n_clips) for column in window_scores.T]
    return np.stack(columns, axis=1) / total[:, None]


def check_scores(scores: ArrayLike, targets: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and targets as arrays if they fit each other; ValueError if they do not."""
    scores, targets = np.asarray(scores), np.asarray(targets)
    if scores.ndim != 2 or targets.shape != scores.shape[:1] or not len(targets):
        raise ValueError(f"need scores (n, classes) and targets (n,), n > 0, got {scores.shape} and {targets.shape}")
    if targets.min() < 0 or targets.max() >= scores.shape[1]:
        raise ValueError(f"targets must be in 0 ... {scores.shape[1] - 1}, got {targets.min()} ... {targets.max()}")
    return scores, targets


def accuracy(scores: ArrayLike, targets: ArrayLike) -> float:
    """Return the fraction of rows whose highest score is the true class's.

    Parameters
    ----------
    scores : np.ndarray [shape=(n, classes), float]
    targets : np.ndarray [shape=(n,), int]

    Returns
    -------
    accuracy : float in [0, 1]

    Raises
    ------
    ValueError
        If the shapes do not fit, or a target is no class.

    Examples
    --------
    >>> accuracy(np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]), np.array([0, 1, 1]))
    0.6666666666666666

    Taught in chapter 13, Evaluation.
    """
    scores, targets = check_scores(scores, targets)
    return float(np.mean(scores.argmax(axis=1) == targets))


def confusion(scores: ArrayLike, targets: ArrayLike) -> np.ndarray:
    """Count what is taken for what.

    Parameters
    ----------
    scores : np.ndarray [shape=(n, classes), float]
    targets : np.ndarray [shape=(n,), int]

    Returns
    -------
    counts : np.ndarray [shape=(classes, classes), int], rows true, columns predicted

    Raises
    ------
    ValueError
        If the shapes do not fit, or a target is no class.

    Examples
    --------
    >>> confusion(np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]), np.array([0, 1, 1]))
    array([[1, 0],
           [1, 1]])

    Taught in chapter 13, Evaluation.
    """
    scores, targets = check_scores(scores, targets)
    counts = np.zeros((scores.shape[1],) * 2, dtype=int)
    np.add.at(counts, (targets, scores.argmax(axis=1)), 1)
    return counts


def wilson_interval(correct: float, n: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Wilson score interval of a proportion.

    Unlike mean +/- 1.96 standard errors it stays inside [0, 1] and holds its level near 0 and 1. It takes the n answers
    for independent: clips of one recording session are not, see `bootstrap_interval`.

    Parameters
    ----------
    correct : float in [0, n], how many are right
    n : int > 0
    confidence : float in (0, 1)

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        If correct is not in [0, n], n is not positive, or confidence is not in (0, 1).

    Examples
    --------
    >>> low, high = wilson_interval(8, 10)
    >>> round(low, 3), round(high, 3)
    (0.49, 0.943)

    Taught in chapter 13, Evaluation. Source: Wilson, Probable inference, 1927, doi:10.1080/01621459.1927.10502953.
    """
    if not (n > 0 and 0 <= correct <= n and 0 < confidence < 1):
        raise ValueError(f"need 0 <= correct <= n > 0 and 0 < confidence < 1, got {correct}, {n} and {confidence}")
    from scipy.stats import norm

    z = norm.ppf(0.5 + confidence / 2)
    p = correct / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return float(max(centre - half, 0.0)), float(min(centre + half, 1.0))


def bootstrap_interval(
    values: ArrayLike, groups: ArrayLike | None = None, *,
    confidence: float = 0.95, n_resamples: int = 10_000, seed: int = 0,
) -> tuple[float, float]:  # fmt: skip
    """Return the percentile bootstrap interval of a mean, drawing whole groups.

    Parameters
    ----------
    values : np.ndarray [shape=(n,), float], for example 1 where a clip is classified correctly, else 0
    groups : np.ndarray [shape=(n,)] or None
        What was drawn independently, for example the recording session; None: each value by itself.
    confidence : float in (0, 1)
    n_resamples : int > 0
    seed : int

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        If values is empty or groups has another shape.

    Examples
    --------
    >>> alone = bootstrap_interval(np.tile([0.0, 1.0], 50))
    >>> in_two_groups = bootstrap_interval(np.tile([0.0, 1.0], 50), np.tile([0, 1], 50))
    >>> [round(x, 2) for x in (*alone, *in_two_groups)]
    [0.4, 0.6, 0.0, 1.0]

    Taught in chapter 13, Evaluation. Source: Efron and Tibshirani, An introduction to the bootstrap, 1993, chapter 13.
    """
    values = np.asarray(values, dtype=np.float64)
    groups = np.arange(len(values)) if groups is None else np.asarray(groups)
    if values.ndim != 1 or not len(values) or groups.shape != values.shape:
        raise ValueError(f"values and groups must have one shape (n,), n > 0, got {values.shape} and {groups.shape}")
    _, index = np.unique(groups, return_inverse=True)
    sums, sizes = np.bincount(index, weights=values), np.bincount(index)
    drawn = np.random.default_rng(seed).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=n_resamples)
    tail = (1 - confidence) / 2
    low, high = np.quantile((drawn @ sums) / (drawn @ sizes), [tail, 1 - tail])
    return float(low), float(high)


def paired_test(correct_a: ArrayLike, correct_b: ArrayLike) -> float:
    """Return the p-value of the exact McNemar test: is one classifier better on the same clips?

    Only the clips on which the two disagree say anything. If both were equally good, each disagreement would be a toss
    of a coin.

    Parameters
    ----------
    correct_a, correct_b : np.ndarray [shape=(n,), bool]

    Returns
    -------
    p : float in (0, 1], two-sided

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> a = np.array([True] * 9 + [False])
    >>> round(paired_test(a, ~a), 4)
    0.0215

    Taught in chapter 12, RNN. Source: McNemar, Psychometrika 12, 1947, doi:10.1007/BF02295996.
    """
    a, b = np.asarray(correct_a, dtype=bool), np.asarray(correct_b, dtype=bool)
    if a.shape != b.shape:
        raise ValueError(f"both must answer the same clips, got shapes {a.shape} and {b.shape}")
    only_a, only_b = int(np.sum(a & ~b)), int(np.sum(b & ~a))
    if only_a + only_b == 0:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(only_a, only_a + only_b).pvalue)
