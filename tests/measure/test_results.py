"""The committed result files hold together, and what is shipped uses what was measured."""

from pathlib import Path

import numpy as np
import pytest

from audiocls.classifier import Classifier
from audiocls.learn.training import RECIPES
from audiocls.measure.results import read_json

RESULTS = Path(__file__).resolve().parents[2] / "results"


@pytest.mark.parametrize("model", ["cnn", "rnn"])
def test_recipe_and_classifier_use_the_temperature_and_threshold_that_were_measured(model):
    measured, recipe, classifier = (
        read_json(RESULTS / f"freesound-{model}-source.json"),
        RECIPES[model],
        Classifier(model),
    )
    assert recipe.temperature == pytest.approx(measured["temperature"], abs=0.005)
    assert classifier.facts["temperature"] == recipe.temperature and classifier.sure_from == recipe.sure_from
    assert (classifier.vote_power, classifier.attack_votes) == (recipe.vote_power, recipe.attack_votes)
    assert recipe.sure_from in [threshold for threshold, *_ in measured["answers"]]


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
