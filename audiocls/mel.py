"""The mel scale: frequency on a scale of pitch judgements, and the filter bank built on it.

"Mel" is short for melody: Stevens, Volkmann and Newman (1937) had listeners set a tone to half the pitch of another.

Conventions. Two formulas are in use: "htk" is 2595 log10(1 + f / 700), one curve for all frequencies; "slaney" is a
straight line up to 1000 Hz and a logarithm above it. Filters are triangles whose corners are equally spaced in mel.
They weigh power, before any logarithm, and are rows: ``filters @ S`` turns (..., freq, t) into (..., n_mels, t).

Functions: `hz_to_mel`, `mel_to_hz`, `mel_frequencies`, `mel_filterbank`, `log_mel`.
"""

import warnings
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from audiocls.fourier import fft_frequencies
from audiocls.waveform import Values, check_not_negative, check_option, check_rate, unwrap

__all__ = ["hz_to_mel", "log_mel", "mel_filterbank", "mel_frequencies", "mel_to_hz"]

MelScale = Literal["htk", "slaney"]
MelEdges = Literal["hz", "bins", "mel"]
MelNorm = Literal[None, "slaney"]

# Slaney's scale: 3 mel for 200 Hz up to 1000 Hz (15 mel), then 27 mel for each factor of 6.4.
_SLANEY_HZ_PER_MEL, _SLANEY_KNEE_HZ = 200 / 3, 1000.0
_SLANEY_KNEE_MEL = _SLANEY_KNEE_HZ / _SLANEY_HZ_PER_MEL
_SLANEY_LOG_STEP = np.log(6.4) / 27


def hz_to_mel(f: Values, *, scale: MelScale = "htk") -> Values:
    """Convert frequency to mel.

    Parameters
    ----------
    f : float or np.ndarray, >= 0, in Hz
    scale : {"htk", "slaney"}

    Returns
    -------
    mel : float or np.ndarray of the shape of f, in mel

    Raises
    ------
    ValueError
        If a frequency is negative or the scale unknown.

    Examples
    --------
    >>> round(float(hz_to_mel(700.0)), 2)  # the corner of the formula: 2595 log10(2)
    781.17
    >>> round(float(hz_to_mel(1000.0, scale="slaney")), 2)
    15.0

    Taught in chapter 6, Mel scale. Source: Stevens, Volkmann and Newman, 1937, doi:10.1121/1.1915893 (the scale);
    Makhoul and Cosell, 1976, doi:10.1109/ICASSP.1976.1170013, and O'Shaughnessy, Speech Communication, 1987, p. 150
    (htk); Slaney, Auditory Toolbox, 1998 (slaney).
    """
    check_option("scale", scale, MelScale)
    hz = np.asarray(f, dtype=float)
    if np.any(hz < 0):
        raise ValueError(f"f must not be negative, got {hz.min():g} Hz")
    if scale == "htk":
        return unwrap(2595 * np.log10(1 + hz / 700))
    above = _SLANEY_KNEE_MEL + np.log(np.maximum(hz, _SLANEY_KNEE_HZ) / _SLANEY_KNEE_HZ) / _SLANEY_LOG_STEP
    return unwrap(np.where(hz < _SLANEY_KNEE_HZ, hz / _SLANEY_HZ_PER_MEL, above))


def mel_to_hz(mel: Values, *, scale: MelScale = "htk") -> Values:
    """Convert mel to frequency: the inverse of `hz_to_mel`.

    Parameters
    ----------
    mel : float or np.ndarray, >= 0, in mel
    scale : {"htk", "slaney"}

    Returns
    -------
    f : float or np.ndarray of the shape of mel, in Hz

    Raises
    ------
    ValueError
        If a mel value is negative or the scale unknown.

    Examples
    --------
    >>> round(float(mel_to_hz(hz_to_mel(440.0))), 9)
    440.0

    Taught in chapter 6, Mel scale. Source: as `hz_to_mel`.
    """
    check_option("scale", scale, MelScale)
    m = np.asarray(mel, dtype=float)
    if np.any(m < 0):
        raise ValueError(f"mel must not be negative, got {m.min():g}")
    if scale == "htk":
        return unwrap(700 * (10 ** (m / 2595) - 1))
    above = _SLANEY_KNEE_HZ * np.exp(_SLANEY_LOG_STEP * np.maximum(m - _SLANEY_KNEE_MEL, 0))
    return unwrap(np.where(m < _SLANEY_KNEE_MEL, m * _SLANEY_HZ_PER_MEL, above))


