import dataclasses

import numpy as np
import pytest

from audiocls.conventions import settings
from audiocls.learn.frontend import RANGE_DB, SILENCE_DB, FrontEnd
from audiocls.learn.recipes import RECIPES
from audiocls.mfcc import log_mel_energies, mfcc
from audiocls.spectrogram import power_to_db


def sound(seconds=1.0):
    return np.random.default_rng(0).normal(0, 0.1, int(16_000 * seconds)).astype(np.float32)


def test_a_front_end_of_the_report_is_the_packages_mfcc():
    front_end = FrontEnd(kind="mfcc", seconds=1.0, n_features=13)
    assert front_end.shape == (99, 13)
    np.testing.assert_array_equal(front_end(sound()), mfcc(sound(), 16_000))


def test_log_mel_is_relative_to_the_loudest_point():
    front_end = FrontEnd(kind="log_mel", seconds=1.0, n_features=64)
    X = front_end(sound())
    assert X.max() == 0 and X.min() >= -RANGE_DB
    np.testing.assert_allclose(front_end(sound() / 1000), X, atol=1e-3)


def test_log_mel_is_the_decibels_of_a_hann_windowed_spectrum_through_exact_filters():
    front_end = FrontEnd(kind="log_mel", seconds=1.0, n_features=40)
    chosen = {"pre_emphasis": 0, "window": "hann", "n_mels": 40, "edges": "hz"}
    decibels = power_to_db(np.exp(log_mel_energies(sound(), 16_000, **chosen)), amin=1e-14)
    np.testing.assert_allclose(front_end.absolute(sound()), decibels, atol=1e-3)


def test_a_window_reads_the_same_alone_and_among_others():
    windows = np.stack([sound(2.0) * 10.0**-i for i in range(6)])
    front_end = RECIPES["cnn"].front_end
    np.testing.assert_allclose(front_end(windows), [front_end(y) for y in windows], rtol=0, atol=1e-4)


@pytest.mark.parametrize("kind", ["mfcc", "log_mel"])
def test_frames_and_steps_are_given_in_seconds_and_rounded_to_samples(kind):
    front_end = FrontEnd(kind=kind, seconds=1.5, n_features=12, sr=22_050, win_seconds=0.025, hop_seconds=0.010)
    s = front_end.settings
    assert (s.sr, s.win_length, s.hop_length, s.n_fft) == (22_050, 551, 221, 1024)
    assert front_end.length == 33_075
    assert front_end.shape == (s.frame_count(33_075), 12)
    assert front_end(np.zeros((2, 33_075))).shape == (2, *front_end.shape[::-1])


def test_the_number_of_features_is_of_coefficients_or_of_mel_bands():
    coefficients, bands = (FrontEnd(kind, 1.0, 20).settings for kind in ("mfcc", "log_mel"))
    assert coefficients == settings(16_000, n_mfcc=20)
    assert bands.n_mels == 20 and FrontEnd("log_mel", 1.0, 4)(sound()).shape == (4, 99)


def test_any_float_becomes_single_precision():
    front_end = FrontEnd("log_mel", 1.0, 32)
    assert front_end(sound().astype(float)).dtype == front_end(sound()).dtype == np.float32


def test_silence_around_a_clip_is_the_silence_of_the_front_end():
    front_end = RECIPES["cnn"].front_end
    np.testing.assert_allclose(front_end.absolute(np.zeros(16_000, np.float32)), SILENCE_DB, rtol=1e-6)


def test_an_unknown_front_end_is_an_error_and_a_front_end_does_not_change():
    with pytest.raises(ValueError, match="got 'wavelet'"):
        FrontEnd(kind="wavelet", seconds=1.0, n_features=8)
    with pytest.raises(dataclasses.FrozenInstanceError):
        FrontEnd("mfcc", 1.0, 13).n_features = 20
