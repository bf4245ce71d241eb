"""Spectral density: the distribution of power over frequency, its other estimates and its first few numbers.

The density of a random process is the Fourier transform of its autocorrelation (Wiener, Khinchin). White noise has the
same density everywhere, pink noise loses 3 dB per octave and brown noise 6. Four numbers sum up the shape of a
spectrum: where its centre lies, how wide it is, how even, and where most of it ends.

Conventions. Functions that measure a spectrum take ``frequencies, spectrum`` as `periodogram`, `welch` and
`magnitude_spectrum` return them, so that ``spectral_centroid(*welch(...))`` works; frequency is on the last axis unless
``axis`` says otherwise (``axis=-2`` for a spectrogram). Silence has the centroid, bandwidth and roll-off 0 Hz.

Functions: `autocorrelation`, `multitaper`, `noise`, `spectral_centroid`, `spectral_bandwidth`, `spectral_flatness`,
`spectral_rolloff`.
"""

from typing import Literal

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike

from audiocls.fourier import Spectrum, fft_frequencies
from audiocls.waveform import check_not_negative, check_option, check_waveform

__all__ = ["autocorrelation", "multitaper", "noise"]
__all__ += ["spectral_bandwidth", "spectral_centroid", "spectral_flatness", "spectral_rolloff"]

Color = Literal["white", "pink", "brown", "blue", "violet"]

# Power goes with frequency to this exponent: each unit is 3.01 dB per octave.
_EXPONENTS: dict[Color, int] = {"white": 0, "pink": -1, "brown": -2, "blue": 1, "violet": 2}


def autocorrelation(y: ArrayLike, *, max_lag: int | None = None, normalize: bool = False) -> np.ndarray:
    """Correlate a waveform with delayed copies of itself: r[k] = sum_m y[m] y[m + k] / n.

    Computed as the inverse transform of the power spectrum, with zeros added so that the end does not meet the start.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]
    max_lag : int, optional, in samples, below n; default n - 1
    normalize : bool, divide by r[0], so that the values lie in [-1, 1]; silence stays 0

    Returns
    -------
    r : np.ndarray [shape=(..., max_lag + 1), dtype of y], for lags 0 to max_lag

    Raises
    ------
    ValueError
        If y is not a waveform or max_lag does not lie between 0 and n - 1.

    Examples
    --------
    >>> autocorrelation([1.0, 0.0, -1.0, 0.0]).round(12) + 0.0
    array([ 0.5 ,  0.  , -0.25,  0.  ])

    Taught in chapter 5, Spectral density. Source: Wiener, 1930, doi:10.1007/BF02546511; Khinchin, 1934,
    doi:10.1007/BF01449156.
    """
    y = check_waveform(y)
    n = y.shape[-1]
    max_lag = n - 1 if max_lag is None else max_lag
    if not 0 <= max_lag < n:
        raise ValueError(f"max_lag must lie between 0 and n - 1 = {n - 1} samples, got {max_lag}")
    n_fft = scipy.fft.next_fast_len(n + max_lag, real=True)
    X = scipy.fft.rfft(y, n_fft)
    r = scipy.fft.irfft(X.real**2 + X.imag**2, n_fft)[..., : max_lag + 1] / y.dtype.type(n)
    if normalize:
        r = r / np.where(r[..., :1] > 0, r[..., :1], 1)
    return r


