import numpy as np
import pytest
from scipy.stats import binomtest

from audiocls.measure import evaluation


def test_a_clip_score_is_the_mean_of_its_windows():
    windows = np.array([[0.8, 0.2], [0.4, 0.6], [0.1, 0.9]])
    assert evaluation.clip_scores(windows, np.array([0, 0, 1]), 2) == pytest.approx(np.array([[0.6, 0.4], [0.1, 0.9]]))


def test_a_window_of_weight_zero_does_not_vote():
    windows = np.array([[1.0, 0.0], [0.0, 1.0]])
    scores = evaluation.clip_scores(windows, np.array([0, 0]), 1, weights=np.array([0.0, 2.0]))
    assert scores.tolist() == [[0.0, 1.0]]


def test_a_clip_without_windows_is_an_error():
    with pytest.raises(ValueError, match="got none for clip 1 of 2"):
        evaluation.clip_scores(np.array([[1.0, 0.0]]), np.array([0]), 2)


@pytest.mark.parametrize("correct, n", [(0, 10), (3, 10), (213, 300), (300, 300)])
def test_wilson_equals_scipy(correct, n):
    oracle = binomtest(correct, n).proportion_ci(method="wilson")
    assert evaluation.wilson_interval(correct, n) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


def test_wilson_refuses_more_right_than_there_are():
    with pytest.raises(ValueError, match=r"got 11, 10 and 0\.95"):
        evaluation.wilson_interval(11, 10)


def test_bootstrap_agrees_with_the_normal_approximation_when_values_are_independent():
    values = np.random.default_rng(1).random(2000) < 0.7
    low, high = evaluation.bootstrap_interval(values)
    half = 1.96 * values.std() / np.sqrt(2000)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.004)


def test_whole_groups_widen_the_interval():
    values = np.repeat(np.random.default_rng(2).random(30) < 0.7, 10)
    alone = np.diff(evaluation.bootstrap_interval(values))
    grouped = np.diff(evaluation.bootstrap_interval(values, np.repeat(np.arange(30), 10)))
    assert grouped > 2 * alone


def test_confusion_counts_rows_true_and_columns_predicted():
    scores = np.eye(3)[[0, 2, 2, 1]]
    assert evaluation.confusion(scores, np.array([0, 2, 1, 1])).tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 1]]


def test_targets_that_are_no_class_are_an_error():
    with pytest.raises(ValueError, match=r"got 0 \.\.\. 3"):
        evaluation.accuracy(np.eye(3), np.array([0, 1, 3]))


def test_paired_test_is_the_exact_binomial_on_disagreements():
    a = np.array([1] * 35 + [0] * 17 + [1] * 100, dtype=bool)
    b = np.array([0] * 35 + [1] * 17 + [1] * 100, dtype=bool)
    assert evaluation.paired_test(a, b) == pytest.approx(binomtest(17, 52).pvalue)
    assert evaluation.paired_test(a, a) == 1.0
