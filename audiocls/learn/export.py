"""Export: one file from waveform to scores.

The front end goes into the graph as a convolution and matrix products (the windowed DFT is a bank of cosines and sines
moved along the waveform, the mel filters and the cosine transform are matrices), followed by the trained network.
Python and the web page read the same file and need no TensorFlow.

Functions
---------
full_model : front end and network as one Keras model
export_onnx : the same as an ONNX file with labels, rate and window length in its metadata

Taught in chapter 14, Deployment.
"""

import json

import numpy as np

from audiocls.atomic import replacing
from audiocls.fourier import window
from audiocls.learn.frontend import RANGE_DB
from audiocls.learn.networks import load_keras, silent_stderr
from audiocls.mel import mel_filterbank
from audiocls.mfcc import dct_matrix, lifter_weights

_SMALLEST = float(np.finfo(np.float64).eps)  # what the package puts in the place of an energy of exactly zero


def _matrices(front_end):
    """The constants of a front end: DFT kernels (win_length, 1, 2 bins), filters (bins, bands [+ 1]) and DCT."""
    s = front_end.settings
    angle = 2 * np.pi / s.n_fft * np.outer(np.arange(s.win_length), np.arange(s.n_fft // 2 + 1))
    kernels = np.concatenate([np.cos(angle), -np.sin(angle)], axis=1) * window(s.window, s.win_length)[:, None]
    filters = mel_filterbank(
        sr=s.sr, n_fft=s.n_fft, n_mels=s.n_mels, fmin=s.fmin, fmax=s.fmax, scale=s.scale, edges=s.edges, norm=s.norm
    ).T
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
                return self.add_weight(
                    name=name, shape=values.shape, initializer=lambda *_, **__: values, trainable=False
                )

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


def full_model(network, front_end, *, temperature=1.0):
    """Put the front end before a trained network.

    Parameters
    ----------
    network : keras.Model, (batch, time, feature) -> (batch, classes)
    front_end : FrontEnd
    temperature : float > 0, by which the scores are softened, see `audiocls.measure.calibration.soften`

    Returns
    -------
    model : keras.Model, (batch, samples) -> (batch, classes), one row a window

    Raises
    ------
    ValueError
        If the network does not read what the front end makes.

    Examples
    --------
    >>> from audiocls.learn import networks
    >>> from audiocls.learn.frontend import FrontEnd
    >>> front_end = FrontEnd(kind="mfcc", seconds=0.1, bands=13)
    >>> network = networks.build_report_cnn(*front_end.shape, 10)
    >>> full_model(network, front_end).output_shape
    (None, 10)

    Taught in chapter 14, Deployment.
    """
    if tuple(network.input_shape[1:]) != front_end.shape:
        raise ValueError(
            f"the network must read {front_end.shape} (time, feature), got {network.input_shape[1:]}; "
            "use the front end it was trained with"
        )
    keras = load_keras()
    waveform = keras.layers.Input((front_end.length,), name="waveform")
    scores = network(_front_end_layer(front_end)(waveform))
    if temperature != 1.0:
        scores = keras.ops.softmax(keras.ops.log(keras.ops.maximum(scores, 1e-12)) / temperature)
    return keras.Model(waveform, scores, name=network.name)


def export_onnx(
    network,
    front_end,
    path,
    *,
    labels,
    hop_seconds,
    vote_power=0.0,
    attack_votes=1.0,
    temperature=1.0,
    sure_from=0.0,
    facts=None,
):
    """Write front end and network as one ONNX file; an earlier file stays until the new one is whole.

    Parameters
    ----------
    network : keras.Model, (batch, time, feature) -> (batch, classes)
    front_end : FrontEnd
    path : str or Path
    labels : sequence of str, one a class
    hop_seconds : float > 0, distance of the windows to score
    vote_power, attack_votes : float, how much the windows of a clip count, see `audiocls.windows.votes`
    temperature : float > 0, as in `full_model`
    sure_from : float in [0, 1], the lowest score of a clip that counts as an answer
    facts : dict or None, how the network came about; kept in the file as JSON, see `audiocls.measure.card`

    Returns
    -------
    model : keras.Model, the exported model, (batch, samples) -> (batch, classes)

    Raises
    ------
    ValueError
        If the labels are not as many as the network's classes.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from audiocls.learn import networks
    >>> from audiocls.learn.frontend import FrontEnd
    >>> front_end = FrontEnd(kind="mfcc", seconds=0.1, bands=13)
    >>> network = networks.build_report_cnn(*front_end.shape, 10)
    >>> labels = [f"class {k}" for k in range(10)]
    >>> path = Path(tempfile.mkdtemp(), "untrained.onnx")
    >>> _ = export_onnx(network, front_end, path, labels=labels, hop_seconds=0.1)
    >>> from audiocls.classifier import Classifier
    >>> Classifier(path).labels[:2]
    ('class 0', 'class 1')

    Taught in chapter 14, Deployment.
    """
    if len(labels) != network.output_shape[-1]:
        raise ValueError(f"the network has {network.output_shape[-1]} classes, got {len(labels)} labels")
    import warnings

    import onnx

    model = full_model(network, front_end, temperature=temperature)
    model(np.zeros((1, front_end.length), dtype=np.float32))
    with replacing(path) as part:
        with warnings.catch_warnings(), silent_stderr():
            warnings.simplefilter("ignore")
            model.export(part, format="onnx", verbose=False)
        graph = onnx.load(part)
        metadata = {
            "labels": json.dumps(list(labels)),
            "sr": str(front_end.sr),
            "length": str(front_end.length),
            "hop": str(round(hop_seconds * front_end.sr)),
            "vote_power": str(vote_power),
            "attack_votes": str(attack_votes),
            "sure_from": str(sure_from),
            "facts": json.dumps(facts or {}),
        }
        for key, value in metadata.items():
            graph.metadata_props.add(key=key, value=value)
        graph.producer_name, graph.doc_string = "audiocls", "waveform windows to class scores"
        onnx.checker.check_model(graph)
        onnx.save(graph, part)
    return model
