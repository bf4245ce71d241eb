import numpy as np
import pytest

from audiocls import windows


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
    with pytest.raises(ValueError, match=r"got \(2, 8\); call audio.to_mono"):
        windows.cut_windows(np.zeros((2, 8)), [0], length=4)


def test_a_hop_of_zero_is_refused():
    with pytest.raises(ValueError, match="hop=0"):
        windows.window_starts(5, length=5, hop=0)


def test_windows_forty_decibels_under_the_loudest_do_not_vote():
    assert windows.sounding(np.array([1.0, 0.0101, 0.0099])).tolist() == [True, True, False]
    assert windows.sounding(np.zeros(3)).all()
