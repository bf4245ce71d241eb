"""Training: from clips to a network, and the scores it gives to clips it was not trained on.

A `Recipe` says everything that makes a network what it is: what it is fed, what else it learns from, how long it
learns. `RECIPES` holds four: ``report-cnn`` and ``report-rnn`` follow the 2019 report, ``cnn`` and ``rnn`` are the
book's. What a network is fed goes through the same front end as in the shipped classifier.

Only `audiocls.learn.batches` and this module know the shape Keras wants, ``(batch, time, feature)``.

Functions
---------
fit : train one network
score_windows, score_clips : its scores
cross_validate : train one network a fold and score the clips (or windows) left out
transfer : train on one data set and score another
train_classifier : train on all clips and write a classifier file

Taught in chapter 11, CNN, and chapter 12, RNN. The report's recipe is measured in chapter 13, Evaluation.
"""

import datetime
import importlib.metadata
import platform
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from audiocls import amplitude
from audiocls.datasets import LABELS, libraries
from audiocls.learn import networks
from audiocls.learn.augmentation import augment
from audiocls.learn.batches import fresh_batches, keras_input, prepare, repeated_batches
from audiocls.learn.export import export_onnx
from audiocls.learn.frontend import FrontEnd
from audiocls.windows import cut_windows, votes, window_starts


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes
    ----------
    build : callable, (time, features, classes) -> keras.Model
    front_end : FrontEnd, what turns a window of sound into what the network reads
    hop_seconds : float > 0, distance of the windows that are scored
    vote_power, attack_votes : float, how much the windows of a clip count, see `audiocls.windows.votes`
    steps : int > 0, batches to learn from; or 0: as many as make ``epochs`` rounds over the windows drawn once
    epochs : int > 0, the steps are divided into so many
    batch_size : int > 0
    learning_rate : float > 0, at the start; falls to zero along a cosine if ``anneal``
    weight_decay : float >= 0
    anneal : bool
    fresh : bool
        True: each batch is drawn anew, all classes alike, and changed (`augmentation`); the front end is log-mel.
        False, as in the report: as many windows as the sound is long, drawn once; rare classes weigh more.
    at_onset : float in [0, 1], share of the fresh windows that begin in the first half second of their clip
    change : callable, (X, rng) -> X, what `augmentation` does to each fresh window; X as there
    smoothing : float in [0, 1), of the labels
    mixup : float >= 0
        If not 0, each fresh window is mixed with another, and its label too, in a proportion drawn from a symmetric
        beta distribution with this parameter.
    borrowed_per_class : int >= 0
        If not 0, a part of each batch comes from `datasets.libraries`: so many phrases a class from each SoundFont,
        recorded notes, and recorded drum kits where they can be had.
    borrowed_share : float in [0, 1), that part
    temperature : float > 0
        The classifier file's scores are softened by it (`evaluation.soften`): measured by ``audiocls evaluate``.
    sure_from : float in [0, 1], the lowest score of a clip that counts as an answer
    mask_silence : bool, as in the report: leave out every sample whose envelope is under 0.0005
    min_max : bool, as in the report: scale all inputs by the smallest and largest value in the training windows

    Examples
    --------
    >>> RECIPES["cnn"].steps, RECIPES["report-cnn"].mask_silence
    (4000, True)

    Taught in chapter 11, CNN.
    """

    build: Callable
    front_end: FrontEnd
    hop_seconds: float
    vote_power: float = 0.0
    attack_votes: float = 1.0
    steps: int = 0
    epochs: int = 10
    batch_size: int = 32
    learning_rate: float = 1e-3
    weight_decay: float = 0.0
    anneal: bool = True
    fresh: bool = True
    at_onset: float = 0.3
    change: Callable = augment
    smoothing: float = 0.0
    mixup: float = 0.0
    borrowed_per_class: int = 0
    borrowed_share: float = 0.5
    temperature: float = 1.0
    sure_from: float = 0.0
    mask_silence: bool = False
    min_max: bool = False


_MFCC = FrontEnd(kind="mfcc", seconds=0.1, bands=13)
_LOG_MEL = FrontEnd(kind="log_mel", seconds=2.0, bands=64, frame_seconds=0.032, step_seconds=0.020)
_REPORT = {"front_end": _MFCC, "hop_seconds": 0.1, "anneal": False, "fresh": False, "mask_silence": True}
_BOOK = {"front_end": _LOG_MEL, "hop_seconds": 0.5, "steps": 4000, "learning_rate": 2e-3, "weight_decay": 1e-3}
_BOOK |= {"smoothing": 0.05, "borrowed_per_class": 60, "vote_power": 1.0, "attack_votes": 8.0}
RECIPES = {
    "report-cnn": Recipe(build=networks.build_report_cnn, min_max=True, **_REPORT),
    "report-rnn": Recipe(build=networks.build_report_rnn, min_max=True, **_REPORT),
    "cnn": Recipe(build=networks.build_cnn, temperature=0.76, sure_from=0.6, **_BOOK),
    "rnn": Recipe(build=networks.build_rnn, temperature=0.82, sure_from=0.6, **_BOOK),
}


def borrow(recipe, clips):
    """Prepare the clips of the sound libraries that a recipe learns from beside the ones it is given.

    Parameters
    ----------
    recipe : Recipe
    clips : Clips, what the network is for

    Returns
    -------
    borrowed : Examples or None
        All libraries are drawn from alike. None if the recipe borrows nothing, if the clips have other classes, or if
        they are rendered from a SoundFont themselves: then the same notes would be on both sides of a split.

    Raises
    ------
    ConnectionError
        If a library is not in the cache and cannot be downloaded.

    Examples
    --------
    >>> from audiocls import datasets
    >>> borrow(RECIPES["cnn"], datasets.load("rendered")) is None  # rendered clips must not borrow rendered ones
    True

    Taught in chapter 11, CNN.
    """
    if not recipe.borrowed_per_class or clips.labels != LABELS or "recording" in clips.table.columns:
        return None
    found = libraries.load(per_class=recipe.borrowed_per_class)
    found.prepare()
    names = [fname.split("/")[0] for fname in found.table["fname"]]
    return prepare(found, recipe, groups=names, keep_waves=False)


def draw_windows(waves, targets, count, recipe, rng):
    """Choose count windows at random, as the report does: a class by its mean length, a clip of it, a place in it."""
    length = recipe.front_end.length
    lengths = np.array([len(y) for y in waves])
    classes = np.unique(targets)
    share = np.array([lengths[targets == c].mean() for c in classes])
    chosen = rng.choice(classes, size=count, p=share / share.sum())
    clip = np.empty(count, dtype=np.int64)
    for c in classes:
        clip[chosen == c] = rng.choice(np.flatnonzero(targets == c), size=np.sum(chosen == c))
    slack = lengths[clip] - length
    start = rng.integers(np.minimum(slack, 0), np.maximum(slack, 0) + 1)
    return clip, start


def _labelled(batches, recipe, rng, one_hot, teachers):
    """Turn class numbers into labels, or ask teachers; if the recipe says so, mix each window with another."""
    for X, targets in batches:
        labels = one_hot[targets]
        if teachers:
            labels = np.mean([teacher(X, training=False) for teacher in teachers], axis=0)
        if recipe.fresh and recipe.mixup:
            share = rng.beta(recipe.mixup, recipe.mixup, size=len(X)).astype(np.float32)
            other = rng.permutation(len(X))
            X = share[:, None, None] * X + (1 - share[:, None, None]) * X[other]  # noqa: PLW2901
            labels = share[:, None] * labels + (1 - share[:, None]) * labels[other]
        yield X, labels, targets


def _cut(waves, clip, start, length):
    return np.concatenate([cut_windows(waves[c], [s], length=length) for c, s in zip(clip, start, strict=True)])


def scored_windows(waves, recipe):
    """All windows of the clips, as they are scored: clip and start of each."""
    length, hop = recipe.front_end.length, round(recipe.hop_seconds * recipe.front_end.sr)
    starts = [window_starts(len(y), length=length, hop=hop) for y in waves]
    return np.repeat(np.arange(len(waves)), [len(s) for s in starts]), np.concatenate(starts)


def fit(
    examples,
    recipe,
    *,
    classes,
    seed=0,
    borrowed=None,
    start=None,
    teachers=(),
    windows=None,
    watched=None,
    verbose=0,
    progress=None,
):
    """Train a network.

    The random generators of Python, NumPy and Keras are seeded anew, for the whole process.

    Parameters
    ----------
    examples : Examples, from `prepare`
    recipe : Recipe
    classes : int > 1
    seed : int; the same seed gives the same network, to the bit, on one machine with one set of libraries
    borrowed : Examples or None; if given, ``recipe.borrowed_share`` of each batch comes from these
    start : keras.Model or None
        If given, begin with the weights of this network, built by the same recipe, instead of random ones.
    teachers : sequence of keras.Model
        If given, the labels of a window are the mean of what these networks say of it, and not the clip's class.
    windows : (clip, start) or None
        If given, learn from these windows of the waveforms in every epoch instead of drawing any; they are not changed
        by `augmentation`, and borrowed is ignored.
    watched : (X, targets) or None
        Inputs of shape (m, time, feature) that are scored after each epoch, to be looked at; never learnt from.
    verbose : 0, 1 or 2, as in Keras
    progress : callable or None, called with 1 after each epoch

    Returns
    -------
    model : keras.Model, (batch, time, feature) -> (batch, classes)
    history : dict, by epoch: loss, accuracy and, of what is watched, val_loss, val_accuracy

    Raises
    ------
    ValueError
        If a class has no clip.

    Examples
    --------
    >>> import dataclasses
    >>> from audiocls import datasets
    >>> clips = datasets.load("rendered", per_class=2)
    >>> quick = dataclasses.replace(RECIPES["cnn"], steps=2, epochs=1)
    >>> examples = prepare(clips, quick)
    >>> model, _ = fit(examples, quick, classes=10)
    >>> model.output_shape
    (None, 10)

    Taught in chapter 11, CNN.
    """
    waves, targets, front_end = examples.waves, examples.targets, recipe.front_end
    missing = sorted(set(range(classes)) - set(targets.tolist()))
    if missing:
        raise ValueError(f"every class needs a clip to learn from, got none of classes {missing}")
    keras = networks.load_keras()
    import tensorflow as tf

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    rng = np.random.default_rng(seed)

    weight, low, high = np.ones(classes, dtype=np.float32), None, None
    if windows is None and not recipe.fresh:
        windows = draw_windows(waves, targets, sum(map(len, waves)) // front_end.length, recipe, rng)
    if windows is None:
        lent = round(recipe.batch_size * recipe.borrowed_share) if borrowed is not None else 0
        sets = [(examples, recipe.batch_size - lent)] + ([(borrowed, lent)] if lent else [])
        batches, epoch = fresh_batches(sets, recipe, rng), recipe.steps // recipe.epochs
    else:
        X, labels = keras_input(front_end(_cut(waves, *windows, front_end.length))), targets[windows[0]]
        low, high = float(X.min()), float(X.max())
        batches, epoch = repeated_batches(X, labels, recipe, rng), -(-len(X) // recipe.batch_size)
        count = np.bincount(labels, minlength=classes)
        weight = (len(X) / (classes * np.maximum(count, 1))).astype(np.float32)

    network = recipe.build(*front_end.shape, classes)
    if recipe.min_max:
        scaled = keras.layers.Rescaling(1 / (high - low), offset=-low / (high - low))
        network = keras.Sequential([keras.layers.Input(front_end.shape), scaled, network], name=network.name)
    if start is not None:
        network.set_weights(start.get_weights())
    rate = recipe.learning_rate
    if recipe.anneal:
        rate = keras.optimizers.schedules.CosineDecay(rate, epoch * recipe.epochs)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay)
    network.compile(optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    one_hot = np.eye(classes, dtype=np.float32) * (1 - recipe.smoothing) + recipe.smoothing / classes
    history = network.fit(
        ((X, labels, weight[targets]) for X, labels, targets in _labelled(batches, recipe, rng, one_hot, teachers)),
        steps_per_epoch=epoch,
        epochs=recipe.epochs,
        validation_data=None if watched is None else (watched[0], one_hot[watched[1]]),
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

    Examples
    --------
    >>> import dataclasses
    >>> from audiocls import datasets
    >>> clips = datasets.load("rendered", per_class=2)
    >>> quick = dataclasses.replace(RECIPES["cnn"], steps=2, epochs=1)
    >>> examples = prepare(clips, quick)
    >>> model, _ = fit(examples, quick, classes=10)
    >>> scores, levels = score_windows(model, examples.waves, np.array([0, 0]), np.array([0, 8_000]), quick)
    >>> scores.shape, levels.shape
    ((2, 10), (2,))

    Taught in chapter 11, CNN.
    """
    cut = _cut(waves, clip, start, recipe.front_end.length)
    scores = model.predict(keras_input(recipe.front_end(cut)), batch_size=256, verbose=0)
    return scores, amplitude.rms(cut)


