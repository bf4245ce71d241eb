"""Amplitude: how large the numbers are, in which unit, and what is lost when they are stored in few bits.

Conventions. Full scale is 1.0, and levels are decibels relative to it: 0 dBFS is an amplitude of 1. A decibel is a
ratio: 20 log10 of amplitudes, 10 log10 of powers, the same number of decibels either way. Digital silence is -inf dBFS.
Everything works on the last axis.

Functions: `peak`, `rms`, `amplitude_to_dbfs`, `dbfs_to_amplitude`, `quantize`, `envelope`, `trim_silence`,
`a_weighting`.
"""

import numpy as np
from numpy.typing import ArrayLike

from audiocls.waveform import Values, check_rate, check_waveform, unwrap

__all__ = ["a_weighting", "amplitude_to_dbfs", "dbfs_to_amplitude", "envelope", "peak", "quantize", "rms"]
__all__ += ["trim_silence"]


def peak(y: ArrayLike) -> np.ndarray:
    """Largest absolute value of a waveform.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]

    Returns
    -------
    peak : np.ndarray [shape=(...)] or float

    Raises
    ------
    ValueError
        If y is not a waveform.

    Examples
    --------
    >>> float(peak(np.array([0.5, -0.75])))
    0.75

    Taught in chapter 2, Amplitude. Source: librosa.util.normalize, which divides by it.
    """
    return np.abs(check_waveform(y)).max(axis=-1)


def rms(y: ArrayLike) -> np.ndarray:
    """Root mean square of a waveform: the constant that would carry the same power.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]

    Returns
    -------
    rms : np.ndarray [shape=(...)] or float

    Raises
    ------
    ValueError
        If y is not a waveform.

    Examples
    --------
    >>> float(rms(np.array([0.3, -0.3, 0.3, -0.3])).round(6))
    0.3

    Taught in chapter 2, Amplitude. Source: Smith, Mathematics of the Discrete Fourier Transform, 2007, signal metrics.
    """
    return np.sqrt(np.mean(np.square(check_waveform(y), dtype=np.float64), axis=-1))


def amplitude_to_dbfs(amplitude: Values) -> Values:
    """Decibels relative to full scale: 20 log10 |amplitude|.

    Parameters
    ----------
    amplitude : float or np.ndarray, 1.0 is full scale

    Returns
    -------
    level : float or np.ndarray, in dBFS, -inf for an amplitude of 0

    Raises
    ------
    ValueError
        If an amplitude is not a number.

    Examples
    --------
    >>> amplitude_to_dbfs(np.array([1.0, 0.5, 0.1])).round(2)
    array([  0.  ,  -6.02, -20.  ])

    Taught in chapter 2, Amplitude. Source: AES17-2020 for the reference; its RMS levels are 3.01 dB higher, since they
    call the RMS of a full-scale sine 0 dBFS.
    """
    size = np.abs(np.asarray(amplitude, dtype=float))
    if np.isnan(size).any():
        raise ValueError("amplitude must be a number, got nan; find where it was divided by zero")
    with np.errstate(divide="ignore"):
        return unwrap(20 * np.log10(size))


def dbfs_to_amplitude(level: Values) -> Values:
    """Amplitude of a level in decibels relative to full scale: 10 ** (level / 20).

    Parameters
    ----------
    level : float or np.ndarray, in dBFS

    Returns
    -------
    amplitude : float or np.ndarray, 1.0 is full scale

    Examples
    --------
    >>> dbfs_to_amplitude(np.array([0, -20, -np.inf]))
    array([1. , 0.1, 0. ])

    Taught in chapter 2, Amplitude. Source: AES17-2020 for the reference, see `amplitude_to_dbfs`.
    """
    return unwrap(10 ** (np.asarray(level, dtype=float) / 20))


def quantize(y: ArrayLike, bits: int, *, dither: bool = False, seed: int = 0) -> np.ndarray:
    """Round a waveform to the 2**bits levels that so many bits can name.

    The step is 2 / 2**bits and zero is a level, as in PCM files, so the lowest level is -1 and the highest one step
    under +1. Dither adds noise of one step on either side, triangular in its distribution, before rounding: the mean
    and the power of the error then no longer depend on the sound.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float], |y| <= 1
    bits : int, 1 to 32
    dither : bool
    seed : int, of the dither

    Returns
    -------
    y : np.ndarray [shape=(..., n), dtype as y]

    Raises
    ------
    ValueError
        If y is not a waveform or above full scale, or bits is out of range.

    Examples
    --------
    >>> quantize(np.array([-1.0, -0.3, 0.1, 0.2, 1.0]), 3)
    array([-1.  , -0.25,  0.  ,  0.25,  0.75])

    Taught in chapter 2, Amplitude. Source: Lipshitz, Wannamaker and Vanderkooy, Quantization and Dither: A Theoretical
    Survey, Journal of the Audio Engineering Society 40, 1992.
    """
    y = check_waveform(y)
    if bits != int(bits) or not 1 <= bits <= 32:
        raise ValueError(f"bits must be a whole number from 1 to 32, got {bits}; a CD has 16")
    if (highest := np.abs(y).max()) > 1:
        raise ValueError(f"y must stay within full scale, got a peak of {highest:.4g}; scale it below 1 first")
    levels = 2 ** (int(bits) - 1)
    steps = np.asarray(y, np.float64) * levels
    if dither:
        steps = steps + np.random.default_rng(seed).triangular(-1, 0, 1, steps.shape)
    return (np.clip(np.rint(steps), -levels, levels - 1) / levels).astype(y.dtype)


