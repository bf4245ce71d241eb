"""The spectrogram: how a spectrum changes over time, and the way back to sound.

Conventions. A representation is (..., freq, t), low frequencies first. With ``center=True`` zeros are put around the
waveform so that frame j is centred on sample j * hop_length; with ``center=False`` frame j starts there and samples
after the last whole frame are left out. A window shorter than n_fft sits in the middle of its frame. Nothing is scaled:
a sine of amplitude a on a bin has the power (a * sum(window) / 2) ** 2.

Functions: `frame`, `stft`, `istft`, `spectrogram`, `power_to_db`, `frame_times`, `griffin_lim`.
"""

from typing import Any

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike

from audiocls.fourier import WindowName, build_window
from audiocls.waveform import check_not_negative, check_rate, check_waveform

__all__ = ["frame", "frame_times", "griffin_lim", "istft", "power_to_db", "spectrogram", "stft"]


def frame(y: ArrayLike, *, frame_length: int, hop_length: int) -> np.ndarray:
    """Cut a waveform into overlapping frames.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]
    frame_length, hop_length : int > 0, in samples (400 and 160 are 25 ms and 10 ms at 16 kHz)

    Returns
    -------
    frames : np.ndarray [shape=(..., frame_length, t)], t = 1 + (n - frame_length) // hop_length
        A read-only view of y: no sample is copied. Samples after the last whole frame are left out.

    Raises
    ------
    ValueError
        If y is not a waveform, is shorter than one frame, or a length is not positive.

    Examples
    --------
    >>> frame(np.arange(5.0), frame_length=3, hop_length=2)
    array([[0., 2.],
           [1., 3.],
           [2., 4.]])

    Taught in chapter 8, Spectrogram. Source: Allen and Rabiner, 1977, doi:10.1109/PROC.1977.10770.
    """
    y = check_waveform(y)
    if frame_length < 1 or hop_length < 1:
        raise ValueError(f"frame_length and hop_length must be at least 1 sample, got {frame_length} and {hop_length}")
    if (n := y.shape[-1]) < frame_length:
        raise ValueError(f"y must hold one frame of {frame_length} samples, got {n}; pad it or take shorter frames")
    windows = np.lib.stride_tricks.sliding_window_view(y, frame_length, axis=-1)
    return windows[..., ::hop_length, :].swapaxes(-1, -2)


