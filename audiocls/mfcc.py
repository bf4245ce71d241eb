"""Mel-frequency cepstral coefficients: a second of sound as 13 x 99 numbers.

Pre-emphasis, frames, window, power spectrum, mel filters, logarithm, cosine transform, lifter. Libraries agree on the
order and on little else, so every choice is a switch (`conventions.Settings`) and two sets of choices have names:
"psf" (the default) gives the numbers of python_speech_features, "librosa" those of librosa.

Conventions. Coefficients are (..., n_mfcc, t), log mel energies (..., n_mels, t); a batch of clips is one call. float32
stays float32, float64 stays float64. Memory: the result and one block of frames, however long the sound.

Functions: `mfcc`; its steps `pre_emphasis`, `frame_power`, `log_mel_energies`, `dct_matrix`, `lifter_weights`; `delta`;
the way back `mfcc_to_log_mel`, `invert_mfcc`.
"""

from functools import lru_cache

import numpy as np
import scipy.fft

from audiocls.conventions import settings
from audiocls.fourier import window as build_window
from audiocls.mel import mel_filterbank, raise_to_floor
from audiocls.spectrogram import griffin_lim, power_to_db
from audiocls.waveform import check_waveform

_BLOCK_FRAMES = 600  # frames of 512 float32 samples and their spectra fill 3 MB; 100 or 1600 frames were slower


def mfcc(y, sr, *, convention="psf", **options):
    """Compute mel-frequency cepstral coefficients.

    Equal to ``python_speech_features.mfcc`` with ``nfft`` the next power of two that holds the frame (its own default,
    512, drops half of a frame at 44.1 kHz), or to ``librosa.feature.mfcc`` of one clip at a time.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]
    sr : float > 0, in Hz
    convention : {"psf", "librosa"}
    **options
        Any attribute of `conventions.Settings`: the sizes ``n_mfcc=13, n_mels=26, win_length, hop_length, n_fft``, the
        limits ``fmin, fmax`` and the ten switches.

    Returns
    -------
    coefficients : np.ndarray [shape=(..., n_mfcc, t), float32 for float32 y, float64 for float64]

    Raises
    ------
    ValueError
        If y is not a waveform, sr is not positive, or as `conventions.Settings`.

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
    energies = _energies(y, s)
    weights = lifter_weights(s.n_mfcc, lifter=s.lifter)[:, None] * dct_matrix(s.n_mfcc, s.n_mels)
    coefficients = weights.astype(energies.dtype) @ _logarithm(energies[..., : s.n_mels, :], s, top_db=s.top_db)
    if s.c0 == "energy":
        coefficients[..., 0, :] = _logarithm(energies[..., s.n_mels, :], s, top_db=None)
    return coefficients


def log_mel_energies(y, sr, *, convention="psf", **options):
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
    ValueError
        As `mfcc`.

    Examples
    --------
    >>> log_mel_energies(np.zeros(16000), 16000, n_mels=64, edges="hz")[0, 0].round(2)
    np.float64(-36.04)

    Taught in chapter 10, MFCC. Source: python_speech_features 0.6, logfbank.
    """
    s = settings(sr, convention=convention, **({"n_mfcc": 1, "c0": "dct"} | options))
    return _logarithm(_energies(y, s)[..., : s.n_mels, :], s, top_db=s.top_db)


def pre_emphasis(y, *, coefficient=0.97):
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
    return _emphasize(y, coefficient, out=np.empty_like(y))


