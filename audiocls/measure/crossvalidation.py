"""Cross-validation: every clip is scored by something that has not learnt from it."""

import time
from dataclasses import dataclass, field

import numpy as np

from audiocls.datasets import folds
from audiocls.learn.batches import prepare, waveform
from audiocls.learn.training import draw_windows, fit, score_clips, score_windows, scored_windows, votes_by_clip


@dataclass
class Predictions:
    """Scores of windows that were not trained on, fold by fold.

    Attributes
    ----------
    scores : np.ndarray [shape=(m, classes), float32], of each window
    clip : np.ndarray [shape=(m,), int], the clip a window is from
    votes : np.ndarray [shape=(m,), float >= 0], what the window counts for its clip
    fold : np.ndarray [shape=(m,), int], the fold it was left out of
    parameters : int, weights of the network
    fit_seconds : list of float, one a fold

    Examples
    --------
    >>> found = Predictions(np.eye(2), np.arange(2), np.ones(2), np.zeros(2, int), parameters=92_042)
    >>> found.scores.argmax(axis=1)
    array([0, 1])

    Taught in chapter 13, Evaluation.
    """

    scores: np.ndarray
    clip: np.ndarray
    votes: np.ndarray
    fold: np.ndarray
    parameters: int
    fit_seconds: list = field(default_factory=list)


def cross_validate(clips, recipe, *, by="source", n_folds=5, seed=0, borrowed=None):
    """Score every clip (or window) with a network that has not been trained on it.

    A bar on stderr shows the epochs, where stderr is a terminal.

    Parameters
    ----------
    clips : Clips
    recipe : Recipe
    by : "source", "clip" or "window"
        What stays on one side of a split. "window" cuts the clips first and splits the windows at random, so that
        nearly every clip is on both sides: the mistake of the report, kept to be measured. All epochs then learn from
        the same windows, unchanged: a recipe with ``fresh`` loses its augmentation, and borrowed is ignored.
    n_folds : int >= 2
    seed : int, of the folds and of the training
    borrowed : Examples or None, from `borrow`: more to learn from in every fold, never scored

    Returns
    -------
    predictions : Predictions

    Raises
    ------
    ValueError
        If by is unknown, the clips cannot be split so, or by is "window" and no window was drawn from some clip.

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
    from tqdm import tqdm

    examples, classes = prepare(clips, recipe), len(clips.labels)
    waves, targets = examples.waves, examples.targets
    if by == "window":
        if recipe.fresh:
            clip, start = scored_windows(waves, recipe)
        else:
            rng, count = np.random.default_rng(seed), sum(map(len, waves)) // recipe.front_end.length
            clip, start = draw_windows(waves, targets, count, recipe, rng)
            if missed := len(waves) - len(np.unique(clip)):
                raise ValueError(
                    f"every clip needs a window to be scored by, got none from {missed} of {len(waves)} clips; "
                    "use longer clips, another seed, or a split by clip"
                )
        fold = folds(targets[clip], n_folds=n_folds, seed=seed)
    else:
        clip, start = scored_windows(waves, recipe)
        clip_fold = clips.folds(by=by, n_folds=n_folds, seed=seed)
        fold = clip_fold[clip]
    scores, levels = np.empty((len(clip), classes), dtype=np.float32), np.empty(len(clip))
    seconds = []
    with tqdm(total=n_folds * recipe.epochs, unit="epoch", desc=f"seed {seed}", leave=False, disable=None) as bar:
        options = {"classes": classes, "progress": bar.update}
        for k in range(n_folds):
            began, test = time.perf_counter(), fold == k
            if by == "window":
                model, _ = fit(examples, recipe, seed=seed, windows=(clip[~test], start[~test]), **options)
            else:
                train = examples.select(np.flatnonzero(clip_fold != k))
                model, _ = fit(train, recipe, seed=seed + k, borrowed=borrowed, **options)
            seconds.append(time.perf_counter() - began)
            scores[test], levels[test] = score_windows(model, waves, clip[test], start[test], recipe)
    return Predictions(scores, clip, votes_by_clip(levels, clip, recipe), fold, model.count_params(), seconds)


def transfer(clips, test, recipe, *, seed=0):
    """Score the clips of one set with a network that has learnt from another.

    Parameters
    ----------
    clips : Clips, all of which are learnt from
    test : Clips, all of which are scored
    recipe : Recipe; it borrows nothing here
    seed : int

    Returns
    -------
    predictions : Predictions, all in fold 0

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
    model, _ = fit(prepare(clips, recipe, keep_waves=not recipe.fresh), recipe, classes=len(clips.labels), seed=seed)
    seconds = [time.perf_counter() - began]
    waves = [waveform(*test.audio(i), recipe) for i in range(len(test))]
    scores, clip, counted = score_clips(model, waves, recipe)
    return Predictions(scores, clip, counted, np.zeros(len(clip), dtype=int), model.count_params(), seconds)
