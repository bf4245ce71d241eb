"""Batches: windows come from the clips and classes that they should, under their own labels."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from audiocls import audio, datasets, sampling
from audiocls.datasets.clips import Clips
from audiocls.learn.batches import (
    Examples,
    borrow,
    class_weights,
    draw_once,
    fresh_batches,
    join,
    labelled,
    prepare,
    repeated_batches,
    scored_windows,
    windows_at,
)
from audiocls.learn.recipes import RECIPES

SR = 16_000


def test_a_clip_that_is_all_silence_to_the_report_stays_whole(tmp_path):
    y = np.concatenate([np.zeros(8_000), sampling.tone(440.0, sr=SR, seconds=0.5, amplitude=0.5)])
    audio.write(tmp_path / "quiet.wav", y * 1e-3, SR, subtype="FLOAT")
    audio.write(tmp_path / "loud.wav", y, SR, subtype="FLOAT")
    rows = [{"fname": f, "label": "low", "source": f, "seconds": 1.0} for f in ("quiet.wav", "loud.wav")]
    ready = prepare(Clips(pd.DataFrame(rows), tmp_path.joinpath), RECIPES["report-cnn"])
    assert len(ready.waves[0]) == 16_000 and 8_000 <= len(ready.waves[1]) < 10_000 and not ready.spectrograms


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


def test_windows_begin_at_the_onset_as_often_as_asked():
    clips = [np.arange(200, dtype=np.float32)[None]]  # a clip's frame says where it is
    examples = Examples([], np.zeros(1, int), np.zeros(1, int), clips)
    for share in (0.0, 1.0):
        X, _ = examples.draw(400, np.random.default_rng(0), frames=10, at_onset=share, onset_frames=5)
        assert np.mean(X[:, 0, 0] <= 5) == pytest.approx(share, abs=0.1)


def test_joined_examples_keep_their_clips_their_targets_and_their_groups():
    one, two = (
        Examples([np.full(4, k)], np.array([k]), np.array([name]), [np.full((1, 3), float(k), dtype=np.float32)])
        for k, name in ((0, "here"), (1, "there"))
    )
    both = join([one, two])
    assert both.targets.tolist() == [0, 1] and both.groups.tolist() == ["here", "there"]
    assert [y[0] for y in both.waves] == [0, 1] and [S[0, 0] for S in both.spectrograms] == [0.0, 1.0]


def test_a_recipe_says_how_fresh_windows_are_augmented(toy_clips, toy_recipe):
    ready, shapes = prepare(toy_clips, toy_recipe), []

    def only_level(X, rng):
        shapes.append(X.shape)
        return np.broadcast_to(X.max(axis=(1, 2), keepdims=True), X.shape)

    flat = dataclasses.replace(toy_recipe, augment=only_level)
    X, _ = next(fresh_batches([(ready, 5)], flat, np.random.default_rng(0)))
    assert shapes == [(5, 32, toy_recipe.front_end.shape[0])]
    assert np.ptp(X) == 0, "all that is left is each window's loudest point, and that is what levels are relative to"


def test_each_set_gives_its_share_of_a_batch():
    sets = []
    for k, count in ((0, 3), (1, 5)):
        S = np.full((64, 300), -20.0, dtype=np.float32)
        sets.append((Examples([], np.array([k]), np.array([k]), [S]), count))
    plain = dataclasses.replace(RECIPES["cnn"], augment=lambda X, rng: X)
    _, targets = next(fresh_batches(sets, plain, np.random.default_rng(0)))
    assert np.bincount(targets).tolist() == [3, 5]


def test_repeated_batches_give_every_window_once_per_round_in_another_order():
    X = np.arange(10.0)[:, None, None] * np.ones((1, 2, 3))
    batches = repeated_batches(X, np.arange(10), 4, np.random.default_rng(0))
    rounds = []
    for _ in range(2):
        drawn = [next(batches) for _ in range(3)]
        assert all((x[:, 0, 0] == t).all() for x, t in drawn)
        rounds.append(np.concatenate([targets for _, targets in drawn]).tolist())
    assert sorted(rounds[0]) == sorted(rounds[1]) == list(range(10)) and rounds[0] != rounds[1]


def test_smoothed_labels_add_up_to_one_and_leave_the_class_the_most():
    X = np.zeros((2, 1, 1))
    for smoothing in (0.0, 0.1):
        ((same, labels, weight),) = labelled([(X, np.array([2, 0]))], 4, smoothing=smoothing)
        assert same is X and labels.argmax(axis=1).tolist() == [2, 0] and weight.tolist() == [1, 1]
        np.testing.assert_allclose(labels.sum(axis=1), 1, rtol=1e-6)
        np.testing.assert_allclose(np.sort(labels, axis=1)[:, :3], smoothing / 4)


def test_a_window_weighs_what_its_class_weighs():
    ((_, _, weight),) = labelled([(np.zeros((3, 1, 1)), np.array([1, 0, 1]))], 2, weights=np.array([0.5, 2.0]))
    assert weight.tolist() == [2.0, 0.5, 2.0]


def test_rare_classes_weigh_as_much_as_frequent_ones():
    targets = np.array([0] * 90 + [1] * 9 + [2])
    weights = class_weights(targets, 3)
    totals = np.bincount(targets) * weights
    np.testing.assert_allclose(totals, 100 / 3, rtol=1e-6)
    assert np.isfinite(class_weights(np.array([0, 0]), 3)).all(), "a class without windows"


def test_the_report_draws_as_many_windows_as_the_sound_is_long():
    rng = np.random.default_rng(0)
    waves = [np.ones(n) for n in (16_000, 32_000, 800, 64_000)]
    examples = Examples(waves, np.array([0, 0, 1, 2]), np.arange(4), [])
    clip, start = draw_once(examples, RECIPES["report-cnn"], rng)
    assert len(clip) == sum(map(len, waves)) // 1_600
    lengths = np.array([len(y) for y in waves])[clip]
    assert ((start + 1_600 <= lengths) | (lengths < 1_600)).all() and ((start >= 0) | (lengths < 1_600)).all()
    assert np.mean(clip == 3) == pytest.approx(64_000 / (24_000 + 800 + 64_000), abs=0.1)


def test_windows_of_several_clips_are_cut_where_they_are_asked_for():
    waves = [np.arange(5.0), 10 + np.arange(3.0)]
    np.testing.assert_array_equal(windows_at(waves, [1, 0], [1, -1], 3), [[11, 12, 0], [0, 0, 1]])


def test_scored_windows_lie_as_far_apart_as_the_voting_says():
    clip, start = scored_windows([np.zeros(48_000), np.zeros(10)], RECIPES["cnn"])
    assert clip.tolist() == [0, 0, 0, 1] and start.tolist() == [0, 8_000, 16_000, 0]


@pytest.mark.slow
def test_libraries_help_only_other_recordings_of_the_same_classes(toy_clips, monkeypatch):
    few = dataclasses.replace(RECIPES["cnn"], borrowed_per_class=2)
    fonts_only = datasets.libraries.load
    monkeypatch.setattr(datasets.libraries, "load", lambda **o: fonts_only(fonts=(), recorded=False, **o))
    assert borrow(few, toy_clips) is None
    assert borrow(few, datasets.load("rendered")) is None
    rows = [{"fname": k, "label": k, "source": f"session {k}", "seconds": 1.0} for k in datasets.LABELS]
    recorded = Clips(pd.DataFrame(rows), str)
    borrowed = borrow(few, recorded)
    assert len(borrowed) == 20 and not borrowed.waves and set(borrowed.groups) == {"TimGM6mb"}
    assert borrow(RECIPES["report-cnn"], recorded) is None
