"""Cross-validation: everything is scored by something that has not learnt from it.

Clips are split into folds. For each fold, a network or a baseline learns from the clips of the other folds, and scores
those of its own. What stays on one side of a split is a choice: ``by="source"`` keeps all clips of a recording session
together, ``by="clip"`` all windows of a clip, and `cross_validate_windows` nothing: that is the mistake of the report,
kept to be measured.

Functions
---------
cross_validate, cross_validate_windows : a network, split by source or clip, or by window
cross_validate_baseline : a baseline
transfer : a network that has learnt from one data set, on another

Taught in chapter 13, Evaluation.
"""

import time
from dataclasses import dataclass

import numpy as np

from audiocls.datasets import folds, libraries
from audiocls.datasets.clips import Clips
from audiocls.learn import training
from audiocls.learn.batches import Examples, draw_once, prepare, scored_windows, waveform, why_not_borrow
from audiocls.learn.recipes import RECIPES, Recipe
from audiocls.measure import baselines
from audiocls.measure.baselines import Baseline
from audiocls.windows import votes_by_clip

__all__ = ["HeldOut", "cross_validate", "cross_validate_baseline", "cross_validate_windows", "transfer"]


@dataclass(frozen=True)
class HeldOut:
    """Scores of windows that were not learnt from, fold by fold.

    Attributes
    ----------
    scores : np.ndarray [shape=(m, classes), float32], of each window
    clip : np.ndarray [shape=(m,), int], the clip a window is from
    votes : np.ndarray [shape=(m,), float >= 0], what the window counts for its clip
    fold : np.ndarray [shape=(m,), int], the fold it was left out of
    parameters : int, weights of the network; 0 for a baseline
    fit_seconds : tuple of float, one per fold
    """

    scores: np.ndarray
    clip: np.ndarray
    votes: np.ndarray
    fold: np.ndarray
    parameters: int
    fit_seconds: tuple[float, ...]


def cross_validate(
    clips: Clips, recipe: Recipe, *,
    by: str = "source", n_folds: int = 5, seed: int = 0, borrowed: Examples | None = None,
) -> HeldOut:  # fmt: skip
    """Score every clip with a network that has not been trained on it.

    A bar on stderr shows the epochs, where stderr is a terminal.

    Parameters
    ----------
    clips : Clips
    recipe : Recipe
    by : "source" or "clip", what stays on one side of a split
    n_folds : int >= 2
    seed : int, of the folds and of the training
    borrowed : Examples or None, from `audiocls.learn.batches.borrow`: more to learn from in every fold, never scored

    Returns
    -------
    held_out : HeldOut

    Raises
    ------
    ValueError
        If by is unknown, or the clips cannot be split so.

    Examples
    --------
    >>> import dataclasses
    >>> from audiocls import datasets
    >>> clips = datasets.load("rendered", per_class=2)
    >>> quick = dataclasses.replace(RECIPES["cnn"], steps=2, epochs=1)
    >>> found = cross_validate(clips, quick, by="clip", n_folds=2)
    >>> np.unique(found.clip).size, np.unique(found.fold).tolist()
    (20, [0, 1])

    Taught in chapter 13, Evaluation.
    """
    clip_fold = clips.folds(by=by, n_folds=n_folds, seed=seed)
    examples = prepare(clips, recipe)
    clip, start = scored_windows(examples.waves, recipe)

    def learn(k, options):
        others = examples.select(np.flatnonzero(clip_fold != k))
        return training.train(others, recipe, seed=seed + k, borrowed=borrowed, **options)[0]

    return _each_fold(learn, examples, recipe, (clip, start), clip_fold[clip], classes=len(clips.labels), seed=seed)


def cross_validate_windows(clips: Clips, recipe: Recipe, *, n_folds: int = 5, seed: int = 0) -> HeldOut:
    """Score every window with a network that has not been trained on it, but on others of the same clip.

    This is the mistake of the report. Clips are cut first, and the windows are split at random, so that nearly every
    clip is on both sides. All epochs learn from the same windows, which are not augmented, and nothing is borrowed.

    Parameters
    ----------
    clips : Clips
    recipe : Recipe
    n_folds : int >= 2
    seed : int, of the windows, of the folds and of the training

    Returns
    -------
    held_out : HeldOut

    Raises
    ------
    ValueError
        If the windows cannot be split so, or no window was drawn from some clip.

    Examples
    --------
    >>> import dataclasses
    >>> from audiocls import datasets
    >>> clips = datasets.load("rendered", per_class=2)
    >>> quick = dataclasses.replace(RECIPES["report-cnn"], epochs=1)
    >>> found = cross_validate_windows(clips, quick, n_folds=2)
    >>> np.unique(found.clip).size, np.unique(found.fold).tolist()
    (20, [0, 1])

    Source: the 2019 report.
    """
    examples = prepare(clips, recipe)
    if recipe.fresh:
        clip, start = scored_windows(examples.waves, recipe)
    else:
        clip, start = draw_once(examples, recipe, np.random.default_rng(seed))
    if missed := len(clips) - len(np.unique(clip)):
        got = f"got none from {missed} of {len(clips)} clips"
        raise ValueError(f"every clip needs a window to be scored by, {got}; use longer clips or a split by clip")
    fold = folds(examples.targets[clip], n_folds=n_folds, seed=seed)

    def learn(k, options):
        others = clip[fold != k], start[fold != k]
        return training.train(examples, recipe, windows=others, seed=seed, **options)[0]

    return _each_fold(learn, examples, recipe, (clip, start), fold, classes=len(clips.labels), seed=seed)


