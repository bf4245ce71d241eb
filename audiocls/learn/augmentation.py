"""Augmentation: the same note from another room, another microphone, another instrument of its kind.

A network that sees each clip only as it was recorded learns the recording. `augment` changes each window's log-mel
spectrogram the way a change of recording would: a note cut short, a livelier room (a tail that dies away, added in
power), an instrument a little larger or smaller (the whole pattern moved by a band), another frequency response (a
smooth curve added over the bands), a noisier room (a noise floor added in power), a band or a moment that cannot be
relied on (masked).

Functions: `augment`, and its six steps `shorten`, `reverberate`, `shift_bands`, `equalize`, `add_noise_floor`, `mask`,
which take and return X, shape (batch, bands, time), in decibels. `shuffle_frames` is no step of it: it asks what order
is good for.

Taught in chapter 11, CNN. Source for masking: Park and others, SpecAugment, 2019, doi:10.21437/Interspeech.2019-2680.
"""

from collections.abc import Callable, Sequence

import numpy as np

from audiocls.learn.frontend import SILENCE_DB

__all__ = ["STEPS", "augment", "shuffle_frames"]
__all__ += ["add_noise_floor", "equalize", "mask", "reverberate", "shift_bands", "shorten"]

_NEPERS = np.float32(np.log(10.0) / 10.0)  # per decibel of power; exp and log of float32 are fast


def shorten(
    X: np.ndarray, rng: np.random.Generator, *,
    share: float = 0.2, shortest: float = 0.05, silence_db: float = SILENCE_DB,
) -> np.ndarray:  # fmt: skip
    """Cut some windows short, with silence after: a network must also know a note that has just begun.

    What is kept is counted from the first frame within 50 dB of the loudest point, so that something is always left to
    hear.

    Parameters
    ----------
    X : np.ndarray [shape=(batch, bands, time), float], in decibels
    rng : np.random.Generator
    share : float in [0, 1], of the windows
    shortest : float in (0, 1], share of the window that is kept at least; lengths are spread evenly over octaves
    silence_db : float, what stands for silence

    Returns
    -------
    X : np.ndarray [shape as X]

    Examples
    --------
    >>> shorten(np.zeros((1, 1, 8)), np.random.default_rng(0), share=1.0)
    array([[[   0.,    0.,    0.,    0., -140., -140., -140., -140.]]])

    Taught in chapter 11, CNN.
    """
    batch, _, time = X.shape
    kept = np.where(rng.random(batch) < share, np.ceil(time * shortest ** rng.random(batch)), time)[:, None]
    peaks = X.max(axis=1)
    begin = np.argmax(peaks > peaks.max(axis=1, keepdims=True) - 50, axis=1)[:, None]
    return np.where((np.arange(time) < begin + kept)[:, None, :], X, np.asarray(silence_db, dtype=X.dtype))


def reverberate(
    X: np.ndarray, rng: np.random.Generator, *, share: float = 0.4, shortest_seconds: float = 0.15,
    longest_seconds: float = 1.5, softest_db: float = -20.0, loudest_db: float = -3.0, hop_seconds: float = 0.020,
) -> np.ndarray:  # fmt: skip
    """Give some windows a tail, as a livelier room would: power that dies away exponentially in every band alike.

    Parameters
    ----------
    X : np.ndarray [shape=(batch, bands, time), float], in decibels
    rng : np.random.Generator
    share : float in [0, 1], of the windows
    shortest_seconds, longest_seconds : float > 0
        Reverberation times, in which the tail falls by 60 dB; spread evenly over octaves.
    softest_db, loudest_db : float, range of the energy of the whole tail relative to the sound's
    hop_seconds : float > 0, from one frame to the next

    Returns
    -------
    X : np.ndarray [shape as X]

    Examples
    --------
    >>> click = np.array([[[0.0, -140.0, -140.0, -140.0]]])
    >>> room = {"shortest_seconds": 0.2, "longest_seconds": 0.2, "hop_seconds": 0.1}
    >>> tail = reverberate(click, np.random.default_rng(0), share=1.0, **room)
    >>> np.diff(tail[0, 0, 1:]).round(3)
    array([-30., -30.])

    Taught in chapter 11, CNN. Source: Sabine, Collected papers on acoustics, 1922, for the reverberation time.
    """
    batch = len(X)
    seconds = shortest_seconds * (longest_seconds / shortest_seconds) ** rng.random(batch)
    level_db = rng.uniform(softest_db, loudest_db, size=batch)
    level = np.where(rng.random(batch) < share, 10 ** (level_db / 10), 0.0)
    left = 10 ** (-6 * hop_seconds / seconds)  # of the power, from one frame to the next
    added = level * (1 - left) / left  # all frames of a tail together then hold `level` of the power that fed it
    kept, fed = (factor.astype(np.float32)[:, None] for factor in (left, added))
    dry = np.exp(X * _NEPERS)
    wet, tail = dry.copy(), np.zeros_like(dry[..., 0])
    for t in range(1, X.shape[2]):
        tail = kept * (tail + fed * dry[..., t - 1])
        wet[..., t] += tail
    return np.log(wet) / _NEPERS


