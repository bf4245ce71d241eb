"""Training: the loop learns what it is fed, by the recipe, and repeats itself by seed."""

import dataclasses
import functools
import io
import sys

import numpy as np
import pytest

from audiocls.classifier import Classifier
from audiocls.cli import main
from audiocls.learn import networks, recipes, training
from audiocls.learn.batches import keras_input, prepare
from audiocls.learn.recipes import RECIPES
from audiocls.measure import results
from audiocls.measure.evaluation import accuracy, clip_scores


def tiny_network(inputs=2, classes=2):
    keras = networks.load_keras()
    return keras.Sequential(
        [keras.layers.Input((1, inputs)), keras.layers.Flatten(), keras.layers.Dense(classes, activation="softmax")]
    )


def points(n=64):
    """Two classes that a line tells apart."""
    X = np.random.default_rng(0).normal(size=(n, 1, 2)).astype(np.float32)
    targets = (X[:, 0, 0] > 0).astype(int)
    return X, np.eye(2, dtype=np.float32)[targets], np.ones(n, dtype=np.float32)


def test_the_loop_learns_what_it_is_fed():
    training.seed_everything(0)
    network, batch = tiny_network(), points()
    history = training.fit(network, [batch] * 200, steps=20, epochs=10, rate=0.05)
    assert len(history["loss"]) == 10 and history["loss"][-1] < history["loss"][0] / 2
    assert (network.predict(batch[0], verbose=0).argmax(axis=1) == batch[1].argmax(axis=1)).mean() > 0.95


def test_windows_that_weigh_nothing_teach_nothing():
    X, labels, _ = points()
    wrong = np.arange(len(X)) % 2 == 0  # every other label is turned round, and weighs nothing
    labels[wrong] = labels[wrong][:, ::-1]
    right = []
    for weight in (np.where(wrong, 0, 1), np.where(wrong, 1, 0)):
        training.seed_everything(0)
        network = tiny_network()
        training.fit(network, [(X, labels, weight.astype(np.float32))] * 200, steps=20, epochs=10, rate=0.05)
        right.append((network.predict(X, verbose=0).argmax(axis=1) == (X[:, 0, 0] > 0)).mean())
    assert right[0] > 0.95 and right[1] < 0.05


def test_the_learning_rate_falls_along_a_cosine_to_zero_or_stays():
    rate = training.learning_rate(0.02, 80)
    np.testing.assert_allclose([float(rate(step)) for step in (0, 20, 40, 80)], [0.02, 0.017071, 0.01, 0.0], atol=1e-6)
    assert training.learning_rate(0.02, 80, anneal=False) == 0.02
    network = tiny_network()
    training.fit(network, [points()] * 8, steps=4, epochs=2, rate=training.learning_rate(0.02, 8))
    assert float(network.optimizer.learning_rate) == pytest.approx(0.0, abs=1e-6)


class Built:
    """In the place of a network that is only built."""

    def __init__(self, time, features, classes):
        self.shape = time, features, classes


@pytest.fixture
def fitted(monkeypatch):
    """What `train` hands to `fit`: options, and the first batches."""
    handed = []

    def record(network, batches, **options):
        handed.append(options | {"network": network, "batches": [next(batches) for _ in range(6)]})
        return {}

    monkeypatch.setattr(training, "fit", record)
    monkeypatch.setattr(training, "seed_everything", lambda seed: None)
    monkeypatch.setattr(training, "learning_rate", lambda start, steps, anneal: (start, steps, anneal))
    return handed


def test_a_fresh_recipe_is_followed(fitted, toy_clips, toy_recipe):
    ready = prepare(toy_clips, toy_recipe)
    training.train(ready, dataclasses.replace(toy_recipe, build=Built), classes=3)
    (handed,) = fitted
    assert handed["network"].shape == (*toy_recipe.front_end.shape, 3)
    assert (handed["steps"], handed["epochs"], handed["weight_decay"]) == (10, 6, toy_recipe.weight_decay)
    assert handed["rate"] == (toy_recipe.learning_rate, 60, True)
    for X, labels, weight in handed["batches"]:
        assert X.shape == (32, *toy_recipe.front_end.shape) and (weight == 1).all()
        np.testing.assert_allclose(labels.min(axis=1), toy_recipe.smoothing / 3)


