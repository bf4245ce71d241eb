"""Recurrence: networks that read a sequence step by step and carry a state along, in NumPy, with every gate in sight.

The same numbers as Keras's layers SimpleRNN, LSTM and GRU. Conventions: ``X`` is one sequence, ``(time, feature)``.
Weights are what ``layer.get_weights()`` returns: ``kernel`` is multiplied with the input, ``recurrent_kernel`` with the
state before, ``bias`` is added. Where a layer has gates, their columns stand side by side in Keras's order.

Functions
---------
simple_rnn : the plain recurrence
lstm : four gates and a cell, in the order input, forget, candidate, output
gru : two gates and no cell, in the order update, reset, candidate

Taught in chapter 12, RNN.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["gru", "lstm", "simple_rnn"]


@dataclass(frozen=True)
class LSTMSteps:
    """What a long short-term memory computes at each step; every array has shape (time, units)."""

    input: np.ndarray
    forget: np.ndarray
    candidate: np.ndarray
    output: np.ndarray
    cell: np.ndarray
    state: np.ndarray


@dataclass(frozen=True)
class GRUSteps:
    """What a gated recurrent unit computes at each step; every array has shape (time, units)."""

    update: np.ndarray
    reset: np.ndarray
    candidate: np.ndarray
    state: np.ndarray


def simple_rnn(X: ArrayLike, kernel: ArrayLike, recurrent_kernel: ArrayLike, bias: ArrayLike) -> np.ndarray:
    """Run the plain recurrence: the new state is the tanh of a weighted sum of the input and the state before it.

    Parameters
    ----------
    X : np.ndarray [shape=(time, feature), float]
    kernel : np.ndarray [shape=(feature, units)]
    recurrent_kernel : np.ndarray [shape=(units, units)]
    bias : np.ndarray [shape=(units,)]

    Returns
    -------
    states : np.ndarray [shape=(time, units)], the state after each step

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> simple_rnn(np.array([[1.0], [0.0]]), one, 0.5 * one, np.zeros(1)).round(3).tolist()
    [[0.762], [0.363]]

    Taught in chapter 12, RNN.
    """
    X, kernel, recurrent_kernel, bias = _checked(X, kernel, recurrent_kernel, bias, gates=1)
    state, states = np.zeros(len(recurrent_kernel)), []
    for x in X:
        state = np.tanh(x @ kernel + state @ recurrent_kernel + bias)
        states.append(state)
    return np.array(states)


def lstm(X: ArrayLike, kernel: ArrayLike, recurrent_kernel: ArrayLike, bias: ArrayLike) -> LSTMSteps:
    """Run a long short-term memory.

    Parameters
    ----------
    X : np.ndarray [shape=(time, feature), float]
    kernel : np.ndarray [shape=(feature, 4 * units)], columns in the order input, forget, candidate, output
    recurrent_kernel : np.ndarray [shape=(units, 4 * units)]
    bias : np.ndarray [shape=(4 * units,)]

    Returns
    -------
    steps : LSTMSteps of np.ndarray [shape=(time, units)]
        ``input``, ``forget`` and ``output`` are the gates of each step, ``candidate`` is what may be written. ``cell``
        and ``state`` are what the step leaves behind. Keras returns the state.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> steps = lstm(np.ones((3, 2)), np.zeros((2, 4)), np.zeros((1, 4)), np.zeros(4))
    >>> steps.forget.ravel().tolist()
    [0.5, 0.5, 0.5]

    Taught in chapter 12, RNN. Source: Gers, Schmidhuber and Cummins, 2000, doi:10.1162/089976600300015015, for the cell
    with a forget gate.
    """
    X, kernel, recurrent_kernel, bias = _checked(X, kernel, recurrent_kernel, bias, gates=4)
    state = cell = np.zeros(len(recurrent_kernel))
    steps = []
    for x in X:
        i, f, c, o = np.split(x @ kernel + state @ recurrent_kernel + bias, 4)
        i, f, c, o = _sigmoid(i), _sigmoid(f), np.tanh(c), _sigmoid(o)
        cell = f * cell + i * c
        state = o * np.tanh(cell)
        steps.append((i, f, c, o, cell, state))
    return LSTMSteps(*np.swapaxes(steps, 0, 1))


def gru(X: ArrayLike, kernel: ArrayLike, recurrent_kernel: ArrayLike, bias: ArrayLike) -> GRUSteps:
    """Run a gated recurrent unit, in the form that Keras computes by default (``reset_after=True``).

    Parameters
    ----------
    X : np.ndarray [shape=(time, feature), float]
    kernel : np.ndarray [shape=(feature, 3 * units)], columns in the order update, reset, candidate
    recurrent_kernel : np.ndarray [shape=(units, 3 * units)]
    bias : np.ndarray [shape=(2, 3 * units)], of the input and of the state

    Returns
    -------
    steps : GRUSteps of np.ndarray [shape=(time, units)]
        ``update`` and ``reset`` are the gates of each step, ``candidate`` is what may be written. Keras returns the
        ``state`` that the step leaves behind.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> steps = gru(np.ones((3, 2)), np.zeros((2, 3)), np.zeros((1, 3)), np.zeros((2, 3)))
    >>> steps.update.ravel().tolist()
    [0.5, 0.5, 0.5]

    Taught in chapter 12, RNN. Source: Cho and others, 2014, doi:10.3115/v1/D14-1179; there the reset gate acts before
    the multiplication, here after it.
    """
    X, kernel, recurrent_kernel, bias = _checked(X, kernel, recurrent_kernel, bias, gates=3, biases=2)
    state, steps = np.zeros(len(recurrent_kernel)), []
    for x in X:
        z, r, c = np.split(x @ kernel + bias[0], 3)
        of_state = np.split(state @ recurrent_kernel + bias[1], 3)
        z, r = _sigmoid(z + of_state[0]), _sigmoid(r + of_state[1])
        c = np.tanh(c + r * of_state[2])
        state = z * state + (1 - z) * c
        steps.append((z, r, c, state))
    return GRUSteps(*np.swapaxes(steps, 0, 1))


def _sigmoid(x):
    """Squeeze any number into 0 ... 1; written with tanh, it overflows nowhere."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def _checked(*arrays: ArrayLike, gates: int, biases: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return X, kernel, recurrent_kernel and bias as float64 if the shapes fit; ValueError if they do not."""
    X, kernel, recurrent_kernel, bias = (np.asarray(array, dtype=np.float64) for array in arrays)
    if X.ndim != 2 or not len(X):
        raise ValueError(f"X must be one sequence with shape (time, feature), got {X.shape}; take one of the batch")
    width = gates * recurrent_kernel.shape[0]
    wanted = ((X.shape[1], width), (recurrent_kernel.shape[0], width), (width,) if biases == 1 else (biases, width))
    got = (kernel.shape, recurrent_kernel.shape, bias.shape)
    if got != wanted:
        raise ValueError(f"kernel, recurrent_kernel and bias must have shapes {wanted}, got {got}")
    return X, kernel, recurrent_kernel, bias
