"""The networks: the two of the 2019 report, rebuilt exactly, and the book's own two.

All take Keras batches ``X`` of shape ``(batch, time, feature)`` and return class probabilities ``(batch, classes)``.
The report's networks read 13 MFCCs over 0.1 s (9 frames). The book's networks read 64 log-mel bands over 2 s
(100 frames), relative to the loudest point of the window; their first layer gives each band zero mean and unit variance
over the training windows.

Functions
---------
build_report_cnn, build_report_rnn : the networks of the 2019 report
build_cnn, build_rnn : the book's networks
load_keras : Keras on TensorFlow, imported without TensorFlow's log lines

Taught in chapter 11, CNN, and chapter 12, RNN.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any, Literal, get_args

from audiocls.waveform import check_option

__all__ = ["Network", "build_cnn", "build_report_cnn", "build_report_rnn", "build_rnn", "load_keras"]

Network = Any  # a keras.Model; Keras is imported only where a network is built
Pool = Literal["mean", "max", "attention"]
Cell = Literal["LSTM", "GRU", "SimpleRNN", None]


@contextlib.contextmanager
def silent_stderr() -> Iterator[None]:
    """Send file descriptor 2 nowhere for a while: log lines of TensorFlow's C++ code pass sys.stderr by."""
    saved, sink = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(sink)


def load_keras() -> ModuleType:
    """Import Keras on TensorFlow, silently.

    Returns
    -------
    keras : module

    Raises
    ------
    ModuleNotFoundError
        If TensorFlow or Keras is not installed.

    Examples
    --------
    >>> load_keras().backend.backend()
    'tensorflow'

    Taught in chapter 11, CNN.
    """
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        with silent_stderr():
            import keras
            import tensorflow as tf

            tf.constant(0)  # the first operation logs too
            tf.get_logger().setLevel("ERROR")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f'training needs {error.name}; pip install "audiocls[learn]"') from error
    return keras


def build_report_cnn(time: int, features: int, classes: int) -> Network:
    """Build the convolutional network of the 2019 report.

    Four 3 x 3 convolutions, one pooling, three dense layers: 499,402 weights for 9 frames of 13 MFCCs and 10 classes.

    Parameters
    ----------
    time, features : int > 0, frames and coefficients of one input window
    classes : int > 1

    Returns
    -------
    model : keras.Model [X of shape=(batch, time, features)] -> [shape=(batch, classes)]

    Examples
    --------
    >>> build_report_cnn(9, 13, 10).count_params()
    499402

    Taught in chapter 11, CNN. Source: the 2019 report, section "CNN".
    """
    keras = load_keras()
    layers = keras.layers
    model = keras.Sequential([layers.Input((time, features)), layers.Reshape((time, features, 1))], name="report_cnn")
    for filters in (16, 32, 64, 128):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    model.add(layers.MaxPool2D(2))
    model.add(layers.Dropout(0.5))
    model.add(layers.Flatten())
    for units in (128, 64):
        model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dense(classes, activation="softmax"))
    return model


def build_report_rnn(time: int, features: int, classes: int) -> Network:
    """Build the recurrent network of the 2019 report.

    Two LSTM layers, four dense layers per frame, all frames side by side into the last layer: 216,018 weights for 9
    frames of 13 MFCCs and 10 classes.

    Parameters
    ----------
    time, features : int > 0, frames and coefficients of one input window
    classes : int > 1

    Returns
    -------
    model : keras.Model [X of shape=(batch, time, features)] -> [shape=(batch, classes)]

    Examples
    --------
    >>> build_report_rnn(9, 13, 10).count_params()
    216018

    Taught in chapter 12, RNN. Source: the 2019 report, section "RNN".
    """
    keras = load_keras()
    layers = keras.layers
    model = keras.Sequential([layers.Input((time, features))], name="report_rnn")
    for _ in range(2):
        model.add(layers.LSTM(128, return_sequences=True))
    model.add(layers.Dropout(0.5))
    for units in (64, 32, 16, 8):
        model.add(layers.TimeDistributed(layers.Dense(units, activation="relu")))
    model.add(layers.Flatten())
    model.add(layers.Dense(classes, activation="softmax"))
    return model


_STANDARDIZE = {"momentum": 0.95, "center": False, "scale": False}  # learn mean and variance, and nothing else


def _attention(keras, x):
    """Average (batch, time, feature) over time, each frame counting as much as a layer of one unit says."""
    weights = keras.layers.Softmax(axis=1)(keras.layers.Dense(1)(x))
    return keras.layers.Flatten()(keras.layers.Dot(axes=1)([weights, x]))


def _pool_over_time(keras, x, pool):
    """Summarise (batch, time, feature) over time: by its mean, what lasts; by its maximum, what happens once."""
    if unknown := set(pool) - set(get_args(Pool)):
        raise ValueError(f"pool must be of {', '.join(get_args(Pool))}, got {', '.join(sorted(unknown))}")
    layers = {"mean": keras.layers.GlobalAveragePooling1D, "max": keras.layers.GlobalMaxPooling1D}
    pooled = [_attention(keras, x) if way == "attention" else layers[way]()(x) for way in pool]
    return pooled[0] if len(pooled) == 1 else keras.layers.Concatenate()(pooled)


