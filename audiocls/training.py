"""Training: from clips to a network, and the scores it gives to clips it was not trained on.

A `Recipe` says everything that makes a network what it is: what it is fed, how its windows are drawn, how long it
learns. `RECIPES` holds four: ``report-cnn`` and ``report-rnn`` follow the 2019 report, ``cnn`` and ``rnn`` are the
book's. Windows are drawn as waveforms and go through the same front end as in the shipped classifier.

Only this module knows the shape Keras wants, ``(batch, time, feature)``.

Functions
---------
waveforms : clips as a front end expects them: mono, 16 kHz, silence taken out where the recipe says so
fit : train one network
cross_validate : train one network a fold and score the clips (or windows) left out

Taught in chapter 11, CNN, and chapter 12, RNN. The report's recipe is measured in chapter 13, Evaluation.
"""

import datetime
import importlib.metadata
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from audiocls import amplitude, networks, sampling
from audiocls.augmentation import augment, shorten
from audiocls.datasets import LABELS, folds, rendered
from audiocls.export import export_onnx
from audiocls.frontend import FrontEnd
from audiocls.windows import cut_windows, sounding, window_starts


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes
    ----------
    build : callable, (time, features, classes) -> keras.Model
    front_end : FrontEnd, what turns a window of sound into what the network reads
    hop_seconds : float > 0, distance of the windows that are scored
    epochs, batch_size, windows_per_epoch : int > 0
    learning_rate : float > 0, at the start; falls to zero along a cosine if ``anneal``
    anneal : bool
    fresh : bool
        True: each epoch draws its own windows, all classes alike, and changes them (`augment`).
        False, as in the report: as many windows as the sound is long, drawn once; rare classes weigh more.
    smoothing : float in [0, 1), of the labels
    rendered_per_class : int >= 0
        If not 0, half of each batch comes from that many rendered clips a class (data set "rendered", phrases).
    mask_silence : bool, as in the report: leave out every sample whose envelope is under 0.0005
    min_max : bool, as in the report: scale all inputs by the smallest and largest value in the training windows

    Taught in chapter 11, CNN.
    """

    build: Callable
    front_end: FrontEnd
    hop_seconds: float
    epochs: int
    batch_size: int = 32
    windows_per_epoch: int = 960
    learning_rate: float = 1e-3
    anneal: bool = True
    fresh: bool = True
    smoothing: float = 0.0
    rendered_per_class: int = 0
    mask_silence: bool = False
    min_max: bool = False


_MFCC = FrontEnd(kind="mfcc", seconds=0.1, bands=13)
_LOG_MEL = FrontEnd(kind="log_mel", seconds=2.0, bands=64)
_REPORT = {"front_end": _MFCC, "hop_seconds": 0.1, "epochs": 10, "anneal": False, "fresh": False, "mask_silence": True}
_BOOK = {"front_end": _LOG_MEL, "hop_seconds": 1.0, "epochs": 30, "learning_rate": 2e-3}
_BOOK |= {"smoothing": 0.05, "rendered_per_class": 100}
RECIPES = {
    "report-cnn": Recipe(build=networks.build_report_cnn, min_max=True, **_REPORT),
    "report-rnn": Recipe(build=networks.build_report_rnn, min_max=True, **_REPORT),
    "cnn": Recipe(build=networks.build_cnn, **_BOOK),
    "rnn": Recipe(build=networks.build_rnn, **_BOOK),
}


@dataclass
class Predictions:
    """Scores of windows that were not trained on, fold by fold.

    Attributes
    ----------
    scores : np.ndarray [shape=(m, classes), float32], of each window
    clip : np.ndarray [shape=(m,), int], the clip a window is from
    votes : np.ndarray [shape=(m,), bool], does the window sound?
    parameters : int, weights of the network
    fit_seconds : list of float, one a fold
    """

    scores: np.ndarray
    clip: np.ndarray
    votes: np.ndarray
    parameters: int
    fit_seconds: list = field(default_factory=list)


def waveforms(clips, recipe):
    """Load clips as a recipe's front end reads them.

    Where the recipe leaves out silence, a clip that is silent throughout by that measure stays whole.

    Parameters
    ----------
    clips : Clips
    recipe : Recipe

    Returns
    -------
    waves : list of np.ndarray [shape=(n,), float32], mono at the front end's rate

    Taught in chapter 11, CNN.
    """
    waves = []
    for i in range(len(clips)):
        y, sr = clips.audio(i)
        y = sampling.resample(y, orig_sr=sr, target_sr=recipe.front_end.sr)
        if recipe.mask_silence:
            loud = amplitude.envelope(y, recipe.front_end.sr, seconds=0.1) > 0.0005
            y = y[loud] if loud.any() else y
        waves.append(y)
    return waves


def extra_clips(recipe, clips):
    """Load the rendered clips that a recipe learns from beside the ones it is given.

    Parameters
    ----------
    recipe : Recipe
    clips : Clips, what the network is for

    Returns
    -------
    extra : Clips or None
        None if the recipe uses none, if the clips have other classes, or if they are rendered themselves: then the same
        notes would be on both sides of a split.

    Taught in chapter 11, CNN.
    """
    if not recipe.rendered_per_class or clips.labels != LABELS:
        return None
    extra = rendered.load(per_class=recipe.rendered_per_class, seed=1, phrases=True)
    return None if set(extra.sources) & set(clips.sources) else extra


def _draw(waves, targets, count, recipe, rng, *, evenly):
    """Choose count windows at random: a class (evenly, or by its mean length), a clip of it, a place in the clip."""
    length = recipe.front_end.length
    lengths = np.array([len(y) for y in waves])
    classes = np.unique(targets)
    share = np.array([1.0 if evenly else lengths[targets == c].mean() for c in classes])
    chosen = rng.choice(classes, size=count, p=share / share.sum())
    clip = np.empty(count, dtype=np.int64)
    for c in classes:
        clip[chosen == c] = rng.choice(np.flatnonzero(targets == c), size=np.sum(chosen == c))
    slack = lengths[clip] - length
    start = rng.integers(np.minimum(slack, 0), np.maximum(slack, 0) + 1)
    return clip, start


def _cut(waves, clip, start, length):
    return np.concatenate([cut_windows(waves[c], [s], length=length) for c, s in zip(clip, start, strict=True)])


def _grid(waves, indices, recipe):
    """All windows of the clips named by indices, as they are scored: clip and start of each."""
    length, hop = recipe.front_end.length, round(recipe.hop_seconds * recipe.front_end.sr)
    starts = [window_starts(len(waves[i]), length=length, hop=hop) for i in indices]
    return np.repeat(indices, [len(s) for s in starts]), np.concatenate(starts)


def _keras_input(features):
    return np.ascontiguousarray(np.swapaxes(features, -1, -2))


def _fresh_batches(sets, recipe, rng):
    """Endless batches of (X, targets), each of new windows, the same share from each of the sets (waves, targets)."""
    size, front_end = recipe.batch_size // len(sets), recipe.front_end
    while True:
        cut, labels = [], []
        for waves, targets in sets:
            clip, start = _draw(waves, targets, size, recipe, rng, evenly=True)
            cut.append(_cut(waves, clip, start, front_end.length))
            labels.append(targets[clip])
        features = augment(front_end.absolute(shorten(np.concatenate(cut), rng)), rng)
        yield _keras_input(front_end.relative(features)), np.concatenate(labels)


def _repeated_batches(X, targets, recipe, rng):
    """Endless batches of (X, targets), the same windows in another order each epoch."""
    while True:
        order = rng.permutation(len(X))
        for first in range(0, len(X), recipe.batch_size):
            batch = order[first : first + recipe.batch_size]
            yield X[batch], targets[batch]


def fit(waves, targets, recipe, *, classes, seed=0, extra=None, windows=None, verbose=0, progress=None):
    """Train a network.

    The random generators of Python, NumPy and Keras are seeded anew, for the whole process.

    Parameters
    ----------
    waves : list of np.ndarray [shape=(n,), float32], see `waveforms`
    targets : np.ndarray [shape=(len(waves),), int]
    recipe : Recipe
    classes : int > 1
    seed : int; the same seed gives the same network, to the bit, on one machine with one set of libraries
    extra : (waves, targets) or None; if given, half of each epoch's windows come from these
    windows : (clip, start) or None
        If given, train on these windows in every epoch instead of drawing any; they are not changed by `augment`, and
        extra is ignored.
    verbose : 0, 1 or 2, as in Keras
    progress : callable or None, called with 1 after each epoch

    Returns
    -------
    model : keras.Model, (batch, time, feature) -> (batch, classes)
    history : dict, loss and accuracy by epoch

    Raises
    ------
    ValueError
        If a class has no clip.

    Taught in chapter 11, CNN.
    """
    missing = sorted(set(range(classes)) - set(np.asarray(targets).tolist()))
    if missing:
        raise ValueError(f"every class needs a clip to learn from, got none of classes {missing}")
    keras = networks.load_keras()
    import tensorflow as tf

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    rng = np.random.default_rng(seed)
    front_end = recipe.front_end

    weight, low, high = np.ones(classes, dtype=np.float32), None, None
    if windows is None and not recipe.fresh:
        windows = _draw(waves, targets, sum(map(len, waves)) // front_end.length, recipe, rng, evenly=False)
    if windows is None:
        batches = _fresh_batches([(waves, targets)] + ([extra] if extra else []), recipe, rng)
        steps = recipe.windows_per_epoch // recipe.batch_size
    else:
        X, labels = _keras_input(front_end(_cut(waves, *windows, front_end.length))), targets[windows[0]]
        low, high = float(X.min()), float(X.max())
        batches, steps = _repeated_batches(X, labels, recipe, rng), -(-len(X) // recipe.batch_size)
        count = np.bincount(labels, minlength=classes)
        weight = (len(X) / (classes * np.maximum(count, 1))).astype(np.float32)

    network = recipe.build(*front_end.shape, classes)
    if recipe.min_max:
        scaled = keras.layers.Rescaling(1 / (high - low), offset=-low / (high - low))
        network = keras.Sequential([keras.layers.Input(front_end.shape), scaled, network], name=network.name)
    rate = recipe.learning_rate
    if recipe.anneal:
        rate = keras.optimizers.schedules.CosineDecay(rate, steps * recipe.epochs)
    network.compile(keras.optimizers.Adam(rate), loss="categorical_crossentropy", metrics=["accuracy"])
    one_hot = np.eye(classes, dtype=np.float32) * (1 - recipe.smoothing) + recipe.smoothing / classes
    history = network.fit(
        ((X, one_hot[labels], weight[labels]) for X, labels in batches),
        steps_per_epoch=steps,
        epochs=recipe.epochs,
        shuffle=False,
        verbose=verbose,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: progress(1))] if progress else None,
    )
    return network, history.history


def score_windows(model, waves, clip, start, recipe):
    """Score windows of waveforms with a network from `fit`.

    Parameters
    ----------
    model : keras.Model
    waves : list of np.ndarray [shape=(n,), float32]
    clip, start : np.ndarray [shape=(m,), int], which waveform and which first sample
    recipe : Recipe

    Returns
    -------
    scores : np.ndarray [shape=(m, classes), float32]
    levels : np.ndarray [shape=(m,), float], RMS of each window

    Taught in chapter 11, CNN.
    """
    cut = _cut(waves, clip, start, recipe.front_end.length)
    scores = model.predict(_keras_input(recipe.front_end(cut)), batch_size=256, verbose=0)
    return scores, amplitude.rms(cut)


def _votes(levels, clip):
    votes = np.zeros(len(clip), dtype=bool)
    for c in np.unique(clip):
        votes[clip == c] = sounding(levels[clip == c])
    return votes


def cross_validate(clips, recipe, *, by="source", n_folds=5, seed=0, extra=None):
    """Score every clip (or window) with a network that has not been trained on it.

    A bar on stderr shows the epochs, where stderr is a terminal.

    Parameters
    ----------
    clips : Clips
    recipe : Recipe
    by : "source", "clip" or "window"
        What stays on one side of a split. "window" cuts the clips first and splits the windows at random, so that
        nearly every clip is on both sides: the mistake of the report, kept to be measured. All epochs then learn from
        the same windows, unchanged: a recipe with ``fresh`` loses its augmentation, and extra is ignored.
    n_folds : int >= 2
    seed : int, of the folds and of the training
    extra : Clips or None, more clips to learn from in every fold, never scored; ignored if by is "window"

    Returns
    -------
    predictions : Predictions

    Raises
    ------
    ValueError
        If by is unknown, the clips cannot be split so, or by is "window" and no window was drawn from some clip.

    Taught in chapter 13, Evaluation.
    """
    from tqdm import tqdm

    waves, targets, classes = waveforms(clips, recipe), clips.targets, len(clips.labels)
    more = (waveforms(extra, recipe), extra.targets) if extra is not None else None
    if by == "window":
        if recipe.fresh:
            clip, start = _grid(waves, np.arange(len(waves)), recipe)
        else:
            rng, count = np.random.default_rng(seed), sum(map(len, waves)) // recipe.front_end.length
            clip, start = _draw(waves, targets, count, recipe, rng, evenly=False)
            if missed := len(waves) - len(np.unique(clip)):
                raise ValueError(
                    f"every clip needs a window to be scored by, got none from {missed} of {len(waves)} clips; "
                    "use longer clips, another seed, or a split by clip"
                )
        fold = folds(targets[clip], n_folds=n_folds, seed=seed)
    else:
        clip, start = _grid(waves, np.arange(len(waves)), recipe)
        clip_fold = clips.folds(by=by, n_folds=n_folds, seed=seed)
        fold = clip_fold[clip]
    scores, levels = np.empty((len(clip), classes), dtype=np.float32), np.empty(len(clip))
    seconds = []
    with tqdm(total=n_folds * recipe.epochs, unit="epoch", desc=f"seed {seed}", leave=False, disable=None) as bar:
        options = {"classes": classes, "progress": bar.update}
        for k in range(n_folds):
            began, test = time.perf_counter(), fold == k
            if by == "window":
                model, _ = fit(waves, targets, recipe, seed=seed, windows=(clip[~test], start[~test]), **options)
            else:
                train = np.flatnonzero(clip_fold != k)
                model, _ = fit([waves[i] for i in train], targets[train], recipe, seed=seed + k, extra=more, **options)
            seconds.append(time.perf_counter() - began)
            scores[test], levels[test] = score_windows(model, waves, clip[test], start[test], recipe)
    return Predictions(scores, clip, _votes(levels, clip), model.count_params(), seconds)


def versions():
    """Return the versions of Python and of the libraries that a trained network depends on.

    Taught in chapter 13, Evaluation.
    """
    names = ("audiocls", "numpy", "scipy", "keras", "tensorflow", "scikit-learn")
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in names}}


def train_classifier(clips, model, path, *, data, seed=0, command="", verbose=0):
    """Train a network on all clips and write it as a classifier file.

    A bar on stderr shows the epochs, where stderr is a terminal and verbose is 0.

    Parameters
    ----------
    clips : Clips
    model : str, a key of `RECIPES`
    path : str or Path of the ONNX file
    data : str, the data set's name
    seed : int
    command : str, what a reader can type to train it again
    verbose : 0, 1 or 2, as in Keras

    Returns
    -------
    network : keras.Model, the trained network without its front end

    Taught in chapter 14, Deployment.
    """
    from tqdm import tqdm

    recipe = RECIPES[model]
    extra = extra_clips(recipe, clips)
    with tqdm(total=recipe.epochs, unit="epoch", desc=model, leave=False, disable=verbose > 0 or None) as bar:
        network, _ = fit(
            waveforms(clips, recipe),
            clips.targets,
            recipe,
            classes=len(clips.labels),
            seed=seed,
            extra=(waveforms(extra, recipe), extra.targets) if extra is not None else None,
            verbose=verbose,
            progress=bar.update,
        )
    facts = {
        "model": model,
        "data": data,
        "clips": len(clips),
        "rendered_clips": len(extra) if extra is not None else 0,
        "seed": seed,
        "command": command,
        "parameters": network.count_params(),
        "versions": versions(),
        "date": datetime.date.today().isoformat(),
    }
    hop_seconds = recipe.hop_seconds
    export_onnx(network, recipe.front_end, path, labels=clips.labels, hop_seconds=hop_seconds, facts=facts)
    return network
