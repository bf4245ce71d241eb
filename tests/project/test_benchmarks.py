"""The measurements behind the result files: every program can be imported, and the ways to learn do what they say."""

import dataclasses
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from audiocls.learn.batches import Examples
from audiocls.measure.results import read_json

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = sorted((ROOT / "benchmarks").glob("[a-z]*.py"))


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_every_program_can_be_imported_and_says_how_to_run_it(path):
    assert f"python -m benchmarks.{path.stem}" in load(path).__doc__


@pytest.fixture(scope="module")
def ablation():
    return load(ROOT / "benchmarks" / "ablation.py")


def test_every_row_of_the_ablation_has_its_settings(ablation):
    stored = read_json(ROOT / "results" / "ablation.json")["rows"]
    assert set(stored) == {*ablation.SVM, *ablation.CURVE, *ablation.NETWORKS, *ablation.TOGETHER}
    assert set(ablation.LEARN) <= set(ablation.NETWORKS)


class Network:
    """In the place of a network: says of every window what it was made to say."""

    def __init__(self, time, features, classes):
        self.output_shape, self.weights, self.fed = (None, classes), [np.zeros(1)], []

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights

    def __call__(self, X, *, training):
        return np.tile(np.eye(self.output_shape[-1])[1], (len(X), 1))


@pytest.fixture
def learning(ablation, monkeypatch):
    """A recipe whose windows all hold the number of their class, and a `fit` that keeps what it is fed."""

    def fit(network, batches, **_):
        network.fed = [next(batches) for _ in range(4)]
        network.weights = [np.ones(1)]

    monkeypatch.setattr(ablation.training, "fit", fit)
    monkeypatch.setattr(ablation.training, "seed_everything", lambda seed: None)
    monkeypatch.setattr(ablation.training, "learning_rate", lambda *_, **__: 0.0)
    front_end = type("NoFrontEnd", (), {"shape": (4, 64), "relative": lambda self, X: X})()
    plain = {"build": Network, "front_end": front_end, "augment": lambda X, rng: X, "smoothing": 0.0, "steps": 20}
    spectrograms = [np.full((64, 40), float(k), dtype=np.float32) for k in range(3)]
    return dataclasses.replace(ablation.CNN, **plain), Examples([], np.arange(3), np.arange(3), spectrograms)


def test_mixed_windows_have_labels_mixed_in_the_same_proportion(ablation, learning):
    recipe, examples = learning
    for X, labels, _ in ablation._mixed(examples, None, recipe, 0).fed:
        np.testing.assert_allclose(labels.sum(axis=1), 1, rtol=1e-6)
        np.testing.assert_allclose(X[:, 0, 0], labels @ np.arange(3), atol=1e-5)
        assert (labels.max(axis=1) < 0.99).any()


def test_a_pupil_gets_the_labels_of_its_teachers_and_not_the_classes(ablation, learning):
    recipe, examples = learning
    for X, labels, _ in ablation._taught(examples, None, recipe, 0).fed:
        assert (labels == [0, 1, 0]).all() and len(np.unique(X[:, 0, 0])) > 1


def test_training_goes_on_from_another_network_on_other_clips(ablation, learning, monkeypatch):
    recipe, examples = learning
    started, learn = [], ablation._learn

    def record(train, lent, recipe, seed, *, start=None, change=None):
        started.append((train, lent, recipe.steps, None if start is None else start.get_weights()))
        return learn(train, lent, recipe, seed, start=start, change=change)

    monkeypatch.setattr(ablation, "_learn", record)
    lent = dataclasses.replace(examples, groups=np.array(["font"] * 3))
    ablation._fonts_first(examples, lent, recipe, 0)
    assert started == [(lent, None, 10, None), (examples, None, 10, [np.ones(1)])]


def test_what_is_lent_makes_its_share_of_a_batch(ablation, learning):
    recipe, examples = learning
    lent = dataclasses.replace(examples, spectrograms=[S + 10 for S in examples.spectrograms])
    for X, _, _ in ablation._learn(examples, lent, dataclasses.replace(recipe, borrowed_share=0.25), 0).fed:
        assert np.mean(X[:, 0, 0] >= 10) == 0.25