_POOLS = ((1, 2), (2, 2), (2, 1))  # (frames, bands) that become one after the first three convolutions


def build_cnn(
    time: int, features: int, classes: int, *, filters: Sequence[int] = (16, 32, 64, 96), dropout: float = 0.4,
    pool: Sequence[Pool] = ("mean", "max"), normalize: bool = True,
) -> Network:  # fmt: skip
    """Build the book's convolutional network.

    The first convolution (5 x 5) looks at every other frame and band, the others (3 x 3) at what pooling has left of
    both. The bands left at the end stay apart, so that the network knows where in frequency it saw a pattern; time is
    pooled away, so that it does not matter when it did.

    Parameters
    ----------
    time, features : int > 0, frames and bands of one input window
    classes : int > 1
    filters : tuple of int, one entry per convolution
    dropout : float in [0, 1)
    pool : sequence of "mean", "max", "attention", what becomes of time
    normalize : bool
        False: no layer that brings numbers to zero mean and unit variance, neither at the input nor after a
        convolution, which then has a bias instead. To see what these layers are for.

    Returns
    -------
    model : keras.Model [X of shape=(batch, time, features)] -> [shape=(batch, classes)]

    Raises
    ------
    ValueError
        If there is no such way to pool.

    Examples
    --------
    >>> build_cnn(100, 64, 10).count_params()
    92042

    Taught in chapter 11, CNN. Source: Ioffe and Szegedy, Batch normalization, 2015, for the blocks.
    """
    keras = load_keras()
    layers = keras.layers
    inputs = layers.Input((time, features))
    x = layers.Reshape((time, features, 1))(layers.BatchNormalization(**_STANDARDIZE)(inputs) if normalize else inputs)
    for block, width in enumerate(filters):
        size, stride = (5, 2) if block == 0 else (3, 1)
        x = layers.Conv2D(width, size, strides=stride, padding="same", use_bias=not normalize)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x) if normalize else x)
        if block < len(_POOLS):
            x = layers.MaxPool2D(_POOLS[block])(x)
    x = layers.Conv2D(48, 1, activation="relu")(x)
    x = _pool_over_time(keras, layers.Reshape((x.shape[1], -1))(x), pool)
    outputs = layers.Dense(classes, activation="softmax")(layers.Dropout(dropout)(x))
    return keras.Model(inputs, outputs, name="cnn")


def _read(keras, cell, units):
    """Return a layer (batch, time, feature) -> (batch, time, 2 * units): recurrent in both directions, or in none."""
    if cell is None:
        return keras.layers.Dense(2 * units, activation="relu")
    return keras.layers.Bidirectional(getattr(keras.layers, cell)(units, return_sequences=True))


def build_rnn(
    time: int, features: int, classes: int, *, units: int = 96, stack: int = 2, dropout: float = 0.4,
    pool: Sequence[Pool] = ("mean", "max"), cell: Cell = "LSTM", depth: int = 1,
) -> Network:  # fmt: skip
    """Build the book's recurrent network.

    Neighbouring frames are read as one step, an LSTM runs over the steps in each direction, and the states are
    pooled over time.

    Parameters
    ----------
    time, features : int > 0, frames and bands of one input window
    classes : int > 1
    units : int > 0, states in each direction
    stack : int > 0, frames read as one step; frames left over at the end are dropped
    dropout : float in [0, 1)
    pool : sequence of "mean", "max", "attention", what becomes of time
    cell : "LSTM", "GRU", "SimpleRNN" or None; None reads each step by itself, with a dense layer of the same width
    depth : int > 0, such layers, one on top of the other

    Returns
    -------
    model : keras.Model [X of shape=(batch, time, features)] -> [shape=(batch, classes)]

    Raises
    ------
    ValueError
        If there is no such way to pool, or no such cell.

    Examples
    --------
    >>> build_rnn(100, 64, 10).output_shape
    (None, 10)

    Taught in chapter 12, RNN. Source: Hochreiter and Schmidhuber, Long short-term memory, 1997.
    """
    check_option("cell", cell, Cell)
    keras = load_keras()
    layers = keras.layers
    steps = time // stack
    inputs = layers.Input((time, features))
    x = layers.Cropping1D((0, time - steps * stack))(layers.BatchNormalization(**_STANDARDIZE)(inputs))
    x = layers.Dropout(dropout / 2)(layers.Reshape((steps, stack * features))(x))
    x = layers.Dense(units, activation="relu")(x)
    for _ in range(depth):
        x = _read(keras, cell, units)(x)
    x = _pool_over_time(keras, x, pool)
    outputs = layers.Dense(classes, activation="softmax")(layers.Dropout(dropout)(x))
    return keras.Model(inputs, outputs, name="rnn")
