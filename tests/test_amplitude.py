"""Amplitude: levels by hand, the 6.02 dB of a bit, dither, envelopes against pandas, A-weighting."""

import librosa
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiocls.amplitude import (
    a_weighting,
    amplitude_to_dbfs,
    dbfs_to_amplitude,
    envelope,
    peak,
    quantize,
    rms,
    trim_silence,
)
from audiocls.sampling import tone

# Levels


def test_rms_and_peak_by_hand():
    y = np.array([[3.0, -4.0, 0.0, 0.0], [1.0, 1.0, -1.0, 1.0]])
    assert rms(y) == pytest.approx([2.5, 1.0])
    assert peak(y).tolist() == [4.0, 1.0]


def test_the_rms_of_a_sine_is_its_peak_over_root_two():
    assert rms(tone(100, sr=8_000, seconds=1, amplitude=0.5)) == pytest.approx(0.5 / np.sqrt(2))


def test_rms_of_long_single_precision_is_summed_in_double():
    assert rms(np.full(2_000_000, 0.1, np.float32)) == pytest.approx(0.1, rel=1e-7)


def test_half_amplitude_is_six_decibels_down():
    assert amplitude_to_dbfs(0.5) == pytest.approx(-6.0206, abs=1e-4)
    assert amplitude_to_dbfs(-0.5) == amplitude_to_dbfs(0.5)
    assert amplitude_to_dbfs(1) == 0
    assert amplitude_to_dbfs(0) == -np.inf


@given(st.floats(-200, 20))
def test_levels_and_amplitudes_are_inverse(level):
    assert amplitude_to_dbfs(dbfs_to_amplitude(level)) == pytest.approx(level, abs=1e-9)


def test_a_level_that_is_not_a_number_is_refused():
    with pytest.raises(ValueError, match="got nan"):
        amplitude_to_dbfs([0.1, np.nan])


# Quantising


def test_two_bits_have_four_levels_with_zero_among_them():
    assert quantize(np.linspace(-1, 1, 9), 2).tolist() == [-1, -1, -0.5, 0, 0, 0, 0.5, 0.5, 0.5]


def test_sixteen_bits_keep_every_value_a_file_can_hold():
    codes = np.arange(-32_768, 32_768) / 32_768
    assert np.array_equal(quantize(codes, 16), codes)
    assert quantize(codes.astype(np.float32), 16).dtype == np.float32


@given(st.integers(2, 24), st.floats(-1, 0.5))
def test_rounding_is_off_by_half_a_step_at_most(bits, value):
    assert abs(quantize(np.array([value]), bits)[0] - value) <= 2.0**-bits * (1 + 1e-9)


def test_each_bit_is_worth_six_decibels():
    y = tone(997, sr=44_100, seconds=1, amplitude=0.9)
    bits = np.arange(6, 17)
    error = [amplitude_to_dbfs(rms(quantize(y, b) - y)) for b in bits]
    assert np.polyfit(bits, error, 1)[0] == pytest.approx(-6.02, abs=0.05)
    full_scale_sine = amplitude_to_dbfs(1 / np.sqrt(2))
    assert full_scale_sine - error[-1] == pytest.approx(6.02 * 16 + 1.76, abs=0.1)


def test_dither_makes_the_error_noise_that_does_not_follow_the_sound():
    quiet = tone(100, sr=8_000, seconds=10, amplitude=0.4 * 2**-7)  # under half a step of 8 bits
    assert np.all(quantize(quiet, 8) == 0)
    dithered = quantize(quiet, 8, dither=True, seed=0)
    assert dithered @ quiet / (quiet @ quiet) == pytest.approx(1, abs=0.05)  # the tone is still in there


@pytest.mark.parametrize("offset", [0.0, 0.25, 0.5])
def test_dithered_error_has_no_mean_and_constant_power(offset):
    step = 2.0**-7
    y = np.full(200_000, offset * step)
    error = (quantize(y, 8, dither=True, seed=1) - y) / step
    assert error.mean() == pytest.approx(0, abs=0.01)
    assert np.mean(error**2) == pytest.approx(1 / 4, abs=0.005)  # 1/12 of rounding and 1/6 of triangular noise


