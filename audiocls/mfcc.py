"""Mel-frequency cepstral coefficients: a second of sound as 13 x 99 numbers.

In one line: ``dct @ log(mel @ abs(rfft(frames)) ** 2)``, with pre-emphasis before it and a lifter after it. Libraries
agree on the order and on little else, so every choice is a switch (`conventions.Options`) and two sets of choices have
names: "psf" (the default) gives the numbers of python_speech_features, "librosa" those of librosa.

Conventions. Coefficients are (..., n_mfcc, t), log mel energies (..., n_mels, t); a batch of clips is one call. float32
stays float32, float64 stays float64. Memory: the result, a copy of one sound, and one block of frames.

Functions: `mfcc`; its steps `pre_emphasis`, `frame_power`, `log_mel_energies`, `dct_matrix`, `lifter_weights`; `delta`;
the way back `mfcc_to_log_mel`, `invert_mfcc`.
"""

from typing import Unpack

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike

from audiocls.conventions import Convention, Options, settings
from audiocls.fourier import window as build_window
from audiocls.mel import mel_filterbank, raise_to_floor
from audiocls.spectrogram import griffin_lim, power_to_db
from audiocls.waveform import check_waveform

__all__ = ["dct_matrix", "delta", "frame_power", "invert_mfcc", "lifter_weights", "log_mel_energies", "mfcc"]
__all__ += ["mfcc_to_log_mel", "pre_emphasis"]

_BLOCK_SAMPLES = 2**19  # 1024 frames of 512 samples: with their spectra 5 MB, which a cache holds


def mfcc(y: ArrayLike, sr: float, *, convention: Convention = "psf", **options: Unpack[Options]) -> np.ndarray:
    """Compute mel-frequency cepstral coefficients.

    Equal to ``python_speech_features.mfcc`` with ``nfft`` the next power of two that holds the frame (its own default,
    512, drops half of a frame at 44.1 kHz), or to ``librosa.feature.mfcc`` of one clip at a time.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]
    sr : float > 0, in Hz
    convention : {"psf", "librosa"}
    **options
        Any key of `conventions.Options`. Sizes: n_mfcc, n_mels, win_length, hop_length, n_fft. Limits: fmin, fmax,
        floor, top_db. The ten switches: pre_emphasis, framing, window, spectrum, scale, edges, norm, log, lifter, c0.
        What is left out is as the convention says.

    Returns
    -------
    coefficients : np.ndarray [shape=(..., n_mfcc, t), float32 for float32 y, float64 for float64]

    Raises
    ------
    ValueError
        If y is not a waveform, sr is not positive, or as `conventions.Settings`.
    TypeError
        If there is no such option, as `conventions.settings`.

    Examples
    --------
    >>> y = np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    >>> mfcc(y, 16000).shape
    (13, 99)
    >>> mfcc(np.stack([y, y / 2]), 16000, n_mfcc=20, n_mels=40).shape
    (2, 20, 99)
    >>> mfcc(y, 16000, convention="librosa").shape
    (20, 32)

    Taught in chapter 10, MFCC. Source: Davis and Mermelstein, 1980, doi:10.1109/TASSP.1980.1163420.
    """
    s = settings(sr, convention=convention, **options)
    mel, total = _energies(y, s)
    L = _logarithm(mel, s, top_db=s.top_db)
    dct = lifter_weights(s.n_mfcc, lifter=s.lifter)[:, None] * dct_matrix(s.n_mfcc, s.n_mels)
    coefficients = dct.astype(L.dtype) @ L
    if s.c0 == "energy":
        coefficients[..., 0, :] = _logarithm(total, s, top_db=None)
    return coefficients


