"""Each augmentation changes what it should, in each window in its own way, and leaves the rest."""

import numpy as np
import pytest

from audiocls.learn import augmentation
from audiocls.learn.augmentation import (
    STEPS,
    add_noise_floor,
    augment,
    equalize,
    mask,
    reverberate,
    shift_bands,
    shorten,
    shuffle_frames,
)

ALL = [*STEPS, shuffle_frames, augment]


def named(functions):
    return pytest.mark.parametrize("change", functions, ids=lambda change: change.__name__)


def rng():
    return np.random.default_rng(1)


@pytest.fixture
def X():
    """Two hundred windows of 16 bands and 40 frames, all of them alike: what differs afterwards was changed apart."""
    return np.tile(np.random.default_rng(0).uniform(-80, 0, (16, 40)).astype(np.float32), (200, 1, 1))


@named(ALL)
def test_every_change_keeps_shape_and_type_and_what_it_was_given(change, X):
    before = X.copy()
    changed = change(X, rng())
    assert (changed.shape, changed.dtype) == (X.shape, np.float32)
    np.testing.assert_array_equal(X, before)


@named(ALL)
def test_every_change_is_drawn_anew_for_each_window(change, X):
    changed = change(X, rng())
    kinds = np.unique(changed.reshape(len(X), -1), axis=0)
    assert len(kinds) >= (3 if change is shift_bands else 20)  # a shift by one band has three outcomes


@named(ALL)
def test_every_change_repeats_by_seed(change, X):
    np.testing.assert_array_equal(change(X, rng()), change(X, rng()))
    assert (change(X, rng()) != change(X, np.random.default_rng(2))).any()


def test_a_shortened_window_is_whole_up_to_its_end_and_silent_after(X):
    shortened = shorten(X, rng(), share=1.0, silence_db=-140.0)
    silent = (shortened == -140).all(axis=1)
    ends = np.where(silent.any(axis=1), silent.argmax(axis=1), 40)
    kept = np.arange(40) < ends[:, None]
    np.testing.assert_array_equal(silent, ~kept)
    np.testing.assert_array_equal(shortened, np.where(kept[:, None], X, -140))
    assert ends.min() == 3 and (ends < 40).mean() > 0.9  # more than 5 % of 40 frames are left


def test_only_a_share_of_the_windows_is_shortened(X):
    assert 0.1 < (shorten(X, rng(), share=0.2) != X).any(axis=(1, 2)).mean() < 0.3


def test_a_shortened_window_that_sounded_still_sounds():
    X = np.random.default_rng(0).uniform(-20, 0, (500, 4, 100)).astype(np.float32)
    begins = np.random.default_rng(2).integers(0, 100, (500, 1))
    X[np.broadcast_to((np.arange(100) < begins)[:, None], X.shape)] = -140  # silence first
    shortened = shorten(X, rng(), share=1.0)
    assert shortened.max(axis=(1, 2)).min() > -20
    assert (shortened != X).any(axis=(1, 2)).mean() > 0.3


def test_a_tail_dies_away_in_its_time_and_holds_the_energy_it_was_given():
    click = np.full((40, 3, 200), -140.0, dtype=np.float32)
    click[:, :, 20] = 0.0
    room = {"shortest_seconds": 0.5, "longest_seconds": 0.5, "softest_db": -6.0, "loudest_db": -6.0}
    wet = reverberate(click, rng(), share=1.0, **room)
    np.testing.assert_allclose(wet[:, :, :20], -140.0, atol=1.0)  # the floor has a tail too
    np.testing.assert_allclose(wet[:, :, 21] - wet[:, :, 46], 60.0, atol=0.01)  # 25 frames of 20 ms
    np.testing.assert_allclose(10 * np.log10(np.sum(10 ** (wet[:, :, 21:] / 10), axis=2)), -6.0, atol=0.01)


def test_each_window_has_a_room_of_its_own_time_and_level():
    click = np.full((200, 1, 60), -140.0, dtype=np.float32)
    click[:, :, 10] = 0.0
    wet = reverberate(click, rng(), share=1.0)[:, 0]
    fall = wet[:, 11] - wet[:, 12]  # dB per frame of 20 ms
    level = 10 * np.log10(10 ** (wet[:, 11] / 10) / (1 - 10 ** (-fall / 10)))  # of the whole tail, a geometric series
    assert len(np.unique(fall.round(2))) > 100 and len(np.unique(level.round(2))) > 100
    assert 60 * 0.020 / 1.5 - 0.01 < fall.min() < fall.max() < 60 * 0.020 / 0.15 + 0.01
    assert -20.1 < level.min() < -18 and -5 < level.max() < -2.9


def test_a_share_of_the_windows_gets_a_tail_and_no_point_gets_softer(X):
    wet = reverberate(X, rng(), share=0.3)
    assert 0.2 < np.mean(np.abs(wet - X).max(axis=(1, 2)) > 0.01) < 0.4
    assert (wet - X).min() > -1e-4


@pytest.mark.parametrize("furthest", [0, 1, 2])
def test_shifted_bands_keep_their_values_and_move_by_every_distance_allowed(X, furthest):
    moved = {by: X[0, np.clip(np.arange(16) - by, 0, 15)] for by in range(-3, 4)}
    found = {by for window in shift_bands(X, rng(), furthest=furthest) for by in moved if (window == moved[by]).all()}
    assert found == set(range(-furthest, furthest + 1))
    assert all(any((w == m).all() for m in moved.values()) for w in shift_bands(X, rng(), furthest=furthest))


def test_an_equalizer_adds_the_same_curve_to_every_frame(X):
    added = equalize(X, rng()) - X
    np.testing.assert_allclose(added, np.broadcast_to(added[:, :, :1], X.shape), atol=1e-4)
    assert np.ptp(added[:, :, 0], axis=1).min() > 0.3


