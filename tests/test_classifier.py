import json
from dataclasses import asdict

import numpy as np
import onnx
import pytest

from audiocls import audio, sampling
from audiocls import classifier as module
from audiocls.classifier import Classifier
from audiocls.learn.frontend import FrontEnd
from audiocls.windows import Voting


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


@pytest.mark.parametrize("sure_from, sure", [(0.0, True), (1.0, False)])
def test_a_score_below_the_threshold_of_the_file_is_no_answer(tmp_path, sure_from, sure):
    assert Classifier(_with_voting(tmp_path, sure_from=sure_from)).predict(_noise(44_100), 44_100).sure is sure


def test_a_file_from_before_there_was_a_voting_is_still_read(tmp_path):
    facts = Classifier("cnn").facts | {"temperature": 0.76}
    numbers = {
        "hop": "4000",
        "vote_power": "2.0",
        "attack_votes": "3.0",
        "sure_from": "0.7",
        "facts": json.dumps(facts),
    }
    old = Classifier(_with_metadata(tmp_path, voting=None, **numbers))
    expected = Voting(hop_seconds=0.25, power=2.0, attack=3.0, temperature=0.76, sure_from=0.7)
    assert old.voting == expected and old.hop == 4_000
    oldest = Classifier(_with_metadata(tmp_path, voting=None, hop="8000"))
    assert oldest.voting == Voting(hop_seconds=0.5)


def test_the_window_of_the_attack_has_as_many_votes_as_the_file_says(tmp_path):
    y = np.concatenate([0.02 * _noise(20_000), _noise(40_000, seed=1)])
    once, often = (Classifier(_with_voting(tmp_path, power=0.0, attack=n)).predict(y, 16_000) for n in (1.0, 5.0))
    assert once.votes.tolist() == [1.0] * 5 and often.votes.tolist() == [5.0, 1.0, 1.0, 1.0, 1.0]
    weighted = (often.windows.sum(axis=0) + 4 * often.windows[0]) / 9
    assert list(often.scores.values()) == pytest.approx(sorted(weighted, reverse=True), abs=1e-6)


def test_a_loud_window_counts_more_if_the_file_says_so(tmp_path):
    y = np.concatenate([_noise(32_000), 0.5 * _noise(96_000, seed=1)])
    found = Classifier(_with_voting(tmp_path, power=2.0, attack=1.0)).predict(y, 16_000)
    assert found.votes[[0, -1]] == pytest.approx([1.0, 0.25], rel=0.02)
    assert (np.diff(found.votes[:5]) < 0).all()


@pytest.mark.parametrize("seconds", [0.05, 0.1, 1.99, 2.0, 2.01, 3.0, 7.3])
@pytest.mark.parametrize("sr", [16_000, 44_100])
def test_a_streamed_file_gets_the_scores_of_the_whole_waveform(classifier, tmp_path, seconds, sr):
    y = _noise(round(seconds * sr), seed=1)
    audio.write(tmp_path / "noise.wav", y, sr, subtype="FLOAT")
    streamed, whole = classifier.predict_file(tmp_path / "noise.wav"), classifier.predict(y, sr)
    assert streamed.windows.shape == whole.windows.shape
    np.testing.assert_allclose(streamed.windows, whole.windows, atol=1e-4)
    assert streamed.seconds == pytest.approx(seconds, abs=1e-4)


@pytest.mark.parametrize("sr", [1_000, 8_000, 16_000, 44_100, 48_000, 384_000])
def test_a_window_across_a_seam_of_two_blocks_is_heard_whole(classifier, tmp_path, monkeypatch, sr):
    y = _noise(round(5.3 * sr), seed=2)
    audio.write(tmp_path / "noise.wav", y, sr, subtype="FLOAT")
    monkeypatch.setattr(module, "_BLOCK_SECONDS", 1)
    np.testing.assert_allclose(
        classifier.predict_file(tmp_path / "noise.wav").windows, classifier.predict(y, sr).windows, atol=1e-4
    )


def test_blocks_of_a_file_with_many_channels_are_no_larger(classifier, tmp_path, monkeypatch):
    sizes, blocks = [], audio.blocks
    monkeypatch.setattr(audio, "blocks", lambda *a, **k: (sizes.append(y.size) or y for y in blocks(*a, **k)))
    audio.write(tmp_path / "many.wav", np.zeros((64, 80_000)), 48_000)
    assert classifier.predict_file(tmp_path / "many.wav").seconds == pytest.approx(80_000 / 48_000)
    assert len(sizes) == 2 and max(sizes) <= 2**22


def test_long_sounds_are_scored_a_few_windows_at_a_time(classifier, monkeypatch):
    sizes, score = [], classifier.score_windows
    monkeypatch.setattr(classifier, "score_windows", lambda windows: sizes.append(len(windows)) or score(windows))
    y = _noise(100 * 16_000)
    found = classifier.predict(y, 16_000)
    assert max(sizes) <= 32 and sum(sizes) == len(found.windows) == 197
    np.testing.assert_allclose(found.windows[140:141], score(y[None, 70 * 16_000 : 72 * 16_000]), atol=1e-5)