def multitaper(y: ArrayLike, sr: float, *, time_bandwidth: float = 4.0, tapers: int | None = None) -> Spectrum:
    """Average the periodograms of one waveform under several orthogonal windows.

    The windows are Slepian sequences, those that keep the most of their power within time_bandwidth * sr / n Hz on both
    sides. Where Welch cuts the recording into segments, each of them sees all of it.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]
    sr : float > 0, in Hz
    time_bandwidth : float >= 1; the resolution is 2 * time_bandwidth * sr / n Hz
    tapers : int > 0, optional, how many; default 2 * time_bandwidth - 1, as many as leak little

    Returns
    -------
    frequencies : np.ndarray [shape=(1 + n // 2,)], in Hz
    density : np.ndarray [shape=(..., 1 + n // 2), dtype of y], one-sided, per Hz

    Raises
    ------
    ValueError
        If y is not a waveform or too short, sr is not positive, or an option out of range.

    Examples
    --------
    >>> y = np.random.default_rng(0).standard_normal(8000)
    >>> frequencies, density = multitaper(y, 8000)
    >>> bool(abs(density.sum() * 8000 / 8000 - 1) < 0.1)
    True

    Taught in chapter 5, Spectral density. Source: Thomson, 1982, doi:10.1109/PROC.1982.12433.
    """
    from scipy.signal.windows import dpss

    y = check_waveform(y)
    n = y.shape[-1]
    frequencies = fft_frequencies(sr=sr, n_fft=n)
    tapers = int(2 * time_bandwidth - 1) if tapers is None else tapers
    if not 1 <= time_bandwidth < n / 2 or not 1 <= tapers <= n:
        raise ValueError(f"need 1 <= time_bandwidth < {n / 2}, 1 <= tapers <= {n}, got {time_bandwidth} and {tapers}")
    density = np.zeros((*y.shape[:-1], len(frequencies)), y.dtype)
    for taper in dpss(n, time_bandwidth, tapers).astype(y.dtype):  # each has the energy 1
        X = scipy.fft.rfft(y * taper)
        density += X.real**2 + X.imag**2
    density /= y.dtype.type(sr * tapers)
    density[..., 1 : (n + 1) // 2] *= 2
    return frequencies, density


def noise(color: Color, *, n: int, rms: float = 0.1, seed: int = 0) -> np.ndarray:
    """Make noise whose density follows a power of frequency.

    White noise is transformed, each bin is weighed, and it is transformed back. There is nothing at 0 Hz.

    Parameters
    ----------
    color : {"white", "pink", "brown", "blue", "violet"}: 0, -3, -6, +3, +6 dB per octave
    n : int > 1, in samples
    rms : float >= 0, the level; 0.1 leaves room for peaks of ten times as much
    seed : int

    Returns
    -------
    y : np.ndarray [shape=(n,), float64]

    Raises
    ------
    ValueError
        If the color is unknown, n is less than 2 or rms is negative.

    Examples
    --------
    >>> y = noise("pink", n=16000)
    >>> round(float(np.sqrt(np.mean(y**2))), 6)
    0.1

    Taught in chapter 5, Spectral density. Source: Timmer and König, Astronomy and Astrophysics 300, 1995, p. 707.
    """
    check_option("color", color, Color)
    if n < 2 or rms < 0:
        raise ValueError(f"noise needs n of at least 2 samples and rms of at least 0, got {n} and {rms}")
    f = np.arange(1 + n // 2, dtype=float)
    weights = np.concatenate([[0.0], f[1:] ** (_EXPONENTS[color] / 2)])  # amplitude is the root of power
    X = weights * scipy.fft.rfft(np.random.default_rng(seed).standard_normal(n))
    y = scipy.fft.irfft(X, n)
    return y * (rms / np.sqrt(np.mean(y**2)))


def spectral_centroid(frequencies: ArrayLike, spectrum: ArrayLike, *, axis: int = -1) -> np.ndarray:
    """Find the centre of gravity of a spectrum: sum(f S) / sum(S), heard as brightness.

    Parameters
    ----------
    frequencies : np.ndarray [shape=(freq,)], in Hz
    spectrum : np.ndarray [shape=(..., freq), float], >= 0
        Magnitude as in librosa, or power: the loud partials then count for more.
    axis : int, the axis of frequency, -2 for a spectrogram

    Returns
    -------
    centroid : np.ndarray [shape of spectrum without axis] or float, in Hz; 0 for silence

    Raises
    ------
    ValueError
        If spectrum is negative somewhere (decibels?) or its axis is not as long as frequencies.

    Examples
    --------
    >>> float(spectral_centroid(np.array([100.0, 200.0, 300.0]), np.array([1.0, 0.0, 3.0])))
    250.0

    Taught in chapter 5, Spectral density. Source: Grey and Gordon, 1978, doi:10.1121/1.381843.
    """
    frequencies, share = _shares(frequencies, spectrum, axis)
    return share @ frequencies


def spectral_bandwidth(frequencies: ArrayLike, spectrum: ArrayLike, *, axis: int = -1) -> np.ndarray:
    """Measure how far a spectrum spreads: its standard deviation about the centroid.

    Parameters
    ----------
    frequencies, spectrum, axis : as for `spectral_centroid`

    Returns
    -------
    bandwidth : np.ndarray [shape of spectrum without axis] or float, in Hz; 0 for silence and for a single line

    Raises
    ------
    ValueError
        As `spectral_centroid`.

    Examples
    --------
    >>> float(spectral_bandwidth(np.array([100.0, 200.0, 300.0]), np.array([1.0, 0.0, 1.0])))
    100.0

    Taught in chapter 5, Spectral density. Source: Peeters, CUIDADO technical report, IRCAM, 2004, section 6.1.2.
    """
    frequencies, share = _shares(frequencies, spectrum, axis)
    distance = frequencies - (share @ frequencies)[..., None]
    return np.sqrt(np.sum(share * distance**2, axis=-1))


def spectral_flatness(power: ArrayLike, *, floor: float = 1e-10, axis: int = -1) -> np.ndarray:
    """Compare the geometric mean of a power spectrum with the arithmetic mean: near 0 for a tone, 1 if even.

    Parameters
    ----------
    power : np.ndarray [shape=(..., freq), float], >= 0
    floor : float > 0, power below it is raised to it, because one zero would make the geometric mean zero
    axis : int, the axis of frequency, -2 for a spectrogram

    Returns
    -------
    flatness : np.ndarray [shape of power without axis] or float, in (0, 1]; 1 for silence, which is even

    Raises
    ------
    ValueError
        If power is negative somewhere or floor is not positive.

    Examples
    --------
    >>> float(spectral_flatness(np.array([1.0, 4.0, 16.0])).round(3))
    0.571

    Taught in chapter 5, Spectral density. Source: Johnston, 1988, doi:10.1109/49.608.
    """
    power = _non_negative(power)
    if not floor > 0:
        raise ValueError(f"floor must be positive, got {floor}")
    power = np.maximum(power, floor)
    return np.exp(np.mean(np.log(power), axis=axis)) / np.mean(power, axis=axis)


def spectral_rolloff(frequencies: ArrayLike, spectrum: ArrayLike, *, share: float = 0.85, axis: int = -1) -> np.ndarray:
    """Find the frequency below which a given share of a spectrum lies.

    Parameters
    ----------
    frequencies, spectrum, axis : as for `spectral_centroid`
    share : float, 0 < share < 1

    Returns
    -------
    rolloff : np.ndarray [shape of spectrum without axis] or float, in Hz: the first bin that reaches the share

    Raises
    ------
    ValueError
        As `spectral_centroid`, or if share does not lie between 0 and 1.

    Examples
    --------
    >>> float(spectral_rolloff(np.array([100.0, 200.0, 300.0]), np.array([1.0, 1.0, 1.0]), share=0.5))
    200.0

    Taught in chapter 5, Spectral density. Source: Tzanetakis and Cook, 2002, doi:10.1109/TSA.2002.800560.
    """
    if not 0 < share < 1:
        raise ValueError(f"share must lie between 0 and 1, got {share}")
    frequencies, spectrum = _paired(frequencies, spectrum, axis)
    total = np.cumsum(spectrum, axis=-1)
    return frequencies[np.argmax(total >= share * total[..., -1:], axis=-1)]


def _shares(frequencies, spectrum, axis):
    """The spectrum with frequency last, divided by its sum; silence stays 0."""
    frequencies, spectrum = _paired(frequencies, spectrum, axis)
    total = spectrum.sum(axis=-1, keepdims=True)
    return frequencies, spectrum / np.where(total > 0, total, 1)


def _paired(frequencies, spectrum, axis) -> tuple[np.ndarray, np.ndarray]:
    frequencies, spectrum = np.asarray(frequencies), np.moveaxis(_non_negative(spectrum), axis, -1)
    if frequencies.shape != spectrum.shape[-1:]:
        got = f"{frequencies.shape} and {spectrum.shape[-1]}"
        raise ValueError(f"frequencies must be one per bin of the spectrum, got {got}; a spectrogram wants axis=-2")
    return frequencies, spectrum


def _non_negative(spectrum):
    spectrum = np.asarray(spectrum)
    if spectrum.dtype.kind != "f" or spectrum.size == 0:
        raise ValueError(f"a spectrum must hold real floats, got {spectrum.dtype} {spectrum.shape}; take np.abs first")
    check_not_negative("a spectrum", spectrum)
    return spectrum