def test_the_reports_recipe_weighs_classes_and_does_not_smooth(fitted, toy_clips):
    report = dataclasses.replace(RECIPES["report-cnn"], build=Built, min_max=False)
    few = toy_clips.select((toy_clips.targets != 0) | (np.arange(36) < 6))  # 2 high ones, 12 of the others
    training.train(prepare(few, report), report, classes=3)
    (handed,) = fitted
    assert handed["rate"] == (report.learning_rate, handed["steps"] * report.epochs, False)
    totals = np.zeros(3)
    for _, labels, weight in handed["batches"]:
        assert set(labels.ravel()) == {0.0, 1.0}
        totals += labels.T @ weight
        assert len({w for w, label in zip(weight, labels, strict=True) if label[2]}) <= 1
    assert totals.min() > 0.5 * totals.max(), "whatever its length, a class counts as much as any other"
    assert max(w for _, _, weight in handed["batches"] for w in weight) > 1.2


def test_inputs_are_scaled_by_the_windows_that_are_learnt_from_and_no_others(fitted, toy_clips, monkeypatch):
    extremes = []
    monkeypatch.setattr(training, "_rescaled", lambda network, *, low, high: extremes.append((low, high)))
    report = dataclasses.replace(RECIPES["report-cnn"], build=Built)
    ready = prepare(toy_clips, report)
    windows = np.array([0, 3]), np.array([0, 0])
    training.train(ready, report, classes=3, windows=windows)
    X = report.front_end(np.stack([ready.waves[i][: report.front_end.length] for i in windows[0]]))
    assert extremes == [(float(X.min()), float(X.max()))]


def test_a_class_without_clips_is_an_error(toy_clips, toy_recipe):
    ready = prepare(toy_clips.select(toy_clips.targets < 2), toy_recipe)
    with pytest.raises(ValueError, match=r"got none of classes \[2\]"):
        training.train(ready, toy_recipe, classes=3)


