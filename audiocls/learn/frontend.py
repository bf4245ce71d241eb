"""The front end: what turns a window of sound into what a network reads.

Two kinds. ``"mfcc"`` is the report's: 13 mel-frequency cepstral coefficients, python_speech_features' numbers.
``"log_mel"`` is the book's: mel bands in decibels below the window's loudest point, none lower than -80 dB, so that a
recording played softer gives the same picture. Both read frames of 25 ms every 10 ms unless told otherwise. Training
uses this module; `audiocls.learn.export` writes the same arithmetic into the classifier file.

Taught in chapter 10, MFCC, and chapter 14, Deployment.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from audiocls.conventions import Options, Settings, settings
from audiocls.mfcc import log_mel_energies, mfcc
from audiocls.waveform import check_option, check_waveform

__all__ = ["RANGE_DB", "SILENCE_DB", "FrontEnd"]

RANGE_DB = 80.0
SILENCE_DB = -140.0  # what a log-mel band of silence reads before levels become relative: the floor below, in decibels
_Kind = Literal["mfcc", "log_mel"]
_LOG_MEL: Options = {"pre_emphasis": 0.0, "window": "hann", "edges": "hz", "log": "db", "floor": 1e-14}


@dataclass(frozen=True)
class FrontEnd:
    """What a network reads of a window of sound.

    Attributes
    ----------
    kind : "mfcc" or "log_mel"
    seconds : float > 0, length of a window
    n_features : int > 0, how many numbers per frame: coefficients or mel bands
    sr : int, in Hz
    win_seconds, hop_seconds : float > 0, length of a frame and distance of two

    Raises
    ------
    ValueError
        If kind is unknown.

    Examples
    --------
    >>> front_end = FrontEnd(kind="mfcc", seconds=1.0, n_features=13)
    >>> front_end(np.zeros((5, front_end.length))).shape
    (5, 13, 99)

    Taught in chapter 10, MFCC.
    """

    kind: _Kind
    seconds: float
    n_features: int
    sr: int = 16_000
    win_seconds: float = 0.025
    hop_seconds: float = 0.010

    def __post_init__(self):
        check_option("kind", self.kind, _Kind)

    @property
    def settings(self) -> Settings:
        """The switches of `audiocls.conventions` this front end uses."""
        return settings(self.sr, **self._options)

    @property
    def _options(self):
        frames = {"win_length": self.win_seconds, "hop_length": self.hop_seconds}
        sizes = {name: int(seconds * self.sr + 0.5) for name, seconds in frames.items()}
        if self.kind == "mfcc":
            return sizes | {"n_mfcc": self.n_features}
        return sizes | _LOG_MEL | {"n_mels": self.n_features}

    @property
    def length(self) -> int:
        """Samples in a window."""
        return round(self.seconds * self.sr)

    @property
    def shape(self) -> tuple[int, int]:
        """What Keras reads of a window: (time, feature)."""
        return self.settings.frame_count(self.length), self.n_features

    def __call__(self, windows: ArrayLike) -> np.ndarray:
        """Turn windows (..., n) into what the network reads, (..., n_features, time), float32."""
        return self.relative(self.absolute(windows))

    def absolute(self, windows: ArrayLike) -> np.ndarray:
        """The same before levels become relative to the window's loudest point.

        Parameters
        ----------
        windows : np.ndarray [shape=(..., n), float]

        Returns
        -------
        X : np.ndarray [shape=(..., n_features, time), float32]
            In decibels (``"log_mel"``), or coefficients (``"mfcc"``).

        Examples
        --------
        >>> front_end = FrontEnd(kind="log_mel", seconds=1.0, n_features=64)
        >>> front_end.absolute(np.zeros(16_000, dtype=np.float32)).shape[0]
        64
        """
        windows = check_waveform(windows).astype(np.float32, copy=False)
        return (mfcc if self.kind == "mfcc" else log_mel_energies)(windows, self.sr, **self._options)

    def relative(self, X: np.ndarray) -> np.ndarray:
        """Levels relative to the loudest point of each window (``"log_mel"``), or X as it is (``"mfcc"``).

        Parameters
        ----------
        X : np.ndarray [shape=(..., n_features, time), float]

        Returns
        -------
        X : np.ndarray [shape as X], 0 at the loudest point (``"log_mel"``)

        Examples
        --------
        >>> front_end = FrontEnd(kind="log_mel", seconds=1.0, n_features=2)
        >>> front_end.relative(np.array([[-20.0, -30.0], [-25.0, -40.0]]))
        array([[  0., -10.],
               [ -5., -20.]])
        """
        if self.kind == "mfcc":
            return X
        return np.maximum(X - X.max(axis=(-2, -1), keepdims=True), np.float32(-RANGE_DB))
