"""Augmentation: the same note from another room, another microphone, another instrument of its kind.

A network that sees each clip only as it was recorded learns the recording. `augment` changes each window's log-mel
spectrogram the way a change of recording would: another frequency response (a smooth curve added over the bands), an
instrument a little larger or smaller (the whole pattern moved by a band or two), a noisier room (a noise floor added
in power), a band or a moment that cannot be relied on (masked).

Functions: `shorten` for waveforms; `augment` for log-mel spectrograms, and its four steps `equalize`, `shift_bands`,
`add_noise_floor`, `mask`, which take and return X, shape (batch, bands, time), in decibels.

Taught in chapter 11, CNN. Source for masking: Park and others, SpecAugment, 2019, doi:10.21437/Interspeech.2019-2680.
"""

import numpy as np


def shorten(windows, rng, *, share=0.3, shortest=0.02):
    """Cut some windows of sound short, with silence after: a network must also know a note that has just begun.

    What is kept is counted from the first sample that is not zero, so that something is always left to hear.

    Parameters
    ----------
    windows : np.ndarray [shape=(batch, n), float]
    rng : np.random.Generator
    share : float in [0, 1], of the windows
    shortest : float in (0, 1], share of the window that is kept at least; lengths are spread evenly over octaves

    Returns
    -------
    windows : np.ndarray [shape as windows], the cut ones faded out over at most 5 % of what is kept

    Examples
    --------
    >>> shorten(np.ones((1, 8)), np.random.default_rng(0), share=1.0).round(1)
    array([[1. , 1. , 0.8, 0. , 0. , 0. , 0. , 0. ]])

    Taught in chapter 11, CNN.
    """
    batch, n = windows.shape
    kept = np.where(rng.random(batch) < share, n * shortest ** rng.random(batch), n)[:, None]
    begin = np.argmax(windows != 0, axis=1)[:, None]
    fade = np.clip((begin + kept - np.arange(n)) / np.maximum(kept / 20, 1), 0, 1)
    return windows * np.where(kept == n, 1, fade).astype(windows.dtype)


def equalize(X, rng, *, depth_db=4.0, waves=3):
    """Add a smooth random curve over the bands: a few cosines of random height, the slowest the highest.

    Parameters
    ----------
    X : np.ndarray [shape=(batch, bands, time), float], in decibels
    rng : np.random.Generator
    depth_db : float >= 0, standard deviation of the slowest cosine's height
    waves : int > 0

    Returns
    -------
    X : np.ndarray [shape as X]

    Examples
    --------
    >>> X = np.zeros((1, 8, 3))
    >>> float(np.ptp(equalize(X, np.random.default_rng(0)), axis=-1).max())
    0.0

    Taught in chapter 11, CNN.
    """
    batch, bands, _ = X.shape
    order = np.arange(1, waves + 1)
    cosines = np.cos(np.pi * order[:, None] * (np.arange(bands) + 0.5) / bands)
    heights = rng.normal(0.0, depth_db / order, size=(batch, waves))
    return X + (heights @ cosines)[:, :, None].astype(X.dtype)


def shift_bands(X, rng, *, furthest=2):
    """Move each window's pattern up or down by a few bands; the edge band is repeated.

    Parameters
    ----------
    X : np.ndarray [shape=(batch, bands, time), float], in decibels
    rng : np.random.Generator
    furthest : int >= 0, in bands

    Returns
    -------
    X : np.ndarray [shape as X]

    Taught in chapter 11, CNN.
    """
    batch, bands, _ = X.shape
    by = rng.integers(-furthest, furthest + 1, size=(batch, 1))
    return np.take_along_axis(X, np.clip(np.arange(bands) - by, 0, bands - 1)[:, :, None], axis=1)


def add_noise_floor(X, rng, *, softest_db=-90.0, loudest_db=-35.0):
    """Add steady noise, its level in each band drawn around one level for the window.

    Parameters
    ----------
    X : np.ndarray [shape=(batch, bands, time), float], in decibels
    rng : np.random.Generator
    softest_db, loudest_db : float, range of the noise level relative to the window's loudest point

    Returns
    -------
    X : np.ndarray [shape as X]

    Taught in chapter 11, CNN.
    """
    batch = len(X)
    level = X.max(axis=(1, 2)) + rng.uniform(softest_db, loudest_db, size=batch)
    tilt = rng.uniform(-15.0, 5.0, size=(batch, 1)) * np.linspace(0.0, 1.0, X.shape[1])
    noise = (level[:, None] + tilt)[:, :, None].astype(np.float32)
    noise = noise + 2 * rng.standard_normal(X.shape, dtype=np.float32)
    nepers = np.float32(np.log(10.0) / 10.0)  # per decibel of power; exp and log of float32 are fast
    return np.log(np.exp(X * nepers) + np.exp(noise * nepers)) / nepers


def mask(X, rng, *, bands=6, frames=15):
    """Hide one group of bands and one stretch of time in each window, at the window's smallest value.

    Parameters
    ----------
    X : np.ndarray [shape=(batch, bands, time), float], in decibels
    rng : np.random.Generator
    bands, frames : int >= 0, largest extent of the mask

    Returns
    -------
    X : np.ndarray [shape as X]

    Taught in chapter 11, CNN. Source: Park and others, SpecAugment, 2019, doi:10.21437/Interspeech.2019-2680.
    """
    hidden = np.zeros(X.shape, dtype=bool)
    for axis, widest in ((1, bands), (2, frames)):
        width = rng.integers(0, widest + 1, size=len(X))
        first = rng.integers(0, X.shape[axis] - width + 1)
        place = np.arange(X.shape[axis])
        inside = (place >= first[:, None]) & (place < (first + width)[:, None])
        hidden |= np.expand_dims(inside, 3 - axis)
    return np.where(hidden, X.min(axis=(1, 2), keepdims=True), X)


def augment(X, rng):
    """Change every window the way another recording would.

    Parameters
    ----------
    X : np.ndarray [shape=(batch, bands, time), float], in decibels
    rng : np.random.Generator

    Returns
    -------
    X : np.ndarray [shape as X]

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(-40, 10, size=(4, 64, 197))
    >>> augment(X, np.random.default_rng(1)).shape
    (4, 64, 197)

    Taught in chapter 11, CNN.
    """
    return mask(add_noise_floor(equalize(shift_bands(X, rng), rng), rng), rng)
