"""Calibration: does a score of 0.8 mean right 8 times out of 10, and when should a classifier say that it is not sure?

Conventions as in `evaluation`: scores have shape ``(n, classes)`` and are probabilities.

Functions
---------
reliability, calibration_error : how sure the classifier says it is, against how often it is right
soften : the same scores, more or less sure of themselves, by one number, the temperature
best_temperature : the temperature at which the scores of known clips are most probable
answers : how many clips get an answer, and how many answers are right, when low scores count as "not sure"
best_threshold : from which score on to answer, when a wrong answer costs more than a right one gains
calibrate_by : write temperature and threshold of a result into a classifier file

Taught in chapter 13, Evaluation.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from audiocls.measure.evaluation import check_scores, clip_scores
from audiocls.windows import Voting

__all__ = ["answers", "best_temperature", "best_threshold", "calibrate_by", "calibration_error"]
__all__ += ["reliability", "soften"]


def reliability(scores: ArrayLike, targets: ArrayLike, *, n_bins: int = 10) -> tuple[np.ndarray, ...]:
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


def calibration_error(scores: ArrayLike, targets: ArrayLike, *, n_bins: int = 10) -> float:
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


def soften(scores: ArrayLike, temperature: float) -> np.ndarray:
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


def best_temperature(
    window_scores: ArrayLike, clip: ArrayLike, targets: ArrayLike, *, votes: ArrayLike | None = None
) -> float:
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


def answers(scores: ArrayLike, targets: ArrayLike, sure_from: float) -> tuple[float, float]:
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


def best_threshold(answers: Sequence[Sequence[float]], *, wrong_costs: float = 1.5) -> float:
    """Choose from which score on a classifier should answer.

    A right answer gains 1, "not sure" gains 0, and a wrong answer costs ``wrong_costs``. Of the thresholds that were
    measured, the one with the largest gain is chosen. Where scores are true probabilities, Chow's rule names it
    without a measurement: wrong_costs / (1 + wrong_costs), so 1.5 stands for a threshold of 0.6.

    Parameters
    ----------
    answers : rows (threshold, share answered, share of the answers that is right), as in a result file
    wrong_costs : float >= 0, in right answers

    Returns
    -------
    threshold : float, the lowest of the best

    Raises
    ------
    ValueError
        If there is no row, or wrong_costs is negative.

    Examples
    --------
    >>> best_threshold([[0.5, 1.0, 0.8], [0.6, 0.9, 0.87], [0.9, 0.4, 0.95]])
    0.6

    Source: Chow, On optimum recognition error and reject tradeoff, 1970,
    doi:10.1109/TIT.1970.1054406.
    """
    if not len(answers) or not wrong_costs >= 0:
        raise ValueError(f"answers must have a row and wrong_costs be 0 or more, got {answers} and {wrong_costs}")

    def gain(row):
        _, answered, right = row
        return answered * (right - wrong_costs * (1 - right)) if answered else 0.0

    return max(sorted(answers, key=lambda row: row[0]), key=gain)[0]


def calibrate_by(path: str | Path, result: dict, *, wrong_costs: float = 1.5, command: str = "") -> Voting:
    """Write into a classifier file what was measured for its recipe: temperature and threshold.

    Parameters
    ----------
    path : str or Path of a classifier file
    result : dict, a result file of the same model and data, cross-validated by source or by clip
    wrong_costs : float >= 0, see `best_threshold`
    command : str, what a reader can type to do it again; it is kept in the file

    Returns
    -------
    voting : Voting, what the file says now

    Raises
    ------
    ValueError
        If the result is of another model, data set or kind of split, or the file cannot be calibrated.

    Examples
    --------
    >>> import shutil, tempfile
    >>> from audiocls.classifier import PRETRAINED
    >>> from audiocls.measure.results import read_json
    >>> path = shutil.copy(PRETRAINED / "cnn.onnx", tempfile.mkdtemp())
    >>> calibrate_by(path, read_json("results/freesound-cnn-source.json")).sure_from  # doctest: +SKIP
    0.6
    """
    from audiocls.classifier import Classifier
    from audiocls.learn.export import calibrate

    facts = Classifier(path).facts
    theirs, own = ((about.get("model"), about.get("data")) for about in (result, facts))
    if theirs != own:
        raise ValueError(f"{path} is {own[0]} on {own[1]}, got a result of {theirs[0]} on {theirs[1]}; evaluate it")
    if result.get("split") not in ("source", "clip") or not result.get("temperature") or not result.get("answers"):
        rule = "the result must be cross-validated by source or clip and have a temperature"
        raise ValueError(f"{rule}, got split {result.get('split')!r}; make it with audiocls evaluate --split source")
    sure_from = best_threshold(result["answers"], wrong_costs=wrong_costs)
    facts = {"calibrated_by": command or result["command"], "wrong_costs": wrong_costs}
    temperature = round(result["temperature"], 2)  # some hundred clips do not tell the third digit
    return calibrate(path, temperature=temperature, sure_from=sure_from, facts=facts)