def log_mel_energies(
    y: ArrayLike, sr: float, *, convention: Convention = "psf", **options: Unpack[Options]
) -> np.ndarray:
    """Compute the log mel energies that `mfcc` hands to its cosine transform.

    With many filters for the FFT (64 at 16 kHz) pass ``edges="hz"``: of corners rounded to bins, the low filters are
    left with one bin each, and from 80 filters on some with none.

    Parameters
    ----------
    y, sr, convention, **options : as for `mfcc`

    Returns
    -------
    L : np.ndarray [shape=(..., n_mels, t), dtype of y], natural logarithm ("psf") or dB ("librosa")

    Raises
    ------
    ValueError, TypeError
        As `mfcc`.

    Examples
    --------
    >>> log_mel_energies(np.zeros(16000), 16000, n_mels=64, edges="hz")[0, 0].round(2)
    np.float64(-36.04)

    Taught in chapter 10, MFCC. Source: python_speech_features 0.6, logfbank.
    """
    s = settings(sr, convention=convention, **options)
    mel, _ = _energies(y, s)
    return _logarithm(mel, s, top_db=s.top_db)


def _energies(y, s):
    """Compute, block by block, mel @ |rfft|^2, (..., n_mels, t), and the total of each frame's |rfft|^2, (..., t)."""
    y = _single_or_double(y)
    filters = (filters_of(s) * _scaling(s)).astype(y.dtype)
    ones = np.full(filters.shape[1], _scaling(s), y.dtype)
    # A filter is 0 nearly everywhere, so eight neighbours at a time meet only the bins that they let through.
    bands = [slice(k, k + 8) for k in range(0, s.n_mels, 8)]
    spans = [_open_bins(filters[band]) for band in bands]
    clips, t = y.reshape(-1, y.shape[-1]), s.frame_count(y.shape[-1])
    mel, total = np.empty((len(clips), s.n_mels, t), y.dtype), np.empty((len(clips), t), y.dtype)
    at_once = max(1, _BLOCK_SAMPLES // s.n_fft)
    together = max(1, at_once // t)
    for i in range(0, len(clips), together):
        some, frames = slice(i, i + together), _frames(clips[i : i + together], s)
        for j in range(0, t, at_once):
            now = slice(j, j + at_once)
            S = _spectra(frames[:, now], s)
            total[some, now] = S @ ones
            for band, span in zip(bands, spans, strict=True):
                mel[some, band, now] = (S[..., span] @ filters[band, span].T).swapaxes(-1, -2)
    return mel.reshape(*y.shape[:-1], s.n_mels, t), total.reshape(*y.shape[:-1], t)


def _frames(y, s):
    """Emphasize, put zeros where the framing wants them, and view the sound as frames, (..., t, n_fft)."""
    n, t = y.shape[-1], s.frame_count(y.shape[-1])
    # "center" has n_fft // 2 zeros before the sound and the window in the middle of n_fft samples.
    left = s.n_fft // 2 - (s.n_fft - s.win_length) // 2 if s.framing == "center" else 0
    signal = np.zeros((*y.shape[:-1], max(left + n, (t - 1) * s.hop_length + s.n_fft)), y.dtype)
    signal[..., left : left + n] = pre_emphasis(y, coefficient=s.pre_emphasis) if s.pre_emphasis else y
    return np.lib.stride_tricks.sliding_window_view(signal, s.n_fft, axis=-1)[..., :: s.hop_length, :]


def _spectra(frames, s):
    """Window and transform: |rfft|^2, (..., t, freq). The window stands first, where in n_fft makes no difference."""
    if s.window == "boxcar":  # nothing to multiply, and rfft puts the zeros after it
        X = scipy.fft.rfft(frames[..., : s.win_length], s.n_fft)
    else:
        window = np.pad(build_window(s.window, s.win_length), (0, s.n_fft - s.win_length))
        X = scipy.fft.rfft(frames * window.astype(frames.dtype))
    S = X.real**2 + X.imag**2
    return np.sqrt(S) if s.spectrum == "magnitude" else S


def _logarithm(energies, s, *, top_db):
    energies = raise_to_floor(energies, s.floor)
    if s.log == "ln":
        return np.log(energies)
    return power_to_db(energies, amin=np.finfo(energies.dtype).tiny, top_db=top_db)


def filters_of(s):
    return mel_filterbank(
        sr=s.sr, n_fft=s.n_fft, n_mels=s.n_mels, fmin=s.fmin, fmax=s.fmax, scale=s.scale, edges=s.edges, norm=s.norm
    )


def _open_bins(filters):
    through = filters.any(axis=0)
    return slice(through.argmax(), len(through) - through[::-1].argmax())


def _scaling(s):
    return 1 / s.n_fft if s.spectrum == "power/n_fft" else 1.0


def _single_or_double(y):
    y = check_waveform(y)
    return y.astype(np.result_type(y, np.float32), copy=False)  # half precision cannot hold the power of a frame


def frame_power(y: ArrayLike, sr: float, *, convention: Convention = "psf", **options: Unpack[Options]) -> np.ndarray:
    """Compute the spectrum of each frame as `mfcc` sees it: after pre-emphasis, before the mel filters.

    Parameters
    ----------
    y, sr, convention, **options : as for `mfcc`

    Returns
    -------
    S : np.ndarray [shape=(..., 1 + n_fft // 2, t), dtype of y]

    Raises
    ------
    ValueError, TypeError
        As `mfcc`.

    Examples
    --------
    >>> frame_power(np.ones(16000), 16000).shape
    (257, 99)

    Taught in chapter 10, MFCC. Source: python_speech_features 0.6, sigproc.powspec.
    """
    s = settings(sr, convention=convention, **options)
    return _spectra(_frames(_single_or_double(y), s), s).swapaxes(-1, -2) * _scaling(s)


def pre_emphasis(y: ArrayLike, *, coefficient: float = 0.97) -> np.ndarray:
    """Subtract from each sample a share of the one before: a high-pass of 6 dB per octave.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]
    coefficient : float, 0 for no change

    Returns
    -------
    emphasized : np.ndarray of the shape and dtype of y; the first sample stays as it is

    Raises
    ------
    ValueError
        If y is not a waveform.

    Examples
    --------
    >>> pre_emphasis([1.0, 1.0, 0.0], coefficient=0.5)
    array([ 1. ,  0.5, -0.5])

    Taught in chapter 10, MFCC. Source: Markel and Gray, Linear Prediction of Speech, 1976.
    """
    y = check_waveform(y)
    emphasized = y.copy()
    emphasized[..., 1:] -= coefficient * y[..., :-1]
    return emphasized


def dct_matrix(n_mfcc: int, n_mels: int) -> np.ndarray:
    """Build the first rows of the orthonormal cosine transform (DCT-II): ``dct_matrix(13, 26) @ log_mel``.

    Parameters
    ----------
    n_mfcc, n_mels : int, 0 < n_mfcc <= n_mels

    Returns
    -------
    matrix : np.ndarray [shape=(n_mfcc, n_mels)float64]; its rows are orthonormal

    Raises
    ------
    ValueError
        If n_mfcc does not lie between 1 and n_mels.

    Examples
    --------
    >>> dct_matrix(2, 4).round(3)
    array([[ 0.5  ,  0.5  ,  0.5  ,  0.5  ],
           [ 0.653,  0.271, -0.271, -0.653]])

    Taught in chapter 10, MFCC. Source: Ahmed, Natarajan and Rao, 1974, doi:10.1109/T-C.1974.223784.
    """
    if not 1 <= n_mfcc <= n_mels:
        raise ValueError(f"n_mfcc must lie between 1 and n_mels = {n_mels}, got {n_mfcc}")
    k, m = np.arange(n_mfcc)[:, None], np.arange(n_mels)
    matrix = np.sqrt(2 / n_mels) * np.cos(np.pi * k * (2 * m + 1) / (2 * n_mels))
    matrix[0] /= np.sqrt(2)
    return matrix


def lifter_weights(n_mfcc: int, *, lifter: float = 22) -> np.ndarray:
    """Weigh the coefficients so that the high ones are not dwarfed: 1 + lifter / 2 sin(pi k / lifter).

    Parameters
    ----------
    n_mfcc : int > 0
    lifter : float >= 0; 0 leaves every weight 1

    Returns
    -------
    weights : np.ndarray [shape=(n_mfcc,)], k from 0, as HTK and python_speech_features count (librosa's own option
        counts from 1)

    Raises
    ------
    ValueError
        If lifter is negative.

    Examples
    --------
    >>> lifter_weights(12)[[0, 1, 11]].round(3)
    array([ 1.   ,  2.565, 12.   ])

    Taught in chapter 10, MFCC. Source: Young et al., The HTK Book, 2006, ch. 5.
    """
    if lifter < 0:
        raise ValueError(f"lifter must not be negative, got {lifter}; 0 turns it off")
    if lifter == 0:
        return np.ones(n_mfcc)
    return 1 + lifter / 2 * np.sin(np.pi * np.arange(n_mfcc) / lifter)


def delta(features: ArrayLike, *, width: int = 5) -> np.ndarray:
    """Fit a line through each value and its neighbours in time and take the slope.

    Beyond the ends the first and the last frame repeat. Equal to ``python_speech_features.delta(features.T, N).T`` with
    width = 2 N + 1, and to ``librosa.feature.delta(features, width=width, mode="nearest")``.

    Parameters
    ----------
    features : np.ndarray [shape=(..., t), float]
    width : odd int >= 3, in frames

    Returns
    -------
    slope : np.ndarray of the shape and dtype of features, per frame

    Raises
    ------
    ValueError
        If width is even or less than 3, or features hold integers or no frame.

    Examples
    --------
    >>> delta(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), width=3)
    array([0.5, 1. , 1. , 1. , 0.5])

    Taught in chapter 10, MFCC. Source: Furui, 1986, doi:10.1109/TASSP.1986.1164788.
    """
    features = np.asarray(features)
    if width < 3 or width % 2 == 0:
        raise ValueError(f"width must be an odd number of frames, 3 or more, got {width}")
    if features.dtype.kind != "f" or features.ndim == 0 or features.shape[-1] == 0:
        raise ValueError(f"features must be floats with shape (..., t), t >= 1, got {features.dtype} {features.shape}")
    reach, t = width // 2, features.shape[-1]
    padded = np.pad(features, [(0, 0)] * (features.ndim - 1) + [(reach, reach)], mode="edge")
    slope = np.zeros_like(features)
    for j in range(1, reach + 1):
        slope += j * (padded[..., reach + j : reach + j + t] - padded[..., reach - j : reach - j + t])
    return slope / features.dtype.type(2 * sum(j * j for j in range(1, reach + 1)))


def mfcc_to_log_mel(
    coefficients: ArrayLike, sr: float, *, convention: Convention = "psf", **options: Unpack[Options]
) -> np.ndarray:
    """Undo the lifter and the cosine transform: the log mel energies that the kept coefficients still describe.

    Where c0 is the log energy of the frame, the level of the mel energies is chosen to give that energy.

    Parameters
    ----------
    coefficients : np.ndarray [shape=(..., n_mfcc, t), float]
    sr, convention, **options : as for `mfcc`, without n_mfcc

    Returns
    -------
    L : np.ndarray [shape=(..., n_mels, t), dtype of coefficients]: smooth over frequency where n_mfcc < n_mels

    Raises
    ------
    ValueError
        If coefficients are not finite floats of shape (..., n_mfcc, t), or as `conventions.Settings`.

    Examples
    --------
    >>> y = np.random.default_rng(0).standard_normal(16000)
    >>> L = log_mel_energies(y, 16000, c0="dct")
    >>> bool(np.allclose(mfcc_to_log_mel(mfcc(y, 16000, n_mfcc=26, c0="dct"), 16000, c0="dct"), L))
    True

    Taught in chapter 10, MFCC. Source: Ahmed, Natarajan and Rao, 1974, doi:10.1109/T-C.1974.223784.
    """
    coefficients = np.asarray(coefficients)
    if coefficients.ndim < 2 or coefficients.dtype.kind != "f" or not np.isfinite(coefficients).all():
        what = f"{coefficients.dtype} {coefficients.shape}"
        raise ValueError(f"coefficients must be finite floats with shape (..., n_mfcc, t), got {what}; call mfcc first")
    s = settings(sr, convention=convention, **(options | {"n_mfcc": coefficients.shape[-2]}))
    weights = lifter_weights(s.n_mfcc, lifter=s.lifter)
    if np.any(np.abs(weights) < 1e-9):
        raise ValueError(f"lifter={s.lifter} weighs a coefficient by 0, which cannot be undone; pass lifter=0 to mfcc")
    unlift = dct_matrix(s.n_mfcc, s.n_mels).T / weights
    if s.c0 == "energy":
        unlift[:, 0] = 0
    L = unlift.astype(coefficients.dtype) @ coefficients
    if s.c0 == "energy":
        energy = _scaling(s) * (_inverse_filters(s).sum(axis=0, keepdims=True) @ _from_logarithm(L, s))
        L += coefficients[..., :1, :] - _logarithm(energy.astype(L.dtype), s, top_db=None)
    return L


def invert_mfcc(
    coefficients: ArrayLike, sr: float, *, n_iter: int = 32, seed: int = 0, length: int | None = None,
    convention: Convention = "psf", **options: Unpack[Options],
) -> np.ndarray:  # fmt: skip
    """Make a sound whose coefficients are near the given ones: hear what survives.

    Cosine transform and filters are undone (each bin takes the density of the filters that cover it), phases are found
    by `griffin_lim`, pre-emphasis is undone. Pitch is lost once the coefficients no longer resolve the harmonics.

    Parameters
    ----------
    coefficients : np.ndarray [shape=(..., n_mfcc, t), float]
    sr, convention, **options : as for `mfcc`, without n_mfcc
    n_iter : int >= 0, rounds of `griffin_lim`
    seed : int, of the first phases
    length : int, optional, in samples; default what t frames reach

    Returns
    -------
    y : np.ndarray [shape=(..., length), dtype of coefficients]

    Raises
    ------
    ValueError
        As `mfcc_to_log_mel` and `griffin_lim`.

    Examples
    --------
    >>> y = np.random.default_rng(0).standard_normal(16000)
    >>> invert_mfcc(mfcc(y, 16000), 16000, length=16000).shape
    (16000,)

    Taught in chapter 10, MFCC. Source: Griffin and Lim, 1984, doi:10.1109/TASSP.1984.1164317; for speech from MFCC
    Boucheron, De Leon and Sandoval, 2012, doi:10.1109/TASL.2011.2162407.
    """
    from scipy.signal import lfilter

    L = mfcc_to_log_mel(coefficients, sr, convention=convention, **options)
    s = settings(sr, convention=convention, **(options | {"n_mfcc": L.shape[-2]}))
    magnitude = _inverse_filters(s).astype(L.dtype) @ _from_logarithm(L, s)
    if s.spectrum != "magnitude":
        magnitude = np.sqrt(magnitude)
    centered = s.framing == "center"
    # Without zeros around it the first and the last samples lie under the foot of one window: dividing by it explodes.
    silent = 0 if centered else -(-s.n_fft // s.hop_length)
    magnitude = np.pad(magnitude, [(0, 0)] * (magnitude.ndim - 1) + [(silent, silent)])
    sizes = {"hop_length": s.hop_length, "n_fft": s.n_fft, "win_length": s.win_length}
    y = griffin_lim(magnitude, window=s.window, center=centered, n_iter=n_iter, seed=seed, **sizes)
    if not centered:  # griffin_lim has the window in the middle of its frame, "pad_end" at the start
        start = silent * s.hop_length + (s.n_fft - s.win_length) // 2
        y = y[..., start : start + (L.shape[-1] - 1) * s.hop_length + s.win_length]
    if s.pre_emphasis:
        y = lfilter([1.0], [1.0, -s.pre_emphasis], y).astype(y.dtype)
    if length is None:
        return y
    return np.pad(y[..., :length], [(0, 0)] * (y.ndim - 1) + [(0, max(length - y.shape[-1], 0))])


def _inverse_filters(s):
    """Spread each filter's energy evenly over its bins, (freq, n_mels), the constant of `_scaling` undone.

    Unlike a pseudo-inverse it is never negative, and closer: 6.7 against 10.9 dB mean error on 8 of the recordings.
    """
    filters = filters_of(s)
    covered, area = filters.sum(axis=0), filters.sum(axis=1)
    share = filters / np.where(covered > 0, covered, 1) / np.where(area > 0, area, 1)[:, None]
    return share.T / _scaling(s)


def _from_logarithm(L, s):
    return np.exp(L) if s.log == "ln" else 10 ** (L / 10)
