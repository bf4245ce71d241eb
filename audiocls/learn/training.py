"""Training: from batches to a network, and the scores it gives.

`fit` is the loop: it takes a network that you have built and batches that you draw. `train` follows a recipe: it seeds
the random generators, builds the network and its batches, and calls `fit`.

Functions
---------
fit : train a network on batches
train : train a network by a recipe, on clips or on given windows of them
score_windows, score_clips : the scores of a network
train_classifier : train on all clips and write a classifier file

Taught in chapter 11, CNN, and chapter 12, RNN.
"""

import functools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from audiocls import amplitude
from audiocls.datasets.clips import Clips
from audiocls.learn import batches, networks
from audiocls.learn.batches import Examples, Waves, borrow, keras_input, labelled, prepare, windows_at
from audiocls.learn.export import export_onnx
from audiocls.learn.networks import Network
from audiocls.learn.provenance import provenance
from audiocls.learn.recipes import RECIPES, Recipe
from audiocls.windows import votes_by_clip

__all__ = ["fit", "score_clips", "score_windows", "train", "train_classifier"]


def seed_everything(seed: int) -> None:
    """Seed the random generators of Python, NumPy and Keras, for the whole process, and let TensorFlow repeat itself.

    Parameters
    ----------
    seed : int

    Examples
    --------
    >>> seed_everything(0)
    >>> first = float(np.random.rand())
    >>> seed_everything(0)
    >>> float(np.random.rand()) == first
    True
    """
    keras = networks.load_keras()
    import tensorflow as tf

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


def learning_rate(start: float, steps: int, *, anneal: bool = True) -> float | Callable[[int], Any]:
    """Say how large a step the optimizer takes: always the same, or along half a cosine down to zero.

    Parameters
    ----------
    start : float > 0
    steps : int > 0, of the whole training
    anneal : bool

    Returns
    -------
    rate : float, or a callable of the step's number

    Examples
    --------
    >>> rate = learning_rate(0.01, 100)
    >>> [round(float(rate(step)), 4) for step in (0, 50, 100)]
    [0.01, 0.005, 0.0]

    Source: Loshchilov and Hutter, SGDR, 2017.
    """
    return networks.load_keras().optimizers.schedules.CosineDecay(start, steps) if anneal else start


def fit(
    network: Network, batches: Iterable[tuple[np.ndarray, np.ndarray, np.ndarray]], *,
    steps: int, epochs: int = 1, rate: float | Callable[[int], Any] = 1e-3, weight_decay: float = 0.0,
    watched: tuple[np.ndarray, np.ndarray] | None = None, verbose: int = 0,
    progress: Callable[[int], object] | None = None,
) -> dict[str, list[float]]:  # fmt: skip
    """Train a network on batches.

    The loss is the cross-entropy of labels and scores; the optimizer is AdamW.

    Parameters
    ----------
    network : keras.Model, (batch, time, feature) -> (batch, classes); it is changed
    batches : iterable of (X, labels, weight), as from `audiocls.learn.batches.labelled`
    steps : int > 0, batches in an epoch
    epochs : int > 0
    rate : float > 0 or a schedule, see `learning_rate`
    weight_decay : float >= 0
    watched : (X, labels) or None
        Inputs of shape (m, time, feature) that are scored after each epoch, to be looked at; never learnt from.
    verbose : 0, 1 or 2, as in Keras
    progress : callable or None, called with 1 after each epoch

    Returns
    -------
    history : dict, by epoch: loss, accuracy and, of what is watched, val_loss, val_accuracy

    Examples
    --------
    >>> network = networks.build_report_cnn(9, 13, 2)
    >>> batch = np.zeros((4, 9, 13)), np.eye(2)[[0, 1, 0, 1]], np.ones(4)
    >>> sorted(fit(network, [batch] * 6, steps=3, epochs=2))
    ['accuracy', 'loss']

    Source: Loshchilov and Hutter, Decoupled weight decay regularization, 2019.
    """
    keras = networks.load_keras()
    optimizer = keras.optimizers.AdamW(rate, weight_decay=weight_decay)
    network.compile(optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    ticks = [keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: progress(1))] if progress else None
    options = {"steps_per_epoch": steps, "epochs": epochs, "validation_data": watched, "callbacks": ticks}
    return network.fit((batch for batch in batches), shuffle=False, verbose=verbose, **options).history