@pytest.mark.parametrize("n, sr", [(1, 44_100), (2, 384_000)])
def test_a_clip_too_short_for_one_sample_is_heard_as_silence(classifier, tmp_path, n, sr):
    y = np.full(n, 0.5, np.float32)
    audio.write(tmp_path / "click.wav", y, sr, subtype="FLOAT")
    streamed, whole = classifier.predict_file(tmp_path / "click.wav"), classifier.predict(y, sr)
    assert streamed.silent and whole.silent
    np.testing.assert_array_equal(streamed.windows, whole.windows)
    assert streamed.seconds == whole.seconds == n / sr


def test_a_file_longer_than_a_block_has_a_window_every_half_second(classifier, tmp_path):
    sr = 8_000
    audio.write(tmp_path / "long.wav", _noise(65 * sr), sr)
    assert len(classifier.predict_file(tmp_path / "long.wav").windows) == 127


def test_level_does_not_change_the_answer(classifier):
    y = _noise(48_000)
    loud, soft = classifier.predict(y, 48_000), classifier.predict(y / 100, 48_000)
    np.testing.assert_allclose(loud.windows, soft.windows, atol=1e-4)


def test_silence_after_the_sound_has_no_vote(classifier):
    y = np.concatenate([_noise(32_000), np.zeros(64_000, np.float32)])
    found = classifier.predict(y, 16_000)
    assert (found.votes > 0).tolist() == [True] * 4 + [False] * 5
    voted = np.average(found.windows, axis=0, weights=found.votes)
    assert found.score == pytest.approx(voted.max(), abs=1e-6)


@pytest.mark.parametrize("sure_from", [0.0, 0.6])
def test_silence_is_answered_and_said_to_be_silence(tmp_path, sure_from):
    found = Classifier(_with_voting(tmp_path, sure_from=sure_from)).predict(np.zeros(8_000), 16_000)
    assert found.silent and not found.sure
    assert sum(found.scores.values()) == pytest.approx(1.0, abs=1e-5)


def test_stereo_is_averaged(classifier):
    y = _noise(16_000)
    both = classifier.predict(np.stack([y, np.zeros_like(y)]), 16_000)
    np.testing.assert_allclose(both.windows, classifier.predict(y / 2, 16_000).windows, atol=1e-5)


def test_integer_samples_are_refused(classifier):
    with pytest.raises(ValueError, match="got int16"):
        classifier.predict(np.zeros(100, np.int16), 16_000)


def test_a_sound_too_loud_to_be_squared_is_refused(classifier, tmp_path):
    y = _noise(8_000) * np.float32(2e20)
    audio.write(tmp_path / "loud.wav", y, 16_000, subtype="FLOAT")
    for answer in (lambda: classifier.predict(y, 16_000), lambda: classifier.predict_file(tmp_path / "loud.wav")):
        with pytest.raises(ValueError, match=r"got a peak of 1e\+20; scale them to 1.0 at most"):
            answer()


@pytest.mark.parametrize(
    "wrong, said", [(np.zeros((1, 32_000), np.int16), "int16"), (np.full((1, 32_000), np.nan), "nan")]
)
def test_windows_that_are_no_sound_are_refused(classifier, wrong, said):
    with pytest.raises(ValueError, match=f"got {said}"):
        classifier.score_windows(wrong)
    with pytest.raises(ValueError, match=f"got {said}"):
        FrontEnd(kind="log_mel", seconds=2.0, n_features=64)(wrong)


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


def _with_voting(tmp_path, **changes):
    return _with_metadata(tmp_path, voting=json.dumps(asdict(Classifier("cnn").voting) | changes))


def test_labels_that_do_not_fit_the_scores_are_refused(tmp_path):
    with pytest.raises(ValueError, match="give 2 scores, one a label, got"):
        Classifier(_with_metadata(tmp_path, labels=json.dumps(["piano", "harp"])))


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": None}, {"labels": "5"}, {"labels": '"piano"'}, {"labels": '["a", "a"]'}, {"labels": "[1, 2]"},
        {"sr": "fast"}, {"sr": "0"}, {"length": None}, {"length": "-1"}, {"facts": "5"},
        {"voting": None}, {"voting": "5"}, {"voting": "{}"}, {"voting": "often"}, {"voting": '{"hop_seconds": 2.1}'},
        {"voting": '{"hop_seconds": 0}'}, {"voting": '{"hop_seconds": 0.5, "sure_from": 1.5}'},
        {"voting": '{"hop_seconds": 0.5, "attack": "all"}'}, {"voting": '{"hop_seconds": 0.5, "colour": 1}'},
    ],
)  # fmt: skip
def test_metadata_that_says_nothing_valid_is_refused(tmp_path, changes):
    with pytest.raises(ValueError, match="says nothing valid"):
        Classifier(_with_metadata(tmp_path, **changes))


def test_an_arrow_of_time_is_kept_in_the_window_scores(classifier):
    sr = classifier.sr
    y = np.concatenate([sampling.tone(440.0, sr=sr, seconds=4.0, amplitude=0.5), _noise(4 * sr)])
    whole, second_half = classifier.predict(y, sr).windows, classifier.predict(y[4 * sr :], sr).windows
    np.testing.assert_allclose(whole[4 * sr // classifier.hop :], second_half, atol=1e-4)
