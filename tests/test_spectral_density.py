from typing import get_args

import librosa
import numpy as np
import pytest
import scipy.signal

from audiocls import spectral_density as sd
from audiocls.periodogram import welch

SR = 16000


@pytest.fixture(scope="module")
def magnitude():
    rng = np.random.default_rng(0)
    return np.abs(librosa.stft(rng.standard_normal((2, 8000)) * np.linspace(0, 1, 8000), n_fft=512))


FREQUENCIES = np.fft.rfftfreq(512, 1 / SR)


@pytest.mark.parametrize("n", [1, 2, 9, 500])
def test_autocorrelation_equals_its_definition(n):
    y = np.random.default_rng(n).standard_normal((2, n))
    expected = [[np.dot(row[: n - k], row[k:]) / n for k in range(n)] for row in y]
    np.testing.assert_allclose(sd.autocorrelation(y), expected, atol=1e-12)


def test_wiener_khinchin_autocorrelation_transforms_into_the_power_spectrum():
    y = np.random.default_rng(0).standard_normal(64)
    r = sd.autocorrelation(y)
    two_sided = np.concatenate([r, [0.0], r[:0:-1]])
    np.testing.assert_allclose(np.fft.fft(two_sided).real, np.abs(np.fft.fft(y, 128)) ** 2 / 64, atol=1e-10)


def test_autocorrelation_of_a_tone_peaks_at_its_period():
    y = np.sin(2 * np.pi * 200 * np.arange(1600) / SR)
    r = sd.autocorrelation(y, max_lag=120, normalize=True)
    assert r[0] == 1
    assert 40 + int(r[40:].argmax()) == SR // 200


def test_normalized_autocorrelation_of_silence_is_zero_not_nan():
    np.testing.assert_array_equal(sd.autocorrelation(np.zeros(5), normalize=True), np.zeros(5))


def test_one_taper_is_the_periodogram_under_that_taper():
    y = np.random.default_rng(0).standard_normal(301)
    taper = scipy.signal.windows.dpss(301, 3.0)
    frequencies, density = sd.multitaper(y, SR, time_bandwidth=3.0, tapers=1)
    f, expected = scipy.signal.periodogram(y, SR, taper, detrend=False)
    np.testing.assert_allclose(frequencies, f)
    np.testing.assert_allclose(density, expected, rtol=1e-9)


def test_multitaper_scatters_as_little_as_its_tapers_are_many():
    y = np.random.default_rng(1).standard_normal(20000)
    _, density = sd.multitaper(y, SR)  # 7 tapers
    assert density.mean() * SR / 2 == pytest.approx(1, rel=0.03)
    assert density[10:-10].std() / density.mean() == pytest.approx(1 / np.sqrt(7), rel=0.1)


SLOPES = list(zip(get_args(sd.Color), [0, -3.01, -6.02, 3.01, 6.02], strict=True))


@pytest.mark.parametrize(("color", "slope"), SLOPES)
def test_noise_falls_by_its_decibels_per_octave(color, slope):
    frequencies, density = welch(sd.noise(color, n=2**18, seed=1), SR, segment_length=4096)
    band = (frequencies > 60) & (frequencies < 6000)
    octaves, level = np.log2(frequencies[band]), 10 * np.log10(density[band])
    assert np.polyfit(octaves, level, 1)[0] == pytest.approx(slope, abs=0.15)


def test_noise_has_the_level_asked_for_and_is_reproducible():
    y = sd.noise("brown", n=1001, rms=0.2, seed=3)
    assert np.sqrt(np.mean(y**2)) == pytest.approx(0.2)
    assert abs(y.mean()) < 1e-12
    np.testing.assert_array_equal(y, sd.noise("brown", n=1001, rms=0.2, seed=3))
    assert not np.allclose(y, sd.noise("brown", n=1001, rms=0.2, seed=4))


def test_centroid_bandwidth_and_rolloff_equal_librosa(magnitude):
    expected = librosa.feature.spectral_centroid(S=magnitude, sr=SR, n_fft=512)[..., 0, :]
    np.testing.assert_allclose(sd.spectral_centroid(FREQUENCIES, magnitude, axis=-2), expected, rtol=1e-9)
    expected = librosa.feature.spectral_bandwidth(S=magnitude, sr=SR, n_fft=512)[..., 0, :]
    np.testing.assert_allclose(sd.spectral_bandwidth(FREQUENCIES, magnitude, axis=-2), expected, rtol=1e-9)
    expected = librosa.feature.spectral_rolloff(S=magnitude, sr=SR, n_fft=512)[..., 0, :]
    np.testing.assert_allclose(sd.spectral_rolloff(FREQUENCIES, magnitude, axis=-2), expected)


def test_flatness_equals_librosa(magnitude):
    expected = librosa.feature.spectral_flatness(S=magnitude)[..., 0, :]
    np.testing.assert_allclose(sd.spectral_flatness(magnitude**2, axis=-2), expected, rtol=1e-9)


def test_flatness_tells_noise_from_a_tone():
    tone = np.sin(2 * np.pi * 1000 * np.arange(SR) / SR)
    assert sd.spectral_flatness(welch(tone, SR, segment_length=512)[1]) < 1e-3
    assert sd.spectral_flatness(welch(sd.noise("white", n=SR), SR, segment_length=512)[1]) > 0.95


def test_silence_has_numbers_too():
    zeros = np.zeros((257, 3))
    for measure in (sd.spectral_centroid, sd.spectral_bandwidth, sd.spectral_rolloff):
        np.testing.assert_array_equal(measure(FREQUENCIES, zeros, axis=-2), np.zeros(3))
    np.testing.assert_allclose(sd.spectral_flatness(zeros, axis=-2), 1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: sd.autocorrelation(np.arange(4)),
        lambda: sd.autocorrelation(np.zeros(4), max_lag=4),
        lambda: sd.multitaper(np.zeros(64), SR, time_bandwidth=0.5),
        lambda: sd.multitaper(np.zeros(4), SR),
        lambda: sd.multitaper(np.zeros(64), SR, tapers=0),
        lambda: sd.noise("green", n=8),
        lambda: sd.noise("pink", n=1),
        lambda: sd.noise("pink", n=8, rms=-1),
        lambda: sd.spectral_centroid(FREQUENCIES, np.full(257, -3.0)),
        lambda: sd.spectral_centroid(FREQUENCIES, np.ones((257, 3))),
        lambda: sd.spectral_bandwidth(FREQUENCIES, np.full(257, np.nan)),
        lambda: sd.spectral_flatness(np.ones(5), floor=0),
        lambda: sd.spectral_flatness(np.ones(5, dtype=complex)),
        lambda: sd.spectral_rolloff(FREQUENCIES, np.ones(257), share=1),
    ],
)
def test_bad_input_is_named(call):
    with pytest.raises(ValueError, match="got"):
        call()
