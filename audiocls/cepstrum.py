"""The cepstrum: the spectrum of a log spectrum, where the note and the instrument come apart.

A note is a source times a filter; the logarithm makes the product a sum, and a second transform puts what varies slowly
over frequency (the envelope: the instrument) at low quefrency and the ripple of the harmonics (the pitch) at 1 / f0.

Conventions. This is the real cepstrum: the inverse transform of log |X|, natural logarithm. (The power cepstrum of 1963
takes the squared transform of log |X|^2; the complex cepstrum keeps the phase.) Quefrency is in seconds. The cepstrum
is as long as the transform and symmetric: sample n - k repeats sample k. Bins weaker than ``floor`` times the strongest
one are raised to it, because the logarithm of zero would swamp the rest.

Functions: `real_cepstrum`, `lifter`, `spectral_envelope`, `cepstral_pitch`.
"""

from typing import Literal

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike

from audiocls.fourier import Spectrum, WindowName, build_window, fft_frequencies
from audiocls.waveform import check_option, check_rate, check_waveform

__all__ = ["cepstral_pitch", "lifter", "real_cepstrum", "spectral_envelope"]

Half = Literal["low", "high"]


def real_cepstrum(
    y: ArrayLike, sr: float, *, window: WindowName = "hann", n_fft: int | None = None, floor: float = 1e-6
) -> Spectrum:
    """Transform the logarithm of a magnitude spectrum.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]
    sr : float > 0, in Hz
    window : str, see `fourier.window`
    n_fft : int >= n, optional, in samples, zeros are added up to it; default n
    floor : float > 0, the weakest magnitude let through, as a share of the strongest (1e-6 is -120 dB)

    Returns
    -------
    quefrencies : np.ndarray [shape=(n_fft,)], in seconds
    cepstrum : np.ndarray [shape=(..., n_fft), dtype of y], symmetric: look at the first half

    Raises
    ------
    ValueError
        If y is not a waveform, sr or floor is not positive, or n_fft is shorter than y.

    Examples
    --------
    >>> y = np.zeros(1000)
    >>> y[0], y[80] = 1.0, 0.5  # a click and its echo 10 ms later, at 8 kHz
    >>> quefrencies, cepstrum = real_cepstrum(y, 8000, window="boxcar")
    >>> int(cepstrum[1:500].argmax()) + 1, quefrencies[80]
    (80, np.float64(0.01))

    Taught in chapter 7, Cepstrum. Source: Bogert, Healy and Tukey, The quefrency alanysis of time series for echoes,
    1963; Oppenheim and Schafer, 2004, doi:10.1109/MSP.2004.1328092.
    """
    y = check_waveform(y)
    n = y.shape[-1]
    n_fft = n if n_fft is None else n_fft
    if n_fft < n:
        raise ValueError(f"n_fft must hold all {n} samples of y, got {n_fft}; cut y or raise n_fft")
    if not floor > 0:
        raise ValueError(f"floor must be positive, got {floor}; the logarithm of 0 is not a number")
    quefrencies = np.arange(n_fft) / check_rate(sr)
    magnitude = np.abs(scipy.fft.rfft(y * build_window(window, n).astype(y.dtype), n_fft))
    weakest = np.maximum(floor * magnitude.max(axis=-1, keepdims=True), np.finfo(y.dtype).tiny)  # silence has no peak
    return quefrencies, scipy.fft.irfft(np.log(np.maximum(magnitude, weakest)).astype(y.dtype), n_fft)


def lifter(cepstrum: ArrayLike, sr: float, *, cut: float, keep: Half = "low") -> np.ndarray:
    """Keep the low or the high quefrencies of a cepstrum: a filter, in the domain of the cepstrum.

    The two halves add up to the whole.

    Parameters
    ----------
    cepstrum : np.ndarray [shape=(..., n), float], symmetric, as `real_cepstrum` returns it
    sr : float > 0, in Hz
    cut : float >= 0, in seconds; the envelope lies below it, the pitch above
    keep : {"low", "high"}: quefrencies below cut, or from cut on

    Returns
    -------
    liftered : np.ndarray [shape=(..., n), dtype of cepstrum]

    Raises
    ------
    ValueError
        If cepstrum holds integers, sr is not positive, cut is negative or keep unknown.

    Examples
    --------
    >>> lifter(np.array([5.0, 4.0, 3.0, 2.0, 3.0, 4.0]), 1000, cut=0.002)
    array([5., 4., 0., 0., 0., 4.])

    Taught in chapter 7, Cepstrum. Source: Bogert, Healy and Tukey, 1963.
    """
    cepstrum = np.asarray(cepstrum)
    if cepstrum.dtype.kind != "f" or cepstrum.ndim == 0:
        raise ValueError(f"cepstrum must be floats with shape (..., n), got {cepstrum.dtype} {cepstrum.shape}")
    check_option("keep", keep, Half)
    if not cut >= 0:
        raise ValueError(f"cut must be 0 s or more, got {cut}")
    n = cepstrum.shape[-1]
    k = np.arange(n)
    below = np.minimum(k, n - k) < cut * check_rate(sr) - 1e-9  # 0.002 s at 1000 Hz is sample 2, not 2.0000000001
    return np.where(below if keep == "low" else ~below, cepstrum, cepstrum.dtype.type(0))


