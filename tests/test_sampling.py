"""Sampling: hand-worked samples, folding, exact reconstruction and resampling that lets no alias through."""

import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st

from audiocls.sampling import alias_frequency, chirp, reconstruct, resample, resample_blocks, square, tone


def peak_frequency(y, sr):
    """Frequency of the strongest bin."""
    return np.argmax(np.abs(np.fft.rfft(y))) * sr / len(y)


def level(y, frequency, sr):
    """Amplitude of the component at a frequency that has whole periods in y."""
    t = np.arange(len(y)) / sr
    return np.abs(np.exp(-2j * np.pi * frequency * t) @ y) * 2 / len(y)


# Tones


def test_a_quarter_of_the_rate_takes_four_samples_a_period():
    assert tone(2_000, sr=8_000, seconds=0.0005, amplitude=0.5) == pytest.approx([0, 0.5, 0, -0.5])


def test_a_sine_at_half_the_rate_can_vanish():
    assert np.abs(tone(4_000, sr=8_000, seconds=0.1)).max() < 1e-10
    assert np.abs(tone(4_000, sr=8_000, seconds=0.1, phase=np.pi / 2)).min() == pytest.approx(1)


def test_a_phase_of_a_quarter_turn_makes_a_cosine():
    t = np.arange(100) / 8_000
    assert tone(440, sr=8_000, seconds=100 / 8_000, phase=np.pi / 2) == pytest.approx(np.cos(2 * np.pi * 440 * t))


def test_a_chirp_equals_scipy_a_quarter_period_later():
    y = chirp(100, 5_000, sr=8_000, seconds=1.5, amplitude=0.5)
    t = np.arange(12_000) / 8_000
    assert y == pytest.approx(0.5 * scipy.signal.chirp(t, 100, 1.5, 5_000, phi=-90), abs=1e-9)


def test_a_square_wave_holds_its_odd_harmonics_and_their_aliases():
    naive = square(1_500, sr=8_000, seconds=1)
    clean = square(1_500, sr=8_000, seconds=1, alias=False)
    assert level(clean, 1_500, 8_000) == pytest.approx(4 / np.pi)
    assert level(clean, 3_500, 8_000) < 1e-9
    assert level(naive, 3_500, 8_000) > 0.2  # the third harmonic, 4,500 Hz, folded


def test_a_square_wave_has_as_many_samples_up_as_down():
    y = square(1_000, sr=8_000, seconds=1)
    assert np.array_equal(y.reshape(-1, 8), np.tile([1.0] * 4 + [-1.0] * 4, (1_000, 1)))


@pytest.mark.parametrize(
    "make", [lambda **o: tone(440, **o), lambda **o: chirp(1, 2, **o), lambda **o: square(440, **o)]
)
@pytest.mark.parametrize(
    "options", [{"sr": 0, "seconds": 1}, {"sr": 8_000, "seconds": 0}, {"sr": 8_000, "seconds": -1}]
)
def test_tones_refuse_rates_and_durations_that_hold_no_sample(make, options):
    with pytest.raises(ValueError, match="got"):
        make(**options)


def test_a_square_wave_needs_a_period():
    with pytest.raises(ValueError, match="got 0"):
        square(0, sr=8_000, seconds=1)


# Folding


@pytest.mark.parametrize(
    ("frequency", "alias"), [(0, 0), (3_999, 3_999), (4_000, 4_000), (4_001, 3_999), (7_000, 1_000), (12_000, 4_000)]
)
def test_frequencies_fold_at_the_nyquist_frequency(frequency, alias):
    assert alias_frequency(frequency, 8_000) == alias


@pytest.mark.parametrize("frequency", [500, 3_900, 4_100, 7_777, 8_400, 12_345, 100_001])
def test_the_alias_is_what_the_samples_hold(frequency):
    y = tone(frequency, sr=8_000, seconds=1, phase=0.3)
    assert peak_frequency(y, 8_000) == alias_frequency(frequency, 8_000)


@given(st.floats(-1e5, 1e5), st.integers(-20, 20), st.sampled_from([8_000, 16_000, 44_100]))
def test_adding_the_rate_or_changing_the_sign_changes_no_alias(frequency, turns, sr):
    alias = alias_frequency(frequency, sr)
    assert 0 <= alias <= sr / 2
    assert alias_frequency(frequency + turns * sr, sr) == pytest.approx(alias, abs=1e-6)
    assert alias_frequency(-frequency, sr) == pytest.approx(alias, abs=1e-6)
    assert alias_frequency(alias, sr) == alias


def test_aliases_of_an_array_are_an_array():
    assert alias_frequency([1_000, 9_000], 8_000).tolist() == [1_000, 1_000]
    with pytest.raises(ValueError, match="got 0"):
        alias_frequency(440, 0)


# Reconstruction


