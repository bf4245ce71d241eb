"""Scores that are too sure are found out, softened to what they are worth, and low ones are no answers."""

import dataclasses

import numpy as np
import pytest

from audiocls.classifier import PRETRAINED, Classifier
from audiocls.measure import calibration


def test_perfectly_calibrated_scores_have_almost_no_calibration_error():
    rng = np.random.default_rng(3)
    top = rng.uniform(0.5, 1.0, 50_000)
    targets = (rng.random(50_000) > top).astype(int)
    scores = np.stack([top, 1 - top], axis=1)
    assert calibration.calibration_error(scores, targets) < 0.01
    sharpened = np.stack([np.ones_like(top), np.zeros_like(top)], axis=1)
    assert calibration.calibration_error(sharpened, targets) == pytest.approx(targets.mean())


def _noisy_classifier(n=20_000, *, sharpness):
    """Scores whose logits are the true ones times sharpness, and targets drawn from the true ones."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (n, 4))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    targets = (rng.random((n, 1)) > true.cumsum(axis=1)).sum(axis=1).clip(max=3)
    sharp = np.exp(sharpness * logits)
    return sharp / sharp.sum(axis=1, keepdims=True), targets


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
def test_the_temperature_of_too_sure_scores_is_found(sharpness):
    scores, targets = _noisy_classifier(sharpness=sharpness)
    found = calibration.best_temperature(scores, np.arange(len(scores)), targets)
    assert found == pytest.approx(sharpness, rel=0.05)
    assert calibration.calibration_error(calibration.soften(scores, found), targets) < 0.015


def test_softening_keeps_the_order_and_the_sum():
    scores, _ = _noisy_classifier(n=50, sharpness=1.0)
    soft = calibration.soften(scores, 4.0)
    np.testing.assert_allclose(soft.sum(axis=1), 1.0)
    np.testing.assert_array_equal(soft.argsort(axis=1), scores.argsort(axis=1))
    np.testing.assert_allclose(calibration.soften(scores, 1.0), scores)
    assert np.isfinite(calibration.soften(np.array([1.0, 0.0]), 0.2)).all()


def test_a_higher_threshold_gives_fewer_and_better_answers():
    scores, targets = _noisy_classifier(sharpness=1.0)
    answered, right = zip(*(calibration.answers(scores, targets, t) for t in (0.0, 0.5, 0.9)), strict=True)
    assert answered[0] == 1.0 and list(answered) == sorted(answered, reverse=True)
    assert list(right) == sorted(right) and right[2] > 0.9
    assert np.isnan(calibration.answers(scores, targets, 1.1)[1])


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_that_is_not_positive_is_an_error(temperature):
    with pytest.raises(ValueError, match="temperature must be positive, got"):
        calibration.soften(np.array([0.5, 0.5]), temperature)


def test_the_threshold_is_where_right_answers_outweigh_wrong_ones():
    answers = [[0.9, 0.4, 1.0], [0.3, 1.0, 0.8], [0.6, 0.8, 0.95]]
    gains = {0.0: 0.3, 1.5: 0.6, 100.0: 0.9}  # 0.8, 0.76, 0.4 right; 0.2, 0.04, 0 wrong
    assert {costs: calibration.best_threshold(answers, wrong_costs=costs) for costs in gains} == gains
    assert calibration.best_threshold([[0.5, 1.0, 0.9], [0.7, 1.0, 0.9], [0.9, 0.0, None]]) == 0.5, "the lowest"


@pytest.mark.parametrize("costs", [0.5, 1.5, 4.0])
def test_of_calibrated_scores_the_measured_threshold_is_chows(costs):
    scores, targets = _noisy_classifier(n=200_000, sharpness=1.0)
    answers = [(t, *calibration.answers(scores, targets, t)) for t in np.arange(0.3, 1.0, 0.05)]
    assert calibration.best_threshold(answers, wrong_costs=costs) == pytest.approx(costs / (1 + costs), abs=0.051)


def test_costs_that_are_none_are_refused():
    with pytest.raises(ValueError, match="wrong_costs be 0 or more, got"):
        calibration.best_threshold([[0.5, 1.0, 0.9]], wrong_costs=-1.0)
    with pytest.raises(ValueError, match="answers must have a row"):
        calibration.best_threshold([])


MEASURED = {
    "model": "cnn", "data": "freesound", "split": "source", "temperature": 1.2345, "command": "audiocls evaluate",
    "answers": [[0.3, 1.0, 0.8], [0.6, 0.8, 0.95], [0.9, 0.4, 1.0]],
}  # fmt: skip


def test_a_classifier_file_takes_temperature_and_threshold_of_its_result(tmp_path):
    path = tmp_path / "cnn.onnx"
    path.write_bytes((PRETRAINED / "cnn.onnx").read_bytes())
    voting = calibration.calibrate_by(path, MEASURED, command="by test")
    assert voting == dataclasses.replace(Classifier("cnn").voting, temperature=1.23, sure_from=0.6)
    assert Classifier(path).voting == voting and Classifier(path).facts["calibrated_by"] == "by test"
    assert calibration.calibrate_by(path, MEASURED, wrong_costs=100.0).sure_from == 0.9


@pytest.mark.parametrize(
    "change, message",
    [
        ({"model": "rnn"}, "is cnn on freesound, got a result of rnn on freesound"),
        ({"data": "rendered"}, "got a result of cnn on rendered"),
        ({"split": "window"}, "got split 'window'"),
        ({"split": "transfer"}, "got split 'transfer'"),
        ({"answers": None}, "must be cross-validated by source or clip and have a temperature"),
        ({"temperature": None}, "must be cross-validated by source or clip and have a temperature"),
    ],
)
def test_a_result_of_something_else_calibrates_nothing(tmp_path, change, message):
    path, before = tmp_path / "cnn.onnx", (PRETRAINED / "cnn.onnx").read_bytes()
    path.write_bytes(before)
    with pytest.raises(ValueError, match=message):
        calibration.calibrate_by(path, MEASURED | change)
    assert path.read_bytes() == before