def test_dither_is_repeatable_by_its_seed():
    y = tone(440, sr=8_000, seconds=0.1, amplitude=0.5)
    first, again, other = (quantize(y, 4, dither=True, seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("y", "bits"),
    [
        (np.array([1, 2]), 8),
        (np.array([1.1]), 8),
        (np.array([0.5]), 0),
        (np.array([0.5]), 33),
        (np.array([0.5]), 2.5),
        (np.array([np.nan]), 8),
    ],
)
def test_quantising_refuses_bad_input(y, bits):
    with pytest.raises(ValueError, match="got"):
        quantize(y, bits)


# Envelopes


@pytest.mark.parametrize("width", [1, 2, 3, 10, 11, 500])
def test_the_envelope_is_the_rolling_mean_of_pandas(width):
    y = np.random.default_rng(0).standard_normal((2, 200))
    expected = pd.DataFrame(np.abs(y.T)).rolling(width, min_periods=1, center=True).mean().to_numpy().T
    assert envelope(y, 1_000, seconds=width / 1_000) == pytest.approx(expected)


def test_the_envelope_of_a_sine_is_two_over_pi():
    assert envelope(tone(100, sr=8_000, seconds=1), 8_000)[1_000:-1_000] == pytest.approx(2 / np.pi, abs=1e-3)


def test_the_envelope_never_goes_below_zero():
    y = np.concatenate([np.random.default_rng(1).standard_normal(100_000), np.zeros(1_000)])
    assert envelope(y, 8_000, seconds=0.001).min() >= 0


@pytest.mark.parametrize(
    ("y", "sr", "seconds"), [(np.arange(9), 8, 1), (np.zeros(9), 0, 1), (np.zeros(9), 8, 0), (np.zeros(0), 8, 1)]
)
def test_the_envelope_refuses_bad_input(y, sr, seconds):
    with pytest.raises(ValueError, match="got"):
        envelope(y, sr, seconds=seconds)


@pytest.mark.parametrize("gain", [1.0, 1e-3])
def test_silence_is_trimmed_at_both_ends_and_kept_inside(gain):
    sound = tone(1_000, sr=8_000, seconds=0.5)
    y = gain * np.concatenate([np.zeros(4_000), sound, np.zeros(2_000), sound, np.zeros(3_000)])
    trimmed, (start, stop) = trim_silence(y, 8_000)
    assert abs(start - 4_000) <= 80
    assert abs(stop - 14_000) <= 80
    assert np.array_equal(trimmed, y[start:stop])


def test_trimming_finds_the_same_sound_as_librosa():
    rng = np.random.default_rng(2)
    y = np.concatenate(
        [1e-5 * rng.standard_normal(8_000), rng.uniform(-1, 1, 8_000), 1e-5 * rng.standard_normal(8_000)]
    )
    _, interval = trim_silence(y, 16_000, threshold_db=-60)
    _, expected = librosa.effects.trim(y, top_db=60, frame_length=512, hop_length=128)
    assert interval == pytest.approx(tuple(expected), abs=512)


def test_channels_are_trimmed_together():
    y = np.zeros((2, 100))
    y[0, 20] = y[1, 70] = 1.0
    trimmed, interval = trim_silence(y, 1_000, seconds=0.001)
    assert (trimmed.shape, interval) == ((2, 51), (20, 71))


def test_pure_silence_comes_back_whole():
    y, interval = trim_silence(np.zeros(10), 8_000)
    assert (y.size, interval) == (10, (0, 10))


@pytest.mark.parametrize("threshold_db", [0, 40.0, float("nan")])
def test_a_threshold_above_the_loudest_part_is_refused(threshold_db):
    with pytest.raises(ValueError, match="got"):
        trim_silence(np.zeros(10), 8_000, threshold_db=threshold_db)


# A-weighting


def test_a_weighting_is_the_table_of_the_standard():
    frequency = np.array([31.5, 63, 125, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000])
    exact = 1_000 * 10 ** (np.round(10 * np.log10(frequency / 1_000)) / 10)  # nominal frequencies stand for these
    table = [-39.4, -26.2, -16.1, -8.6, -3.2, 0.0, 1.2, 1.0, -1.1, -6.6]
    assert a_weighting(exact) == pytest.approx(table, abs=0.06)


def test_a_weighting_equals_librosa():
    frequency = np.geomspace(20, 20_000, 200)
    assert a_weighting(frequency) == pytest.approx(librosa.A_weighting(frequency, min_db=None), abs=0.01)


def test_a_weighting_of_nothing_is_nothing():
    assert a_weighting(0) == -np.inf
    with pytest.raises(ValueError, match="got -1"):
        a_weighting([100, -1])