def score_clips(model, waves, recipe):
    """Score all windows of clips, as a classifier would.

    Parameters
    ----------
    model : keras.Model
    waves : list of np.ndarray [shape=(n,), float32]
    recipe : Recipe

    Returns
    -------
    scores : np.ndarray [shape=(m, classes), float32], of each window
    clip : np.ndarray [shape=(m,), int], the clip a window is from
    votes : np.ndarray [shape=(m,), float >= 0], what the window counts for its clip (`audiocls.windows.votes`)

    Examples
    --------
    >>> import dataclasses
    >>> from audiocls import datasets
    >>> clips = datasets.load("rendered", per_class=2)
    >>> quick = dataclasses.replace(RECIPES["cnn"], steps=2, epochs=1)
    >>> examples = prepare(clips, quick)
    >>> model, _ = fit(examples, quick, classes=10)
    >>> scores, clip, votes = score_clips(model, examples.waves[:3], quick)
    >>> np.unique(clip).tolist(), scores.shape[1]
    ([0, 1, 2], 10)

    Taught in chapter 11, CNN.
    """
    clip, start = scored_windows(waves, recipe)
    scores, levels = score_windows(model, waves, clip, start, recipe)
    return scores, clip, votes_by_clip(levels, clip, recipe)


def votes_by_clip(levels, clip, recipe):
    counted = np.empty(len(clip))
    for c in np.unique(clip):
        counted[clip == c] = votes(levels[clip == c], power=recipe.vote_power, attack=recipe.attack_votes)
    return counted


