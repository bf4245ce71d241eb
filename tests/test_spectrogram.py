import librosa
import numpy as np
import pytest
import scipy.signal

from audiocls.spectrogram import (
    frame,
    frame_times,
    griffin_lim,
    istft,
    power_to_db,
    spectrogram,
    stft,
)

SR = 16000
SETTINGS = [
    {"n_fft": 512, "hop_length": 128},
    {"n_fft": 512, "hop_length": 160, "win_length": 400},
    {"n_fft": 512, "hop_length": 160, "win_length": 401, "window": "hamming"},
    {"n_fft": 255, "hop_length": 64},
]


def sound(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize(("n", "frames"), [(10, 4), (11, 4), (12, 5), (4, 1)])
def test_frames_are_counted_and_cut_as_documented(n, frames):
    y = np.arange(float(n))
    cut = frame(y, frame_length=4, hop_length=2)
    assert cut.shape == (4, frames)
    for j in range(frames):
        np.testing.assert_array_equal(cut[:, j], y[2 * j : 2 * j + 4])
    assert np.shares_memory(cut, y)


def test_frames_of_a_batch_equal_librosa():
    y = sound(2, 3, 100)
    np.testing.assert_array_equal(
        frame(y, frame_length=16, hop_length=5), librosa.util.frame(y, frame_length=16, hop_length=5)
    )


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("n", [2000, 2001])
def test_stft_equals_librosa(settings, center, n):
    y = sound(2, n)
    expected = librosa.stft(y, center=center, **settings)
    np.testing.assert_allclose(stft(y, center=center, **settings), expected, atol=1e-10)


def test_stft_equals_scipy():
    y = sound(2, 2048)
    w = scipy.signal.get_window("hann", 256)
    _, _, expected = scipy.signal.stft(y, SR, window=w, nperseg=256, noverlap=192, boundary="zeros", padded=False)
    np.testing.assert_allclose(stft(y, n_fft=256, hop_length=64) / w.sum(), expected, atol=1e-12)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("n", [2000, 2001])
def test_istft_undoes_stft(settings, n):
    y = sound(2, n)
    window_settings = {k: v for k, v in settings.items() if k != "n_fft"}
    back = istft(stft(y, **settings), n_fft=settings["n_fft"], length=n, **window_settings)
    np.testing.assert_allclose(back, y, atol=1e-12)


def test_istft_undoes_stft_without_centring_where_the_frames_reach():
    y = sound(1024)
    settings = {"hop_length": 64, "window": "hamming", "center": False}
    np.testing.assert_allclose(istft(stft(y, n_fft=256, **settings), **settings), y, atol=1e-12)


@pytest.mark.parametrize("length", [None, 1900, 5000])
def test_istft_of_any_spectrum_equals_librosa(length):
    X = sound(257, 20) + 1j * sound(257, 20, seed=1)
    X[[0, -1]] = X[[0, -1]].real
    ours = istft(X, hop_length=128, win_length=400, length=length)
    expected = librosa.istft(X, hop_length=128, win_length=400, length=length)
    assert ours.shape == expected.shape
    np.testing.assert_allclose(ours, expected, atol=1e-10)


def test_a_hop_longer_than_the_frame_leaves_gaps():
    y = np.ones(20)
    X = stft(y, n_fft=4, hop_length=6, window="boxcar", center=False)
    back = istft(X, hop_length=6, window="boxcar", center=False)
    np.testing.assert_allclose(back, [1, 1, 1, 1, 0, 0] * 2 + [1, 1, 1, 1], atol=1e-12)


def test_spectrogram_shows_a_sine_at_its_power():
    n, k = 256, 20
    y = 0.5 * np.sin(2 * np.pi * k / n * np.arange(SR))
    S = spectrogram(y, n_fft=n, hop_length=64, center=False)
    expected = (0.5 * scipy.signal.get_window("hann", n).sum() / 2) ** 2
    np.testing.assert_allclose(S[k], expected, rtol=1e-12)
    assert (S.argmax(axis=0) == k).all()


def test_float32_stays_float32():
    y = sound(2, 600).astype(np.float32)
    X = stft(y, n_fft=128, hop_length=32)
    assert X.dtype == np.complex64
    assert istft(X, hop_length=32).dtype == np.float32
    assert spectrogram(y, n_fft=128, hop_length=32).dtype == np.float32
    assert power_to_db(np.abs(X) ** 2, top_db=80).dtype == np.float32
    assert griffin_lim(np.abs(X), hop_length=32, n_iter=1).dtype == np.float32


@pytest.mark.parametrize("top_db", [None, 30, 80])
def test_decibels_of_one_clip_equal_librosa(top_db):
    S = sound(20, 30) ** 2 * np.logspace(-14, 0, 30)
    expected = librosa.power_to_db(S, ref=0.1, top_db=top_db)
    np.testing.assert_allclose(power_to_db(S, ref=0.1, top_db=top_db), expected, atol=1e-10)


def test_a_clip_does_not_depend_on_its_neighbours_in_a_batch():
    quiet, loud = sound(20, 30) ** 2 * 1e-8, sound(20, 30) ** 2
    np.testing.assert_array_equal(power_to_db(np.stack([quiet, loud]), top_db=40)[0], power_to_db(quiet, top_db=40))


def test_frames_are_a_hop_apart():
    np.testing.assert_allclose(frame_times(3, sr=1000, hop_length=10, offset=5), [0.005, 0.015, 0.025])


def spectral_error(y, magnitude, **settings):
    return np.linalg.norm(np.abs(stft(y, **settings)) - magnitude) / np.linalg.norm(magnitude)


def test_griffin_lim_without_momentum_never_gets_worse():
    settings = {"n_fft": 256, "hop_length": 64}
    magnitude = np.abs(stft(sound(2048), **settings))
    errors = [
        spectral_error(griffin_lim(magnitude, hop_length=64, n_iter=j, momentum=0, length=2048), magnitude, **settings)
        for j in range(0, 12)
    ]
    assert (np.diff(errors) <= 1e-9).all()
    assert errors[-1] < 0.5 * errors[0]


def test_griffin_lim_with_momentum_comes_as_near_as_librosa():
    settings = {"n_fft": 256, "hop_length": 64}
    magnitude = np.abs(stft(sound(4096), **settings))
    ours = griffin_lim(magnitude, hop_length=64, length=4096)
    theirs = librosa.griffinlim(magnitude, hop_length=64, length=4096, random_state=0)
    assert spectral_error(ours, magnitude, **settings) < 1.2 * spectral_error(theirs, magnitude, **settings)


def test_griffin_lim_is_reproducible_by_its_seed():
    magnitude = np.abs(stft(sound(2, 1000), n_fft=128, hop_length=32))
    y = griffin_lim(magnitude, hop_length=32, n_iter=2, seed=5)
    np.testing.assert_array_equal(y, griffin_lim(magnitude, hop_length=32, n_iter=2, seed=5))
    assert not np.allclose(y, griffin_lim(magnitude, hop_length=32, n_iter=2, seed=6))


@pytest.mark.parametrize("frames", [1, 2])
@pytest.mark.parametrize("center", [True, False])
def test_griffin_lim_takes_very_few_frames(frames, center):
    assert np.isfinite(griffin_lim(np.ones((65, frames)), hop_length=32, n_iter=2, center=center, length=50)).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: frame(np.zeros(3), frame_length=4, hop_length=1),
        lambda: frame(np.zeros(3), frame_length=0, hop_length=1),
        lambda: frame(np.zeros(3), frame_length=2, hop_length=0),
        lambda: stft(np.zeros(8, dtype=np.int16), n_fft=4, hop_length=2),
        lambda: stft(np.array([]), n_fft=4, hop_length=2),
        lambda: stft(np.zeros(3), n_fft=4, hop_length=2, center=False),
        lambda: stft(np.zeros(8), n_fft=4, hop_length=2, win_length=5),
        lambda: stft(np.zeros(8), n_fft=4, hop_length=2, window="henn"),
        lambda: istft(np.zeros((3, 2)), hop_length=2),
        lambda: istft(np.zeros((3, 2), dtype=complex), hop_length=2, n_fft=8),
        lambda: istft(np.zeros((3, 2), dtype=complex), hop_length=0),
        lambda: power_to_db(np.array([1j])),
        lambda: power_to_db(np.array([-1.0])),
        lambda: power_to_db(np.array([1.0]), ref=0),
        lambda: power_to_db(np.array([1.0]), top_db=-1),
        lambda: griffin_lim(np.zeros((3, 2), dtype=complex), hop_length=2),
        lambda: griffin_lim(np.full((3, 2), -1.0), hop_length=2),
        lambda: griffin_lim(np.ones((3, 2)), hop_length=2, momentum=1),
    ],
)
def test_bad_input_is_named(call):
    with pytest.raises(ValueError, match="got"):
        call()
