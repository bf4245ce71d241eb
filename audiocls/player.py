"""Sound in a page: a player for a notebook or for the site, with the sound inside.

Conventions. The level is kept, so that quiet sounds are quiet, and a sound louder than full scale is refused.

Function: `player`; class: `Player`.
"""

import base64
import html
import io
from dataclasses import dataclass

import numpy as np
import soundfile as sf
from numpy.typing import ArrayLike

from audiocls.audio import AudioError, check_sound

__all__ = ["Player", "player"]

MP3_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)  # Hz, ISO 11172-3 and 13818-3


@dataclass(frozen=True)
class Player:
    """A sound with controls, as a notebook or a web page shows it; made by `player`.

    Attributes
    ----------
    label : str, shown beside the controls and spoken by screen readers
    sr : int, in Hz
    seconds : float
    mp3 : bytes, the sound

    Examples
    --------
    >>> player(np.zeros(8_000), 16_000, label="Silence")
    Player('Silence', 16000 Hz, 0.50 s)
    """

    label: str
    sr: int
    seconds: float
    mp3: bytes

    def __repr__(self):
        return f"Player({self.label!r}, {self.sr} Hz, {self.seconds:.2f} s)"

    def _repr_html_(self):
        label = html.escape(self.label, quote=True)
        data = base64.b64encode(self.mp3).decode("ascii")
        audio = f'<audio controls preload="metadata" aria-label="{label}" src="data:audio/mpeg;base64,{data}"></audio>'
        return f'<figure class="player"><figcaption>{label}</figcaption>{audio}</figure>'


def player(y: ArrayLike, sr: float, *, label: str) -> Player:
    """Make a player for a notebook or a page; the level is kept, so that quiet sounds are quiet.

    The sound travels inside the page as MP3. A rate that MP3 cannot hold is resampled to the next one it can (48,000 Hz
    at most); a sound under 50 ms gets silence after it, since browsers may skip anything shorter.

    Parameters
    ----------
    y : np.ndarray [shape=(n,) or (2, n), float], |y| <= 1
    sr : int, sampling rate in Hz
    label : str, shown above the player and read by screen readers

    Returns
    -------
    Player

    Raises
    ------
    AudioError
        If y is louder than full scale, or has more than two channels.
    ValueError
        If y is not a finite float waveform.

    Examples
    --------
    >>> player(0.1 * np.sin(2 * np.pi * 440 / 8000 * np.arange(8000)), 8000, label="A4, 440 Hz")
    Player('A4, 440 Hz', 8000 Hz, 1.00 s)

    Taught in chapter 2, Amplitude.
    """
    import soxr

    y, sr = check_sound(y, sr)
    if y.ndim == 2 and y.shape[0] > 2:
        raise AudioError(f"a player has 1 or 2 channels, got {y.shape[0]}; call to_mono(y) first")
    if (peak := np.abs(y).max()) > 1:
        raise AudioError(f"peak {peak:.4g} is louder than full scale; a player would clip it: scale y below 1")
    n = y.shape[-1]
    held = min((rate for rate in MP3_RATES if rate >= sr), default=MP3_RATES[-1])
    padding = max(0, sr // 20 - n)
    frames = np.pad(y, [(0, 0)] * (y.ndim - 1) + [(0, padding)]).T
    if held != sr:
        frames = np.clip(soxr.resample(frames, sr, held), -1, 1)  # the filter rings past full scale at a sharp edge
    # Level 0 is the best quality LAME has: weaker settings move the level by up to 1 dB and drop the top octave's end.
    return Player(label, sr, n / sr, _mp3(frames, held, compression_level=0.0))


def _mp3(frames, sr, **options):
    """Encode sound of shape (n,) or (n, 2) as MP3; the options are soundfile's."""
    buffer = io.BytesIO()
    sf.write(buffer, frames, sr, format="MP3", subtype="MPEG_LAYER_III", **options)
    return buffer.getvalue()
