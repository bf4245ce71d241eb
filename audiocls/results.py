"""Result files: what was measured, by which command, so that the book can quote it.

A result is a plain dictionary, written as JSON by ``audiocls evaluate`` and never by hand.

Functions
---------
measure : cross-validate a model on a data set, with several seeds
write_json, read_json : to and from a file

Taught in chapter 13, Evaluation.
"""

import datetime
import json
from pathlib import Path

import numpy as np

from audiocls import evaluation
from audiocls.atomic import replacing
from audiocls.training import RECIPES, cross_validate, extra_clips, versions

SPLITS = ("window", "clip", "source")


def _summary(right, groups):
    """Mean over seeds and clips of `right` (seeds, n), with its interval over groups."""
    low, high = evaluation.bootstrap_interval(right.mean(axis=0), groups)
    return {
        "mean": round(float(right.mean()), 4),
        "interval": [round(low, 4), round(high, 4)],
        "per_seed": [round(float(seed.mean()), 4) for seed in right],
    }


def measure(clips, *, data, model, split="source", n_folds=5, seeds=1, command=""):
    """Cross-validate a model on a data set.

    Accuracies count each clip once, however long it is; ``pooled`` counts each window once. Intervals are bootstrapped
    over sources for the split by source. For the splits by clip and by window they are bootstrapped over clips, as if
    these were independent: clips of one session are not, so such an interval is too narrow, and that is part of what is
    wrong with these splits.

    Parameters
    ----------
    clips : Clips
    data : str, the data set's name
    model : str, a key of `audiocls.training.RECIPES`
    split : "source", "clip" or "window"
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

    Taught in chapter 13, Evaluation.
    """
    if model not in RECIPES:
        raise ValueError(f"model must be one of {', '.join(RECIPES)}, got {model!r}")
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}, got {split!r}")
    if seeds < 1:
        raise ValueError(f"seeds must be 1 or more, got {seeds}")
    recipe, n = RECIPES[model], len(clips)
    extra = extra_clips(recipe, clips)
    clip_right, window_right, scores, seconds = [], [], [], []
    for seed in range(seeds):
        found = cross_validate(clips, recipe, by=split, n_folds=n_folds, seed=seed, extra=extra)
        heard = found.scores.argmax(axis=1) == clips.targets[found.clip]
        scores.append(evaluation.clip_scores(found.scores, found.clip, n, weights=found.votes))
        clip_right.append(scores[-1].argmax(axis=1) == clips.targets)
        window_right.append((np.bincount(found.clip, weights=heard, minlength=n), np.bincount(found.clip, minlength=n)))
        seconds += found.fit_seconds
    groups = clips.sources if split == "source" else np.arange(n)
    shares = np.array([r / total for r, total in window_right])
    pooled = float(np.mean([r.sum() / total.sum() for r, total in window_right]))
    return {
        "command": command,
        "data": data,
        "model": model,
        "split": split,
        "folds": n_folds,
        "seeds": seeds,
        "clips": n,
        "clip_accuracy": _summary(np.array(clip_right, dtype=float), groups),
        "window_accuracy": _summary(shares, groups) | {"pooled": round(pooled, 4)},
        "confusion": sum(evaluation.confusion(s, clips.targets) for s in scores).tolist(),
        "labels": list(clips.labels),
        "calibration_error": round(float(np.mean([evaluation.calibration_error(s, clips.targets) for s in scores])), 4),
        "predictions": [s.argmax(axis=1).tolist() for s in scores],
        "scores": np.round(scores[0], 4).tolist(),
        "parameters": found.parameters,
        "fit_seconds": [round(s, 1) for s in seconds],
        "versions": versions(),
        "date": datetime.date.today().isoformat(),
    }


def write_json(path, result):
    """Write a result, whole or not at all; lists of plain values stay on one line.

    Parameters
    ----------
    path : str or Path
    result : dict

    Taught in chapter 13, Evaluation.
    """
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in result.items()]
    with replacing(path) as part:
        part.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def read_json(path):
    """Read a result file.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    result : dict

    Taught in chapter 13, Evaluation.
    """
    return json.loads(Path(path).read_text(encoding="utf-8"))