def frame_power(y, sr, *, convention="psf", **options):
    """Compute the spectrum of each frame as `mfcc` sees it: after pre-emphasis, before the mel filters.

    Parameters
    ----------
    y, sr, convention, **options : as for `mfcc`

    Returns
    -------
    S : np.ndarray [shape=(..., 1 + n_fft // 2, t), dtype of y]

    Raises
    ------
    ValueError
        As `mfcc`.

    Examples
    --------
    >>> frame_power(np.ones(16000), 16000).shape
    (257, 99)

    Taught in chapter 10, MFCC. Source: python_speech_features 0.6, sigproc.powspec.
    """
    s = settings(sr, convention=convention, **options)
    y = _single_or_double(y)
    clips = y.reshape(-1, y.shape[-1])
    S = np.empty((len(clips), s.frame_count(y.shape[-1]), 1 + s.n_fft // 2), y.dtype)
    for i, j, spectrum in _spectra(clips, s):
        S[i, j] = (spectrum * spectrum.dtype.type(_scaling(s))).reshape(S[i, j].shape)
    return S.reshape(*y.shape[:-1], *S.shape[1:]).swapaxes(-1, -2)


@lru_cache(maxsize=32)
def dct_matrix(n_mfcc, n_mels):
    """Build the first rows of the orthonormal cosine transform (DCT-II): ``dct_matrix(13, 26) @ log_mel``.

    Parameters
    ----------
    n_mfcc, n_mels : int, 0 < n_mfcc <= n_mels

    Returns
    -------
    matrix : np.ndarray [shape=(n_mfcc, n_mels), float64], read-only; its rows are orthonormal

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
    matrix.flags.writeable = False
    return matrix


def lifter_weights(n_mfcc, *, lifter=22):
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


def delta(features, *, width=5):
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


def mfcc_to_log_mel(coefficients, sr, *, convention="psf", **options):
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


def invert_mfcc(coefficients, sr, *, n_iter=32, seed=0, length=None, convention="psf", **options):
    """Make a sound whose coefficients are near the given ones: hear what survives.

    Cosine transform and filters are undone (each bin takes the density of the filters that cover it), phases are found
    by `griffin_lim`, pre-emphasis is undone. Pitch is lost once the coefficients no longer resolve the harmonics.

    Parameters
    ----------
    coefficients : np.ndarray [shape=(..., n_mfcc, t), float]
    sr, convention, **options : as for `mfcc`, without n_mfcc
    n_iter : int >= 0, rounds of `griffin_lim`
    seed : int or np.random.Generator, of the first phases
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
    s = settings(sr, convention=convention, **(options | {"n_mfcc": 1}))
    magnitude = _inverse_filters(s).astype(L.dtype) @ _from_logarithm(L, s)
    if s.spectrum != "magnitude":
        magnitude = np.sqrt(magnitude)
    centered = s.framing == "center"
    # Without zeros around it the first and the last samples lie under the foot of one window: dividing by it explodes.
    silent = 0 if centered else -(-s.n_fft // s.hop_length)
    magnitude = np.pad(magnitude, [(0, 0)] * (magnitude.ndim - 1) + [(silent, silent)])
    y = griffin_lim(
        magnitude,
        hop_length=s.hop_length,
        n_fft=s.n_fft,
        win_length=s.win_length,
        window=s.window,
        center=centered,
        n_iter=n_iter,
        seed=seed,
    )
    if not centered:  # griffin_lim has the window in the middle of its frame, "pad_end" at the start
        start = silent * s.hop_length + (s.n_fft - s.win_length) // 2
        y = y[..., start : start + (L.shape[-1] - 1) * s.hop_length + s.win_length]
    if s.pre_emphasis:
        y = lfilter([1.0], [1.0, -s.pre_emphasis], y).astype(y.dtype)
    if length is None:
        return y
    return np.pad(y[..., :length], [(0, 0)] * (y.ndim - 1) + [(0, max(length - y.shape[-1], 0))])


def _single_or_double(y):
    y = check_waveform(y)
    return y.astype(np.result_type(y, np.float32), copy=False)  # half precision cannot hold the power of a frame


def _spectra(clips, s):
    """Yield the spectrum of block after block of frames: which clips, which frames, and (frames, freq) of all of them.

    The spectrum lacks the constant of `_scaling`, and the next block overwrites it: one set of buffers serves all
    blocks, because fresh memory takes the operating system longer than the arithmetic takes.
    """
    n, t = clips.shape[-1], s.frame_count(clips.shape[-1])
    left, length = (s.n_fft // 2, s.n_fft) if s.framing == "center" else (0, s.win_length)
    together = min(max(1, _BLOCK_FRAMES // t), len(clips))
    at_once = min(t, _BLOCK_FRAMES)
    signal = np.zeros((together, max(n + 2 * left, (t - 1) * s.hop_length + length)), clips.dtype)
    windows = np.lib.stride_tricks.sliding_window_view(signal, length, axis=-1)[:, :: s.hop_length]
    before = (length - s.win_length) // 2
    w = np.zeros(length, clips.dtype)
    w[before : before + s.win_length] = build_window(s.window, s.win_length)
    padded = np.zeros((together * at_once, s.n_fft), clips.dtype)
    spectra = np.empty((together * at_once, 1 + s.n_fft // 2), clips.dtype)
    for i in range(0, len(clips), together):
        block = clips[i : i + together]
        _emphasize(block, s.pre_emphasis, out=signal[: len(block), left : left + n])
        for j in range(0, t, at_once):
            frames = windows[: len(block), j : min(j + at_once, t)]
            rows = slice(frames.shape[0] * frames.shape[1])
            windowed = padded[rows].reshape(*frames.shape[:2], s.n_fft)[..., :length]
            windowed[...] = frames
            if s.window != "boxcar" or length > s.win_length:
                windowed *= w
            parts = scipy.fft.rfft(padded[rows]).view(clips.dtype)
            parts *= parts
            spectrum = np.add(parts[:, ::2], parts[:, 1::2], out=spectra[rows])  # real and imaginary parts alternate
            if s.spectrum == "magnitude":
                np.sqrt(spectrum, out=spectrum)
            yield slice(i, i + len(block)), slice(j, j + frames.shape[1]), spectrum


def _emphasize(y, coefficient, *, out):
    out[..., :1] = y[..., :1]
    np.multiply(y[..., :-1], -coefficient, out=out[..., 1:])
    out[..., 1:] += y[..., 1:]
    return out


def _scaling(s):
    return 1 / s.n_fft if s.spectrum == "power/n_fft" else 1.0


def _energies(y, s):
    """Energy in each filter, (..., n_mels, t), and where c0 asks for it that of the whole frame as one row more."""
    y = _single_or_double(y)
    filters = _filters(s)
    if s.c0 == "energy":
        filters = np.vstack([filters, np.ones(filters.shape[1])])
    groups = _band_groups((filters * _scaling(s)).astype(y.dtype))
    clips = y.reshape(-1, y.shape[-1])
    energies = np.empty((len(clips), len(filters), s.frame_count(y.shape[-1])), y.dtype)
    for i, j, spectrum in _spectra(clips, s):
        bands = np.empty((len(spectrum), len(filters)), y.dtype)
        for band, bins, weights in groups:
            # OpenBLAS shares out more than 2^18 products between threads, which takes longer than to compute them.
            rows = max(8, 2**18 // weights.size)
            for k in range(0, len(spectrum), rows):
                bands[k : k + rows, band] = spectrum[k : k + rows, bins] @ weights
        out = energies[i, :, j]
        out[...] = bands.reshape(len(out), -1, len(filters)).swapaxes(-1, -2)
    return energies.reshape(*y.shape[:-1], *energies.shape[1:])


def _band_groups(filters):
    """Cut the filters into groups of about eight neighbours and leave out the bins that a group does not touch."""
    groups = []
    for group in np.array_split(np.arange(len(filters)), -(-len(filters) // 8)):
        band = slice(group[0], group[-1] + 1)
        touched = np.flatnonzero(filters[band].any(axis=0))
        bins = slice(touched[0], touched[-1] + 1) if len(touched) else slice(0)
        groups.append((band, bins, filters[band, bins].T))
    return groups


def _filters(s):
    return mel_filterbank(
        sr=s.sr, n_fft=s.n_fft, n_mels=s.n_mels, fmin=s.fmin, fmax=s.fmax, scale=s.scale, edges=s.edges, norm=s.norm
    )


def _inverse_filters(s):
    """Spread each filter's energy evenly over its bins, (freq, n_mels), the constant of `_scaling` undone.

    Unlike a pseudo-inverse it is never negative, and closer: 6.7 against 10.9 dB mean error on 8 of the recordings.
    """
    filters = _filters(s)
    covered, area = filters.sum(axis=0), filters.sum(axis=1)
    share = filters / np.where(covered > 0, covered, 1) / np.where(area > 0, area, 1)[:, None]
    return share.T / _scaling(s)


def _from_logarithm(L, s):
    return np.exp(L) if s.log == "ln" else 10 ** (L / 10)


def _logarithm(energies, s, *, top_db):
    energies = raise_to_floor(energies, s.floor)
    if s.log == "ln":
        return np.log(energies)
    return power_to_db(energies, amin=np.finfo(energies.dtype).tiny, top_db=top_db)
