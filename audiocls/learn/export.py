"""Export: one file from waveform to scores.

The front end goes into the graph as a convolution and matrix products (the windowed DFT is a bank of cosines and sines
moved along the waveform, the mel filters and the cosine transform are matrices), followed by the trained network.
Python and the web page read the same file and need no TensorFlow.

`calibrate` lets the graph end with one step more, which divides the logarithms of the scores by a temperature that was
measured. The network stays as it is, and may be calibrated again.

Functions
---------
full_model : front end and network as one Keras model
export_onnx : the same as an ONNX file with labels, rate, window length and voting in its metadata
calibrate : write temperature and threshold into a classifier file

Taught in chapter 14, Deployment.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from audiocls.atomic import replacing
from audiocls.fourier import window
from audiocls.learn.frontend import RANGE_DB, FrontEnd
from audiocls.learn.networks import Network, load_keras, silent_stderr
from audiocls.mfcc import dct_matrix, filters_of, lifter_weights
from audiocls.windows import Voting

__all__ = ["calibrate", "export_onnx", "full_model"]

_TEMPERATURE = "temperature"  # the name of the constant in the graph
_SMALLEST = float(np.finfo(np.float64).eps)  # what the package puts in the place of an energy of exactly zero


def _matrices(front_end):
    """The constants of a front end: DFT kernels (win_length, 1, 2 bins), filters (bins, bands [+ 1]) and DCT."""
    s = front_end.settings
    angle = 2 * np.pi / s.n_fft * np.outer(np.arange(s.win_length), np.arange(s.n_fft // 2 + 1))
    kernels = np.concatenate([np.cos(angle), -np.sin(angle)], axis=1) * window(s.window, s.win_length)[:, None]
    filters = filters_of(s).T
    if front_end.kind == "log_mel":
        return kernels, filters / s.n_fft, None
    with_energy = np.concatenate([filters, np.ones((len(filters), 1))], axis=1) / s.n_fft
    cosines = lifter_weights(s.n_mfcc, lifter=s.lifter)[:, None] * dct_matrix(s.n_mfcc, s.n_mels)
    to_mfcc = np.zeros((s.n_mels + 1, s.n_mfcc))
    to_mfcc[: s.n_mels, 1:] = cosines[1:].T
    to_mfcc[s.n_mels, 0] = 1.0  # the first coefficient is the log energy
    return kernels, with_energy, to_mfcc


def _front_end_layer(front_end):
    """Return a Keras layer that computes `front_end`: (batch, samples) -> (batch, time, feature)."""
    keras = load_keras()
    ops, s = keras.ops, front_end.settings
    kernels, filters, to_mfcc = (None if m is None else m.astype(np.float32) for m in _matrices(front_end))
    bins, frames = s.n_fft // 2 + 1, front_end.shape[0]
    after = (frames - 1) * s.hop_length + s.win_length - front_end.length

    class FrontEndLayer(keras.layers.Layer):
        def build(self, _):
            def constant(name, values):
                options = {"shape": values.shape, "initializer": lambda *_, **__: values, "trainable": False}
                return self.add_weight(name=name, **options)

            self.kernels = constant("windowed_dft", kernels[:, None, :])
            self.filters = constant("mel_filters", filters)
            self.to_mfcc = None if to_mfcc is None else constant("dct", to_mfcc)

        def call(self, y):
            if s.pre_emphasis:
                y = y - s.pre_emphasis * ops.pad(y[:, :-1], ((0, 0), (1, 0)))
            spectra = ops.conv(ops.pad(y, ((0, 0), (0, after)))[..., None], self.kernels, strides=s.hop_length)
            power = ops.square(spectra[..., :bins]) + ops.square(spectra[..., bins:])
            log = ops.log(ops.maximum(ops.matmul(power, self.filters), s.floor or _SMALLEST))
            if self.to_mfcc is not None:
                return ops.matmul(log, self.to_mfcc)
            decibels = log * (10 / np.log(10))
            return ops.maximum(decibels - ops.max(decibels, axis=(1, 2), keepdims=True), -RANGE_DB)

    return FrontEndLayer(name=front_end.kind)


def full_model(network: Network, front_end: FrontEnd) -> Network:
    """Put the front end before a trained network.

    Parameters
    ----------
    network : keras.Model, (batch, time, feature) -> (batch, classes)
    front_end : FrontEnd

    Returns
    -------
    model : keras.Model, (batch, samples) -> (batch, classes), one row per window

    Raises
    ------
    ValueError
        If the network does not read what the front end makes.

    Examples
    --------
    >>> from audiocls.learn import networks
    >>> from audiocls.learn.frontend import FrontEnd
    >>> front_end = FrontEnd(kind="mfcc", seconds=0.1, n_features=13)
    >>> network = networks.build_report_cnn(*front_end.shape, 10)
    >>> full_model(network, front_end).output_shape
    (None, 10)

    Taught in chapter 14, Deployment.
    """
    if tuple(network.input_shape[1:]) != front_end.shape:
        got = network.input_shape[1:]
        raise ValueError(f"the network must read {front_end.shape}, got {got}; use the front end it was trained with")
    keras = load_keras()
    waveform = keras.layers.Input((front_end.length,), name="waveform")
    scores = network(_front_end_layer(front_end)(waveform))
    return keras.Model(waveform, scores, name=network.name)


def _append_temperature(graph):
    """Let a graph end with softmax(log(scores) / temperature), which is 1 at first."""
    from onnx import helper, numpy_helper

    output = graph.output[0].name
    for node in graph.node:
        node.output[:] = ["uncalibrated" if name == output else name for name in node.output]
        node.input[:] = ["uncalibrated" if name == output else name for name in node.input]
    constants = {"smallest_score": 1e-12, _TEMPERATURE: 1.0}
    graph.initializer.extend(numpy_helper.from_array(np.float32(value), name) for name, value in constants.items())
    steps = (("Max", ["uncalibrated", "smallest_score"]), ("Log", ["Max:0"]), ("Div", ["Log:0", _TEMPERATURE]))
    graph.node.extend(helper.make_node(kind, inputs, [f"{kind}:0"]) for kind, inputs in steps)
    graph.node.append(helper.make_node("Softmax", ["Div:0"], [output], axis=-1))


def _write_metadata(file, **entries):
    """Put entries into a file's metadata, in the place of what they were before."""
    from onnx import helper

    before = {entry.key: entry.value for entry in file.metadata_props}
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in entries.items()}
    helper.set_model_props(file, before | texts)


