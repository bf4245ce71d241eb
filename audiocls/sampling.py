"""Sampling: when a list of numbers is as good as the sound, and what happens when it is not.

Sampling keeps the value of a sound every 1 / sr seconds and forgets the rest. Nothing is lost if the sound has no
component at or above the Nyquist frequency sr / 2: `reconstruct` returns every value in between. A component above it
is not lost either, it comes back as another frequency (`alias_frequency`), and nobody can tell afterwards.

Conventions. Frequencies and rates are in Hz, times in seconds from the first sample, phases in radians. Tones are
float64, `(n,)`, n = round(sr * seconds); `resample` keeps the dtype and works on the last axis.

Functions: `tone`, `chirp`, `square`, `alias_frequency`, `reconstruct`, `resample`, `resample_blocks`.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from audiocls.waveform import Values, check_mono, check_rate, check_waveform, unwrap

__all__ = ["alias_frequency", "chirp", "reconstruct", "resample", "resample_blocks", "square", "tone"]


def tone(frequency: float, *, sr: float, seconds: float, amplitude: float = 1.0, phase: float = 0.0) -> np.ndarray:
    """Sample a sine, amplitude * sin(2 pi frequency t + phase), at t = 0, 1/sr, 2/sr, ...

    Nothing stops you from asking for a frequency above sr / 2: the samples are those of its alias, as from a
    converter without a filter in front of it.

    Parameters
    ----------
    frequency : float, in Hz
    sr : float > 0, sampling rate in Hz
    seconds : float > 0
    amplitude : float
    phase : float, in radians

    Returns
    -------
    y : np.ndarray [shape=(round(sr * seconds),), float64]

    Raises
    ------
    ValueError
        If sr or seconds is not positive, or too short for one sample.

    Examples
    --------
    >>> tone(2000, sr=8000, seconds=0.0005).round(6)
    array([ 0.,  1.,  0., -1.])

    Taught in chapter 1, Sampling. Source: Oppenheim and Schafer, Discrete-Time Signal Processing, 2010, section 4.1.
    """
    return amplitude * np.sin(2 * np.pi * frequency * _times(sr, seconds) + phase)


def chirp(start: float, stop: float, *, sr: float, seconds: float, amplitude: float = 1.0) -> np.ndarray:
    """Sample a sine whose frequency moves in a straight line from ``start`` to ``stop``.

    The phase is the integral of the frequency: 2 pi (start t + (stop - start) t**2 / (2 seconds)).

    Parameters
    ----------
    start, stop : float, frequencies in Hz at t = 0 and t = seconds
    sr : float > 0, sampling rate in Hz
    seconds : float > 0
    amplitude : float

    Returns
    -------
    y : np.ndarray [shape=(round(sr * seconds),), float64]

    Raises
    ------
    ValueError
        If sr or seconds is not positive, or too short for one sample.

    Examples
    --------
    >>> y = chirp(0, 8000, sr=8000, seconds=2)
    >>> y.shape
    (16000,)

    Taught in chapter 1, Sampling. Source: scipy.signal.chirp, method "linear", which is a cosine of the same phase.
    """
    t = _times(sr, seconds)
    return amplitude * np.sin(2 * np.pi * (start * t + (stop - start) * t**2 / (2 * seconds)))


def square(frequency: float, *, sr: float, seconds: float, amplitude: float = 1.0, alias: bool = True) -> np.ndarray:
    """Sample a square wave, +amplitude for the first half of each period and -amplitude for the second.

    An ideal square wave has odd harmonics without end, so its samples hold the aliases of all those above sr / 2.
    With ``alias=False`` it is the sum of the harmonics below sr / 2 only: 4 / (pi k) sin(2 pi k frequency t), k odd.

    Parameters
    ----------
    frequency : float > 0, in Hz
    sr : float > 0, sampling rate in Hz
    seconds : float > 0
    amplitude : float
    alias : bool, whether to sample the ideal square wave or its part below sr / 2

    Returns
    -------
    y : np.ndarray [shape=(round(sr * seconds),), float64]

    Raises
    ------
    ValueError
        If frequency, sr or seconds is not positive.

    Examples
    --------
    >>> square(1000, sr=8000, seconds=0.001)
    array([ 1.,  1.,  1.,  1., -1., -1., -1., -1.])

    Taught in chapter 1, Sampling. Source: Oppenheim, Willsky and Nawab, Signals and Systems, 1997, chapter 3.
    """
    if not frequency > 0:
        raise ValueError(f"frequency must be above 0 Hz, got {frequency}; a square wave needs a period")
    t = _times(sr, seconds)
    if alias:
        # The small push keeps samples that fall on an edge from landing on either side of it by rounding.
        return np.where((frequency * t + 1e-9) % 1 < 0.5, amplitude, -amplitude)
    y = np.zeros_like(t)
    for k in range(1, int(np.ceil(sr / 2 / frequency)), 2):
        y += 4 * amplitude / (np.pi * k) * np.sin(2 * np.pi * k * frequency * t)
    return y


def alias_frequency(frequency: Values, sr: float) -> Values:
    """Frequency from 0 to sr / 2 whose samples look like those of ``frequency``.

    The frequency line is folded like paper at every multiple of sr / 2: the distance to the nearest multiple of sr.

    Parameters
    ----------
    frequency : float or np.ndarray, in Hz
    sr : float > 0, sampling rate in Hz

    Returns
    -------
    alias : float or np.ndarray, in Hz, 0 <= alias <= sr / 2

    Raises
    ------
    ValueError
        If sr is not positive.

    Examples
    --------
    >>> alias_frequency(np.array([1000, 4000, 5000, 8000, 9000]), 8000)
    array([1000., 4000., 3000.,    0., 1000.])

    Taught in chapter 1, Sampling. Source: Oppenheim and Schafer, Discrete-Time Signal Processing, 2010, section 4.2.
    """
    hz, sr = np.asarray(frequency, dtype=float), check_rate(sr)
    return unwrap(np.abs(hz - sr * np.round(hz / sr)))


def reconstruct(samples: ArrayLike, sr: float, times: ArrayLike) -> np.ndarray:
    """Value of the sound between its samples: a sum of sinc functions, one per sample.

    y(t) = sum over k of samples[k] sinc(sr t - k), with sinc(x) = sin(pi x) / (pi x). It is exact for an endless
    sound without components at or above sr / 2; near the two ends, where samples are missing, it is off.

    Parameters
    ----------
    samples : np.ndarray [shape=(..., n), float]
    sr : float > 0, sampling rate in Hz
    times : np.ndarray [shape=(m,), float], in seconds from the first sample

    Returns
    -------
    y : np.ndarray [shape=(..., m), float]

    Raises
    ------
    ValueError
        If samples is not a waveform, sr is not positive or times is not one-dimensional.

    Examples
    --------
    >>> reconstruct(np.array([0.0, 1.0, 0.0]), 10, np.array([0.1, 0.15])).round(4)
    array([1.    , 0.6366])

    Taught in chapter 1, Sampling. Source: Shannon, Communication in the Presence of Noise, 1949, theorem 1.
    """
    samples, sr, times = check_waveform(samples), check_rate(sr), np.asarray(times, dtype=float)
    if times.ndim != 1:
        raise ValueError(f"times must have shape (m,), got {times.shape}; call it once per row")
    k = np.arange(samples.shape[-1])
    return samples @ np.sinc(sr * times - k[:, np.newaxis])


def resample(y: ArrayLike, *, orig_sr: float, target_sr: float) -> np.ndarray:
    """Change the sampling rate, without aliasing: what the new rate cannot hold is filtered out first.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]
    orig_sr, target_sr : float > 0, in Hz

    Returns
    -------
    y : np.ndarray [shape=(..., about n * target_sr / orig_sr), dtype as y]

    Raises
    ------
    ValueError
        If y is not a waveform, is shorter than one sample of the new rate, or a rate is not positive.

    Examples
    --------
    >>> resample(np.zeros((2, 44_100), np.float32), orig_sr=44_100, target_sr=16_000).shape
    (2, 16000)

    Taught in chapter 1, Sampling. Source: the SoX resampler, quality HQ (20 bits), by way of the soxr package.
    """
    import soxr

    y, orig_sr, target_sr = check_waveform(y), check_rate(orig_sr), check_rate(target_sr)
    if orig_sr == target_sr:
        return y
    if y.shape[-1] * target_sr < orig_sr:
        raise ValueError(f"y must last one sample of the new rate, got {y.shape[-1]} at {orig_sr} Hz; pad it first")
    # soxr wants (time, channels), one or two axes, in single or double precision.
    rows = y.reshape(-1, y.shape[-1]).astype(np.float32 if y.dtype.itemsize <= 4 else np.float64, copy=False)
    rows = soxr.resample(rows.T, orig_sr, target_sr, quality="HQ").T
    return np.ascontiguousarray(rows.reshape(*y.shape[:-1], rows.shape[-1]), dtype=y.dtype)


def resample_blocks(blocks: Iterable[ArrayLike], *, orig_sr: float, target_sr: float) -> Iterator[np.ndarray]:
    """Resample a sound that comes block by block; the blocks together equal what `resample` gives for the whole.

    Parameters
    ----------
    blocks : iterable of np.ndarray [shape=(n,), float], mono
    orig_sr, target_sr : float > 0, in Hz

    Yields
    ------
    y : np.ndarray [shape=(m,), float32]; m may be 0 for a block, the filter waits for what follows

    Raises
    ------
    ValueError
        If a rate is not positive or a block is not a mono waveform.

    Examples
    --------
    >>> blocks = [np.zeros(44_100, np.float32)] * 3
    >>> sum(len(y) for y in resample_blocks(blocks, orig_sr=44_100, target_sr=16_000))
    48000

    Taught in chapter 14, Deployment. Source: the SoX resampler, quality HQ (20 bits), by way of the soxr package.
    """
    import soxr

    orig_sr, target_sr = check_rate(orig_sr), check_rate(target_sr)
    stream = soxr.ResampleStream(orig_sr, target_sr, 1, dtype="float32", quality="HQ") if orig_sr != target_sr else None
    for block in blocks:
        y = check_mono(block).astype(np.float32, copy=False)
        yield stream.resample_chunk(y) if stream else y
    if stream:
        yield stream.resample_chunk(np.zeros(0, np.float32), last=True)


def _times(sr, seconds):
    """Times of the samples, in seconds."""
    check_rate(sr)
    if not (0 < seconds < np.inf) or round(sr * seconds) < 1:
        raise ValueError(f"seconds must hold a sample, got {seconds} at {sr} Hz; ask for {1 / sr:.3g} or more")
    return np.arange(round(sr * seconds)) / sr
