"""The ground floor: what is a waveform, a rate and a word that an option knows, and what is not."""

from typing import Literal

import numpy as np
import pytest

from audiocls.waveform import check_option, check_rate, check_waveform, to_mono


def test_mono_is_the_mean_of_the_channels():
    assert to_mono(np.array([[1.0, 0.5], [0.0, -0.5]])).tolist() == [0.5, 0.0]
    y = np.array([0.1, 0.2])
    assert to_mono(y) is y
    with pytest.raises(ValueError, match="got"):
        to_mono(np.zeros((2, 2, 2)))


@pytest.mark.parametrize("y", [np.array([1, 2]), np.array([]), np.float64(1.0), np.array([0, np.nan]), np.array([1j])])
def test_what_is_no_waveform_is_refused(y):
    with pytest.raises(ValueError, match="got"):
        check_waveform(y)


@pytest.mark.parametrize("sr", [0, -8_000, float("inf"), float("nan"), "8000", None, np.array([1, 2])])
def test_what_is_no_rate_is_refused(sr):
    with pytest.raises(ValueError, match="got"):
        check_rate(sr)


@pytest.mark.parametrize("sr", [8_000, 44_100.0, np.int64(16_000), np.float32(22_050)])
def test_a_rate_comes_back_as_it_was_given(sr):
    assert check_rate(sr) is sr


@pytest.mark.parametrize("y", [np.zeros(3, np.float32), np.zeros((2, 3)), [0.5, -0.5]])
def test_a_waveform_comes_back_with_its_own_type(y):
    checked = check_waveform(y)
    assert checked.dtype == np.asarray(y).dtype
    assert np.array_equal(checked, y)


@pytest.mark.parametrize("value", ["hts", "HTK", 1, np.array(["htk"]), ["htk"], False])
def test_an_unknown_word_is_refused_with_all_that_are_known(value):
    with pytest.raises(ValueError, match="scale must be one of 'htk', 'slaney', None, got"):
        check_option("scale", value, Literal["htk", "slaney", None])


def test_a_known_word_passes():
    check_option("scale", "htk", Literal["htk", "slaney"])
    check_option("norm", None, Literal[None, "slaney"])
    with pytest.raises(ValueError, match="got None"):
        check_option("scale", None, Literal["htk", "slaney"])
