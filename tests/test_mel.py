import warnings

import librosa
import numpy as np
import pytest
from python_speech_features import get_filterbanks

from audiocls.mel import hz_to_mel, log_mel, mel_filterbank, mel_frequencies, mel_to_hz, raise_to_floor

RATES = [8000, 16000, 22050, 44100, 48000]


def test_known_values_of_both_scales():
    assert hz_to_mel(0.0) == 0
    assert hz_to_mel(700.0) == pytest.approx(781.17, abs=0.005)
    assert hz_to_mel(1000.0) == pytest.approx(999.99, abs=0.005)
    assert hz_to_mel(500.0, scale="slaney") == pytest.approx(7.5)
    assert hz_to_mel(6400.0, scale="slaney") == pytest.approx(42)


@pytest.mark.parametrize(("scale", "htk"), [("htk", True), ("slaney", False)])
def test_scales_equal_librosa_and_invert_each_other(scale, htk):
    f = np.concatenate([[0, 999.999, 1000, 1000.001], np.linspace(1, 24000, 500)])
    mel = hz_to_mel(f, scale=scale)
    np.testing.assert_allclose(mel, librosa.hz_to_mel(f, htk=htk), rtol=1e-12)
    np.testing.assert_allclose(mel_to_hz(mel, scale=scale), f, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("scale", ["htk", "slaney"])
def test_mel_frequencies_are_equally_spaced_in_mel(scale):
    f = mel_frequencies(20, fmin=50.0, fmax=7000.0, scale=scale)
    assert (f[0], f[-1]) == (pytest.approx(50), pytest.approx(7000))
    np.testing.assert_allclose(np.diff(hz_to_mel(f, scale=scale), 2), 0, atol=1e-9)


def test_flanks_over_mel_share_a_bin_by_its_distance_in_mel():
    """Corners at 0, 715.35, 1430.69 and 2146.04 mel; 1000, 2000 and 3000 Hz are 999.99, 1521.4 and 1876.5 mel."""
    filters = mel_filterbank(sr=8000, n_fft=8, n_mels=2, edges="mel")
    np.testing.assert_allclose(filters, [[0, 0.602, 0, 0, 0], [0, 0.398, 0.873, 0.377, 0]], atol=5e-4)
    many = mel_filterbank(sr=16000, n_fft=2048, edges="mel")
    np.testing.assert_allclose(many.sum(axis=0)[30:900], 1, atol=1e-9)
    assert np.abs(many - mel_filterbank(sr=16000, n_fft=2048, edges="hz")).max() > 0.01


@pytest.mark.parametrize("sr", RATES)
@pytest.mark.parametrize(("n_fft", "n_mels"), [(512, 26), (2048, 40)])
def test_filters_with_corners_on_bins_equal_python_speech_features(sr, n_fft, n_mels):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        ours = mel_filterbank(sr=sr, n_fft=n_fft, n_mels=n_mels, edges="bins")
    np.testing.assert_allclose(ours, get_filterbanks(n_mels, n_fft, sr), atol=1e-12)


@pytest.mark.parametrize("sr", RATES)
@pytest.mark.parametrize(("scale", "htk"), [("htk", True), ("slaney", False)])
@pytest.mark.parametrize("norm", [None, "slaney"])
def test_filters_with_exact_corners_equal_librosa(sr, scale, htk, norm):
    ours = mel_filterbank(sr=sr, n_fft=2048, n_mels=64, fmin=30.0, fmax=3900.0, scale=scale, norm=norm)
    theirs = librosa.filters.mel(
        sr=sr, n_fft=2048, n_mels=64, fmin=30.0, fmax=3900.0, htk=htk, norm=norm, dtype=np.float64
    )
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_neighbouring_triangles_add_up_to_one():
    total = mel_filterbank(sr=16000, n_fft=1024).sum(axis=0)
    first, last = np.searchsorted(np.linspace(0, 8000, 513), mel_frequencies(28, fmin=0.0, fmax=8000.0)[[1, -2]])
    np.testing.assert_allclose(total[first:last], 1, atol=1e-12)


def test_slaney_norm_makes_white_noise_level():
    filters = mel_filterbank(sr=16000, n_fft=16384, norm="slaney")
    np.testing.assert_allclose(filters.sum(axis=1) * 16000 / 16384, 1, rtol=1e-3)


def test_empty_filters_are_announced_every_time():
    for _ in range(2):
        with pytest.warns(UserWarning, match="mel filters hold no bin"):
            filters = mel_filterbank(sr=16000, n_fft=512, n_mels=80, edges="bins")
    assert (filters.max(axis=1) == 0).any()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mel_filterbank(sr=16000, n_fft=512, n_mels=80, edges="hz")


def test_a_cached_filter_bank_cannot_be_changed_by_its_user():
    with pytest.raises(ValueError, match="read-only"):
        mel_filterbank(sr=16000, n_fft=512)[0, 0] = 1


def test_log_mel_is_the_log_of_filtered_power_over_a_batch():
    S = np.random.default_rng(0).random((2, 129, 5))
    filters = mel_filterbank(sr=8000, n_fft=256, n_mels=10)
    expected = np.log(np.einsum("mf,bft->bmt", filters, S))
    np.testing.assert_allclose(log_mel(S, sr=8000, n_mels=10), expected, rtol=1e-12)
    assert log_mel(S.astype(np.float32), sr=8000, n_mels=10).dtype == np.float32


def test_log_mel_takes_an_odd_transform_length():
    S = np.random.default_rng(0).random((128, 5))
    expected = np.log(mel_filterbank(sr=8000, n_fft=255, n_mels=10) @ S)
    np.testing.assert_allclose(log_mel(S, sr=8000, n_fft=255, n_mels=10), expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_silence_becomes_the_documented_floor(dtype):
    zeros = np.zeros((257, 2), dtype)
    np.testing.assert_allclose(log_mel(zeros, sr=16000), -36.04, atol=0.005)
    np.testing.assert_allclose(log_mel(zeros, sr=16000, floor=1e-10), np.log(1e-10), rtol=1e-6)


def test_floor_zero_touches_nothing_but_zeros():
    np.testing.assert_array_equal(raise_to_floor(np.array([0.0, 1e-300]), 0.0), [np.finfo(float).eps, 1e-300])


@pytest.mark.parametrize(
    "call",
    [
        lambda: hz_to_mel(-1.0),
        lambda: hz_to_mel(1.0, scale="bark"),
        lambda: mel_to_hz(-1.0),
        lambda: mel_to_hz(1.0, scale="bark"),
        lambda: mel_filterbank(sr=0, n_fft=512),
        lambda: mel_filterbank(sr=16000, n_fft=512, fmax=8001.0),
        lambda: mel_filterbank(sr=16000, n_fft=512, fmin=4000.0, fmax=4000.0),
        lambda: mel_filterbank(sr=16000, n_fft=512, n_mels=0),
        lambda: mel_filterbank(sr=16000, n_fft=512, edges="round"),
        lambda: mel_filterbank(sr=16000, n_fft=512, norm=1),
        lambda: log_mel(np.zeros(257), sr=16000),
        lambda: log_mel(np.full((257, 3), -20.0), sr=16000),
        lambda: log_mel(np.zeros((257, 3)), sr=16000, n_fft=1024),
        lambda: log_mel(np.zeros((257, 3)), sr=16000, floor=-1.0),
    ],
)
def test_bad_input_is_named(call):
    with pytest.raises(ValueError, match="got"):
        call()
