import json

import numpy as np
import onnx
import pytest

from audiocls import audio, sampling
from audiocls.classifier import Classifier


@pytest.fixture(scope="module")
def classifier():
    return Classifier("cnn")


def _noise(n, seed=0):
    return np.random.default_rng(seed).uniform(-0.5, 0.5, n).astype(np.float32)


@pytest.mark.parametrize("name", ["cnn", "rnn"])
def test_scores_add_up_to_one_and_are_ranked(name):
    found = Classifier(name).predict(_noise(44_100), 44_100)
    scores = list(found.scores.values())
    assert sum(scores) == pytest.approx(1.0, abs=1e-5)
    assert scores == sorted(scores, reverse=True)
    assert next(iter(found.scores.items())) == (found.label, found.score)


@pytest.mark.parametrize("seconds", [0.05, 0.1, 1.99, 2.0, 2.01, 3.0, 7.3])
@pytest.mark.parametrize("sr", [16_000, 44_100])
def test_a_streamed_file_gets_the_scores_of_the_whole_waveform(classifier, tmp_path, seconds, sr):
    y = _noise(round(seconds * sr), seed=1)
    audio.write(tmp_path / "noise.wav", y, sr, subtype="FLOAT")
    streamed, whole = classifier.predict_file(tmp_path / "noise.wav"), classifier.predict(y, sr)
    assert streamed.windows.shape == whole.windows.shape
    np.testing.assert_allclose(streamed.windows, whole.windows, atol=1e-4)
    assert streamed.seconds == pytest.approx(seconds, abs=1e-4)


def test_a_file_longer_than_a_block_has_a_window_every_second(classifier, tmp_path):
    sr = 8_000
    audio.write(tmp_path / "long.wav", _noise(65 * sr), sr)
    assert len(classifier.predict_file(tmp_path / "long.wav").windows) == 64


def test_level_does_not_change_the_answer(classifier):
    y = _noise(48_000)
    loud, soft = classifier.predict(y, 48_000), classifier.predict(y / 100, 48_000)
    np.testing.assert_allclose(loud.windows, soft.windows, atol=1e-4)


def test_silence_after_the_sound_has_no_vote(classifier):
    y = np.concatenate([_noise(32_000), np.zeros(64_000, np.float32)])
    found = classifier.predict(y, 16_000)
    assert found.votes.tolist() == [True, True, False, False, False]
    voted = found.windows[found.votes].mean(axis=0)
    assert found.score == pytest.approx(voted.max(), abs=1e-6)


def test_silence_is_answered_and_said_to_be_silence(classifier):
    found = classifier.predict(np.zeros(8_000), 16_000)
    assert found.silent
    assert sum(found.scores.values()) == pytest.approx(1.0, abs=1e-5)


def test_stereo_is_averaged(classifier):
    y = _noise(16_000)
    both = classifier.predict(np.stack([y, np.zeros_like(y)]), 16_000)
    np.testing.assert_allclose(both.windows, classifier.predict(y / 2, 16_000).windows, atol=1e-5)


def test_integer_samples_are_refused(classifier):
    with pytest.raises(ValueError, match="got int16"):
        classifier.predict(np.zeros(100, np.int16), 16_000)


def test_windows_of_another_length_are_refused(classifier):
    with pytest.raises(ValueError, match=r"got \(1, 5\)"):
        classifier.score_windows(np.zeros((1, 5)))


def test_a_missing_model_is_named():
    with pytest.raises(FileNotFoundError, match=r"nothing\.onnx"):
        Classifier("nothing.onnx")


def test_a_file_that_is_no_onnx_is_refused(tmp_path):
    (tmp_path / "broken.onnx").write_bytes(b"not a graph")
    with pytest.raises(ValueError, match="not a readable ONNX file"):
        Classifier(tmp_path / "broken.onnx")


def _with_metadata(tmp_path, **changes):
    from audiocls.classifier import PRETRAINED

    graph = onnx.load(PRETRAINED / "cnn.onnx")
    metadata = {entry.key: entry.value for entry in graph.metadata_props} | changes
    del graph.metadata_props[:]
    for key, value in metadata.items():
        if value is not None:
            graph.metadata_props.add(key=key, value=value)
    onnx.save(graph, tmp_path / "changed.onnx")
    return tmp_path / "changed.onnx"


def test_labels_that_do_not_fit_the_scores_are_refused(tmp_path):
    with pytest.raises(ValueError, match="give 2 scores, one a label, got"):
        Classifier(_with_metadata(tmp_path, labels=json.dumps(["piano", "harp"])))


@pytest.mark.parametrize("changes", [{"labels": None}, {"sr": "fast"}, {"length": None}, {"labels": "5"}])
def test_metadata_that_says_nothing_valid_is_refused(tmp_path, changes):
    with pytest.raises(ValueError, match="says nothing valid"):
        Classifier(_with_metadata(tmp_path, **changes))


def test_an_arrow_of_time_is_kept_in_the_window_scores(classifier):
    sr = classifier.sr
    y = np.concatenate([sampling.tone(440.0, sr=sr, seconds=4.0, amplitude=0.5), _noise(4 * sr)])
    forward, backward = classifier.predict(y, sr).windows, classifier.predict(y[4 * sr :], sr).windows
    np.testing.assert_allclose(forward[4:], backward, atol=1e-4)