def test_an_equalizer_is_a_smooth_curve_around_zero_as_deep_as_asked():
    curves = equalize(np.zeros((4_000, 64, 1)), rng(), depth_db=3.0, waves=1)[..., 0]
    np.testing.assert_allclose(curves.mean(axis=1), 0, atol=1e-9)
    half_a_cosine = np.cos(np.pi * (np.arange(64) + 0.5) / 64)
    heights = curves @ half_a_cosine / (half_a_cosine @ half_a_cosine)
    np.testing.assert_allclose(curves, heights[:, None] * half_a_cosine, atol=1e-9)
    assert np.std(heights) == pytest.approx(3.0, rel=0.05)


def test_an_equalizers_faster_cosines_are_smaller():
    curves = equalize(np.zeros((4_000, 64, 1)), rng(), depth_db=3.0, waves=3)[..., 0]
    cosines = np.cos(np.pi * np.arange(1, 4)[:, None] * (np.arange(64) + 0.5) / 64)
    np.testing.assert_allclose(np.std(curves @ cosines.T / 32, axis=0), [3.0, 1.5, 1.0], rtol=0.05)


def test_a_noise_floor_adds_in_power_and_never_takes_away():
    X = np.full((20, 16, 10), -10.0, dtype=np.float32)
    noisy = add_noise_floor(X, rng(), softest_db=0.0, loudest_db=0.0)
    assert (noisy > X).all()
    assert add_noise_floor(X, rng(), softest_db=-200.0, loudest_db=-200.0) == pytest.approx(X)


def test_a_noise_floor_lies_where_it_was_asked_for_below_the_loudest_point():
    X = np.full((400, 16, 40), -200.0, dtype=np.float32)
    X[:, 3, 5] = -30.0
    noisy = add_noise_floor(X, rng(), softest_db=-60.0, loudest_db=-40.0)
    lowest = noisy[:, 0, :].mean(axis=1)  # the tilt begins at the lowest band
    assert -92 < lowest.min() < -88 and -72 < lowest.max() < -68
    np.testing.assert_allclose(noisy[:, 3, 5], -30, atol=0.1)


def test_the_noise_floors_tilt_and_grain_differ_from_window_to_window():
    noisy = add_noise_floor(np.full((200, 16, 40), -200.0, dtype=np.float32), rng(), softest_db=100, loudest_db=100)
    tilt = noisy[:, -1].mean(axis=1) - noisy[:, 0].mean(axis=1)
    assert -17 < tilt.min() < -12 and 2 < tilt.max() < 7
    grain = noisy - noisy.mean(axis=2, keepdims=True)
    assert np.abs(np.corrcoef(grain.reshape(200, -1))[0, 1:]).max() < 0.3


def test_a_mask_hides_one_group_of_bands_and_one_stretch_of_time_at_the_smallest_value(X):
    masked = mask(X, rng(), bands=4, frames=8)
    hidden = masked == X.min()
    widths = []
    for inside in (hidden.all(axis=2), hidden.all(axis=1)):
        turns = np.abs(np.diff(np.pad(inside, ((0, 0), (1, 1))).astype(int), axis=1)).sum(axis=1)
        assert turns.max() == 2, "what is hidden is one piece"
        widths.append(sorted(set(inside.sum(axis=1))))
        assert set(inside[inside.sum(axis=1) == 1].argmax(axis=1)) > {1, 8, 15}, "and every place"
    assert widths == [list(range(5)), list(range(9))], "every width that was allowed, for bands and for time"
    np.testing.assert_array_equal(masked, np.where(hidden, X.min(), X))
    only = hidden.all(axis=2)[:, :, None] | hidden.all(axis=1)[:, None, :] | (X.min() == X)
    np.testing.assert_array_equal(hidden, only)


def test_a_mask_of_bands_alone_leaves_every_moment_and_one_of_time_alone_every_band(X):
    bands, time = mask(X, rng(), frames=0) != X, mask(X, rng(), bands=0) != X
    assert bands.any() and not bands.all(axis=1).any()
    assert time.any() and not time.all(axis=2).any()


def test_shuffled_frames_are_the_same_frames_in_another_order():
    X = np.tile(np.arange(40.0), (30, 2, 1))
    shuffled = shuffle_frames(X, rng())
    np.testing.assert_array_equal(np.sort(shuffled, axis=2), X)
    np.testing.assert_array_equal(shuffled[:, 0], shuffled[:, 1])  # the bands of a frame stay together
    assert (shuffled != X).any(axis=(1, 2)).all()


def test_augmentation_is_its_six_steps_one_after_the_other(X):
    assert (shorten, reverberate, shift_bands, equalize, add_noise_floor, mask) == STEPS
    by_hand, generator = X, rng()
    for step in (shorten, reverberate, shift_bands, equalize, add_noise_floor, mask):
        by_hand = step(by_hand, generator)
    np.testing.assert_array_equal(augment(X, rng()), by_hand)


def test_augmentation_takes_the_steps_it_is_given_and_no_others(X):
    np.testing.assert_array_equal(augment(X, rng(), steps=[]), X)
    np.testing.assert_array_equal(augment(X, rng(), steps=[equalize]), equalize(X, rng()))
    doubled = augment(X, rng(), steps=[lambda X, _: X + 1, lambda X, _: X * 2])
    np.testing.assert_array_equal(doubled, (X + 1) * 2)


def test_every_public_augmentation_is_a_step_or_has_a_reason_not_to_be():
    functions = {getattr(augmentation, name) for name in augmentation.__all__ if name != "STEPS"}
    assert functions - set(STEPS) == {augment, shuffle_frames}
