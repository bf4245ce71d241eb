"""Occlusion finds the points that a score needs, and only those."""

import numpy as np
import pytest

from audiocls.learn.occlusion import occlude


def test_a_score_that_reads_one_point_falls_there_and_nowhere_else():
    picture = np.full((6, 9), -80.0)
    picture[4, 7] = -10.0
    fall = occlude(lambda X: X[:, 4, 7:8], picture, bands=1, frames=1, step=1)
    assert np.argwhere(fall[0] != 0).tolist() == [[4, 7]]
    assert fall[0, 4, 7] == 70


def test_a_point_gets_the_mean_of_the_patches_over_it():
    picture = np.array([[0.0, 0.0, 0.0, 6.0]])
    fall = occlude(lambda X: X[:, 0, 3:], picture, bands=1, frames=2, step=1)
    assert fall[0, 0].tolist() == [0, 0, 3, 6]  # patches over points 0-1, 1-2, 2-3: falls 0, 0, 6


def test_every_point_is_covered_whatever_the_step():
    fall = occlude(lambda X: X.sum(axis=(1, 2))[:, None], np.ones((7, 11)), bands=4, frames=3, step=3, fill=0)
    assert fall.shape == (1, 7, 11)
    assert np.all(fall == 12)


def test_each_class_has_its_own_map_and_more_can_be_better():
    picture = np.array([[1.0, 0.0]])
    fall = occlude(lambda X: np.stack([X[:, 0, 0], -X[:, 0, 0]], axis=1), picture, bands=1, frames=1, step=1)
    assert fall[:, 0].tolist() == [[1, 0], [-1, 0]]


@pytest.mark.parametrize(
    ("shape", "patch"),
    [
        ((6, 9), {"bands": 7, "frames": 2}),
        ((6, 9), {"bands": 1, "frames": 0}),
        ((9,), {"bands": 1, "frames": 1, "step": 1}),
        ((6, 9), {"bands": 1, "frames": 1, "step": 0}),
        ((6, 9), {"bands": 2, "frames": 4, "step": 3}),
    ],
)
def test_patches_that_do_not_fit_are_refused(shape, patch):
    with pytest.raises(ValueError, match="got a patch of"):
        occlude(lambda X: X, np.zeros(shape), **patch)
