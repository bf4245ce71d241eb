"""Scores that are too sure are found out, softened to what they are worth, and low ones are no answers."""

import numpy as np
import pytest

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