def mel_frequencies(n: int, *, fmin: float, fmax: float, scale: MelScale = "htk") -> np.ndarray:
    """Space frequencies equally in mel.

    Parameters
    ----------
    n : int > 0, how many
    fmin, fmax : float >= 0, in Hz, the first and the last
    scale : {"htk", "slaney"}

    Returns
    -------
    frequencies : np.ndarray [shape=(n,)], in Hz

    Raises
    ------
    ValueError
        As `hz_to_mel`.

    Examples
    --------
    >>> mel_frequencies(4, fmin=0.0, fmax=8000.0).round()
    array([   0.,  921., 3056., 8000.])

    Taught in chapter 6, Mel scale. Source: as `hz_to_mel`.
    """
    return mel_to_hz(np.linspace(hz_to_mel(fmin, scale=scale), hz_to_mel(fmax, scale=scale), n), scale=scale)


def mel_filterbank(
    *, sr: float, n_fft: int, n_mels: int = 26, fmin: float = 0.0, fmax: float | None = None,
    scale: MelScale = "htk", edges: MelEdges = "hz", norm: MelNorm = None,
) -> np.ndarray:  # fmt: skip
    """Build triangular filters that are equally wide in mel.

    Parameters
    ----------
    sr : float > 0, in Hz
    n_fft : int > 0, in samples
    n_mels : int > 0, the number of filters
    fmin, fmax : float, in Hz, 0 <= fmin < fmax <= sr / 2
        Where the first filter begins and the last one ends. Default fmax sr / 2.
    scale : {"htk", "slaney"}, see `hz_to_mel`
    edges : {"hz", "bins", "mel"}
        "hz" keeps the corners where they are (librosa); "bins" moves each to the bin floor((n_fft + 1) f / sr)
        (python_speech_features), which moves narrow filters noticeably and can leave one with no bin at all; "mel"
        keeps them and draws the flanks straight over mel instead of over hertz (HTK, Kaldi, TensorFlow).
    norm : {None, "slaney"}
        None: each triangle is 1 high. "slaney": each has the area 1 Hz, so that white noise is level over the filters.

    Returns
    -------
    filters : np.ndarray [shape=(n_mels, 1 + n_fft // 2), float64], read-only

    Raises
    ------
    ValueError
        If a frequency or a number of bands or samples is out of range, or an option unknown.

    Warns
    -----
    UserWarning
        If a filter holds no bin: its output is always zero. Take fewer filters or a longer n_fft.

    Examples
    --------
    >>> mel_filterbank(sr=16000, n_fft=512).shape
    (26, 257)
    >>> mel_filterbank(sr=8000, n_fft=8, n_mels=2).round(2)
    array([[0.  , 0.68, 0.  , 0.  , 0.  ],
           [0.  , 0.32, 0.91, 0.45, 0.  ]])

    Taught in chapter 6, Mel scale. Source: Davis and Mermelstein, 1980, doi:10.1109/TASSP.1980.1163420, fig. 1.
    """
    fmax = check_rate(sr) / 2 if fmax is None else fmax
    if not 0 <= fmin < fmax <= sr / 2:
        raise ValueError(f"frequencies must satisfy 0 <= fmin < fmax <= sr / 2 = {sr / 2:g} Hz, got {fmin} and {fmax}")
    if n_mels < 1 or n_fft < 2:
        raise ValueError(f"a filter bank needs n_mels >= 1 and n_fft >= 2, got {n_mels} and {n_fft}")
    check_option("edges", edges, MelEdges)
    check_option("norm", norm, MelNorm)
    filters = _filterbank(sr=sr, n_fft=n_fft, n_mels=n_mels, fmin=fmin, fmax=fmax, scale=scale, edges=edges, norm=norm)
    empty = np.flatnonzero(filters.max(axis=1) == 0)
    if len(empty):
        fault = f"{len(empty)} of {n_mels} mel filters hold no bin (the first is filter {empty[0]}) and always give 0"
        warnings.warn(f'{fault}; take fewer filters, n_fft longer than {n_fft}, or edges="hz"', stacklevel=2)
    return filters


