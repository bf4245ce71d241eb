"""The Fourier transform: a sound as a sum of sines.

The transform is ``X[k] = sum_m y[m] exp(-2 pi i k m / n)``, as in ``numpy.fft``: multiply by each sine and add up.

Conventions. Bin k sits at k * sr / n Hz; a real waveform needs only the bins from 0 Hz to the Nyquist frequency,
1 + n // 2 of them. Phases are those of a cosine, in radians. Windows are periodic unless asked otherwise: that is the
kind for spectra.

Functions: `dft_matrix`, `dft`, `fft_frequencies`, `window`, `magnitude_spectrum`, `strongest_partials`, `synthesize`.
"""

from functools import lru_cache
from typing import Literal

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike

from audiocls.waveform import check_mono, check_option, check_rate, check_waveform

__all__ = ["dft", "dft_matrix", "fft_frequencies", "magnitude_spectrum", "strongest_partials", "synthesize", "window"]

Spectrum = tuple[np.ndarray, np.ndarray]  # frequencies and values
WindowName = Literal["boxcar", "hann", "hamming", "blackman", "blackmanharris"]

# Each window is a short cosine series (-1)^j a_j cos(2 pi j m / n); Harris 1978, section V.
_COSINE_SERIES: dict[WindowName, tuple[float, ...]] = {
    "boxcar": (1.0,), "hann": (0.5, 0.5), "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.5, 0.08), "blackmanharris": (0.35875, 0.48829, 0.14128, 0.01168),
}  # fmt: skip


