"""The classifier: a sound in, a score for each instrument out.

One ONNX file holds everything from the waveform to the scores: front end, network, labels, rate and window length.
It is read with onnxruntime, starts in a fraction of a second and needs no TensorFlow. Long files are streamed: a block
of sound is read, resampled, cut into windows and scored before the next one is read. A clip too short for one sample at
the network's rate is heard as one sample of silence.

A clip's scores are the mean of its windows' scores, weighted by their votes: nearly silent windows have none, and the
file says what the level of a window and the attack count (`audiocls.windows.Voting`). When the highest score is lower
than the file says an answer must be, the classifier is not sure.

Taught in chapter 14, Deployment.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from audiocls import audio, sampling
from audiocls.amplitude import rms
from audiocls.waveform import check_waveform, to_mono
from audiocls.windows import Voting, cut_windows, window_starts

__all__ = ["PRETRAINED", "SHIPPED", "Classifier", "Prediction"]

PRETRAINED = Path(__file__).parent / "pretrained"
SHIPPED = tuple(sorted(path.stem for path in PRETRAINED.glob("*.onnx")))  # the networks that come with the package
_BLOCK_SECONDS, _BLOCK_SAMPLES = 20.0, 2**22  # a block of a file is no longer than either, all channels counted
_BATCH = 32  # windows scored at a time


@dataclass(frozen=True)
class Prediction:
    """What the classifier says of one clip.

    Attributes
    ----------
    label : str, the class with the highest score
    score : float in [0, 1], its score
    scores : dict, label to score, highest first; they add up to 1
    seconds : float, length of the clip
    windows : np.ndarray [shape=(m, classes), float32], scores of each window in the order of time
    votes : np.ndarray [shape=(m,), float >= 0], what each window counted
    silent : bool, is every sample zero, at the network's rate?
    sure : bool, is the score high enough to be an answer? Never of silence. If not, read it as "not sure"

    Examples
    --------
    >>> prediction = Classifier().predict(np.zeros(16_000), 16_000)
    >>> prediction.seconds, prediction.silent, len(prediction.scores)
    (1.0, True, 10)

    Taught in chapter 14, Deployment.
    """

    label: str
    score: float
    scores: dict
    seconds: float
    windows: np.ndarray
    votes: np.ndarray
    silent: bool
    sure: bool


class Classifier:
    """Names the instrument in a sound.

    Parameters
    ----------
    model : str or Path
        "cnn" or "rnn", the two networks that come with the package, or the path of an ONNX file written by
        ``audiocls train``.

    Attributes
    ----------
    labels : tuple of str, the classes in the order of the scores
    sr : int, rate the network hears, in Hz
    length, hop : int, of the windows, in samples
    voting : Voting, how the windows of a clip become its answer
    facts : dict, how the network was trained; empty if the file does not say

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is no classifier, or what it says of itself is not valid or does not fit its scores.

    Examples
    --------
    >>> classifier = Classifier()
    >>> note = sampling.tone(440.0, sr=44_100, seconds=1.0)
    >>> round(sum(classifier.predict(note, 44_100).scores.values()), 6)
    1.0

    Taught in chapter 14, Deployment.
    """

    def __init__(self, model: str | Path = "cnn"):
        path = PRETRAINED / f"{model}.onnx" if model in SHIPPED else Path(model)
        if not path.is_file():
            raise FileNotFoundError(f"no classifier file {path}; use {', '.join(SHIPPED)} or one from audiocls train")
        self._session = _open_session(path)
        metadata = self._session.get_modelmeta().custom_metadata_map
        try:
            labels = json.loads(metadata["labels"])
            self.sr, self.length = int(metadata["sr"]), int(metadata["length"])
            self.facts = json.loads(metadata.get("facts", "{}"))
            self.voting = _read_voting(metadata, self.sr, self.facts)
            self.hop = round(self.voting.hop_seconds * self.sr)
            _check_metadata(labels, self.sr, self.length, self.hop, self.facts)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path} says nothing valid of itself ({error}); use one from audiocls train") from error
        self.labels = tuple(labels)
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        shapes = [inputs[0].shape[1:], outputs[0].shape[1:]]
        if len(inputs) != 1 or shapes != [[self.length], [len(self.labels)]]:
            rule = f"take windows of {self.length} samples and give {len(self.labels)} scores, one a label"
            raise ValueError(f"{path} must {rule}, got {shapes[0]} and {shapes[1]}; use a file from audiocls train")
        self._input = inputs[0].name

    def score_windows(self, windows: ArrayLike) -> np.ndarray:
        """Score windows of sound.

        Parameters
        ----------
        windows : np.ndarray [shape=(m, length), float], at the rate ``sr``

        Returns
        -------
        scores : np.ndarray [shape=(m, classes), float32]

        Raises
        ------
        ValueError
            If the windows have another length, are not floating point or not finite, or are so far above full scale
            that no score can be computed.

        Examples
        --------
        >>> classifier = Classifier()
        >>> classifier.score_windows(np.zeros((3, classifier.length))).shape
        (3, 10)
        """
        windows = check_waveform(windows)
        if windows.ndim != 2 or windows.shape[1] != self.length:
            raise ValueError(f"windows must have shape (m, {self.length}), got {windows.shape}; call predict instead")
        scores = self._session.run(None, {self._input: windows.astype(np.float32, copy=False)})[0]
        if not np.isfinite(scores).all():
            raise ValueError(f"samples overflow, got a peak of {np.abs(windows).max():.3g}; scale them to 1.0 at most")
        return scores

    def predict(self, y: ArrayLike, sr: float) -> Prediction:
        """Say which instrument plays in a waveform.

        Parameters
        ----------
        y : np.ndarray [shape=(n,) or (channels, n), float], channels are averaged
        sr : int, sampling rate in Hz

        Returns
        -------
        prediction : Prediction

        Raises
        ------
        ValueError
            If y is no waveform, or as `score_windows`.

        Examples
        --------
        >>> from audiocls import datasets
        >>> y, sr = datasets.load("rendered").audio(93)
        >>> Classifier().predict(y, sr).label
        'Clarinet'
        """
        y = to_mono(y)
        return self._predict(sampling.resample_blocks([y], orig_sr=sr, target_sr=self.sr), lambda: len(y) / sr)

    def predict_file(self, path: str | Path, *, progress: Callable[[float], object] | None = None) -> Prediction:
        """Say which instrument plays in an audio file, however long; the file is streamed.

        Parameters
        ----------
        path : str or Path
        progress : callable or None, called with the seconds read after each block

        Returns
        -------
        prediction : Prediction

        Raises
        ------
        AudioError
            If the file cannot be read.
        ValueError
            As `score_windows`.

        Examples
        --------
        >>> from audiocls import datasets
        >>> Classifier().predict_file(datasets.load("rendered").path(93)).label
        'Clarinet'
        """
        heard, header = 0.0, audio.info(path)
        sr, longest = header.sr, min(_BLOCK_SECONDS, _BLOCK_SAMPLES / (header.sr * header.channels))

        def mono():
            nonlocal heard
            for block in audio.blocks(path, seconds=longest):
                y = to_mono(block)
                seconds = len(y) / sr
                heard += seconds
                yield y
                if progress:
                    progress(seconds)

        return self._predict(sampling.resample_blocks(mono(), orig_sr=sr, target_sr=self.sr), lambda: heard)

    def _predict(self, blocks, seconds):
        """Score windows as sound comes in, keeping only what the next window still needs."""
        scores, levels = [], []
        kept = np.zeros(0, dtype=np.float32)

        def score(waveform, starts):
            for first in range(0, len(starts), _BATCH):
                windows = cut_windows(waveform, starts[first : first + _BATCH], length=self.length)
                scores.append(self.score_windows(windows))
                levels.append(rms(windows))

        for block in blocks:
            kept = np.concatenate([kept, block])
            # Windows that are whole, and not the last: the clip goes on after them.
            whole = np.arange(0, len(kept) - self.length, self.hop)
            if len(whole):
                score(kept, whole)
                kept = kept[whole[-1] + self.hop :]
        kept = kept if len(kept) else np.zeros(1, dtype=np.float32)
        score(kept, window_starts(len(kept), length=self.length, hop=self.hop))
        scores, levels = np.concatenate(scores), np.concatenate(levels)
        counted = self.voting.votes(levels)
        mean = np.average(scores.astype(np.float64), axis=0, weights=counted)
        order = np.argsort(-mean, kind="stable")
        ranked = {self.labels[k]: float(mean[k]) for k in order}
        label = self.labels[order[0]]
        silent = not levels.any()
        sure = not silent and ranked[label] >= self.voting.sure_from
        return Prediction(label, ranked[label], ranked, seconds(), scores, counted, silent, sure)


def _read_voting(metadata, sr, facts):
    """The voting of a file; one from before there was this entry stores its numbers one by one."""
    if "voting" in metadata:
        return Voting(**json.loads(metadata["voting"]))
    power, attack = float(metadata.get("vote_power", 0.0)), float(metadata.get("attack_votes", 1.0))
    temperature, sure_from = float(facts.get("temperature", 1.0)), float(metadata.get("sure_from", 0.0))
    return Voting(int(metadata["hop"]) / sr, power, attack, temperature=temperature, sure_from=sure_from)


def _check_metadata(labels, sr, length, hop, facts):
    words = isinstance(labels, list) and labels and all(isinstance(label, str) for label in labels)
    if not words or len(set(labels)) < len(labels):
        raise ValueError(f"labels must be a list of words that differ, got {labels!r}")
    if sr < 1 or not 0 < hop <= length:
        raise ValueError(f"sr must be positive and 0 < hop <= length, got sr={sr}, hop={hop}, length={length}")
    if not isinstance(facts, dict):
        raise ValueError(f"facts must be an object, got {facts!r}")


def _open_session(path):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1  # a clip is too little work to share, and the answer does not depend on the cores
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises a class of its own for every fault of a file
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path} is not a readable ONNX file ({reason}); use a file from audiocls train") from error