@lru_cache(maxsize=32)
def _filterbank(*, sr, n_fft, n_mels, fmin, fmax, scale, edges, norm):
    corners = mel_frequencies(n_mels + 2, fmin=fmin, fmax=fmax, scale=scale)
    area = (corners[2:, None] - corners[:-2, None]) / 2
    f = fft_frequencies(sr=sr, n_fft=n_fft)
    if edges == "bins":
        corners, f = np.floor((n_fft + 1) * corners / sr), np.arange(len(f))
    elif edges == "mel":
        corners, f = hz_to_mel(corners, scale=scale), hz_to_mel(f, scale=scale)
    left, centre, right = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    # Where rounding makes two corners one, that flank has no bin: dividing by 1 instead of 0 changes nothing.
    rising = (f - left) / np.where(centre > left, centre - left, 1)
    falling = (right - f) / np.where(right > centre, right - centre, 1)
    filters = np.where(f < centre, rising, falling).clip(min=0)
    if norm == "slaney":
        filters /= area
    filters.flags.writeable = False
    return filters


def log_mel(
    S: ArrayLike, *, sr: float, n_fft: int | None = None, n_mels: int = 26, fmin: float = 0.0,
    fmax: float | None = None, scale: MelScale = "htk", edges: MelEdges = "hz", norm: MelNorm = None, floor: float = 0.0
) -> np.ndarray:  # fmt: skip
    """Turn a power spectrogram into a log mel spectrogram.

    Parameters
    ----------
    S : np.ndarray [shape=(..., 1 + n_fft // 2, t), float], >= 0: power, not decibels
    sr : float > 0, in Hz
    n_fft : int, optional, in samples; default 2 * (freq - 1), the even length that gives S its bins
    n_mels, fmin, fmax, scale, edges, norm : see `mel_filterbank`
    floor : float >= 0
        Energies below it are raised to it before the logarithm. 0 raises exact zeros only, to the float64 spacing
        2.2e-16, whose logarithm is -36.04: silence, not data.

    Returns
    -------
    L : np.ndarray [shape=(..., n_mels, t), dtype of S], natural logarithm of the energy in each filter

    Raises
    ------
    ValueError
        If S is negative anywhere (decibels?), complex, not (..., freq, t), or not n_fft's number of bins.

    Examples
    --------
    >>> log_mel(np.zeros((257, 99)), sr=16000)[0, 0].round(2)
    np.float64(-36.04)

    Taught in chapter 6, Mel scale. Source: Davis and Mermelstein, 1980, doi:10.1109/TASSP.1980.1163420.
    """
    S = np.asarray(S)
    if S.ndim < 2 or S.dtype.kind != "f":
        raise ValueError(f"S must be real with shape (..., freq, t), got {S.dtype} {S.shape}; call spectrogram first")
    check_not_negative("S", S)
    n_fft = 2 * (S.shape[-2] - 1) if n_fft is None else n_fft
    if S.shape[-2] != 1 + n_fft // 2:
        raise ValueError(f"S must have 1 + n_fft // 2 = {1 + n_fft // 2} bins, got {S.shape[-2]}; pass its own n_fft")
    bank = mel_filterbank(sr=sr, n_fft=n_fft, n_mels=n_mels, fmin=fmin, fmax=fmax, scale=scale, edges=edges, norm=norm)
    return np.log(raise_to_floor(bank.astype(S.dtype) @ S, floor))


def raise_to_floor(energy: np.ndarray, floor: float) -> np.ndarray:
    """Keep a logarithm finite: energies below ``floor`` become it, and with floor 0 exact zeros become 2.2e-16.

    Source: python_speech_features 0.6 (zeros only); librosa 0.11, power_to_db (amin).
    """
    if not floor >= 0:
        raise ValueError(f"floor must not be negative, got {floor}")
    if floor == 0:
        return np.where(energy == 0, energy.dtype.type(np.finfo(float).eps), energy)
    return np.maximum(energy, energy.dtype.type(floor))
