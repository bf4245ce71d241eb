"""Result files: what was measured, by which command, so that the book can quote it.

A result is a plain dictionary, written as JSON by ``audiocls evaluate`` and never by hand.

Functions
---------
measure : cross-validate a model on a data set, with several seeds
measure_transfer : train on one data set, test on another
write_json, read_json : to and from a file
percent, percent_interval : a share as people write it

Taught in chapter 13, Evaluation.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np

from audiocls.atomic import replacing
from audiocls.datasets.clips import Clips
from audiocls.learn.batches import borrow
from audiocls.learn.provenance import provenance
from audiocls.learn.recipes import RECIPES
from audiocls.measure import calibration, crossvalidation, evaluation
from audiocls.measure.baselines import BASELINES
from audiocls.measure.crossvalidation import HeldOut
from audiocls.waveform import check_option

__all__ = ["measure", "measure_transfer", "percent", "percent_interval", "read_json", "write_json"]

MODELS = RECIPES | BASELINES
Split = Literal["window", "clip", "source"]
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def measure(
    clips: Clips, model: str, *, by: Split = "source", n_folds: int = 5, seeds: int = 1, command: str = ""
) -> dict:
    """Cross-validate a model on a data set.

    Scores are softened by a temperature that is fitted, for each fold, to the other folds: nothing is chosen on the
    clips that it is reported for. Accuracies count each clip once, however long it is; ``pooled`` counts each window
    once. Intervals are bootstrapped over sources for the split by source. For the splits by clip and by window they are
    bootstrapped over clips, as if these were independent: clips of one session are not, so such an interval is too
    narrow, and that is part of what is wrong with these splits.

    Parameters
    ----------
    clips : Clips
    model : str, a key of `audiocls.learn.recipes.RECIPES` or `audiocls.measure.baselines.BASELINES`
    by : "source", "clip" or, for a network, "window": what stays on one side of a split
    n_folds : int >= 2
    seeds : int > 0, how many times to repeat with other folds and other random numbers
    command : str, what a reader can type to measure it again

    Returns
    -------
    result : dict of what the README of the folder ``results`` lists

    Raises
    ------
    ValueError
        If the model or the split is unknown, or the clips cannot be split so.

    Examples
    --------
    >>> from audiocls import datasets
    >>> result = measure(datasets.load("rendered", per_class=2), "majority", by="clip", n_folds=2)
    >>> result["clips"], result["clip_accuracy"]["mean"]
    (20, 0.1)

    Taught in chapter 13, Evaluation.
    """
    _check_model(model, seeds)
    check_option("by", by, Split)
    hold_out = _cross_validation(clips, model, by)
    runs = [hold_out(n_folds=n_folds, seed=seed) for seed in range(seeds)]
    groups = clips.sources if by == "source" else np.arange(len(clips))
    about = {"data": clips.name, "model": model, "split": by, "folds": n_folds, "seeds": seeds}
    return about | _summary(runs, clips, groups, _calibrated) | provenance(command)


def _cross_validation(clips, model, by) -> Callable[..., HeldOut]:
    """Return what holds out each fold in turn, given n_folds and seed."""
    if model in BASELINES:
        if by == "window":
            raise ValueError(f'a baseline looks at whole clips, got by="window" for {model!r}; use "clip" or "source"')
        return lambda **o: crossvalidation.cross_validate_baseline(clips, BASELINES[model], by=by, **o)
    recipe = RECIPES[model]
    if by == "window":
        return lambda **o: crossvalidation.cross_validate_windows(clips, recipe, **o)
    borrowed = borrow(recipe, clips)
    return lambda **o: crossvalidation.cross_validate(clips, recipe, by=by, borrowed=borrowed, **o)


def measure_transfer(clips: Clips, test: Clips, model: str, *, seeds: int = 1, command: str = "") -> dict:
    """Train on one data set and test on another, which has nothing in common with it but the classes.

    Intervals are bootstrapped over the sources of the test set. The scores are taken as they come, at temperature 1:
    nothing is fitted to the clips of the test.

    Parameters
    ----------
    clips : Clips, all of which are learnt from
    test : Clips of the same classes
    model : str, a key of `audiocls.learn.recipes.RECIPES`
    seeds : int > 0
    command : str, what a reader can type to measure it again

    Returns
    -------
    result : dict as `measure` returns, its split "transfer"

    Raises
    ------
    ValueError
        If the model is no network, or the sets have different classes.

    Examples
    --------
    >>> from audiocls import datasets
    >>> train, test = datasets.load("rendered", seed=1), datasets.load("freesound")  # doctest: +SKIP
    >>> measure_transfer(train, test, "cnn")["clips"]  # doctest: +SKIP
    300

    Taught in chapter 13, Evaluation.
    """
    _check_model(model, seeds)
    if model not in RECIPES:
        raise ValueError(f"model must be a network, one of {', '.join(RECIPES)}, got {model!r}")
    runs = [crossvalidation.transfer(clips, test, RECIPES[model], seed=seed) for seed in range(seeds)]
    about = {"data": f"{clips.name} on {test.name}", "model": model, "split": "transfer", "folds": 1, "seeds": seeds}
    return about | _summary(runs, test, test.sources, lambda found, _: (found.scores, 1.0)) | provenance(command)


def _check_model(model, seeds):
    if model not in MODELS:
        raise ValueError(f"model must be one of {', '.join(MODELS)}, got {model!r}")
    if seeds < 1:
        raise ValueError(f"seeds must be 1 or more, got {seeds}")


def _mean(values):
    values = np.array(list(values), dtype=float)
    return None if np.isnan(values).all() else round(float(np.nanmean(values)), 4)


def _accuracy(right, groups):
    """Mean over seeds and clips of `right` (seeds, n), with its interval over groups."""
    low, high = evaluation.bootstrap_interval(right.mean(axis=0), groups)
    interval, per_seed = [round(low, 4), round(high, 4)], [round(float(seed.mean()), 4) for seed in right]
    return {"mean": round(float(right.mean()), 4), "interval": interval, "per_seed": per_seed}


def _calibrated(found, targets):
    """Soften the scores of each fold by the temperature that fits the other folds; return it for all folds too."""
    softened = np.empty_like(found.scores)
    for k in np.unique(found.fold):
        other = found.fold != k
        clips, clip = np.unique(found.clip[other], return_inverse=True)
        scores, votes = found.scores[other], found.votes[other]
        temperature = calibration.best_temperature(scores, clip, targets[clips], votes=votes)
        softened[~other] = calibration.soften(found.scores[~other], temperature)
    return softened, calibration.best_temperature(found.scores, found.clip, targets, votes=found.votes)


def _summary(runs, clips, groups, calibrate):
    """What the predictions of each seed say, as plain values."""
    n, targets = len(clips), clips.targets
    heard, raw, scores, temperatures = [], [], [], []
    for found in runs:
        right = found.scores.argmax(axis=1) == targets[found.clip]
        heard.append((np.bincount(found.clip, weights=right, minlength=n), np.bincount(found.clip, minlength=n)))
        softened, temperature = calibrate(found, targets)
        temperatures.append(temperature)
        for kept, window_scores in ((raw, found.scores), (scores, softened)):
            kept.append(evaluation.clip_scores(window_scores, found.clip, n, weights=found.votes))
    clip_right = np.array([s.argmax(axis=1) == targets for s in scores], dtype=float)
    answers = {t: [calibration.answers(s, targets, t) for s in scores] for t in THRESHOLDS}
    recall = [clip_right[:, targets == k].mean() for k in np.unique(targets)]
    tested = [[np.unique(found.clip[found.fold == k]) for k in np.unique(found.fold)] for found in runs]
    per_fold = [[_mean(right[fold]) for fold in folds] for folds, right in zip(tested, clip_right, strict=True)]
    errors = [_mean(calibration.calibration_error(s, targets) for s in kept) for kept in (scores, raw)]
    return {
        "clips": n,
        "clip_accuracy": _accuracy(clip_right, groups),
        "per_fold": per_fold,
        "balanced_accuracy": _mean(recall),
        "window_accuracy": _accuracy(np.array([r / total for r, total in heard]), groups)
        | {"pooled": _mean(r.sum() / total.sum() for r, total in heard)},
        "confusion": sum(evaluation.confusion(s, targets) for s in scores).tolist(),
        "labels": list(clips.labels),
        "calibration_error": errors[0],
        "calibration_error_at_temperature_1": errors[1],
        "temperature": _mean(temperatures),
        "answers": [[t, *(_mean(each[k] for each in found) for k in (0, 1))] for t, found in answers.items()],
        "predictions": [s.argmax(axis=1).tolist() for s in scores],
        "scores": np.round(scores[0], 4).tolist(),
        "parameters": runs[0].parameters,
        "fit_seconds": [round(s, 1) for found in runs for s in found.fit_seconds],
    }


def write_json(path: str | Path, result: dict) -> None:
    """Write a result, whole or not at all: one line per key, and one per row where a value is a dictionary of rows.

    Parameters
    ----------
    path : str or Path
    result : dict

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "small.json")
    >>> write_json(path, {"clips": 300, "rows": {"svm": {"clips": 300}}})
    >>> print(path.read_text(), end="")
    {
      "clips": 300,
      "rows": {
        "svm": {"clips": 300}
      }
    }

    Taught in chapter 13, Evaluation.
    """
    lines = [f"  {json.dumps(key)}: {_json(value)}" for key, value in result.items()]
    with replacing(path) as part:
        part.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _json(value):
    if not (isinstance(value, dict) and value and all(isinstance(row, dict) for row in value.values())):
        return json.dumps(value)
    return "{\n" + ",\n".join(f"    {json.dumps(key)}: {json.dumps(row)}" for key, row in value.items()) + "\n  }"


def read_json(path: str | Path) -> dict:
    """Read a result file.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    result : dict

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "small.json")
    >>> write_json(path, {"clips": 300})
    >>> read_json(path)
    {'clips': 300}

    Taught in chapter 13, Evaluation.
    """
    return json.loads(Path(path).read_text(encoding="utf-8"))


def percent(share: float | None, digits: int = 1) -> str:
    """Write a share as a percentage, with a space that does not break.

    Parameters
    ----------
    share : float or None
    digits : int >= 0, after the point

    Returns
    -------
    text : str, empty for None

    Examples
    --------
    >>> percent(0.8933), percent(0.8933, 0), percent(None)
    ('89.3\\xa0%', '89\\xa0%', '')
    """
    return "" if share is None else f"{100 * share:.{digits}f}\u00a0%"


def percent_interval(mean: float, low: float, high: float) -> str:
    """Write a share and its interval as percentages.

    Parameters
    ----------
    mean, low, high : float

    Returns
    -------
    text : str

    Examples
    --------
    >>> percent_interval(0.8933, 0.8351, 0.94)
    '89.3\\xa0% (83.5 to 94.0)'
    """
    return f"{percent(mean)} ({100 * low:.1f} to {100 * high:.1f})"