def test_reconstruction_passes_through_the_samples():
    samples = np.random.default_rng(0).standard_normal((3, 50))
    assert reconstruct(samples, 8_000, np.arange(50) / 8_000) == pytest.approx(samples, abs=1e-12)


def test_reconstruction_of_one_sample_is_a_sinc():
    assert reconstruct(np.array([0.0, 1.0]), 1, np.array([0.5, 1.0, 3.0])) == pytest.approx(
        [2 / np.pi, 1, 0], abs=1e-12
    )


def test_reconstruction_finds_the_values_between_the_samples():
    samples = tone(3_300, sr=8_000, seconds=1, phase=0.4)
    times = np.random.default_rng(1).uniform(0.45, 0.55, 200)
    truth = np.sin(2 * np.pi * 3_300 * times + 0.4)
    sinc = np.abs(reconstruct(samples, 8_000, times) - truth).max()
    lines = np.abs(np.interp(times, np.arange(8_000) / 8_000, samples) - truth).max()
    assert sinc < 2e-3
    assert lines > 0.5


def test_reconstruction_turns_a_tone_above_nyquist_into_its_alias():
    times = np.linspace(0.45, 0.55, 101)
    found = reconstruct(tone(5_000, sr=8_000, seconds=1), 8_000, times)
    assert found == pytest.approx(-np.sin(2 * np.pi * 3_000 * times), abs=2e-3)


@pytest.mark.parametrize(
    ("samples", "sr", "times"),
    [
        (np.array([1, 2]), 8_000, [0.0]),
        (np.zeros(3), -1, [0.0]),
        (np.zeros(3), 8_000, [[0.0]]),
        (np.zeros(0), 8_000, [0.0]),
    ],
)
def test_reconstruction_refuses_bad_input(samples, sr, times):
    with pytest.raises(ValueError, match="got"):
        reconstruct(samples, sr, times)


# Resampling


@pytest.mark.parametrize("sr", [8_000, 22_050, 44_100, 48_000, 96_000])
def test_resampling_keeps_a_tone_that_both_rates_can_hold(sr):
    y = resample(tone(1_000, sr=sr, seconds=1), orig_sr=sr, target_sr=16_000)
    middle = slice(2_000, 14_000)
    assert y.shape == (16_000,)
    assert np.abs(y - tone(1_000, sr=16_000, seconds=1))[middle].max() < 1e-3


def test_resampling_silences_what_would_alias():
    high = tone(10_000, sr=44_100, seconds=1)
    kept = resample(high, orig_sr=44_100, target_sr=16_000)[2_000:-2_000]
    picked = high[::3][2_000:-2_000]
    assert np.sqrt(np.mean(kept**2)) < 1e-5
    assert np.sqrt(np.mean(picked**2)) > 0.5


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_resampling_keeps_the_type_and_the_leading_axes(dtype):
    y = np.random.default_rng(2).uniform(-1, 1, (2, 3, 441)).astype(dtype)
    out = resample(y, orig_sr=44_100, target_sr=16_000)
    assert out.shape == (2, 3, 160)
    assert out.dtype == dtype
    assert np.allclose(out[1, 2], resample(y[1, 2], orig_sr=44_100, target_sr=16_000), atol=1e-6)


def test_resampling_to_the_same_rate_changes_nothing():
    y = np.array([0.1, -0.2])
    assert resample(y, orig_sr=8_000, target_sr=8_000) is y


@pytest.mark.parametrize(
    ("y", "rates"),
    [
        (np.arange(9), (8_000, 16_000)),
        (np.zeros(9), (0, 1)),
        (np.zeros(9), (8_000, -1)),
        (np.zeros(2), (44_100, 16_000)),
    ],
)
def test_resampling_refuses_bad_input(y, rates):
    with pytest.raises(ValueError, match="got"):
        resample(y, orig_sr=rates[0], target_sr=rates[1])


@pytest.mark.parametrize("orig_sr", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("size", [100, 7_777, 44_100])
def test_resampled_blocks_together_equal_the_resampled_whole(orig_sr, size):
    y = np.random.default_rng(0).uniform(-1, 1, 44_100).astype(np.float32)
    blocks = [y[i : i + size] for i in range(0, len(y), size)]
    together = np.concatenate(list(resample_blocks(blocks, orig_sr=orig_sr, target_sr=16_000)))
    whole = resample(y, orig_sr=orig_sr, target_sr=16_000)
    assert len(together) == len(whole)
    np.testing.assert_allclose(together, whole, atol=1e-5)


def test_a_stereo_block_is_refused_with_the_next_step():
    with pytest.raises(ValueError, match=r"got \(2, 10\); call waveform.to_mono\(y\) first"):
        list(resample_blocks([np.zeros((2, 10))], orig_sr=8_000, target_sr=16_000))