def versions():
    """Return the versions of Python and of the libraries that a trained network depends on.

    Returns
    -------
    versions : dict, name to version

    Examples
    --------
    >>> sorted(versions())
    ['audiocls', 'keras', 'numpy', 'python', 'scikit-learn', 'scipy', 'tensorflow']

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

    Examples
    --------
    >>> from audiocls import datasets
    >>> clips = datasets.load("rendered")
    >>> _ = train_classifier(clips, "cnn", "my.onnx", data="rendered")  # doctest: +SKIP

    Taught in chapter 14, Deployment.
    """
    from tqdm import tqdm

    recipe = RECIPES[model]
    borrowed = borrow(recipe, clips)
    with tqdm(total=recipe.epochs, unit="epoch", desc=model, leave=False, disable=verbose > 0 or None) as bar:
        network, _ = fit(
            prepare(clips, recipe, keep_waves=not recipe.fresh),
            recipe,
            classes=len(clips.labels),
            seed=seed,
            borrowed=borrowed,
            verbose=verbose,
            progress=bar.update,
        )
    facts = {
        "model": model,
        "data": data,
        "clips": len(clips),
        "borrowed_clips": len(borrowed) if borrowed is not None else 0,
        "seed": seed,
        "command": command,
        "parameters": network.count_params(),
        "temperature": recipe.temperature,
        "versions": versions(),
        "date": datetime.date.today().isoformat(),
    }
    export_onnx(
        network,
        recipe.front_end,
        path,
        labels=clips.labels,
        hop_seconds=recipe.hop_seconds,
        vote_power=recipe.vote_power,
        attack_votes=recipe.attack_votes,
        temperature=recipe.temperature,
        sure_from=recipe.sure_from,
        facts=facts,
    )
    return network