def train(
    examples: Examples, recipe: Recipe, *, classes: int, seed: int = 0, borrowed: Examples | None = None,
    windows: tuple[np.ndarray, np.ndarray] | None = None, watched: tuple[np.ndarray, np.ndarray] | None = None,
    verbose: int = 0, progress: Callable[[int], object] | None = None,
) -> tuple[Network, dict[str, list[float]]]:  # fmt: skip
    """Build and train a network by a recipe.

    Parameters
    ----------
    examples : Examples, from `audiocls.learn.batches.prepare`
    recipe : Recipe
    classes : int > 1
    seed : int
        The same seed gives the same network, to the bit, on one machine with one set of libraries. The random
        generators are seeded anew, for the whole process.
    borrowed : Examples or None; if given, ``recipe.borrowed_share`` of each fresh batch comes from these
    windows : (clip, start) or None
        If given, learn from these windows of the waveforms in every epoch, np.ndarray [shape=(m,), int] each, instead
        of drawing any. They are not augmented, and nothing is borrowed.
    watched : (X, targets) or None
        Inputs of shape (m, time, feature) and their classes, scored after each epoch; never learnt from.
    verbose, progress : as in `fit`

    Returns
    -------
    network : keras.Model, (batch, time, feature) -> (batch, classes)
    history : dict, as from `fit`

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
    >>> network, _ = train(prepare(clips, quick), quick, classes=10)
    >>> network.output_shape
    (None, 10)

    Taught in chapter 11, CNN.
    """
    if missing := sorted(set(range(classes)) - set(examples.targets.tolist())):
        raise ValueError(f"every class needs a clip to learn from, got none of classes {missing}; add clips of them")
    rng, scaled = np.random.default_rng(seed), lambda network: network
    if windows is None and not recipe.fresh:
        windows = batches.draw_once(examples, recipe, rng)
    if windows is None:
        lent = round(recipe.batch_size * recipe.borrowed_share) if borrowed else 0
        sets = [(examples, recipe.batch_size - lent)] + ([(borrowed, lent)] if borrowed and lent else [])
        drawn, steps, weights = batches.fresh_batches(sets, recipe, rng), recipe.steps // recipe.epochs, None
    else:
        X = keras_input(recipe.front_end(windows_at(examples.waves, *windows, recipe.front_end.length)))
        targets = examples.targets[windows[0]]
        drawn, steps = batches.repeated_batches(X, targets, recipe.batch_size, rng), -(-len(X) // recipe.batch_size)
        weights = batches.class_weights(targets, classes)
        if recipe.min_max:
            scaled = functools.partial(_rescaled, low=float(X.min()), high=float(X.max()))
    seed_everything(seed)
    network = scaled(recipe.build(*recipe.front_end.shape, classes))
    if watched is not None:
        watched = next(labelled([watched], classes, smoothing=recipe.smoothing))[:2]
    options: dict[str, Any] = {"watched": watched, "verbose": verbose, "progress": progress}
    options |= {"steps": steps, "epochs": recipe.epochs, "weight_decay": recipe.weight_decay}
    rate = learning_rate(recipe.learning_rate, steps * recipe.epochs, anneal=recipe.anneal)
    lessons = labelled(drawn, classes, smoothing=recipe.smoothing, weights=weights)
    return network, fit(network, lessons, rate=rate, **options)


def _rescaled(network, *, low, high):
    """Put a layer before a network that scales its inputs to [0, 1]."""
    keras = networks.load_keras()
    scaled = keras.layers.Rescaling(1 / (high - low), offset=-low / (high - low))
    return keras.Sequential([keras.layers.Input(network.input_shape[1:]), scaled, network], name=network.name)


def score_windows(
    network: Network, waves: Waves, clip: np.ndarray, start: np.ndarray, recipe: Recipe
) -> tuple[np.ndarray, np.ndarray]:
    """Score windows of waveforms.

    Parameters
    ----------
    network : keras.Model, from `train`
    waves : sequence of np.ndarray [shape=(n,), float32]
    clip, start : np.ndarray [shape=(m,), int], which waveform and which first sample
    recipe : Recipe

    Returns
    -------
    scores : np.ndarray [shape=(m, classes), float32]
    levels : np.ndarray [shape=(m,), float], RMS of each window

    Examples
    --------
    >>> recipe = RECIPES["cnn"]
    >>> network = recipe.build(*recipe.front_end.shape, 10)
    >>> scores, levels = score_windows(network, [np.ones(40_000)], np.array([0, 0]), np.array([0, 8_000]), recipe)
    >>> scores.shape, levels.round(2)
    ((2, 10), array([1., 1.]))
    """
    cut = windows_at(waves, clip, start, recipe.front_end.length)
    scores = network.predict(keras_input(recipe.front_end(cut)), batch_size=256, verbose=0)
    return scores, amplitude.rms(cut)


def score_clips(network: Network, waves: Waves, recipe: Recipe) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Score all windows of clips, as a classifier would.

    Parameters
    ----------
    network : keras.Model, from `train`
    waves : sequence of np.ndarray [shape=(n,), float32]
    recipe : Recipe

    Returns
    -------
    scores : np.ndarray [shape=(m, classes), float32], of each window
    clip : np.ndarray [shape=(m,), int], the clip a window is from
    votes : np.ndarray [shape=(m,), float >= 0], what the window counts for its clip (`audiocls.windows.Voting`)

    Examples
    --------
    >>> recipe = RECIPES["cnn"]
    >>> network = recipe.build(*recipe.front_end.shape, 10)
    >>> scores, clip, votes = score_clips(network, [np.ones(40_000), np.ones(9_000)], recipe)
    >>> clip.tolist(), votes.tolist()
    ([0, 0, 1], [8.0, 1.0, 8.0])

    Taught in chapter 11, CNN.
    """
    clip, start = batches.scored_windows(waves, recipe)
    scores, levels = score_windows(network, waves, clip, start, recipe)
    return scores, clip, votes_by_clip(levels, clip, recipe.voting)


def train_classifier(
    clips: Clips, model: str, path: str | Path, *, seed: int = 0, command: str = "", verbose: int = 0
) -> Network:
    """Train a network on all clips and write it as a classifier file.

    A bar on stderr shows the epochs, where stderr is a terminal and verbose is 0. The file has temperature 1 and
    answers always, until ``audiocls calibrate`` writes into it what ``audiocls evaluate`` has measured.

    Parameters
    ----------
    clips : Clips
    model : str, a key of `audiocls.learn.recipes.RECIPES`
    path : str or Path of the ONNX file
    seed : int
    command : str, what a reader can type to train it again
    verbose : 0, 1 or 2, as in Keras

    Returns
    -------
    network : keras.Model, the trained network without its front end

    Examples
    --------
    >>> from audiocls import datasets
    >>> _ = train_classifier(datasets.load("rendered"), "cnn", "my.onnx")  # doctest: +SKIP

    Taught in chapter 14, Deployment.
    """
    from tqdm import tqdm

    recipe = RECIPES[model]
    borrowed = borrow(recipe, clips)
    examples = prepare(clips, recipe, keep_waves=not recipe.fresh)
    with tqdm(total=recipe.epochs, unit="epoch", desc=model, leave=False, disable=verbose > 0 or None) as bar:
        options: dict[str, Any] = {"verbose": verbose, "progress": bar.update}
        network, _ = train(examples, recipe, classes=len(clips.labels), seed=seed, borrowed=borrowed, **options)
    facts = {"model": model, "data": clips.name, "clips": len(clips), "seed": seed}
    facts |= {"borrowed_clips": len(borrowed or ()), "parameters": network.count_params(), **provenance(command)}
    export_onnx(network, recipe.front_end, path, labels=clips.labels, voting=recipe.voting, facts=facts)
    return network
