"""Result files: what was measured, by which command, so that the book can quote it.

A result is a plain dictionary, written as JSON by ``audiocls evaluate`` and never by hand.

Functions
---------
measure : cross-validate a model on a data set, with several seeds
measure_transfer : train on one data set, test on another
write_json, read_json : to and from a file

Taught in chapter 13, Evaluation.
"""

import datetime
import json
from pathlib import Path

import numpy as np

from audiocls.atomic import replacing
from audiocls.learn import training
from audiocls.learn.training import RECIPES
from audiocls.measure import baselines, calibration, crossvalidation, evaluation
from audiocls.measure.baselines import BASELINES

MODELS = (*RECIPES, *BASELINES)
SPLITS = ("window", "clip", "source")
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def measure(clips, *, data, model, split="source", n_folds=5, seeds=1, command=""):
    """Cross-validate a model on a data set.

    Scores are softened by a temperature that is fitted, for each fold, to the other folds: nothing is chosen on the
    clips that it is reported for. Accuracies count each clip once, however long it is; ``pooled`` counts each window
    once. Intervals are bootstrapped over sources for the split by source. For the splits by clip and by window they are
    bootstrapped over clips, as if these were independent: clips of one session are not, so such an interval is too
    narrow, and that is part of what is wrong with these splits.

    Parameters
    ----------
    clips : Clips
    data : str, the data set's name
    model : str, a key of `audiocls.learn.training.RECIPES` or `audiocls.measure.baselines.BASELINES`
    split : "source", "clip" or, for a network, "window"
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
    >>> clips = datasets.load("rendered", per_class=2)
    >>> result = measure(clips, data="rendered", model="majority", split="clip", n_folds=2)
    >>> result["clips"], result["clip_accuracy"]["mean"]
    (20, 0.1)

    Taught in chapter 13, Evaluation.
    """
    _check_model(model, seeds)
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}, got {split!r}")
    if model in BASELINES:
        cross_validate, options = baselines.cross_validate, {}
    else:
        cross_validate, options = crossvalidation.cross_validate, {"borrowed": training.borrow(RECIPES[model], clips)}
    method = (BASELINES | RECIPES)[model]
    runs = [cross_validate(clips, method, by=split, n_folds=n_folds, seed=seed, **options) for seed in range(seeds)]
    groups = clips.sources if split == "source" else np.arange(len(clips))
    about = {"command": command, "data": data, "model": model, "split": split, "folds": n_folds, "seeds": seeds}
    return about | _summary(runs, clips, groups, _calibrated)


def measure_transfer(clips, test, *, data, model, seeds=1, command=""):
    """Train on one data set and test on another, which has nothing in common with it but the classes.

    Scores are softened by the recipe's temperature. Intervals are bootstrapped over the sources of the test set.

    Parameters
    ----------
    clips : Clips, all of which are learnt from
    test : Clips of the same classes
    data : str, the names of the two sets
    model : str, a key of `audiocls.learn.training.RECIPES`
    seeds : int > 0
    command : str

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
    >>> measure_transfer(train, test, data="rendered on freesound", model="cnn")["clips"]  # doctest: +SKIP
    300

    Taught in chapter 13, Evaluation.
    """
    _check_model(model, seeds)
    if model not in RECIPES:
        raise ValueError(f"model must be a network, one of {', '.join(RECIPES)}, got {model!r}")
    recipe = RECIPES[model]
    runs = [crossvalidation.transfer(clips, test, recipe, seed=seed) for seed in range(seeds)]

    def by_recipe(found, _):
        return calibration.soften(found.scores, recipe.temperature), recipe.temperature

    about = {"command": command, "data": data, "model": model, "split": "transfer", "folds": 1, "seeds": seeds}
    return about | _summary(runs, test, test.sources, by_recipe)


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
    return {
        "mean": round(float(right.mean()), 4),
        "interval": [round(low, 4), round(high, 4)],
        "per_seed": [round(float(seed.mean()), 4) for seed in right],
    }


def _calibrated(found, targets):
    """Soften the scores of each fold by the temperature that fits the other folds; return it for all folds too."""
    softened = np.empty_like(found.scores)
    for k in np.unique(found.fold):
        other = found.fold != k
        clips, clip = np.unique(found.clip[other], return_inverse=True)
        options = {"votes": found.votes[other]}
        temperature = calibration.best_temperature(found.scores[other], clip, targets[clips], **options)
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
    per_fold = [
        [_mean(right[np.unique(found.clip[found.fold == k])]) for k in np.unique(found.fold)]
        for found, right in zip(runs, clip_right, strict=True)
    ]
    return {
        "clips": n,
        "clip_accuracy": _accuracy(clip_right, groups),
        "per_fold": per_fold,
        "balanced_accuracy": _mean(recall),
        "window_accuracy": _accuracy(np.array([r / total for r, total in heard]), groups)
        | {"pooled": _mean(r.sum() / total.sum() for r, total in heard)},
        "confusion": sum(evaluation.confusion(s, targets) for s in scores).tolist(),
        "labels": list(clips.labels),
        "calibration_error": _mean(calibration.calibration_error(s, targets) for s in scores),
        "calibration_error_at_temperature_1": _mean(calibration.calibration_error(s, targets) for s in raw),
        "temperature": _mean(temperatures),
        "answers": [[t, *(_mean(each[k] for each in found) for k in (0, 1))] for t, found in answers.items()],
        "predictions": [s.argmax(axis=1).tolist() for s in scores],
        "scores": np.round(scores[0], 4).tolist(),
        "parameters": runs[0].parameters,
        "fit_seconds": [round(s, 1) for found in runs for s in found.fit_seconds],
        "versions": training.versions(),
        "date": datetime.date.today().isoformat(),
    }


def write_json(path, result):
    """Write a result, whole or not at all: one line a key, and one a row where a value is a dictionary of rows.

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


def read_json(path):
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
