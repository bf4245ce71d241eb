"""Baselines tell apart what their numbers tell apart, and nothing else."""

import numpy as np
import pytest

from audiocls.datasets import rendered
from audiocls.datasets.clips import Clips
from audiocls.measure import baselines, results
from audiocls.measure.crossvalidation import cross_validate_baseline

SR = 16_000


def _right(clips, name, **options):
    found = cross_validate_baseline(clips, baselines.BASELINES[name], n_folds=3, **options)
    np.testing.assert_allclose(found.scores.sum(axis=1), 1.0, atol=1e-5)
    return found.scores.argmax(axis=1) == clips.targets


@pytest.mark.parametrize("name", ["logistic", "svm", "knn", "svm-log-mel"])
def test_what_sounds_different_is_told_apart_by_its_statistics(toy_clips, name):
    assert _right(toy_clips, name).mean() > 0.9


def test_the_length_alone_tells_only_what_it_can(toy_clips):
    right = _right(toy_clips, "duration")
    assert right[toy_clips.targets == 2].all() and 0.1 < right[toy_clips.targets < 2].mean() < 0.8


def test_the_majority_is_that_of_the_training_clips(toy_clips):
    table = toy_clips.table.iloc[[*range(36), *range(0, 36, 3)]].reset_index(drop=True)
    more = Clips(table, lambda fname: toy_clips.path(0).parent / fname)
    np.testing.assert_array_equal(_right(more, "majority", by="clip"), more.targets == 0)


def test_the_statistics_do_not_depend_on_the_level(toy_clips):
    y, sr = toy_clips.audio(0)
    loud, soft = (baselines.describe(gain * y, sr, "log_mel") for gain in (1.0, 0.01))
    np.testing.assert_allclose(loud, soft, atol=1e-3)
    assert len(loud) == 257 and len(baselines.describe(y, sr, "mfcc")) == 52
    assert np.isfinite(baselines.describe(np.zeros(10), sr, "log_mel")).all()


def test_a_baseline_that_borrows_wants_the_ten_classes(toy_clips):
    with pytest.raises(ValueError, match=r"the libraries have the classes Acoustic_guitar, .* got high, low, noise"):
        cross_validate_baseline(toy_clips, baselines.BASELINES["svm-log-mel-borrowed"], n_folds=3)


def test_a_baseline_that_borrows_never_learns_the_notes_that_it_is_scored_on():
    with pytest.raises(ValueError, match="rendered from notes that the libraries hold too; choose a baseline that"):
        cross_validate_baseline(rendered.load(per_class=2), baselines.BASELINES["svm-log-mel-borrowed"], n_folds=2)


def test_unknown_features_are_an_error():
    with pytest.raises(ValueError, match="got 'wavelet'"):
        baselines.describe(np.zeros(100), SR, "wavelet")


def test_a_baseline_is_measured_like_a_network(toy_clips):
    result = results.measure(toy_clips, "svm", n_folds=3, seeds=2, command="by test")
    assert result["clip_accuracy"]["mean"] == result["window_accuracy"]["mean"]  # a clip is its only window
    assert result["clip_accuracy"]["mean"] > 0.9 and result["parameters"] == 0
    assert np.sum(result["confusion"]) == 72


def test_what_cannot_be_trained_for_a_probability_still_has_scores():
    model = baselines.untrained("svm").fit([[0.0], [0.1], [5.0], [5.1], [9.0], [9.1]], [0, 0, 1, 1, 2, 2])
    scores = baselines.scores(model, [[0.0], [5.0], [9.0]])
    np.testing.assert_allclose(scores.sum(axis=1), 1.0)
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]