def spectral_envelope(
    y: ArrayLike, sr: float, *, cut: float = 0.002,
    window: WindowName = "hann", n_fft: int | None = None, floor: float = 1e-3,
) -> Spectrum:  # fmt: skip
    """Draw the smooth curve over a spectrum: the instrument without its note.

    The low quefrencies, transformed back. It runs through the mean of the log spectrum, below the peaks. A frame of a
    few periods is best: in a long one the harmonics are lone spikes, and a mean taken mostly over the floor is flat.

    Parameters
    ----------
    y, sr, window, n_fft, floor : as for `real_cepstrum`
        The higher floor (-60 dB) keeps the valleys between the harmonics, which are only noise, out of the answer.
    cut : float > 0, in seconds
        Shorter than one period of the note, or the harmonics come through: 2 ms for notes up to 500 Hz.

    Returns
    -------
    frequencies : np.ndarray [shape=(1 + n_fft // 2,)], in Hz
    envelope : np.ndarray [shape=(..., 1 + n_fft // 2), dtype of y], amplitude, scaled as `fourier.magnitude_spectrum`

    Raises
    ------
    ValueError
        As `real_cepstrum` and `lifter`.

    Examples
    --------
    >>> y = np.random.default_rng(0).standard_normal(1024)
    >>> frequencies, envelope = spectral_envelope(y, 16000)
    >>> frequencies.shape, envelope.shape
    ((513,), (513,))

    Taught in chapter 7, Cepstrum. Source: Oppenheim and Schafer, 2004, doi:10.1109/MSP.2004.1328092.
    """
    y = check_waveform(y)
    _, cepstrum = real_cepstrum(y, sr, window=window, n_fft=n_fft, floor=floor)
    n_fft = cepstrum.shape[-1]
    log_envelope = scipy.fft.rfft(lifter(cepstrum, sr, cut=cut)).real
    envelope = np.exp(log_envelope) * y.dtype.type(2 / build_window(window, y.shape[-1]).sum())
    mirrorless = [0, -1] if n_fft % 2 == 0 else [0]
    envelope[..., mirrorless] /= 2
    return fft_frequencies(sr=sr, n_fft=n_fft), envelope


def cepstral_pitch(
    y: ArrayLike, sr: float, *, fmin: float, fmax: float, window: WindowName = "hann", floor: float = 1e-2
) -> np.ndarray:
    """Find the pitch of a note: one over the quefrency of the first high peak of its cepstrum.

    Peaks repeat at twice and three times the period, nearly as high as the first: so the answer is the first one that
    is at least 0.6 times as high as the highest, refined by a parabola through three points. Noise gets a pitch too:
    look at the cepstrum before you trust it. About a tenth of a second of one steady note is best.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float], at least two periods of fmin
    sr : float > 0, in Hz
    fmin, fmax : float, in Hz, 0 < fmin < fmax <= sr / 2: where to look
    window, floor : as for `spectral_envelope`; -40 dB found the most notes in noise

    Returns
    -------
    f0 : np.ndarray [shape=(...)] or float, in Hz; NaN for silence

    Raises
    ------
    ValueError
        If y is not a waveform, shorter than two periods of fmin, or the limits are out of order.

    Examples
    --------
    >>> from audiocls.fourier import synthesize
    >>> y = synthesize(220.0 * np.arange(1, 21), 1 / np.arange(1, 21), sr=16000, seconds=0.1)
    >>> abs(1200 * np.log2(cepstral_pitch(y, 16000, fmin=80, fmax=1000) / 220)) < 5  # cents
    np.True_

    Taught in chapter 7, Cepstrum. Source: Noll, 1967, doi:10.1121/1.1910339.
    """
    y = check_waveform(y)
    if not 0 < fmin < fmax <= check_rate(sr) / 2:
        raise ValueError(f"limits must satisfy 0 < fmin < fmax <= sr / 2 = {sr / 2:g} Hz, got {fmin} and {fmax}")
    n = y.shape[-1]
    shortest, longest = max(1, int(np.ceil(sr / fmax))), int(sr / fmin)
    if n < 2 * sr / fmin or longest < shortest:
        raise ValueError(f"y must last two periods of {fmin} Hz, {2 * sr / fmin:.0f} samples, got {n}; raise fmin")
    _, cepstrum = real_cepstrum(y, sr, window=window, floor=floor)
    left, middle, right = (cepstrum[..., shortest + j : longest + 1 + j] for j in (-1, 0, 1))
    highest = middle.max(axis=-1, keepdims=True)
    candidates = (middle >= left) & (middle >= right) & (middle >= 0.6 * highest)
    # Where nothing is a peak (the search ends on a slope) the highest point has to do.
    candidates |= ~candidates.any(axis=-1, keepdims=True) & (middle == highest)
    k = shortest + np.argmax(candidates, axis=-1)[..., None]
    a, b, c = (np.take_along_axis(cepstrum, k + j, axis=-1) for j in (-1, 0, 1))
    curvature = a - 2 * b + c
    is_peak = (b >= a) & (b >= c) & (curvature < 0)
    vertex = k + np.where(is_peak, (a - c) / np.where(is_peak, 2 * curvature, 1), 0)
    f0 = np.where(np.any(y != 0, axis=-1, keepdims=True), sr / vertex, np.nan)[..., 0]
    return f0[()]
