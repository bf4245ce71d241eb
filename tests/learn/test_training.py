"""Networks learn, repeat themselves by seed, and are exported without a change of scores."""

import dataclasses
import functools
import io
import sys

import numpy as np
import pandas as pd
import pytest

from audiocls import audio, datasets, sampling
from audiocls.classifier import Classifier
from audiocls.cli import main
from audiocls.datasets.clips import Clips
from audiocls.learn import networks, training
from audiocls.learn.augmentation import add_noise_floor, augment, mask, reverberate, shift_bands, shorten
from audiocls.learn.batches import Examples, fresh_batches, keras_input, prepare
from audiocls.learn.export import export_onnx, full_model
from audiocls.learn.frontend import SILENCE_DB, FrontEnd
from audiocls.measure import crossvalidation, results
from audiocls.measure.calibration import soften
from audiocls.measure.evaluation import accuracy, clip_scores

SR = 16_000
LABELS = ("high", "low", "noise")


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Twelve clips of each of three sounds that anyone can tell apart, two clips a source."""
    folder, rng, rows = tmp_path_factory.mktemp("clips"), np.random.default_rng(0), []
    for i in range(36):
        label, seconds = LABELS[i % 3], 0.4 + 0.05 * (i % 5)
        frequency = rng.uniform(200, 400) if label == "low" else rng.uniform(2_000, 4_000)
        y = sampling.tone(frequency, sr=SR, seconds=seconds, amplitude=0.5)
        y = rng.uniform(-0.5, 0.5, len(y)) if label == "noise" else y + rng.normal(0, 1e-3, len(y))
        audio.write(folder / f"{i}.wav", y, SR)
        rows.append({"fname": f"{i}.wav", "label": label, "source": f"{label}-{i // 6}", "seconds": seconds})
    return Clips(pd.DataFrame(rows), lambda fname: folder / fname)


@pytest.fixture(scope="module")
def recipe():
    front_end = FrontEnd(kind="log_mel", seconds=0.5, bands=32)
    return dataclasses.replace(
        training.RECIPES["cnn"], front_end=front_end, hop_seconds=0.25, steps=60, epochs=6, borrowed_per_class=0
    )


def test_clips_that_anyone_can_tell_apart_are_told_apart(clips, recipe):
    longer = dataclasses.replace(recipe, steps=240)  # reverberated windows take longer to learn from
    found = crossvalidation.cross_validate(clips, longer, by="source", n_folds=3)
    scores = clip_scores(found.scores, found.clip, len(clips), weights=found.votes)
    assert accuracy(scores, clips.targets) > 0.9


def test_shuffled_labels_cannot_be_learnt(clips, recipe):
    table = clips.table.copy()
    table["label"] = np.random.default_rng(3).permutation(table["label"])
    shuffled = Clips(table, lambda fname: clips.path(0).parent / fname)
    found = crossvalidation.cross_validate(shuffled, recipe, by="clip", n_folds=3)
    scores = clip_scores(found.scores, found.clip, len(clips))
    assert accuracy(scores, shuffled.targets) < 0.7


@pytest.mark.parametrize("build", [networks.build_cnn, networks.build_rnn])
def test_the_same_seed_gives_the_same_network_to_the_bit(clips, recipe, build):
    recipe = dataclasses.replace(recipe, build=build, epochs=1, steps=2)
    ready = prepare(clips, recipe)
    runs = [training.fit(ready, recipe, classes=3, seed=seed)[0].get_weights() for seed in (5, 5, 6)]
    assert all(np.array_equal(a, b) for a, b in zip(runs[0], runs[1], strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(runs[0], runs[2], strict=True))


def test_a_split_by_window_leaves_no_window_unscored(clips):
    recipe = dataclasses.replace(training.RECIPES["report-cnn"], epochs=1)
    found = crossvalidation.cross_validate(clips, recipe, by="window", n_folds=3)
    np.testing.assert_allclose(found.scores.sum(axis=1), 1.0, atol=1e-4)
    assert len(found.scores) == sum(map(len, prepare(clips, recipe).waves)) // recipe.front_end.length


def test_a_split_by_window_that_leaves_clips_out_is_refused_before_training(clips, monkeypatch):
    recipe = dataclasses.replace(
        training.RECIPES["report-cnn"], front_end=FrontEnd(kind="mfcc", seconds=1.0, bands=13)
    )  # 18 windows for 36 clips
    monkeypatch.setattr(training, "fit", lambda *_, **__: pytest.fail("was trained"))
    with pytest.raises(ValueError, match=r"got none from \d+ of 36 clips"):
        crossvalidation.cross_validate(clips, recipe, by="window", n_folds=2)


def test_a_clip_that_is_all_silence_to_the_report_stays_whole(tmp_path):
    y = np.concatenate([np.zeros(8_000), sampling.tone(440.0, sr=SR, seconds=0.5, amplitude=0.5)])
    audio.write(tmp_path / "quiet.wav", y * 1e-3, SR, subtype="FLOAT")
    audio.write(tmp_path / "loud.wav", y, SR, subtype="FLOAT")
    rows = [{"fname": f, "label": "low", "source": f, "seconds": 1.0} for f in ("quiet.wav", "loud.wav")]
    ready = prepare(Clips(pd.DataFrame(rows), tmp_path.joinpath), training.RECIPES["report-cnn"])
    assert len(ready.waves[0]) == 16_000 and 8_000 <= len(ready.waves[1]) < 10_000 and not ready.spectrograms


def test_what_is_watched_is_scored_after_each_epoch_and_changes_nothing(clips, recipe):
    ready, recipe = prepare(clips, recipe), dataclasses.replace(recipe, steps=6, epochs=3)
    X, targets = ready.draw(8, np.random.default_rng(0), frames=recipe.front_end.shape[0])
    watched = keras_input(recipe.front_end.relative(X)), targets
    plain, before = training.fit(ready, recipe, classes=3)
    network, history = training.fit(ready, recipe, classes=3, watched=watched)
    assert all(np.array_equal(a, b) for a, b in zip(plain.get_weights(), network.get_weights(), strict=True))
    assert sorted(before) == ["accuracy", "loss"] and sorted(history) == [
        "accuracy",
        "loss",
        "val_accuracy",
        "val_loss",
    ]
    right = network.predict(watched[0], verbose=0).argmax(axis=1) == targets
    assert len(history["val_loss"]) == 3 and history["val_accuracy"][-1] == pytest.approx(right.mean())


def test_a_recipe_says_how_fresh_windows_are_changed(clips, recipe):
    ready, shapes = prepare(clips, recipe), []

    def only_level(X, rng):
        shapes.append(X.shape)
        return np.broadcast_to(X.max(axis=(1, 2), keepdims=True), X.shape)

    X, _ = next(fresh_batches([(ready, 5)], dataclasses.replace(recipe, change=only_level), np.random.default_rng(0)))
    assert shapes == [(5, 32, recipe.front_end.shape[0])]
    assert np.ptp(X) == 0, "all that is left is each window's loudest point, and that is what levels are relative to"


def test_a_network_that_pools_otherwise_learns_too(clips, recipe):
    ready = prepare(clips, recipe)
    recipe = dataclasses.replace(recipe, build=functools.partial(networks.build_cnn, pool=("attention",)), steps=120)
    network, _ = training.fit(ready, recipe, classes=3)
    scores, clip, votes = training.score_clips(network, ready.waves, recipe)
    assert accuracy(clip_scores(scores, clip, len(clips), weights=votes), clips.targets) > 0.9


def test_mixed_windows_have_mixed_labels():
    X = np.arange(4.0, dtype=np.float32)[:, None, None] * np.ones((4, 2, 3), dtype=np.float32)
    mixing = dataclasses.replace(training.RECIPES["cnn"], mixup=0.5)
    one_hot = np.eye(4, dtype=np.float32)
    batches = training._labelled([(X, np.arange(4))], mixing, np.random.default_rng(0), one_hot, teachers=())
    ((mixed, labels, targets),) = batches
    assert np.allclose(labels.sum(axis=1), 1) and (labels.max(axis=1) < 1).any()
    assert np.allclose(mixed[:, 0, 0], labels @ np.arange(4)), "a window and its label are mixed in the same proportion"
    assert targets.tolist() == [0, 1, 2, 3]


def test_training_can_go_on_from_another_network(clips, recipe):
    ready, recipe = prepare(clips, recipe), dataclasses.replace(recipe, steps=6, epochs=1)
    trained, _ = training.fit(ready, dataclasses.replace(recipe, steps=60, epochs=6), classes=3)
    _, anew = training.fit(ready, recipe, classes=3)
    _, onward = training.fit(ready, recipe, classes=3, start=trained)
    assert onward["loss"][0] < anew["loss"][0]


@pytest.mark.parametrize("build", [networks.build_cnn, networks.build_rnn])
def test_networks_refuse_an_unknown_way_to_pool(build):
    with pytest.raises(ValueError, match="pool must be of mean, max, attention, got median"):
        build(20, 16, 3, pool=("mean", "median"))


def test_the_convolutional_network_can_be_built_without_normalization():
    kinds = [type(layer).__name__ for layer in networks.build_cnn(20, 16, 3, normalize=False).layers]
    assert "BatchNormalization" not in kinds
    assert kinds.count("Conv2D") == [type(x).__name__ for x in networks.build_cnn(20, 16, 3).layers].count("Conv2D")
    # 5 x 5 x 16 + 3 x 3 x (16 x 32 + 32 x 64 + 64 x 96) weights, 208 biases, then as with normalization
    assert networks.build_cnn(100, 64, 10, normalize=False).count_params() == 400 + 78_336 + 208 + 4_656 + 7_690


def test_what_only_borrowed_clips_show_is_learnt_from_them(clips, recipe):
    ready, low, noise = prepare(clips, recipe), clips.labels.index("low"), clips.labels.index("noise")
    lows, noises = np.flatnonzero(clips.targets == low), np.flatnonzero(clips.targets == noise)
    order = np.arange(len(clips))
    order[lows] = noises  # what is called low here is noise
    own = dataclasses.replace(ready.select(order), targets=ready.targets)
    heard, ticks = [], []
    for borrowed in (None, ready):
        network, _ = training.fit(own, recipe, classes=3, borrowed=borrowed, progress=ticks.append)
        scores, _ = training.score_windows(network, ready.waves, lows, np.zeros(len(lows), int), recipe)
        heard.append(np.mean(scores.argmax(axis=1) == low))
    assert heard[0] < 0.3 and heard[1] > 0.7
    assert ticks == [1] * 2 * recipe.epochs


def test_libraries_help_only_other_recordings_of_the_same_classes(clips, monkeypatch):
    recipe = dataclasses.replace(training.RECIPES["cnn"], borrowed_per_class=2)
    fonts_only = datasets.libraries.load
    monkeypatch.setattr(datasets.libraries, "load", lambda **o: fonts_only(fonts=(), recorded=False, **o))
    assert training.borrow(recipe, clips) is None
    assert training.borrow(recipe, datasets.load("rendered")) is None
    rows = [{"fname": k, "label": k, "source": f"session {k}", "seconds": 1.0} for k in datasets.LABELS]
    recorded = Clips(pd.DataFrame(rows), str)
    borrowed = training.borrow(recipe, recorded)
    assert len(borrowed) == 20 and not borrowed.waves and set(borrowed.groups) == {"TimGM6mb"}
    assert training.borrow(training.RECIPES["report-cnn"], recorded) is None


class _Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def tiny(clips, recipe, monkeypatch):
    """A data set on disk, and a recipe "cnn" that learns from it in no time."""
    monkeypatch.setitem(training.RECIPES, "cnn", dataclasses.replace(recipe, epochs=2, steps=2))
    path = clips.path(0).parent / "tiny.csv"
    clips.table.to_csv(path, index=False)
    return path


def test_the_command_line_trains_a_classifier_and_shows_its_epochs(tiny, clips, tmp_path, capsys, monkeypatch):
    out = tmp_path / "net.onnx"
    monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
    assert main(["train", "--data", str(tiny), "--out", str(out), "--seed", "3"]) == 0
    assert " 0/2 [" in terminal.getvalue() and capsys.readouterr().out.startswith(f"Wrote {out}")
    classifier = Classifier(out)
    assert classifier.labels == LABELS and classifier.predict_file(clips.path(0)).label in LABELS
    assert {k: classifier.facts[k] for k in ("model", "data", "clips", "borrowed_clips", "seed", "command")} == {
        "model": "cnn", "data": "tiny.csv", "clips": 36, "borrowed_clips": 0, "seed": 3,
        "command": f"audiocls train --data {tiny} --out {out} --seed 3",
    }  # fmt: skip
    assert main(["train", "--data", str(tiny), "--out", str(tmp_path / "nowhere" / "net.onnx")]) == 1
    assert "its folder does not exist" in terminal.getvalue()


def test_the_command_line_measures_a_network_and_shows_its_epochs(tiny, tmp_path, capsys, monkeypatch):
    out = tmp_path / "tiny.json"
    monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
    assert main(["evaluate", "--data", str(tiny), "--folds", "2", "--out", str(out)]) == 0
    assert " 0/4 [" in terminal.getvalue() and f"Wrote {out}" in capsys.readouterr().out
    result = results.read_json(out)
    assert (result["data"], result["model"], result["split"], result["folds"]) == ("tiny.csv", "cnn", "source", 2)
    assert np.sum(result["confusion"]) == 36 and result["command"].startswith("audiocls evaluate --data")


def test_no_bar_is_drawn_where_there_is_no_terminal(tiny, tmp_path, capsys):
    assert main(["train", "--data", str(tiny), "--out", str(tmp_path / "net.onnx")]) == 0
    assert capsys.readouterr().err == ""


def test_a_class_without_clips_is_an_error(clips, recipe):
    ready = prepare(clips.select(clips.targets < 2), recipe)
    with pytest.raises(ValueError, match=r"got none of classes \[2\]"):
        training.fit(ready, recipe, classes=3)


@pytest.mark.parametrize(
    "build, front_end",
    [
        (networks.build_report_cnn, FrontEnd(kind="mfcc", seconds=0.1, bands=13)),
        (networks.build_report_rnn, FrontEnd(kind="mfcc", seconds=0.1, bands=13)),
        (networks.build_cnn, training.RECIPES["cnn"].front_end),
        (networks.build_rnn, training.RECIPES["rnn"].front_end),
    ],
)
def test_the_exported_graph_equals_keras_on_the_packages_own_features(build, front_end, tmp_path):
    rng = np.random.default_rng(0)
    y = (rng.normal(size=(12, front_end.length)) * 10 ** rng.uniform(-4, -1, size=(12, 1))).astype(np.float32)
    y[0, 500:], y[1] = 0, 0
    network = build(*front_end.shape, 3)
    export_onnx(network, front_end, tmp_path / "net.onnx", labels=LABELS, hop_seconds=front_end.seconds)
    expected = network.predict(np.swapaxes(front_end(y), 1, 2), verbose=0)
    np.testing.assert_allclose(Classifier(tmp_path / "net.onnx").score_windows(y), expected, atol=1e-5)
    np.testing.assert_allclose(full_model(network, front_end)(y), expected, atol=1e-5)
    softened = full_model(network, front_end, temperature=2.5)(y)
    np.testing.assert_allclose(softened, soften(expected, 2.5), atol=1e-5)
    assert [path.name for path in tmp_path.iterdir()] == ["net.onnx"]


def test_labels_that_do_not_fit_are_not_exported(tmp_path):
    front_end = FrontEnd(kind="mfcc", seconds=0.1, bands=13)
    network = networks.build_report_cnn(*front_end.shape, 3)
    with pytest.raises(ValueError, match="3 classes, got 2 labels"):
        export_onnx(network, front_end, tmp_path / "net.onnx", labels=["a", "b"], hop_seconds=0.1)
    with pytest.raises(ValueError, match="use the front end it was trained with"):
        full_model(network, FrontEnd(kind="mfcc", seconds=0.2, bands=13))


def test_a_front_end_of_the_report_is_the_packages_mfcc():
    from audiocls.mfcc import mfcc

    front_end = FrontEnd(kind="mfcc", seconds=1.0, bands=13)
    y = np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32)
    assert front_end.shape == (99, 13)
    np.testing.assert_array_equal(front_end(y), mfcc(y, 16_000))


def test_log_mel_is_relative_to_the_loudest_point():
    front_end = FrontEnd(kind="log_mel", seconds=1.0, bands=64)
    y = np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32)
    X = front_end(y)
    assert X.max() == 0 and X.min() >= -80
    np.testing.assert_allclose(front_end(y / 1000), X, atol=1e-3)


def test_silence_around_a_clip_is_the_silence_of_the_front_end():
    front_end = training.RECIPES["cnn"].front_end
    np.testing.assert_allclose(front_end.absolute(np.zeros(16_000, np.float32)), SILENCE_DB, rtol=1e-6)


def test_an_unknown_front_end_is_an_error():
    with pytest.raises(ValueError, match="got 'wavelet'"):
        FrontEnd(kind="wavelet", seconds=1.0, bands=8)


def test_a_shortened_window_that_sounded_still_sounds():
    rng = np.random.default_rng(0)
    X = rng.uniform(-20, 0, (500, 4, 100)).astype(np.float32)
    X[np.broadcast_to((np.arange(100) < rng.integers(0, 100, (500, 1)))[:, None], X.shape)] = -140  # silence first
    shortened = shorten(X, np.random.default_rng(1), share=1.0)
    assert shortened.max(axis=(1, 2)).min() > -20
    assert (shortened != X).any(axis=(1, 2)).mean() > 0.3


def test_windows_are_drawn_from_their_clip_and_silence_stands_around_it():
    rng = np.random.default_rng(0)
    clips = [np.full((3, n), value, dtype=np.float32) for n, value in ((4, 1.0), (40, 2.0), (9, 3.0))]
    examples = Examples([], np.array([0, 0, 1]), np.array(["a", "a", "b"]), clips)
    X, targets = examples.draw(400, rng, frames=10)
    assert X.shape == (400, 3, 10) and 120 < np.sum(targets == 1) < 280
    for window, target in zip(X, targets, strict=True):
        heard = window[0][window[0] > -140]
        assert len(set(heard)) == 1 and (heard[0] == 3.0) == (target == 1)
        assert len(heard) == min(clips[int(heard[0]) - 1].shape[1], 10)
    alone = examples.select([1, 2])
    assert {x[0].max() for x in alone.draw(50, rng, frames=10)[0]} == {2.0, 3.0}


def test_groups_of_a_class_are_drawn_from_alike():
    clips = [np.full((1, 5), float(k), dtype=np.float32) for k in range(10)]
    examples = Examples([], np.zeros(10, int), np.array(["one"] + ["many"] * 9), clips)
    X, _ = examples.draw(1_000, np.random.default_rng(0), frames=5)
    assert 400 < np.sum(X.max(axis=(1, 2)) == 0.0) < 600


def test_shifted_bands_keep_their_values():
    X = np.random.default_rng(0).normal(size=(50, 8, 4))
    shifted = shift_bands(X, np.random.default_rng(1), furthest=2)
    for before, after in zip(X, shifted, strict=True):
        assert any(np.array_equal(after, before[np.clip(np.arange(8) - by, 0, 7)]) for by in range(-2, 3))


def test_a_tail_dies_away_in_its_time_and_holds_the_energy_it_was_given():
    click = np.full((40, 3, 200), -140.0, dtype=np.float32)
    click[:, :, 20] = 0.0
    options = {"share": 1.0, "shortest": 0.5, "longest": 0.5, "softest_db": -6.0, "loudest_db": -6.0}
    wet = reverberate(click, np.random.default_rng(0), **options)
    np.testing.assert_allclose(wet[:, :, :20], -140.0, atol=1.0)  # the floor has a tail too
    np.testing.assert_allclose(wet[:, :, 21] - wet[:, :, 46], 60.0, atol=0.01)  # 25 frames of 20 ms
    np.testing.assert_allclose(10 * np.log10(np.sum(10 ** (wet[:, :, 21:] / 10), axis=2)), -6.0, atol=0.01)


def test_a_share_of_the_windows_gets_a_tail_and_no_point_gets_softer():
    X = np.random.default_rng(0).uniform(-80, 0, (400, 4, 30)).astype(np.float32)
    wet = reverberate(X, np.random.default_rng(1), share=0.3)
    assert wet.dtype == np.float32
    assert 0.2 < np.mean(np.abs(wet - X).max(axis=(1, 2)) > 0.01) < 0.4
    assert (wet - X).min() > -1e-4


def test_a_noise_floor_adds_in_power_and_never_takes_away():
    X = np.full((20, 16, 10), -10.0, dtype=np.float32)
    noisy = add_noise_floor(X, np.random.default_rng(0), softest_db=0.0, loudest_db=0.0)
    assert (noisy > X).all()
    assert add_noise_floor(X, np.random.default_rng(0), softest_db=-200.0, loudest_db=-200.0) == pytest.approx(X)


def test_a_mask_hides_at_most_what_it_may():
    X = np.random.default_rng(0).normal(size=(30, 20, 40))
    hidden = mask(X, np.random.default_rng(1), bands=3, frames=5) != X
    assert hidden.all(axis=2).sum(axis=1).max() <= 3 and hidden.all(axis=1).sum(axis=1).max() <= 5
    assert hidden.any()


def test_augmentation_repeats_by_seed():
    X = np.random.default_rng(0).normal(-40, 10, size=(4, 16, 30)).astype(np.float32)
    first, again = (augment(X, np.random.default_rng(1)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert first.shape == X.shape and first.dtype == np.float32


def test_a_result_says_what_was_measured_and_survives_a_file(clips, recipe, tmp_path, monkeypatch):
    monkeypatch.setitem(training.RECIPES, "cnn", dataclasses.replace(recipe, epochs=1, steps=2))
    result = results.measure(clips, data="toy", model="cnn", split="clip", n_folds=3, seeds=2, command="by test")
    low, high = result["clip_accuracy"]["interval"]
    assert low <= result["clip_accuracy"]["mean"] <= high
    assert np.sum(result["confusion"]) == 72 and len(result["fit_seconds"]) == 6 and len(result["predictions"]) == 2
    right = np.mean([np.array(p) == clips.targets for p in result["predictions"]])
    assert result["clip_accuracy"]["mean"] == pytest.approx(right, abs=1e-4)
    for _, answered, right in result["answers"]:
        assert 0 <= right <= 1 if answered else right is None
    assert 0.2 <= result["temperature"] <= 5
    results.write_json(tmp_path / "toy.json", result)
    assert results.read_json(tmp_path / "toy.json") == result


@pytest.mark.parametrize(
    "change, message",
    [({"model": "svm2"}, "got 'svm2'"), ({"split": "folder"}, "got 'folder'"), ({"seeds": 0}, "got 0")],
)
def test_what_cannot_be_measured_is_an_error(clips, change, message):
    with pytest.raises(ValueError, match=message):
        results.measure(clips, **({"data": "toy", "model": "cnn"} | change))


def test_windows_begin_at_the_onset_as_often_as_asked():
    clips = [np.arange(200, dtype=np.float32)[None]]  # a clip's frame says where it is
    examples = Examples([], np.zeros(1, int), np.zeros(1, int), clips)
    for share in (0.0, 1.0):
        X, _ = examples.draw(400, np.random.default_rng(0), frames=10, at_onset=share, onset_frames=5)
        assert np.mean(X[:, 0, 0] <= 5) == pytest.approx(share, abs=0.1)


def test_a_pupil_learns_what_its_teacher_says_and_not_the_classes(clips, recipe):
    def teacher(X, training):
        return np.tile(np.float32([0.0, 1.0, 0.0]), (len(X), 1))  # all clips are "low"

    ready = prepare(clips, recipe)
    pupil, _ = training.fit(ready, recipe, classes=3, teachers=[teacher])
    scores, _, _ = training.score_clips(pupil, ready.waves, recipe)
    assert np.all(scores.argmax(axis=1) == 1)
