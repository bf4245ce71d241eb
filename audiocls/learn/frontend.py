"""The front end: what turns a window of sound into what a network reads.

Two kinds. ``"mfcc"`` is the report's: 13 mel-frequency cepstral coefficients, python_speech_features' numbers.
``"log_mel"`` is the book's: mel bands in decibels below the window's loudest point, none lower than -80 dB, so that a
recording played softer gives the same picture. Both read frames of 25 ms every 10 ms unless told otherwise. Training
uses this module; `audiocls.learn.export` writes the same arithmetic into the classifier file.

Taught in chapter 10, MFCC, and chapter 14, Deployment.
"""

from dataclasses import dataclass

import numpy as np

from audiocls.conventions import settings
from audiocls.mfcc import log_mel_energies, mfcc
from audiocls.waveform import check_waveform

RANGE_DB = 80.0
SILENCE_DB = -140.0  # what a log-mel band of silence reads before levels become relative: the floor below, in decibels
_KINDS = {
    "mfcc": {},
    "log_mel": {"pre_emphasis": 0.0, "window": "hann", "edges": "hz", "log": "db", "c0": "dct", "floor": 1e-14},
}


@dataclass(frozen=True)
class FrontEnd:
    """What a network reads of a window of sound.

    Attributes
    ----------
    kind : "mfcc" or "log_mel"
    seconds : float > 0, length of a window
    bands : int > 0, coefficients or mel bands
    sr : int, in Hz
    frame_seconds, step_seconds : float > 0, length of a frame and distance of two

    Raises
    ------
    ValueError
        If kind is unknown.

    Examples
    --------
    >>> front_end = FrontEnd(kind="mfcc", seconds=1.0, bands=13)
    >>> front_end(np.zeros((5, front_end.length))).shape
    (5, 13, 99)

    Taught in chapter 10, MFCC.
    """

    kind: str
    seconds: float
    bands: int
    sr: int = 16_000
    frame_seconds: float = 0.025
    step_seconds: float = 0.010

    def __post_init__(self):
        if self.kind not in _KINDS:
            raise ValueError(f"kind must be one of {sorted(_KINDS)}, got {self.kind!r}")

    @property
    def settings(self):
        """The switches of `audiocls.conventions` this front end uses."""
        return settings(self.sr, **self._options)

    @property
    def _options(self):
        sizes = {"n_mfcc": self.bands} if self.kind == "mfcc" else {"n_mfcc": 1, "n_mels": self.bands}
        frames = {"win_length": self.frame_seconds, "hop_length": self.step_seconds}
        return _KINDS[self.kind] | sizes | {name: int(s * self.sr + 0.5) for name, s in frames.items()}

    @property
    def length(self):
        """Samples in a window."""
        return round(self.seconds * self.sr)

    @property
    def shape(self):
        """What Keras reads of a window: (time, feature)."""
        return self.settings.frame_count(self.length), self.bands

    def __call__(self, windows):
        """Turn windows (..., n) into what the network reads, (..., bands, time), float32."""
        return self.relative(self.absolute(windows))

    def absolute(self, windows):
        """The same before levels become relative to the window's loudest point.

        Parameters
        ----------
        windows : np.ndarray [shape=(..., n), float]

        Returns
        -------
        X : np.ndarray [shape=(..., bands, time), float32], in decibels (``"log_mel"``) or coefficients (``"mfcc"``)

        Examples
        --------
        >>> front_end = FrontEnd(kind="log_mel", seconds=1.0, bands=64)
        >>> front_end.absolute(np.zeros(16_000, dtype=np.float32)).shape[0]
        64
        """
        windows = check_waveform(windows).astype(np.float32, copy=False)
        return (mfcc if self.kind == "mfcc" else log_mel_energies)(windows, self.sr, **self._options)

    def relative(self, X):
        """Levels relative to the loudest point of each window (``"log_mel"``), or X as it is (``"mfcc"``).

        Parameters
        ----------
        X : np.ndarray [shape=(..., bands, time), float]

        Returns
        -------
        X : np.ndarray [shape as X], 0 at the loudest point (``"log_mel"``)

        Examples
        --------
        >>> front_end = FrontEnd(kind="log_mel", seconds=1.0, bands=2)
        >>> front_end.relative(np.array([[-20.0, -30.0], [-25.0, -40.0]]))
        array([[  0., -10.],
               [ -5., -20.]])
        """
        if self.kind == "mfcc":
            return X
        return np.maximum(X - X.max(axis=(-2, -1), keepdims=True), np.float32(-RANGE_DB))