def _each_fold(learn, examples, recipe, windows, fold, *, classes, seed):
    """Let a network learn for each fold, and score the windows of that fold with it."""
    from tqdm import tqdm

    clip, start = windows
    scores, levels = np.empty((len(clip), classes), dtype=np.float32), np.empty(len(clip))
    seconds, epochs = [], (fold.max() + 1) * recipe.epochs
    with tqdm(total=epochs, unit="epoch", desc=f"seed {seed}", leave=False, disable=None) as bar:
        for k in range(fold.max() + 1):
            began, test = time.perf_counter(), fold == k
            network = learn(k, {"classes": classes, "progress": bar.update})
            seconds.append(time.perf_counter() - began)
            tested = clip[test], start[test]
            scores[test], levels[test] = training.score_windows(network, examples.waves, *tested, recipe)
    votes = votes_by_clip(levels, clip, recipe.voting)
    return HeldOut(scores, clip, votes, fold, network.count_params(), tuple(seconds))


def cross_validate_baseline(
    clips: Clips, baseline: Baseline, *, by: str = "source", n_folds: int = 5, seed: int = 0
) -> HeldOut:
    """Score every clip with a baseline that has not learnt from it.

    Parameters
    ----------
    clips : Clips
    baseline : Baseline
    by : "source" or "clip", what stays on one side of a split
    n_folds : int >= 2
    seed : int, of the folds

    Returns
    -------
    held_out : HeldOut; a clip is its own only window

    Raises
    ------
    ValueError
        If by is unknown, the clips cannot be split so, or it borrows and must not (`why_not_borrow`).

    Examples
    --------
    >>> from audiocls import datasets
    >>> clips = datasets.load("rendered", per_class=2)
    >>> found = cross_validate_baseline(clips, baselines.BASELINES["majority"], by="clip", n_folds=2)
    >>> found.scores.shape
    (20, 10)

    Taught in chapter 13, Evaluation.
    """
    fold = clips.folds(by=by, n_folds=n_folds, seed=seed)
    X, targets = baselines.describe_all(clips, baseline.features), clips.targets
    more, more_targets = np.zeros((0, X.shape[1])), np.zeros(0, dtype=int)
    if baseline.borrows:
        if why := why_not_borrow(clips):
            raise ValueError(f"{why}; choose a baseline that borrows nothing")
        borrowed = libraries.load(per_class=RECIPES["cnn"].borrowed_per_class)
        more, more_targets = baselines.describe_all(borrowed, baseline.features), borrowed.targets
    scores, seconds = np.empty((len(clips), len(clips.labels)), dtype=np.float32), []
    for k in range(n_folds):
        began, test = time.perf_counter(), fold == k
        model = baselines.untrained(baseline.decides)
        model.fit(np.concatenate([X[~test], more]), np.concatenate([targets[~test], more_targets]))
        scores[test] = baselines.scores(model, X[test])
        seconds.append(time.perf_counter() - began)
    return HeldOut(scores, np.arange(len(clips)), np.ones(len(clips)), fold, 0, tuple(seconds))


def transfer(clips: Clips, test: Clips, recipe: Recipe, *, seed: int = 0) -> HeldOut:
    """Score the clips of one set with a network that has learnt from another.

    Parameters
    ----------
    clips : Clips, all of which are learnt from
    test : Clips, all of which are scored
    recipe : Recipe; it borrows nothing here
    seed : int

    Returns
    -------
    held_out : HeldOut, all in fold 0

    Raises
    ------
    ValueError
        If the two sets have different classes.

    Examples
    --------
    >>> import dataclasses
    >>> from audiocls import datasets
    >>> clips = datasets.load("rendered", per_class=2)
    >>> quick = dataclasses.replace(RECIPES["cnn"], steps=2, epochs=1)
    >>> found = transfer(clips, datasets.load("rendered", per_class=1, seed=1), quick)
    >>> np.unique(found.clip).size
    10

    Taught in chapter 13, Evaluation.
    """
    if clips.labels != test.labels:
        raise ValueError(f"both sets must have the same classes, got {clips.labels} and {test.labels}")
    began = time.perf_counter()
    examples = prepare(clips, recipe, keep_waves=not recipe.fresh)
    network, _ = training.train(examples, recipe, classes=len(clips.labels), seed=seed)
    seconds = time.perf_counter() - began
    waves = [waveform(*test.audio(i), recipe) for i in range(len(test))]
    scores, clip, counted = training.score_clips(network, waves, recipe)
    return HeldOut(scores, clip, counted, np.zeros(len(clip), dtype=int), network.count_params(), (seconds,))
