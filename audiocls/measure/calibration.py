"""Calibration: does a score of 0.8 mean right 8 times out of 10, and when should a classifier say that it is not sure?

Conventions as in `evaluation`: scores have shape ``(n, classes)`` and are probabilities.

Functions
---------
reliability, calibration_error : how sure the classifier says it is, against how often it is right
soften : the same scores, more or less sure of themselves, by one number, the temperature
best_temperature : the temperature at which the scores of known clips are most probable
answers : how many clips get an answer, and how many answers are right, when low scores count as "not sure"

Taught in chapter 13, Evaluation.
"""

import numpy as np

from audiocls.measure.evaluation import check_scores, clip_scores


def reliability(scores, targets, *, n_bins=10):
    """Compare how sure the classifier says it is with how often it is right.

    Parameters
    ----------
    scores : np.ndarray [shape=(n, classes), float]
    targets : np.ndarray [shape=(n,), int]
    n_bins : int > 0, equal bins of the highest score in [0, 1]

    Returns
    -------
    confidence, fraction_right : np.ndarray [shape=(n_bins,), float], NaN where a bin is empty
    count : np.ndarray [shape=(n_bins,), int]

    Raises
    ------
    ValueError
        If the shapes do not fit, or a target is no class.

    Examples
    --------
    >>> scores = np.array([[0.9, 0.1], [0.9, 0.1], [0.45, 0.55], [0.55, 0.45]])
    >>> confidence, right, count = reliability(scores, np.array([0, 0, 0, 0]), n_bins=2)
    >>> count
    array([0, 4])
    >>> float(right[1])
    0.75

    Taught in chapter 13, Evaluation. Source: Guo and others, On calibration of modern neural networks, 2017.
    """
    scores, targets = check_scores(scores, targets)
    top, right = scores.max(axis=1), scores.argmax(axis=1) == targets
    bins = np.minimum((top * n_bins).astype(int), n_bins - 1)
    count = np.bincount(bins, minlength=n_bins)
    with np.errstate(invalid="ignore"):
        confidence = np.bincount(bins, weights=top, minlength=n_bins) / count
        fraction_right = np.bincount(bins, weights=right, minlength=n_bins) / count
    return confidence, fraction_right, count


def calibration_error(scores, targets, *, n_bins=10):
    """Return the expected calibration error: the mean gap between confidence and accuracy over the bins.

    Parameters
    ----------
    scores : np.ndarray [shape=(n, classes), float]
    targets : np.ndarray [shape=(n,), int]
    n_bins : int > 0

    Returns
    -------
    error : float in [0, 1]; 0 is perfect

    Raises
    ------
    ValueError
        If the shapes do not fit, or a target is no class.

    Examples
    --------
    >>> round(calibration_error(np.array([[0.8, 0.2]] * 5), np.array([0, 0, 0, 0, 1])), 3)
    0.0

    Taught in chapter 13, Evaluation. Source: Guo and others, On calibration of modern neural networks, 2017.
    """
    confidence, fraction_right, count = reliability(scores, targets, n_bins=n_bins)
    return float(np.nansum(count * np.abs(confidence - fraction_right)) / count.sum())


def soften(scores, temperature):
    """Divide the logarithms of the scores by a temperature, and make them add up to 1 again.

    Above 1 the scores move towards each other, below 1 apart; their order stays.

    Parameters
    ----------
    scores : np.ndarray [shape=(..., classes), float in [0, 1]]
    temperature : float > 0

    Returns
    -------
    softened : np.ndarray [shape as scores, float]

    Raises
    ------
    ValueError
        If the temperature is not positive.

    Examples
    --------
    >>> soften(np.array([0.8, 0.2]), 2.0).round(3)
    array([0.667, 0.333])

    Taught in chapter 13, Evaluation. Source: Guo and others, On calibration of modern neural networks, 2017.
    """
    if not temperature > 0:
        raise ValueError(f"temperature must be positive, got {temperature}; 1 changes nothing")
    from scipy.special import softmax

    return softmax(np.log(np.maximum(scores, 1e-12)) / temperature, axis=-1)


def best_temperature(window_scores, clip, targets, *, votes=None):
    """Find the temperature of windows at which the clips' true classes are most probable.

    Parameters
    ----------
    window_scores : np.ndarray [shape=(m, classes), float]
    clip : np.ndarray [shape=(m,), int], the clip each window comes from, in 0 ... n - 1
    targets : np.ndarray [shape=(n,), int], of clips that the classifier has not learnt from
    votes : np.ndarray [shape=(m,), float >= 0] or None, what each window counts (None: all alike)

    Returns
    -------
    temperature : float between 0.2 and 5

    Examples
    --------
    >>> too_sure = np.array([[0.99, 0.01]] * 4)
    >>> round(best_temperature(too_sure, np.arange(4), np.array([0, 0, 0, 1])), 2)
    4.18

    Taught in chapter 13, Evaluation. Source: as `soften`.
    """
    from scipy.optimize import minimize_scalar

    targets = np.asarray(targets)

    def surprise(log_temperature):
        scores = clip_scores(soften(window_scores, np.exp(log_temperature)), clip, len(targets), weights=votes)
        return -np.log(np.maximum(scores[np.arange(len(targets)), targets], 1e-12)).mean()

    return float(np.exp(minimize_scalar(surprise, bounds=(np.log(0.2), np.log(5.0)), method="bounded").x))


def answers(scores, targets, sure_from):
    """Count what becomes of the answers when a score below a threshold counts as "not sure".

    Parameters
    ----------
    scores : np.ndarray [shape=(n, classes), float]
    targets : np.ndarray [shape=(n,), int]
    sure_from : float in [0, 1], the lowest score that is an answer

    Returns
    -------
    answered : float in [0, 1], share of the rows that get an answer
    right : float in [0, 1], share of the answers that are right; NaN without any

    Raises
    ------
    ValueError
        If the shapes do not fit, or a target is no class.

    Examples
    --------
    >>> scores = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    >>> answers(scores, np.array([0, 1, 1]), 0.7)
    (0.6666666666666666, 1.0)

    Taught in chapter 13, Evaluation. Source: Chow, On optimum recognition error and reject tradeoff, 1970,
    doi:10.1109/TIT.1970.1054406.
    """
    scores, targets = check_scores(scores, targets)
    sure = scores.max(axis=1) >= sure_from
    right = (scores.argmax(axis=1) == targets)[sure]
    return float(sure.mean()), float(right.mean()) if len(right) else float("nan")
