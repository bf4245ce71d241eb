"""Sound files: read them into arrays, and write arrays into them.

Everything else in the package works on arrays. This is the one module that knows how files keep them.

Conventions. A waveform ``y`` is float32 with full scale at 1.0: shape ``(n,)`` for a mono file, ``(channels, n)`` for
any other. ``sr`` is the rate stored in the file, in Hz. Nothing resamples, mixes down or normalises unless you ask. A
file that cannot be trusted (cut short, not finite, a rate no sound has) raises `AudioError`, in one line.

Functions: `read`, `blocks`, `info`, `write`.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import ArrayLike

from audiocls.atomic import replacing
from audiocls.waveform import check_rate, check_waveform

__all__ = ["AudioError", "AudioInfo", "blocks", "info", "read", "write"]

MIN_RATE, MAX_RATE = 1_000, 384_000  # Hz: under the first no music is left, above the second no converter samples
FORMATS = ("WAV", "WAVEX", "RF64", "FLAC", "OGG", "MP3", "AIFF")
PCM_BITS = {"PCM_U8": 8, "PCM_S8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32}
PIECE = 2**18  # values decoded at a time: memory follows the sound that is there, not the length a header claims


class AudioError(ValueError):
    """A sound that cannot be read, written or played; one line with the value, the rule and the next step.

    Examples
    --------
    >>> try:
    ...     read("missing.wav")
    ... except AudioError as error:
    ...     print(error)
    missing.wav: no such file; check the spelling and the folder you are in

    Taught in chapter 1, Sampling.
    """


@dataclass(frozen=True)
class AudioInfo:
    """What the header of an audio file says.

    Attributes
    ----------
    sr : int, sampling rate in Hz
    channels : int
    frames : int, samples per channel (an estimate for an MP3 that does not store its length)
    format, subtype : str, container and coding, for example "WAV" and "PCM_16"

    Examples
    --------
    >>> about = AudioInfo(sr=44_100, channels=1, frames=22_050, format="WAV", subtype="PCM_16")
    >>> about.seconds
    0.5
    """

    sr: int
    channels: int
    frames: int
    format: str
    subtype: str

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return self.frames / self.sr


def read(path: str | Path, *, start: int = 0, frames: int | None = None) -> tuple[np.ndarray, int]:
    """Read an audio file as it is: its own rate, its own channels, full scale at 1.0.

    Parameters
    ----------
    path : str or Path of a WAV, FLAC, OGG, MP3 or AIFF file (an MP3 that stores no length may lose its end)
    start : int >= 0, first frame to read
    frames : int > 0 or None, at most this many frames (None: to the end)

    Returns
    -------
    y : np.ndarray [shape=(n,) for mono, else (channels, n), float32]
    sr : int, sampling rate in Hz

    Raises
    ------
    AudioError
        If the file is missing, unreadable, not audio, cut short, empty of samples, holds NaN or infinity, or has a rate
        outside 1,000 to 384,000 Hz.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "quarter.wav"
    >>> write(path, np.array([0.0, 0.25, -0.25]), 8000)
    >>> read(path)
    (array([ 0.  ,  0.25, -0.25], dtype=float32), 8000)

    Taught in chapter 1, Sampling.
    """
    if start < 0 or (frames is not None and frames < 1):
        raise AudioError(f"start must be 0 or more and frames 1 or more, got start={start} and frames={frames}")
    with _opened(path) as file:
        if start >= file.frames:
            raise AudioError(f"{path}: start={start} is past the end; the file has {file.frames} frames")
        _seek(file, start)
        wanted = file.frames - start if frames is None else min(frames, file.frames - start)
        y = _pull(file, wanted, path)
        _check_complete(file, y.shape[-1], wanted, path)
        return y, file.samplerate


def blocks(path: str | Path, *, seconds: float = 10.0) -> Iterator[np.ndarray]:
    """Read an audio file block by block, so that hours of sound fit in little memory.

    Parameters
    ----------
    path : str or Path
    seconds : float > 0, length of a block; the last one may be shorter

    Yields
    ------
    y : np.ndarray [shape=(n,) for mono, else (channels, n), float32]

    Raises
    ------
    AudioError
        As `read`; a fault in the middle of the file raises when its block is reached.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "long.wav"
    >>> write(path, np.zeros(20_000), 8000)
    >>> [block.shape for block in blocks(path, seconds=1)]
    [(8000,), (8000,), (4000,)]
    """
    if not seconds > 0:
        raise AudioError(f"a block must be longer than 0 s, got {seconds}")
    with _opened(path) as file:
        size = max(1, round(seconds * file.samplerate))
        total = 0
        while (block := _pull(file, size, path)).shape[-1]:
            total += block.shape[-1]
            yield block
        _check_complete(file, total, file.frames, path)


def info(path: str | Path) -> AudioInfo:
    """Read the header of an audio file, not its samples.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    AudioInfo

    Raises
    ------
    AudioError
        As `read`, for what a header can show.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "second.wav"
    >>> write(path, np.zeros((2, 44_100)), 44_100)
    >>> info(path)
    AudioInfo(sr=44100, channels=2, frames=44100, format='WAV', subtype='PCM_16')
    >>> info(path).seconds
    1.0

    Taught in chapter 1, Sampling.
    """
    with _opened(path) as file:
        return AudioInfo(file.samplerate, file.channels, file.frames, file.format, file.subtype)


def write(path: str | Path, y: ArrayLike, sr: float, *, subtype: str | None = None) -> None:
    """Write a waveform to a file, whole or not at all, and never clipped in silence.

    The sound goes to a temporary file in the same folder first, which then takes the name in one step. Integer formats
    store round(y * 2**(bits - 1)), so that what `read` returned is written back bit for bit (+1.0 becomes the largest
    code, one step below full scale).

    Parameters
    ----------
    path : str or Path ending in .wav, .flac, .ogg, .mp3 or .aiff
    y : np.ndarray [shape=(n,) or (channels, n), float]
    sr : int, sampling rate in Hz
    subtype : str or None, for example "PCM_16", "PCM_24", "FLOAT" (None: 16 bits where the format has integers)

    Raises
    ------
    AudioError
        If the folder, the format or the subtype does not exist, or |y| exceeds 1 in a format that would clip it.
    ValueError
        If y is not a finite float waveform.

    Examples
    --------
    >>> write("loud.wav", np.array([0.0, 1.5]), 8000)
    Traceback (most recent call last):
    audiocls.audio.AudioError: loud.wav: peak 1.5 would be clipped by PCM_16; scale y below 1 or use subtype="FLOAT"

    Taught in chapter 2, Amplitude.
    """
    path = Path(path)
    y, sr = check_sound(y, sr)
    container = "AIFF" if path.suffix.lower() == ".aif" else path.suffix[1:].upper()
    if container not in FORMATS:
        raise AudioError(f"{path}: the suffix {path.suffix!r} names no format; use .wav, .flac, .ogg, .mp3 or .aiff")
    subtype = subtype or sf.default_subtype(container)
    if not sf.check_format(container, subtype):
        raise AudioError(f"{path}: no subtype {subtype!r}; use one of {', '.join(sf.available_subtypes(container))}")
    if subtype not in ("FLOAT", "DOUBLE") and (peak := np.abs(y).max()) > 1:
        fault = f"peak {peak:.4g} would be clipped by {subtype}"
        raise AudioError(f'{path}: {fault}; scale y below 1 or use subtype="FLOAT"')
    try:
        with replacing(path) as part:
            sf.write(part, _to_codes(y, subtype).T, sr, format=container, subtype=subtype)
    except (OSError, sf.SoundFileError) as error:
        raise AudioError(f"{path}: cannot be written ({_reason(error)}); check its folder") from error


class _SequentialFile(sf.SoundFile):
    """A file read from front to back: soundfile seeks after each read, which makes its MP3 decoder drop samples."""

    def seekable(self):
        return False


@contextmanager
def _opened(path):
    """Open an audio file whose header can be trusted; whatever the decoder says becomes an `AudioError`."""
    path = Path(path)
    _check_file(path)
    try:
        with _SequentialFile(path) as file:
            if file.format not in FORMATS:
                raise AudioError(f"{path}: {file.format} is not supported; convert it to one of {', '.join(FORMATS)}")
            if not MIN_RATE <= file.samplerate <= MAX_RATE:
                fault = f"sampling rate {file.samplerate} Hz is outside {MIN_RATE} to {MAX_RATE} Hz"
                raise AudioError(f"{path}: {fault}; the header is damaged or this is not sound")
            if file.frames < 1:
                raise AudioError(f"{path}: holds 0 samples; record or export it again")
            if file.frames >= 2**62:  # libsndfile's word for "unknown"
                raise AudioError(f"{path}: its header stores no length, as in a stream; encode it again into a file")
            yield file
    except (OSError, TypeError, sf.SoundFileError) as error:
        fault = f"{path}: cannot be decoded ({_reason(error)})"
        raise AudioError(f"{fault}; if it plays elsewhere, convert it to WAV or FLAC") from error


def _check_file(path):
    """Refuse what is not a readable file, and a WAV or AIFF that ends before its header says."""
    try:
        if path.is_dir():
            raise AudioError(f"{path}: is a folder, not an audio file; name a file in it")
        if not path.exists():
            raise AudioError(f"{path}: no such file; check the spelling and the folder you are in")
        if not path.is_file():
            raise AudioError(f"{path}: is not a regular file; copy the sound to one first")
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            promised = _promised_end(file)
    except OSError as error:
        raise AudioError(f"{path}: cannot be opened ({error.strerror}); check its permissions") from error
    if size == 0:
        raise AudioError(f"{path}: is empty (0 bytes); copy or download it again")
    if promised > size:
        fault = f"is cut short: its header promises samples up to byte {promised}, the file ends at {size}"
        raise AudioError(f"{path}: {fault}; copy it again or re-export it")


def _promised_end(file):
    """Byte at which the samples of a RIFF (WAV) or IFF (AIFF) file should end; 0 for any other file."""
    start = file.read(12)
    order = {b"RIFF": "<", b"RF64": "<", b"RIFX": ">", b"FORM": ">"}.get(start[:4])
    long_size = None
    for _ in range(1_000 if order else 0):  # real files have a dozen chunks; a file of zeros would have millions
        if len(header := file.read(8)) < 8:
            break
        name, size = struct.unpack(order + "4sI", header)
        if name == b"ds64" and len(sizes := file.read(16)) == 16:  # RF64 keeps its 64-bit sizes here
            long_size = struct.unpack("<QQ", sizes)[1]
            file.seek(-16, os.SEEK_CUR)
        if name in (b"data", b"SSND"):
            return file.tell() + (long_size if long_size is not None and size == 0xFFFFFFFF else size)
        file.seek(size + size % 2, os.SEEK_CUR)  # chunks start at even bytes
    return 0


def _seek(file, start):
    """Go to frame ``start``; an MP3 is decoded up to it, since its frames lean on those before them."""
    if file.format != "MP3":
        file.seek(start)
        return
    while start > 0 and len(skipped := file.read(min(start, PIECE), dtype="float32")):
        start -= len(skipped)


def _pull(file, frames, path):
    """Decode up to ``frames`` frames in small pieces, and refuse samples that are not finite."""
    pieces = [np.empty((0, file.channels), np.float32)]
    piece = max(1, PIECE // file.channels)
    while frames > 0 and len(got := file.read(min(frames, piece), dtype="float32", always_2d=True)):
        if not (finite := np.isfinite(got).all(axis=1)).all():
            at = file.tell() - len(got) + int(np.argmin(finite))
            raise AudioError(f"{path}: sample {at} is NaN or infinite; export the sound again, in an integer format")
        pieces.append(got)
        frames -= len(got)
    y = np.ascontiguousarray(np.concatenate(pieces).T)
    return y[0] if file.channels == 1 else y


def _check_complete(file, got, wanted, path):
    """Refuse a sound that ended early; only MP3 may, whose stored length can be an estimate."""
    if got == 0 or (got < wanted and file.format != "MP3"):
        raise AudioError(f"{path}: is cut short: {got} of {wanted} promised frames could be decoded; copy it again")


def check_sound(y: ArrayLike, sr: float) -> tuple[np.ndarray, int]:
    """Waveform and whole rate that a file can hold."""
    y, sr = check_waveform(y), check_rate(sr)
    if y.ndim > 2:
        raise ValueError(f"y must have shape (n,) or (channels, n), got {y.shape}; write or play one sound at a time")
    if sr != int(sr) or not MIN_RATE <= sr <= MAX_RATE:
        raise AudioError(f"sr must be a whole number from {MIN_RATE} to {MAX_RATE} Hz, got {sr}; resample y first")
    return y, int(sr)


def _to_codes(y, subtype):
    """Integer codes, left-aligned in 32 bits as libsndfile wants them; other codings take the floats."""
    if subtype not in PCM_BITS:
        return y
    bits = PCM_BITS[subtype]
    scale = 2 ** (bits - 1)
    codes = np.clip(np.rint(np.asarray(y, np.float64) * scale), -scale, scale - 1)
    return codes.astype(np.int32) << (32 - bits)


def _reason(error):
    """The decoder's own words, without the path that they repeat."""
    return str(getattr(error, "error_string", None) or getattr(error, "strerror", None) or error).strip().rstrip(".")