def equalize(X: np.ndarray, rng: np.random.Generator, *, depth_db: float = 2.5, waves: int = 3) -> np.ndarray:
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


def shift_bands(X: np.ndarray, rng: np.random.Generator, *, furthest: int = 1) -> np.ndarray:
    """Move each window's pattern up or down by a few bands; the edge band is repeated.

    Parameters
    ----------
    X : np.ndarray [shape=(batch, bands, time), float], in decibels
    rng : np.random.Generator
    furthest : int >= 0, in bands

    Returns
    -------
    X : np.ndarray [shape as X]

    Examples
    --------
    >>> X = np.arange(4.0).reshape(1, 4, 1)
    >>> shift_bands(X, np.random.default_rng(0)).ravel()
    array([0., 0., 1., 2.])

    Taught in chapter 11, CNN.
    """
    batch, bands, _ = X.shape
    by = rng.integers(-furthest, furthest + 1, size=(batch, 1))
    return np.take_along_axis(X, np.clip(np.arange(bands) - by, 0, bands - 1)[:, :, None], axis=1)


def add_noise_floor(
    X: np.ndarray, rng: np.random.Generator, *, softest_db: float = -90.0, loudest_db: float = -50.0
) -> np.ndarray:
    """Add steady noise, its level in each band drawn around one level for the window.

    Parameters
    ----------
    X : np.ndarray [shape=(batch, bands, time), float], in decibels
    rng : np.random.Generator
    softest_db, loudest_db : float, range of the noise level relative to the window's loudest point

    Returns
    -------
    X : np.ndarray [shape as X]

    Examples
    --------
    >>> silence = np.full((1, 64, 100), -140.0)
    >>> silence[0, 0, 0] = 0.0  # the window's loudest point
    >>> noisy = add_noise_floor(silence, np.random.default_rng(0))
    >>> bool(noisy.min() > -120)
    True

    Taught in chapter 11, CNN.
    """
    batch = len(X)
    level = X.max(axis=(1, 2)) + rng.uniform(softest_db, loudest_db, size=batch)
    tilt = rng.uniform(-15.0, 5.0, size=(batch, 1)) * np.linspace(0.0, 1.0, X.shape[1])
    noise = (level[:, None] + tilt)[:, :, None].astype(np.float32)
    noise = noise + 2 * rng.standard_normal(X.shape, dtype=np.float32)
    return np.log(np.exp(X * _NEPERS) + np.exp(noise * _NEPERS)) / _NEPERS


def mask(X: np.ndarray, rng: np.random.Generator, *, bands: int = 4, frames: int = 8) -> np.ndarray:
    """Hide one group of bands and one stretch of time in each window, at the window's smallest value.

    Parameters
    ----------
    X : np.ndarray [shape=(batch, bands, time), float], in decibels
    rng : np.random.Generator
    bands, frames : int >= 0, largest extent of the mask

    Returns
    -------
    X : np.ndarray [shape as X]

    Examples
    --------
    >>> X = np.arange(48.0).reshape(1, 4, 12) - 48
    >>> hidden = mask(X, np.random.default_rng(0), bands=2, frames=3)
    >>> bool(np.any(hidden != X)), bool(np.all((hidden == X) | (hidden == X.min())))
    (True, True)

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


def shuffle_frames(X: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Put the frames of each window in random order: what is in them stays, when it was is lost.

    Parameters
    ----------
    X : np.ndarray [shape=(batch, bands, time), float]
    rng : np.random.Generator

    Returns
    -------
    X : np.ndarray [shape as X], each window in an order of its own

    Examples
    --------
    >>> shuffle_frames(np.arange(8.0).reshape(1, 2, 4), np.random.default_rng(0))
    array([[[2., 0., 1., 3.],
            [6., 4., 5., 7.]]])

    Taught in chapter 12, RNN.
    """
    order = rng.permuted(np.tile(np.arange(X.shape[-1]), (len(X), 1)), axis=1)
    return np.take_along_axis(X, order[:, None, :], axis=2)


Step = Callable[[np.ndarray, np.random.Generator], np.ndarray]
STEPS = (shorten, reverberate, shift_bands, equalize, add_noise_floor, mask)


def augment(X: np.ndarray, rng: np.random.Generator, *, steps: Sequence[Step] = STEPS) -> np.ndarray:
    """Change every window the way another recording would.

    Parameters
    ----------
    X : np.ndarray [shape=(batch, bands, time), float], in decibels
    rng : np.random.Generator
    steps : sequence of callable, (X, rng) -> X, taken one after the other

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
    for step in steps:
        X = step(X, rng)
    return X
