"""Baselines stand on the same folds as the networks, and none of them sees the clips it is tested on."""

import numpy as np
import pandas as pd
import pytest

from audiocls import audio, datasets, sampling
from audiocls.datasets.clips import Clips
from audiocls.learn import training
from audiocls.measure import baselines, crossvalidation, results

SR = 16_000


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Low tones, high tones and noise, two clips a source; the noise lasts longest."""
    folder, rng, rows = tmp_path_factory.mktemp("clips"), np.random.default_rng(0), []
    for i in range(36):
        label = ("high", "low", "noise")[i % 3]
        frequency = rng.uniform(200, 400) if label == "low" else rng.uniform(2_000, 4_000)
        seconds = (1.0 if label == "noise" else 0.4) + rng.uniform(0, 0.1)
        y = sampling.tone(frequency, sr=SR, seconds=seconds, amplitude=0.5) + rng.normal(0, 1e-3, round(seconds * SR))
        y = rng.uniform(-0.5, 0.5, len(y)) if label == "noise" else y
        audio.write(folder / f"{i}.wav", y, SR)
        rows.append({"fname": f"{i}.wav", "label": label, "source": f"{label}-{i // 6}", "seconds": seconds})
    return Clips(pd.DataFrame(rows), lambda fname: folder / fname)


def _right(clips, name, **options):
    found = baselines.cross_validate(clips, baselines.BASELINES[name], n_folds=3, **options)
    np.testing.assert_allclose(found.scores.sum(axis=1), 1.0, atol=1e-5)
    return found.scores.argmax(axis=1) == clips.targets


@pytest.mark.parametrize("name", ["logistic", "svm", "knn", "svm-log-mel"])
def test_what_sounds_different_is_told_apart_by_its_statistics(clips, name):
    assert _right(clips, name).mean() > 0.9


def test_the_length_alone_tells_only_what_it_can(clips):
    right = _right(clips, "duration")
    assert right[clips.targets == 2].all() and 0.1 < right[clips.targets < 2].mean() < 0.8


def test_the_majority_is_that_of_the_training_clips(clips):
    table = clips.table.iloc[[*range(36), *range(0, 36, 3)]].reset_index(drop=True)
    more = Clips(table, lambda fname: clips.path(0).parent / fname)
    np.testing.assert_array_equal(_right(more, "majority", by="clip"), more.targets == 0)


def test_the_statistics_do_not_depend_on_the_level(clips):
    y, sr = clips.audio(0)
    loud, soft = (baselines.describe(gain * y, sr, "log_mel") for gain in (1.0, 0.01))
    np.testing.assert_allclose(loud, soft, atol=1e-3)
    assert len(loud) == 257 and len(baselines.describe(y, sr, "mfcc")) == 52
    assert np.isfinite(baselines.describe(np.zeros(10), sr, "log_mel")).all()


def test_a_baseline_that_borrows_wants_the_ten_classes(clips):
    with pytest.raises(ValueError, match=r"the libraries have the classes Acoustic_guitar, .* got high, low, noise"):
        baselines.cross_validate(clips, baselines.BASELINES["svm-log-mel-borrowed"], n_folds=3)


def test_unknown_features_are_an_error():
    with pytest.raises(ValueError, match="got 'wavelet'"):
        baselines.describe(np.zeros(100), SR, "wavelet")


def test_a_baseline_is_measured_like_a_network(clips):
    result = results.measure(clips, data="toy", model="svm", n_folds=3, seeds=2, command="by test")
    assert result["clip_accuracy"]["mean"] == result["window_accuracy"]["mean"]  # a clip is its only window
    assert result["clip_accuracy"]["mean"] > 0.9 and result["parameters"] == 0
    assert np.sum(result["confusion"]) == 72


def test_the_names_of_the_command_line_are_those_of_the_models():
    from audiocls import cli

    assert set(cli.BASELINES) == set(baselines.BASELINES) and set(cli.MODELS) == set(training.RECIPES)


def test_a_transfer_learns_from_one_set_and_is_tested_on_the_other(clips, monkeypatch, tmp_path):
    import dataclasses

    from audiocls.learn.frontend import FrontEnd

    front_end = FrontEnd(kind="log_mel", seconds=0.5, bands=32)
    quick = {"front_end": front_end, "hop_seconds": 0.25, "steps": 60, "epochs": 2, "borrowed_per_class": 0}
    monkeypatch.setitem(training.RECIPES, "cnn", dataclasses.replace(training.RECIPES["cnn"], **quick))
    half = np.arange(36) < 18
    result = results.measure_transfer(clips.select(half), clips.select(~half), data="toy", model="cnn")
    assert result["clips"] == 18 and result["clip_accuracy"]["mean"] > 0.8 and result["split"] == "transfer"
    with pytest.raises(ValueError, match="model must be a network"):
        results.measure_transfer(clips, clips, data="toy", model="svm")
    with pytest.raises(ValueError, match="both sets must have the same classes"):
        crossvalidation.transfer(clips, datasets.load("rendered", per_class=1), training.RECIPES["cnn"])