def stft(
    y: ArrayLike, *, n_fft: int, hop_length: int,
    win_length: int | None = None, window: WindowName = "hann", center: bool = True,
) -> np.ndarray:  # fmt: skip
    """Transform each frame of a waveform.

    Equal to ``librosa.stft`` (0.10 and later: zeros around the waveform).

    Parameters
    ----------
    y : np.ndarray [shape=(..., n), float]
    n_fft : int > 0, in samples, the length of a frame
    hop_length : int > 0, in samples from one frame to the next
    win_length : int, optional, 0 < win_length <= n_fft, in samples; default n_fft
    window : str, see `fourier.window`
    center : bool
        True: frame j is centred on sample j * hop_length, t = 1 + n // hop_length for an even n_fft.
        False: frame j starts there, t = 1 + (n - n_fft) // hop_length.

    Returns
    -------
    X : np.ndarray [shape=(..., 1 + n_fft // 2, t), complex64 for float32 y, complex128 for float64]

    Raises
    ------
    ValueError
        If y is not a waveform, is shorter than one frame (center=False), or a length is out of range.

    Examples
    --------
    >>> stft(np.ones(16), n_fft=8, hop_length=4, window="boxcar", center=False)[0].real
    array([8., 8., 8.])

    Taught in chapter 8, Spectrogram. Source: Allen and Rabiner, 1977, doi:10.1109/PROC.1977.10770.
    """
    y = check_waveform(y)
    w = _frame_window(window, win_length, n_fft).astype(y.dtype)
    if center:
        y = np.pad(y, [(0, 0)] * (y.ndim - 1) + [(n_fft // 2, n_fft // 2)])
    frames = frame(y, frame_length=n_fft, hop_length=hop_length).swapaxes(-1, -2)
    # Each frame is contiguous in memory and so is its spectrum; only the view that is returned has time last.
    return scipy.fft.rfft(frames * w).swapaxes(-1, -2)


def istft(
    X: ArrayLike, *, hop_length: int, n_fft: int | None = None, win_length: int | None = None,
    window: WindowName = "hann", center: bool = True, length: int | None = None,
) -> np.ndarray:  # fmt: skip
    """Find the waveform whose short-time Fourier transform is nearest to X.

    Each spectrum becomes a frame again, is weighted by the window once more, and the overlapping frames are added and
    divided by the sum of the squared windows: the least-squares answer, exact where X is the transform of a waveform.

    Parameters
    ----------
    X : np.ndarray [shape=(..., 1 + n_fft // 2, t), complex]
    hop_length, win_length, window, center : as for `stft`
    n_fft : int, optional, in samples; default 2 * (freq - 1), the even length that gives X its bins
    length : int, optional, in samples
        Cut or zero-padded to this length. Default: as long as the frames reach.

    Returns
    -------
    y : np.ndarray [shape=(..., length), float32 for complex64 X, float64 for complex128]

    Raises
    ------
    ValueError
        If X is not complex (..., freq, t), not n_fft's number of bins, or a length is out of range.

    Examples
    --------
    >>> y = np.sin(np.arange(100.0))
    >>> np.abs(istft(stft(y, n_fft=16, hop_length=4), hop_length=4, length=100) - y).max() < 1e-12
    np.True_

    Taught in chapter 8, Spectrogram. Source: Griffin and Lim, 1984, doi:10.1109/TASSP.1984.1164317, eq. 6.
    """
    X = np.asarray(X)
    if X.ndim < 2 or X.dtype.kind != "c" or X.shape[-1] == 0:
        raise ValueError(f"X must be complex with shape (..., freq, t), got {X.dtype} {X.shape}; stft(y) returns it")
    n_fft = 2 * (X.shape[-2] - 1) if n_fft is None else n_fft
    if X.shape[-2] != 1 + n_fft // 2:
        raise ValueError(f"X must have 1 + n_fft // 2 = {1 + n_fft // 2} bins, got {X.shape[-2]}; pass its own n_fft")
    if hop_length < 1:
        raise ValueError(f"hop_length must be at least 1 sample, got {hop_length}")
    frames = scipy.fft.irfft(X.swapaxes(-1, -2), n_fft)
    w = _frame_window(window, win_length, n_fft).astype(frames.dtype)
    y = _overlap_add(frames * w, hop_length)
    weight = _overlap_add(np.broadcast_to(w**2, (X.shape[-1], n_fft)), hop_length)
    y = y / np.where(weight > np.finfo(weight.dtype).tiny, weight, 1)
    if center:
        y = y[..., n_fft // 2 :] if length is not None else y[..., n_fft // 2 : y.shape[-1] - n_fft // 2]
    if length is None:
        return y
    return np.pad(y[..., :length], [(0, 0)] * (y.ndim - 1) + [(0, max(length - y.shape[-1], 0))])


def spectrogram(
    y: ArrayLike, *, n_fft: int, hop_length: int,
    win_length: int | None = None, window: WindowName = "hann", center: bool = True,
) -> np.ndarray:  # fmt: skip
    """Compute the power of a waveform over frequency and time.

    Parameters
    ----------
    y, n_fft, hop_length, win_length, window, center : as for `stft`

    Returns
    -------
    S : np.ndarray [shape=(..., 1 + n_fft // 2, t), dtype of y], the squared magnitude of the transform

    Raises
    ------
    ValueError
        As `stft`.

    Examples
    --------
    >>> y = np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000)
    >>> S = spectrogram(y, n_fft=256, hop_length=128)
    >>> S.shape, int(S[:, 10].argmax()) * 8000 / 256
    ((129, 63), 1000.0)

    Taught in chapter 8, Spectrogram. Source: Koenig, Dunn and Lacy, 1946, doi:10.1121/1.1916342.
    """
    X = stft(y, n_fft=n_fft, hop_length=hop_length, win_length=win_length, window=window, center=center)
    return X.real**2 + X.imag**2


def power_to_db(S: ArrayLike, *, ref: float = 1.0, top_db: float | None = None, amin: float = 1e-10) -> np.ndarray:
    """Convert power to decibels: 10 log10(S / ref).

    Parameters
    ----------
    S : np.ndarray [shape=(..., freq, t), float], >= 0
    ref : float > 0, the power that reads 0 dB
        ``ref=S.max()`` puts the loudest point of a clip at 0 dB and thereby hides how loud the clip is.
    top_db : float >= 0, optional, in dB
        Nothing lies further than this below the loudest point. Each ``(freq, t)`` picture is judged by its own loudest
        point, so that a clip does not depend on its neighbours in a batch (librosa takes one for the whole array).
    amin : float > 0
        Power below it is raised to it: the floor is 10 log10(amin / ref), -100 dB as it stands.

    Returns
    -------
    S_db : np.ndarray of the shape and dtype of S, in dB re ref

    Raises
    ------
    ValueError
        If S is complex or negative, or ref, amin or top_db is out of range.

    Examples
    --------
    >>> power_to_db(np.array([[1.0, 0.1, 0.0]]))
    array([[   0.,  -10., -100.]])
    >>> power_to_db(np.array([[1.0, 0.1, 0.0]]), top_db=40)
    array([[  0., -10., -40.]])

    Taught in chapter 8, Spectrogram. Source: IEC 60027-3:2002 (level of a power quantity).
    """
    S = np.asarray(S)
    if S.dtype.kind == "c":
        raise ValueError(f"S must be real power, got {S.dtype}; square its magnitude first: np.abs(S) ** 2")
    S = S if S.dtype.kind == "f" else S.astype(float)
    check_not_negative("S", S)
    if not (ref > 0 and amin > 0) or (top_db is not None and top_db < 0):
        raise ValueError(f"ref and amin must be positive and top_db not negative, got {ref}, {amin} and {top_db}")
    dtype = S.dtype.type
    S_db = dtype(10) * np.log10(np.maximum(S, dtype(amin))) - dtype(10 * np.log10(max(ref, amin)))
    if top_db is not None and S.size:
        S_db = np.maximum(S_db, S_db.max(axis=tuple(range(S.ndim))[-2:], keepdims=True) - dtype(top_db))
    return S_db


def frame_times(t: int, *, sr: float, hop_length: int, offset: float = 0) -> np.ndarray:
    """Give the time of each frame.

    Parameters
    ----------
    t : int >= 0, the number of frames
    sr : float > 0, in Hz
    hop_length : int > 0, in samples
    offset : float, in samples
        0 for the centres of centred frames and for the starts of others; n_fft / 2 for the centres of those others.

    Returns
    -------
    times : np.ndarray [shape=(t,)], in seconds

    Raises
    ------
    ValueError
        If sr is not positive.

    Examples
    --------
    >>> frame_times(3, sr=16000, hop_length=160)
    array([0.  , 0.01, 0.02])

    Taught in chapter 8, Spectrogram. Source: librosa 0.11, frames_to_time.
    """
    return (np.arange(t) * hop_length + offset) / check_rate(sr)


def griffin_lim(
    magnitude: ArrayLike, *, hop_length: int, n_iter: int = 32, n_fft: int | None = None, win_length: int | None = None,
    window: WindowName = "hann", center: bool = True, length: int | None = None, momentum: float = 0.99, seed: int = 0,
) -> np.ndarray:  # fmt: skip
    """Find a waveform with a given magnitude spectrogram, starting from random phases.

    Each round goes to a waveform and back, keeps the phases found and puts the wanted magnitudes in again. With
    momentum each step goes on past its goal, which sounds better after fewer rounds.

    Parameters
    ----------
    magnitude : np.ndarray [shape=(..., 1 + n_fft // 2, t), float], >= 0: the root of a power spectrogram
    hop_length, n_fft, win_length, window, center, length : as for `istft`
    n_iter : int >= 0
    momentum : float, 0 <= momentum < 1; 0 is Griffin and Lim's own algorithm, whose error never grows
    seed : int, of the first phases

    Returns
    -------
    y : np.ndarray [shape=(..., length), dtype of magnitude]

    Raises
    ------
    ValueError
        If magnitude is complex or negative, n_iter is negative or momentum is out of range.

    Examples
    --------
    >>> y = np.sin(2 * np.pi * 440 * np.arange(4000) / 8000)
    >>> magnitude = np.abs(stft(y, n_fft=256, hop_length=64))
    >>> y_found = griffin_lim(magnitude, hop_length=64, length=4000)
    >>> error = np.abs(stft(y_found, n_fft=256, hop_length=64)) - magnitude
    >>> bool(np.linalg.norm(error) < 0.1 * np.linalg.norm(magnitude))
    True

    Taught in chapter 8, Spectrogram. Source: Griffin and Lim, 1984, doi:10.1109/TASSP.1984.1164317, and with momentum
    Perraudin, Balazs and Søndergaard, 2013, doi:10.1109/WASPAA.2013.6701851.
    """
    magnitude = np.asarray(magnitude)
    if magnitude.ndim < 2 or magnitude.dtype.kind != "f":
        raise ValueError(f"magnitude must be real (..., freq, t), got {magnitude.dtype} {magnitude.shape}; take np.abs")
    check_not_negative("magnitude", magnitude)
    if n_iter < 0 or not 0 <= momentum < 1:
        raise ValueError(f"n_iter must be >= 0 and momentum in [0, 1), got {n_iter} and {momentum}")
    n_fft = 2 * (magnitude.shape[-2] - 1) if n_fft is None else n_fft
    settings: dict[str, Any] = {"hop_length": hop_length, "n_fft": n_fft, "win_length": win_length}
    settings |= {"window": window, "center": center}
    # Between the rounds the waveform keeps the length that gives back exactly t frames.
    inner_length = max(1, hop_length * (magnitude.shape[-1] - 1) + (n_fft % 2 if center else n_fft))
    turn = 2j * np.pi * np.random.default_rng(seed).random(magnitude.shape)
    X = (magnitude * np.exp(turn)).astype(np.result_type(magnitude.dtype, np.complex64))
    previous = np.zeros_like(X)
    for _ in range(n_iter):
        consistent = stft(istft(X, length=inner_length, **settings), **settings)
        ahead = consistent + momentum * (consistent - previous)
        X = magnitude * ahead / np.maximum(np.abs(ahead), np.finfo(magnitude.dtype).tiny)
        previous = consistent
    return istft(X, length=length, **settings)


def _frame_window(name, win_length, n_fft):
    """A window of win_length in the middle of a frame of n_fft."""
    win_length = n_fft if win_length is None else win_length
    if not 1 <= win_length <= n_fft:
        raise ValueError(f"win_length must lie between 1 and n_fft = {n_fft} samples, got {win_length}")
    w = build_window(name, win_length)
    left = (n_fft - win_length) // 2
    return np.pad(w, (left, n_fft - win_length - left))


def _overlap_add(frames, hop_length):
    """Add frames (..., t, n_fft), each a hop later than the one before, with one addition per hop in a frame."""
    *lead, t, n_fft = frames.shape
    pieces = -(-n_fft // hop_length)
    padded = np.pad(frames, [(0, 0)] * (frames.ndim - 1) + [(0, pieces * hop_length - n_fft)])
    padded = padded.reshape(*lead, t, pieces, hop_length)
    y = np.zeros((*lead, t + pieces - 1, hop_length), frames.dtype)
    for j in range(pieces):
        y[..., j : j + t, :] += padded[..., j, :]
    return y.reshape(*lead, -1)[..., : (t - 1) * hop_length + n_fft]
