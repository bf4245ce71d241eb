import dataclasses

import numpy as np
import pytest

from audiocls import windows
from audiocls.windows import Voting


@pytest.mark.parametrize("n, expected", [(1, [0]), (10, [0]), (11, [0, 5]), (15, [0, 5]), (16, [0, 5, 10])])
def test_windows_go_on_until_one_reaches_the_end(n, expected):
    assert windows.window_starts(n, length=10, hop=5).tolist() == expected


def test_every_sample_is_in_a_window():
    y = np.arange(1, 101)
    cut = windows.cut_windows(y, windows.window_starts(100, length=32, hop=16), length=32)
    assert set(y) <= set(cut.ravel())


def test_zeros_stand_where_the_waveform_is_not():
    assert windows.cut_windows(np.array([1, 2]), [-3, 1, 5], length=4).tolist() == [[0, 0, 0, 1], [2, 0, 0, 0], [0] * 4]


def test_stereo_is_refused_with_the_next_step():
    with pytest.raises(ValueError, match=r"got \(2, 8\); call waveform.to_mono"):
        windows.cut_windows(np.zeros((2, 8)), [0], length=4)


def test_a_hop_of_zero_is_refused():
    with pytest.raises(ValueError, match="hop=0"):
        windows.window_starts(5, length=5, hop=0)


def test_windows_forty_decibels_under_the_loudest_do_not_vote():
    assert windows.sounding(np.array([1.0, 0.0101, 0.0099])).tolist() == [True, True, False]
    assert windows.sounding(np.zeros(3)).all()


def test_the_first_window_within_twenty_decibels_of_the_loudest_has_the_votes_of_the_attack():
    assert Voting(0.5, attack=3).votes(np.array([0.009, 0.09, 0.11, 1.0, 0.5])).tolist() == [0.0, 1.0, 3.0, 1.0, 1.0]
    assert Voting(0.5, attack=3).votes(np.zeros(3)).tolist() == [3.0, 1.0, 1.0]
    assert Voting(0.5, attack=3).votes(np.array([0.3])).tolist() == [3.0]


def test_votes_follow_the_level_to_a_power():
    levels = np.array([0.3, 0.6, 0.003, 0.15])
    squared = Voting(0.5, power=2)
    assert squared.votes(levels) == pytest.approx([0.25, 1.0, 0.0, 0.0625])
    assert squared.votes(levels) == pytest.approx(squared.votes(levels / 100)), "level is relative"
    assert squared.votes(np.zeros(2)).tolist() == [1.0, 1.0]


def test_a_voting_counts_with_its_own_numbers():
    levels = np.array([0.0009, 0.05, 0.2, 1.0])
    plain = Voting(hop_seconds=0.5)
    assert plain.votes(levels).tolist() == [0.0, 1.0, 1.0, 1.0]
    for change, expected in (
        ({"power": 1.0}, [0.0, 0.05, 0.2, 1.0]),
        ({"attack": 3.0}, [0.0, 1.0, 3.0, 1.0]),
        ({"attack": 3.0, "attack_db": 30.0}, [0.0, 3.0, 1.0, 1.0]),
        ({"quiet_db": 20.0}, [0.0, 0.0, 1.0, 1.0]),
        ({"quiet_db": 70.0}, [1.0, 1.0, 1.0, 1.0]),
    ):
        assert dataclasses.replace(plain, **change).votes(levels) == pytest.approx(expected)


def test_clips_vote_apart_in_one_array():
    levels, clip = np.array([1.0, 0.001, 0.001, 0.002]), np.array([0, 0, 1, 1])
    counted = windows.votes_by_clip(levels, clip, Voting(hop_seconds=0.5, power=1.0, attack=2.0))
    assert counted == pytest.approx([2.0, 0.0, 1.0, 1.0])


@pytest.mark.parametrize(
    "change, message",
    [
        ({"hop_seconds": 0.0}, "hop_seconds must be positive and finite, got 0.0"),
        ({"attack": float("inf")}, "attack must be positive and finite, got inf"),
        ({"attack": float("nan")}, "attack must be positive and finite, got nan"),
        ({"power": float("inf")}, "power must be 0 or more and finite, got inf"),
        ({"quiet_db": -40.0}, "quiet_db must be positive and finite, got -40.0"),
        ({"temperature": float("nan")}, "temperature must be positive and finite, got nan"),
        ({"power": -1.0}, "power must be 0 or more and finite, got -1.0"),
        ({"sure_from": 1.1}, r"sure_from must be in \[0, 1\], got 1.1"),
    ],
)
def test_a_voting_that_makes_no_answer_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        Voting(**({"hop_seconds": 0.5} | change))


def test_a_voting_says_in_words_what_a_window_counts():
    assert str(Voting(hop_seconds=0.5)) == "all windows that sound count alike"
    assert "power of 1; the one of the attack 8 times" in str(Voting(hop_seconds=0.5, power=1.0, attack=8.0))