def envelope(y: ArrayLike, sr: float, *, seconds: float = 0.1) -> np.ndarray:
    """Rolling mean of |y|, in a window centred on each sample and cut off at the ends.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]
    sr : float > 0, sampling rate in Hz
    seconds : float > 0, length of the window

    Returns
    -------
    envelope : np.ndarray [shape=(..., n), float64]

    Raises
    ------
    ValueError
        If y is not a waveform, or sr or seconds is not positive.

    Examples
    --------
    >>> envelope(np.array([0.0, 3.0, -3.0, 0.0]), 1, seconds=3)
    array([1.5, 2. , 2. , 1.5])

    Taught in chapter 2, Amplitude. Source: the centred rolling mean of pandas, with min_periods=1.
    """
    y, sr = check_waveform(y), check_rate(sr)
    if not 0 < seconds < np.inf:
        raise ValueError(f"seconds must be positive, got {seconds}; 0.1 follows notes, 0.01 follows their attack")
    n, width = y.shape[-1], max(1, round(seconds * sr))
    sums = np.zeros((*y.shape[:-1], n + 1))
    np.cumsum(np.abs(y), axis=-1, dtype=np.float64, out=sums[..., 1:])
    stop = np.minimum(np.arange(n) + (width - 1) // 2 + 1, n)
    start = np.maximum(np.arange(n) - width // 2, 0)
    # A difference of two sums can round to just below zero, an envelope cannot.
    return np.maximum(sums[..., stop] - sums[..., start], 0) / (stop - start)


def trim_silence(
    y: ArrayLike, sr: float, *, threshold_db: float = -60.0, seconds: float = 0.02
) -> tuple[np.ndarray, tuple[int, int]]:
    """Cut the silence before the first and after the last sound; silence in between stays where it is.

    Silent is where the envelope is under the threshold, which is relative to the envelope's maximum: a quiet recording
    is cut where a loud one would be. A sound that is silent throughout comes back whole.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]; leading axes are cut together
    sr : float > 0, sampling rate in Hz
    threshold_db : float < 0, in dB re the maximum of the envelope
    seconds : float > 0, window of the envelope

    Returns
    -------
    y : np.ndarray [shape=(..., stop - start)], a view
    interval : tuple (start, stop), in samples of the input

    Raises
    ------
    ValueError
        If y is not a waveform, threshold_db is not negative, or sr or seconds is not positive.

    Examples
    --------
    >>> trim_silence(np.array([0.0, 0.0, 0.5, 0.0, -0.5, 0.0]), 1000, seconds=0.001)
    (array([ 0.5,  0. , -0.5]), (2, 5))

    Taught in chapter 2, Amplitude. Source: librosa.effects.trim, which uses the RMS of frames.
    """
    if not threshold_db < 0:
        raise ValueError(f"threshold_db must be below 0 dB re the loudest part, got {threshold_db}; try -60")
    level = envelope(y, sr, seconds=seconds)
    level = level.reshape(-1, level.shape[-1]).max(axis=0)
    loud = np.flatnonzero(level > level.max() * dbfs_to_amplitude(threshold_db))
    start, stop = (int(loud[0]), int(loud[-1]) + 1) if loud.size else (0, level.size)
    return np.asarray(y)[..., start:stop], (start, stop)


def a_weighting(frequency: Values) -> Values:
    """A-weighting: how much less (or more) a frequency counts than 1,000 Hz, after the ear at moderate levels.

    Parameters
    ----------
    frequency : float or np.ndarray >= 0, in Hz

    Returns
    -------
    weight : float or np.ndarray, in dB re the weight at 1,000 Hz, -inf at 0 Hz

    Raises
    ------
    ValueError
        If a frequency is negative or not a number.

    Examples
    --------
    >>> a_weighting(np.array([100, 1000, 3000])).round(1)
    array([-19.1,   0. ,   1.2])

    Taught in chapter 2, Amplitude. Source: IEC 61672-1:2013, annex E, equation E.6 and its pole frequencies.
    """
    hz = np.asarray(frequency, dtype=float)
    if not (hz >= 0).all():
        raise ValueError(f"frequency must be 0 Hz or more, got {hz.min()}; take its absolute value")

    def response(f):
        double_poles = (f**2 + 20.598997**2) * (f**2 + 12194.217**2)
        return 12194.217**2 * f**4 / (double_poles * np.sqrt((f**2 + 107.65265**2) * (f**2 + 737.86223**2)))

    with np.errstate(divide="ignore"):
        return unwrap(20 * np.log10(response(hz) / response(1000.0)))
