"""The committed result files hold together, and what is shipped uses what was measured."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from audiocls.classifier import PRETRAINED, SHIPPED, Classifier
from audiocls.learn.recipes import RECIPES
from audiocls.measure import results
from audiocls.measure.calibration import calibrate_by
from audiocls.measure.crossvalidation import HeldOut
from audiocls.measure.results import read_json

RESULTS = Path(__file__).resolve().parents[2] / "results"


@pytest.mark.parametrize("model", SHIPPED)
def test_a_shipped_classifier_is_calibrated_by_the_result_that_is_shipped_with_it(model, tmp_path):
    shipped, path = Classifier(model), tmp_path / f"{model}.onnx"
    words = shipped.facts["calibrated_by"].split()
    assert words[:3] == ["audiocls", "calibrate", f"audiocls/pretrained/{model}.onnx"]
    path.write_bytes((PRETRAINED / f"{model}.onnx").read_bytes())
    voting = calibrate_by(path, read_json(RESULTS.parent / words[3]), wrong_costs=shipped.facts["wrong_costs"])
    assert voting == shipped.voting
    before = dataclasses.replace(voting, temperature=1.0, sure_from=0.0)
    assert before == RECIPES[model].voting, "what is decided before training is the recipe's"


@pytest.mark.parametrize("path", sorted(RESULTS.glob("freesound-*.json")), ids=lambda path: path.stem)
def test_a_result_file_holds_together(path):
    """Accuracy, confusion and predictions tell the same story, and the command names the file's model and split."""
    result = read_json(path)
    mean, counts = result["clip_accuracy"]["mean"], np.array(result["confusion"])
    assert mean == pytest.approx(np.trace(counts) / counts.sum(), abs=1e-4)
    low, high = result["clip_accuracy"]["interval"]
    assert low <= mean <= high and counts.sum() == result["clips"] * result["seeds"]
    assert path.stem == f"freesound-{result['model']}-{result['split']}"
    assert f"--model {result['model']}" in result["command"] and f"--split {result['split']}" in result["command"]


@pytest.fixture
def held_out(monkeypatch, toy_clips):
    """A network that is right on two windows of three, of each clip; nothing is trained."""

    def cross_validate(clips, recipe, *, by, n_folds, seed, borrowed):
        clip = np.repeat(np.arange(len(clips)), 3)
        right = np.eye(3)[clips.targets[clip]] * 0.7 + 0.1
        right[2::3] = np.roll(right[2::3], 1, axis=1)
        return HeldOut(right, clip, np.ones(len(clip)), clip % n_folds, 7, (1.0,) * n_folds)

    monkeypatch.setattr(results.crossvalidation, "cross_validate", cross_validate)


def test_a_result_says_what_was_measured_and_survives_a_file(toy_clips, held_out, tmp_path):
    result = results.measure(toy_clips, "cnn", by="clip", n_folds=3, seeds=2, command="by test")
    assert result["clip_accuracy"]["mean"] == 1.0 and result["window_accuracy"]["mean"] == pytest.approx(
        2 / 3, abs=1e-4
    )
    assert np.sum(result["confusion"]) == 72 and np.trace(result["confusion"]) == 72
    assert result["fit_seconds"] == [1.0] * 6 and len(result["predictions"]) == 2 and result["parameters"] == 7
    about = {"data": toy_clips.name, "model": "cnn", "split": "clip", "folds": 3, "seeds": 2, "command": "by test"}
    assert {key: result[key] for key in about} == about and result["versions"]["audiocls"]
    answered = [share for _, share, _ in result["answers"]]
    assert answered == sorted(answered, reverse=True) and answered[0] == 1.0
    results.write_json(tmp_path / "toy.json", result)
    assert results.read_json(tmp_path / "toy.json") == result


def test_windows_that_have_no_vote_do_not_count_for_their_clip(toy_clips, monkeypatch):
    def cross_validate(clips, recipe, **_):
        clip = np.repeat(np.arange(len(clips)), 2)
        scores = np.eye(3)[clips.targets[clip]] * 0.7 + 0.1
        scores[1::2] = np.roll(scores[1::2], 1, axis=1) ** 2  # surer of a wrong class
        scores /= scores.sum(axis=1, keepdims=True)
        return HeldOut(scores, clip, np.tile([1.0, 0.0], len(clips)), clip % 2, 7, (1.0, 1.0))

    monkeypatch.setattr(results.crossvalidation, "cross_validate", cross_validate)
    result = results.measure(toy_clips, "cnn", by="clip", n_folds=2)
    assert result["clip_accuracy"]["mean"] == 1.0 and result["window_accuracy"]["mean"] == 0.5


@pytest.mark.parametrize(
    "change, message",
    [
        ({"model": "svm2"}, "got 'svm2'"),
        ({"by": "folder"}, "got 'folder'"),
        ({"seeds": 0}, "got 0"),
        ({"model": "svm", "by": "window"}, "a baseline looks at whole clips"),
    ],
)
def test_what_cannot_be_measured_is_an_error(toy_clips, change, message):
    with pytest.raises(ValueError, match=message):
        results.measure(toy_clips, **({"model": "cnn"} | change))


def test_a_transfer_wants_a_network(toy_clips):
    with pytest.raises(ValueError, match="model must be a network"):
        results.measure_transfer(toy_clips, toy_clips, "svm")


@pytest.mark.slow
def test_a_transfer_learns_from_one_set_and_is_tested_on_the_other(toy_clips, toy_recipe, monkeypatch):
    monkeypatch.setitem(RECIPES, "cnn", toy_recipe)
    half = np.arange(36) < 18
    result = results.measure_transfer(toy_clips.select(half), toy_clips.select(~half), "cnn")
    assert result["clips"] == 18 and result["clip_accuracy"]["mean"] > 0.8 and result["split"] == "transfer"
    assert result["temperature"] == 1.0