@pytest.mark.slow
@pytest.mark.parametrize("build", [networks.build_cnn, networks.build_rnn])
def test_the_same_seed_gives_the_same_network_to_the_bit(toy_clips, toy_recipe, build):
    quick = dataclasses.replace(toy_recipe, build=build, epochs=1, steps=2)
    ready = prepare(toy_clips, quick)
    runs = [training.train(ready, quick, classes=3, seed=seed)[0].get_weights() for seed in (5, 5, 6)]
    assert all(np.array_equal(a, b) for a, b in zip(runs[0], runs[1], strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(runs[0], runs[2], strict=True))


@pytest.mark.slow
def test_what_is_watched_is_scored_after_each_epoch_and_changes_nothing(toy_clips, toy_recipe):
    ready, quick = prepare(toy_clips, toy_recipe), dataclasses.replace(toy_recipe, steps=6, epochs=3)
    X, targets = ready.draw(8, np.random.default_rng(0), frames=quick.front_end.shape[0])
    watched = keras_input(quick.front_end.relative(X)), targets
    plain, before = training.train(ready, quick, classes=3)
    network, history = training.train(ready, quick, classes=3, watched=watched)
    assert all(np.array_equal(a, b) for a, b in zip(plain.get_weights(), network.get_weights(), strict=True))
    assert sorted(before) == ["accuracy", "loss"]
    assert sorted(history) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    right = network.predict(watched[0], verbose=0).argmax(axis=1) == targets
    assert len(history["val_loss"]) == 3 and history["val_accuracy"][-1] == pytest.approx(right.mean())


@pytest.mark.slow
def test_a_network_that_pools_by_attention_learns_too(toy_clips, toy_recipe):
    ready = prepare(toy_clips, toy_recipe)
    build = functools.partial(networks.build_cnn, pool=("attention",))
    attentive = dataclasses.replace(toy_recipe, build=build, steps=120)
    network, _ = training.train(ready, attentive, classes=3)
    scores, clip, votes = training.score_clips(network, ready.waves, attentive)
    assert accuracy(clip_scores(scores, clip, len(toy_clips), weights=votes), toy_clips.targets) > 0.9


@pytest.mark.slow
def test_what_only_borrowed_clips_show_is_learnt_from_them(toy_clips, toy_recipe):
    ready, low, noise = prepare(toy_clips, toy_recipe), toy_clips.labels.index("low"), toy_clips.labels.index("noise")
    lows, noises = np.flatnonzero(toy_clips.targets == low), np.flatnonzero(toy_clips.targets == noise)
    order = np.arange(len(toy_clips))
    order[lows] = noises  # what is called low here is noise
    own = dataclasses.replace(ready.select(order), targets=ready.targets)
    heard, ticks = [], []
    for borrowed in (None, ready):
        network, _ = training.train(own, toy_recipe, classes=3, borrowed=borrowed, progress=ticks.append)
        scores, _ = training.score_windows(network, ready.waves, lows, np.zeros(len(lows), int), toy_recipe)
        heard.append(np.mean(scores.argmax(axis=1) == low))
    assert heard[0] < 0.3 and heard[1] > 0.7
    assert ticks == [1] * 2 * toy_recipe.epochs


class _Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def tiny(toy_clips, toy_recipe, monkeypatch):
    """A data set on disk, and a recipe "cnn" that learns from it in no time."""
    monkeypatch.setitem(recipes.RECIPES, "cnn", dataclasses.replace(toy_recipe, epochs=2, steps=2))
    path = toy_clips.path(0).parent / "tiny.csv"
    toy_clips.table.to_csv(path, index=False)
    return path


@pytest.mark.slow
def test_the_command_line_trains_measures_and_calibrates_a_classifier(tiny, toy_clips, tmp_path, capsys, monkeypatch):
    out, measured = tmp_path / "net.onnx", tmp_path / "tiny.json"
    monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
    assert main(["train", "--data", str(tiny), "--out", str(out), "--seed", "3"]) == 0
    assert " 0/2 [" in terminal.getvalue() and capsys.readouterr().out.startswith(f"Wrote {out}")
    classifier = Classifier(out)
    assert classifier.labels == toy_clips.labels
    assert classifier.predict_file(toy_clips.path(0)).label in toy_clips.labels
    assert (classifier.voting.temperature, classifier.voting.sure_from) == (1.0, 0.0)
    expected = {"model": "cnn", "data": "tiny.csv", "clips": 36, "borrowed_clips": 0, "seed": 3}
    expected["command"] = f"audiocls train --data {tiny} --out {out} --seed 3"
    assert {key: classifier.facts[key] for key in expected} == expected

    assert main(["evaluate", "--data", str(tiny), "--folds", "2", "--out", str(measured)]) == 0
    assert " 0/4 [" in terminal.getvalue() and f"Wrote {measured}" in capsys.readouterr().out
    result = results.read_json(measured)
    assert (result["data"], result["model"], result["split"], result["folds"]) == ("tiny.csv", "cnn", "source", 2)
    assert np.sum(result["confusion"]) == 36 and result["command"].startswith("audiocls evaluate --data")

    assert main(["calibrate", str(out), str(measured)]) == 0
    calibrated = Classifier(out)
    assert calibrated.voting.temperature == round(result["temperature"], 2)
    assert calibrated.facts["calibrated_by"] == f"audiocls calibrate {out} {measured}"
    assert main(["train", "--data", str(tiny), "--out", str(tmp_path / "nowhere" / "net.onnx")]) == 1
    assert "its folder does not exist" in terminal.getvalue()


@pytest.mark.slow
def test_no_bar_is_drawn_where_there_is_no_terminal(tiny, tmp_path, capsys):
    assert main(["train", "--data", str(tiny), "--out", str(tmp_path / "net.onnx")]) == 0
    assert capsys.readouterr().err == ""
