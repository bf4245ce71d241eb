"""What a waveform is: the checks that every door of the package shares, and mixing down to mono.

Conventions. A waveform ``y`` is floating point with full scale at 1.0: shape ``(n,)`` for mono, ``(channels, n)`` for
any other, ``(..., n)`` for a batch. ``sr`` is its sampling rate in Hz.

Functions: `check_waveform`, `check_rate`, `to_mono`.
"""

from numbers import Real
from typing import Any, TypeVar, get_args

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["check_rate", "check_waveform", "to_mono"]

Values = TypeVar("Values", float, np.ndarray)  # of a conversion: a number gives a number, an array an array


def check_waveform(y: ArrayLike) -> np.ndarray:
    """Return ``y`` as a floating-point array, or say why it is not a waveform.

    Parameters
    ----------
    y : array_like [shape=(..., n), float, n > 0]

    Returns
    -------
    y : np.ndarray [shape=(..., n), float]

    Raises
    ------
    ValueError
        If y holds integers or complex numbers, no samples, NaN or infinity.

    Examples
    --------
    >>> check_waveform([1, 2])
    Traceback (most recent call last):
    ValueError: y must be floating point, got int64; did you forget to divide by 32768? use audio.read
    """
    y = np.asarray(y)
    if not np.issubdtype(y.dtype, np.floating):
        raise ValueError(f"y must be floating point, got {y.dtype}; did you forget to divide by 32768? use audio.read")
    if y.ndim == 0 or y.size == 0:
        raise ValueError(f"y must have samples on its last axis, got shape {y.shape}; check how it was cut")
    if not np.isfinite(y).all():
        bad = int(np.argmin(np.isfinite(y).ravel()))
        raise ValueError(f"y must be finite, got {y.ravel()[bad]} at sample {bad}; find where it was divided by zero")
    return y


def check_rate(sr: float) -> float:
    """Return the sampling rate ``sr``, or say why it is none.

    Parameters
    ----------
    sr : float > 0, in Hz

    Returns
    -------
    sr : float, as given

    Raises
    ------
    ValueError
        If sr is not a positive, finite number.

    Examples
    --------
    >>> check_rate(0)
    Traceback (most recent call last):
    ValueError: sr must be a positive number of Hz, got 0; pass the rate that audio.read returned
    """
    if not (isinstance(sr, Real) and 0 < sr < np.inf):
        raise ValueError(f"sr must be a positive number of Hz, got {sr!r}; pass the rate that audio.read returned")
    return sr


def to_mono(y: ArrayLike) -> np.ndarray:
    """Average the channels of a waveform.

    Parameters
    ----------
    y : np.ndarray [shape=(n,) or (channels, n), float]

    Returns
    -------
    y : np.ndarray [shape=(n,), float], the input itself if it is mono

    Raises
    ------
    ValueError
        If y has another shape, is not floating point or not finite.

    Examples
    --------
    >>> to_mono(np.array([[1.0, 0.0], [0.0, 0.0]]))
    array([0.5, 0. ])

    Taught in chapter 1, Sampling.
    """
    y = check_waveform(y)
    if y.ndim > 2:
        raise ValueError(f"y must have shape (n,) or (channels, n), got {y.shape}; convert one sound at a time")
    return y if y.ndim == 1 else y.mean(axis=0)


def check_mono(y: ArrayLike) -> np.ndarray:
    """A waveform that has one channel and is alone."""
    y = check_waveform(y)
    if y.ndim != 1:
        raise ValueError(f"y must be mono with shape (n,), got {y.shape}; call waveform.to_mono(y) first")
    return y


def check_not_negative(name: str, values: np.ndarray) -> None:
    """Refuse a power or a magnitude below zero, which is most often one in decibels."""
    if values.size and not values.min() >= 0:
        raise ValueError(f"{name} must not be in decibels but >= 0, got {values.min():g}; undo the logarithm first")


def unwrap(values):
    """A number in place of an array without axes, so that a conversion gives what it was given."""
    return values[()]


def check_option(name: str, value: str | None, options: Any) -> None:
    """Refuse a word that is not one of a Literal's, so that type checker and run time read one list."""
    words = get_args(options)
    if not isinstance(value, str | None) or value not in words:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, words))}, got {value!r}")