def export_onnx(
    network: Network, front_end: FrontEnd, path: str | Path, *,
    labels: Sequence[str], voting: Voting, facts: dict | None = None,
) -> Network:  # fmt: skip
    """Write front end and network as one ONNX file; an earlier file stays until the new one is whole.

    Parameters
    ----------
    network : keras.Model, (batch, time, feature) -> (batch, classes)
    front_end : FrontEnd
    path : str or Path
    labels : sequence of str, one per class
    voting : Voting, whose temperature and threshold are not measured yet: 1 and 0
    facts : dict or None, how the network came about; kept in the file as JSON, see `audiocls.measure.card`

    Returns
    -------
    model : keras.Model, the exported model, (batch, samples) -> (batch, classes)

    Raises
    ------
    ValueError
        If the labels are not as many as the network's classes, or the voting is calibrated already.

    Examples
    --------
    >>> import tempfile
    >>> from audiocls.classifier import Classifier
    >>> from audiocls.learn import networks
    >>> front_end = FrontEnd(kind="mfcc", seconds=0.1, n_features=13)
    >>> network = networks.build_report_cnn(*front_end.shape, 10)
    >>> labels = [f"class {k}" for k in range(10)]
    >>> path = Path(tempfile.mkdtemp(), "untrained.onnx")
    >>> _ = export_onnx(network, front_end, path, labels=labels, voting=Voting(hop_seconds=0.1))
    >>> Classifier(path).labels[:2]
    ('class 0', 'class 1')

    Taught in chapter 14, Deployment.
    """
    if len(labels) != network.output_shape[-1]:
        raise ValueError(f"the network has {network.output_shape[-1]} classes, got {len(labels)} labels")
    if (voting.temperature, voting.sure_from) != (1, 0):
        raise ValueError(f"a new file is not calibrated, got {voting!r}; write the file, then call calibrate")
    import warnings

    import onnx

    model = full_model(network, front_end)
    model(np.zeros((1, front_end.length), dtype=np.float32))
    with replacing(path) as part:
        with warnings.catch_warnings(), silent_stderr():
            warnings.simplefilter("ignore")
            model.export(part, format="onnx", verbose=False)
        file = onnx.load(part)
        sizes = {"sr": str(front_end.sr), "length": str(front_end.length)}
        _write_metadata(file, labels=list(labels), **sizes, voting=asdict(voting), facts=facts or {})
        file.producer_name, file.doc_string = "audiocls", "waveform windows to class scores"
        onnx.checker.check_model(file)
        onnx.save(file, part)
    return model


def calibrate(path: str | Path, *, temperature: float, sure_from: float, facts: dict | None = None) -> Voting:
    """Write temperature and threshold into a classifier file; the network in it stays as it is.

    Parameters
    ----------
    path : str or Path of a file from `export_onnx`; it is replaced in one step
    temperature : float > 0, of scores that the file's network gives at temperature 1
    sure_from : float in [0, 1], the lowest score of a clip that counts as an answer
    facts : dict or None, added to the facts in the file: where the two numbers come from

    Returns
    -------
    voting : Voting, what the file says now

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is no classifier, or is from before there was a voting, or a number is out of range.

    Examples
    --------
    >>> import shutil, tempfile
    >>> from audiocls.classifier import PRETRAINED, Classifier
    >>> path = shutil.copy(PRETRAINED / "cnn.onnx", tempfile.mkdtemp())
    >>> _ = calibrate(path, temperature=2.0, sure_from=0.5)
    >>> Classifier(path).voting.sure_from
    0.5
    """
    import onnx
    from onnx import numpy_helper

    from audiocls.classifier import Classifier

    classifier = Classifier(path)
    voting = replace(classifier.voting, temperature=temperature, sure_from=sure_from)
    file = onnx.load(path)
    if all(entry.key != "voting" for entry in file.metadata_props):
        raise ValueError(f"{path} is of an older audiocls, which softened the scores for good; train it again")
    if all(value.name != _TEMPERATURE for value in file.graph.initializer):
        _append_temperature(file.graph)
    constant = next(value for value in file.graph.initializer if value.name == _TEMPERATURE)
    constant.CopyFrom(numpy_helper.from_array(np.array(temperature, dtype=np.float32), _TEMPERATURE))
    _write_metadata(file, voting=asdict(voting), facts=classifier.facts | (facts or {}))
    with replacing(path) as part:
        onnx.save(file, part)
    return voting