def dft_matrix(n: int) -> np.ndarray:
    """Build the matrix whose product with a waveform is its discrete Fourier transform.

    Parameters
    ----------
    n : int > 0, the number of samples and of bins

    Returns
    -------
    matrix : np.ndarray [shape=(n, n), complex128]
        Row k is the complex sine with k periods in n samples.

    Raises
    ------
    ValueError
        If n is not positive.

    Examples
    --------
    >>> dft_matrix(4)[1].round(12)
    array([ 1.+0.j,  0.-1.j, -1.-0.j, -0.+1.j])

    Taught in chapter 3, Fourier transform. Source: Cooley and Tukey, 1965, doi:10.1090/S0025-5718-1965-0178586-1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1 sample, got {n}")
    turns = np.outer(np.arange(n), np.arange(n)) % n  # whole turns dropped, so that the angle stays exact
    return np.exp(-2j * np.pi / n * turns)


def dft(y: ArrayLike) -> np.ndarray:
    """Transform a waveform by n^2 multiplications, the way the definition reads.

    Equal to ``np.fft.fft``, which needs of the order of n log n.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]

    Returns
    -------
    X : np.ndarray [shape=(..., n), complex128]

    Raises
    ------
    ValueError
        If y is not a waveform (integers, NaN, no sample).

    Examples
    --------
    >>> dft([1.0, 0.0, -1.0, 0.0]).real.round(12) + 0.0  # one period of a cosine: bins 1 and -1, each n / 2
    array([0., 2., 0., 2.])

    Taught in chapter 3, Fourier transform. Source: Cooley and Tukey, 1965, doi:10.1090/S0025-5718-1965-0178586-1.
    """
    y = check_waveform(y)
    return y @ dft_matrix(y.shape[-1])  # the matrix is symmetric: no transpose needed


def fft_frequencies(*, sr: float, n_fft: int) -> np.ndarray:
    """Give the frequency of each bin of a real transform.

    Parameters
    ----------
    sr : float > 0, in Hz
    n_fft : int > 0, in samples

    Returns
    -------
    frequencies : np.ndarray [shape=(1 + n_fft // 2,)], in Hz: k * sr / n_fft

    Raises
    ------
    ValueError
        If sr or n_fft is not positive.

    Examples
    --------
    >>> fft_frequencies(sr=16000, n_fft=8)
    array([   0., 2000., 4000., 6000., 8000.])

    Taught in chapter 3, Fourier transform. Source: Oppenheim and Schafer, Discrete-Time Signal Processing, 2010, ch. 8.
    """
    if n_fft < 1:
        raise ValueError(f"n_fft must be at least 1 sample, got {n_fft}")
    return np.arange(1 + n_fft // 2) * (check_rate(sr) / n_fft)


def window(name: WindowName, n: int, *, periodic: bool = True) -> np.ndarray:
    """Build a window that fades a frame in and out, so that its edges do not leak over the spectrum.

    Parameters
    ----------
    name : {"boxcar", "hann", "hamming", "blackman", "blackmanharris"}
    n : int > 0, in samples
    periodic : bool
        True for spectra (one period of the window has n samples), False for a symmetric window as filter design wants.

    Returns
    -------
    w : np.ndarray [shape=(n,), float64], read-only

    Raises
    ------
    ValueError
        If the name is unknown or n is not positive.

    Examples
    --------
    >>> window("hann", 4)
    array([0. , 0.5, 1. , 0.5])
    >>> window("hann", 5, periodic=False)
    array([0. , 0.5, 1. , 0.5, 0. ])

    Taught in chapter 3, Fourier transform. Source: Harris, 1978, doi:10.1109/PROC.1978.10837.
    """
    check_option("window", name, WindowName)
    if n < 1:
        raise ValueError(f"a window needs at least 1 sample, got {n}")
    return _cosine_sum(name, n, periodic)


build_window = window  # where an argument is called window too


@lru_cache(maxsize=64)
def _cosine_sum(name, n, periodic):
    # A window of one sample has no edge to fade; scipy returns 1 too.
    angle = 2 * np.pi * np.arange(n) / (n if periodic else max(n - 1, 1))
    w = np.ones(1) if n == 1 else sum((-1) ** j * a * np.cos(j * angle) for j, a in enumerate(_COSINE_SERIES[name]))
    w.flags.writeable = False
    return w


def magnitude_spectrum(y: ArrayLike, sr: float, *, window: WindowName = "hann", n_fft: int | None = None) -> Spectrum:
    """Measure the amplitude of a waveform at each frequency.

    Scaled by 2 / sum(window), but 1 / sum(window) at 0 Hz and at the Nyquist frequency, which have no mirror image:
    a sine of amplitude 0.5 on a bin reads 0.5 whatever the window and the length.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]
    sr : float > 0, in Hz
    window : str, see `window`
    n_fft : int >= n, optional
        Zeros are added up to this length: more points on the same curve, no finer resolution. Default n.

    Returns
    -------
    frequencies : np.ndarray [shape=(1 + n_fft // 2,)], in Hz
    magnitude : np.ndarray [shape=(..., 1 + n_fft // 2)], in the unit of y

    Raises
    ------
    ValueError
        If y is not a waveform, sr is not positive or n_fft is shorter than y.

    Examples
    --------
    >>> y = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(80) / 8000)
    >>> frequencies, magnitude = magnitude_spectrum(y, 8000)
    >>> frequencies[10], magnitude[10].round(12)
    (np.float64(1000.0), np.float64(0.5))

    Taught in chapter 3, Fourier transform. Source: Harris, 1978, doi:10.1109/PROC.1978.10837, section IV.
    """
    y = check_waveform(y)
    n = y.shape[-1]
    n_fft = n if n_fft is None else n_fft
    if n_fft < n:
        raise ValueError(f"n_fft must hold all {n} samples of y, got {n_fft}; cut y or raise n_fft")
    frequencies = fft_frequencies(sr=sr, n_fft=n_fft)
    w = build_window(window, n).astype(y.dtype)
    magnitude = np.abs(scipy.fft.rfft(y * w, n_fft)) * y.dtype.type(2 / w.sum())
    mirrorless = [0, -1] if n_fft % 2 == 0 else [0]
    magnitude[..., mirrorless] /= 2
    return frequencies, magnitude


def strongest_partials(
    y: ArrayLike, sr: float, *, k: int, window: WindowName = "blackman"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the k strongest partials of a note: its frequencies, their amplitudes and their phases.

    The peaks of the spectrum, each refined by the parabola through its three highest points in decibels, then measured
    at exactly that frequency.

    Parameters
    ----------
    y : np.ndarray [shape=(n,), float]
    sr : float > 0, in Hz
    k : int > 0, the number of partials asked for
    window : str, see `window`; its sidelobes must lie below the weakest partial wanted (Blackman: -58 dB)

    Returns
    -------
    frequencies : np.ndarray [shape=(<=k,)], in Hz, the strongest first
    amplitudes : np.ndarray [shape=(<=k,)], in the unit of y
    phases : np.ndarray [shape=(<=k,)], in radians, of a cosine at the first sample
        Fewer than k where the spectrum has fewer peaks.

    Raises
    ------
    ValueError
        If y is not one waveform, sr is not positive or k is less than 1.

    Examples
    --------
    >>> y = synthesize([440.0, 880.0], [0.5, 0.25], [0.0, 1.0], sr=8000, seconds=0.5)
    >>> [values.round(2).tolist() for values in strongest_partials(y, 8000, k=2)]
    [[440.0, 880.0], [0.5, 0.25], [0.0, 1.0]]

    Taught in chapter 3, Fourier transform. Source: Smith and Serra, PARSHL, Proc. ICMC 1987.
    """
    y = check_mono(y)
    if k < 1:
        raise ValueError(f"k must be at least 1 partial, got {k}")
    n = len(y)
    frequencies, magnitude = magnitude_spectrum(y, sr, window=window)
    left, middle, right = magnitude[:-2], magnitude[1:-1], magnitude[2:]
    peaks = 1 + np.flatnonzero((middle > left) & (middle >= right))
    peaks = peaks[np.argsort(-magnitude[peaks], kind="stable")][:k]
    level = np.log(np.maximum(magnitude, np.finfo(magnitude.dtype).tiny)).astype(float)
    a, b, c = level[peaks - 1], level[peaks], level[peaks + 1]
    peak_frequencies = frequencies[peaks] + (a - c) / (2 * (a - 2 * b + c)) * sr / n  # vertex of the parabola
    w = build_window(window, n)
    turns = np.outer(peak_frequencies, np.arange(n)) / sr
    X = np.exp(-2j * np.pi * turns) @ (w * y) * 2 / w.sum()
    return peak_frequencies, np.abs(X), np.angle(X)


def synthesize(
    frequencies: ArrayLike, amplitudes: ArrayLike, phases: ArrayLike | None = None, *, sr: float, seconds: float
) -> np.ndarray:
    """Add up cosines.

    Parameters
    ----------
    frequencies : array_like [shape=(k,)], in Hz, at most sr / 2
    amplitudes : array_like [shape=(k,)]
    phases : array_like [shape=(k,)], optional, in radians at the first sample; default 0, all crests together
    sr : float > 0, in Hz
    seconds : float > 0

    Returns
    -------
    y : np.ndarray [shape=(n,), float64], n = round(sr * seconds)

    Raises
    ------
    ValueError
        If the lists differ in length, a frequency lies above sr / 2 (it would alias) or nothing is left to play.

    Examples
    --------
    >>> synthesize([2.0], [1.0], sr=8, seconds=1).round(12) + 0.0
    array([ 1.,  0., -1.,  0.,  1.,  0., -1.,  0.])

    Taught in chapter 3, Fourier transform. Source: Fourier, Théorie analytique de la chaleur, 1822, ch. III.
    """
    check_rate(sr)
    frequencies, amplitudes = np.asarray(frequencies, dtype=float), np.asarray(amplitudes, dtype=float)
    phases = np.zeros_like(frequencies) if phases is None else np.asarray(phases, dtype=float)
    if frequencies.ndim != 1 or not frequencies.shape == amplitudes.shape == phases.shape:
        shapes = f"{frequencies.shape}, {amplitudes.shape} and {phases.shape}"
        raise ValueError(f"frequencies, amplitudes and phases must be lists of one length, got shapes {shapes}")
    if (highest := np.abs(frequencies).max(initial=0)) > sr / 2:
        raise ValueError(f"frequencies must not exceed sr / 2 = {sr / 2:g} Hz, got {highest:g} Hz; it would alias")
    if (n := round(sr * seconds)) < 1:
        raise ValueError(f"seconds must cover at least one sample at {sr} Hz, got {seconds}")
    t = np.arange(n) / sr
    y = np.zeros(n)
    for f, a, phase in zip(frequencies, amplitudes, phases, strict=True):  # one partial at a time: memory stays (n,)
        y += a * np.cos(2 * np.pi * f * t + phase)
    return y
