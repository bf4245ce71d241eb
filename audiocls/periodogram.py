"""The periodogram: how much power is in each band, and how sure we are.

The squared spectrum of a recording estimates the power density of the process it is a piece of. A longer recording
gives more points, not a steadier estimate; an average over segments (Bartlett, Welch) is steadier, and less fine.

Conventions. Densities are in the unit of y squared per Hz, spectra in the unit of y squared; decibels of either are
10 log10. One-sided: every bin but 0 Hz and, for an even length, the Nyquist frequency also holds the power of its
mirror image. The mean is not removed unless asked for (scipy removes it unless told not to).

Functions: `periodogram`, `welch`, `equivalent_segments`.
"""

from typing import Literal

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike

from audiocls.fourier import Spectrum, WindowName, build_window, fft_frequencies
from audiocls.waveform import check_option, check_waveform

__all__ = ["equivalent_segments", "periodogram", "welch"]

Scaling = Literal["density", "spectrum"]


def periodogram(
    y: ArrayLike, sr: float, *, window: WindowName = "boxcar", scaling: Scaling = "density", detrend: bool = False
) -> Spectrum:
    """Estimate the power at each frequency from the whole of a waveform.

    Equal to ``scipy.signal.periodogram(y, sr, window, detrend=False)``.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]
    sr : float > 0, in Hz
    window : str, see `fourier.window`
    scaling : {"density", "spectrum"}
        "density": power per Hz, whose sum times sr / n is the mean power (Parseval, with the boxcar window): for noise.
        "spectrum": power, a sine of amplitude a reads a^2 / 2 whatever n: for tones.
    detrend : bool, subtract the mean first

    Returns
    -------
    frequencies : np.ndarray [shape=(1 + n // 2,)], in Hz
    power : np.ndarray [shape=(..., 1 + n // 2), dtype of y]

    Raises
    ------
    ValueError
        If y is not a waveform, sr is not positive or an option unknown.

    Examples
    --------
    >>> y = np.random.default_rng(0).standard_normal(1000)
    >>> frequencies, density = periodogram(y, 8000)
    >>> bool(np.isclose(density.sum() * 8000 / 1000, np.mean(y**2)))
    True

    Taught in chapter 4, Periodogram. Source: Schuster, 1898, doi:10.1029/TM003i001p00013.
    """
    y = check_waveform(y)
    return fft_frequencies(sr=sr, n_fft=y.shape[-1]), _power(y, sr, window=window, scaling=scaling, detrend=detrend)


def welch(
    y: ArrayLike, sr: float, *, segment_length: int, overlap: float = 0.5,
    window: WindowName = "hann", scaling: Scaling = "density", detrend: bool = False,
) -> Spectrum:  # fmt: skip
    """Average the periodograms of overlapping segments.

    Equal to ``scipy.signal.welch(y, sr, window, segment_length, detrend=False)``. With ``overlap=0, window="boxcar"``
    it is Bartlett's estimate. K independent segments divide the scatter by the root of K; see `equivalent_segments`.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]
    sr : float > 0, in Hz
    segment_length : int, in samples, at most n; the resolution is about sr / segment_length Hz
    overlap : float, 0 <= overlap < 1, the share of a segment that the next one repeats
    window, scaling, detrend : as for `periodogram`, for each segment

    Returns
    -------
    frequencies : np.ndarray [shape=(1 + segment_length // 2,)], in Hz
    power : np.ndarray [shape=(..., 1 + segment_length // 2), dtype of y]

    Raises
    ------
    ValueError
        If y is not a waveform or shorter than a segment, sr is not positive, or an option out of range.

    Examples
    --------
    >>> y = np.random.default_rng(0).standard_normal(80000)  # white: its density is 2 / sr everywhere
    >>> frequencies, density = welch(y, 8000, segment_length=256)
    >>> bool(np.all(np.abs(density[1:-1] * 8000 / 2 - 1) < 0.3))
    True

    Taught in chapter 4, Periodogram. Source: Welch, 1967, doi:10.1109/TAU.1967.1161901.
    """
    y = check_waveform(y)
    hop_length = _hop_length(y.shape[-1], segment_length=segment_length, overlap=overlap)
    segments = np.lib.stride_tricks.sliding_window_view(y, segment_length, axis=-1)[..., ::hop_length, :]
    power = _power(segments, sr, window=window, scaling=scaling, detrend=detrend)
    return fft_frequencies(sr=sr, n_fft=segment_length), power.mean(axis=-2)


def equivalent_segments(n: int, *, segment_length: int, overlap: float = 0.5, window: WindowName = "hann") -> float:
    """Count the independent segments that would scatter as little as the overlapping ones of `welch`.

    For Gaussian noise whose density hardly changes within the resolution, away from 0 Hz and the Nyquist frequency: the
    standard deviation of the estimate is the density divided by the root of this number, and the estimate follows about
    a chi-squared distribution with twice as many degrees of freedom.

    Parameters
    ----------
    n : int > 0, the length of the waveform in samples
    segment_length, overlap, window : as for `welch`

    Returns
    -------
    count : float, between 1 and the number of segments

    Raises
    ------
    ValueError
        If n is not positive or shorter than a segment, or an option out of range.

    Examples
    --------
    >>> equivalent_segments(1024, segment_length=256, overlap=0)
    4.0
    >>> round(equivalent_segments(1024, segment_length=256), 2)  # seven segments, each half of the one before
    6.68

    Taught in chapter 4, Periodogram. Source: Welch, 1967, doi:10.1109/TAU.1967.1161901.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1 sample, got {n}")
    hop_length = _hop_length(n, segment_length=segment_length, overlap=overlap)
    w = build_window(window, segment_length)
    segments = 1 + (n - segment_length) // hop_length
    lags = np.arange(1, min(segments, -(-segment_length // hop_length)))  # segments further apart share no sample
    shared = np.array([np.sum(w[lag * hop_length :] * w[: -lag * hop_length]) for lag in lags]) / np.sum(w**2)
    return float(segments / (1 + 2 * np.sum((1 - lags / segments) * shared**2)))


def _hop_length(n, *, segment_length, overlap):
    """Samples from the start of one segment to the next."""
    if not 1 <= segment_length <= n:
        raise ValueError(f"segment_length must lie between 1 and the {n} samples of y, got {segment_length}")
    if not 0 <= overlap < 1:
        raise ValueError(f"overlap must be a share from 0 to below 1, got {overlap}")
    return segment_length - int(segment_length * overlap)


def _power(y, sr, *, window, scaling, detrend):
    n = y.shape[-1]
    w = build_window(window, n)
    check_option("scaling", scaling, Scaling)
    scale = 1 / (sr * np.sum(w**2)) if scaling == "density" else 1 / np.sum(w) ** 2
    if detrend:
        y = y - y.mean(axis=-1, keepdims=True)
    X = scipy.fft.rfft(y * w.astype(y.dtype))
    power = (X.real**2 + X.imag**2) * y.dtype.type(scale)
    power[..., 1 : (n + 1) // 2] *= 2
    return power
