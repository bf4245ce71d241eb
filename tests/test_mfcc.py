import importlib.util
import itertools
import tracemalloc
from pathlib import Path

import librosa
import numpy as np
import pytest
import python_speech_features as psf
import scipy.fft

from audiocls import mfcc as module
from audiocls.conventions import settings
from audiocls.measure.results import read_json
from audiocls.mel import mel_filterbank
from audiocls.mfcc import (
    dct_matrix,
    delta,
    frame_power,
    invert_mfcc,
    lifter_weights,
    log_mel_energies,
    mfcc,
    mfcc_to_log_mel,
    pre_emphasis,
)

RATES = [8000, 16000, 22050, 44100, 48000]
SR = 16000


def sound(seconds=1.0, sr=SR, seed=0):
    """Decaying noise and a tone, with a silence in the middle."""
    n = int(seconds * sr)
    t = np.arange(n) / sr
    y = 0.3 * np.exp(-4 * t) * np.random.default_rng(seed).standard_normal(n) + 0.2 * np.sin(2 * np.pi * 440 * t)
    y[n // 2 : n // 2 + n // 5] = 0
    return y


def test_one_second_at_16_khz_is_13_by_99():
    assert mfcc(sound(), SR).shape == (13, 99)


@pytest.mark.parametrize("sr", RATES)
@pytest.mark.parametrize("seconds", [0.003, 0.025, 1.0, 1.237])
def test_default_equals_python_speech_features(sr, seconds):
    y = sound(seconds, sr)
    expected = psf.mfcc(y, sr, nfft=settings(sr).n_fft).T
    np.testing.assert_allclose(mfcc(y, sr), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("sr", RATES)
@pytest.mark.parametrize("seconds", [0.3, 1.237])
def test_librosa_convention_equals_librosa(sr, seconds):
    y = sound(seconds, sr)
    expected = librosa.feature.mfcc(y=y, sr=sr, dtype=np.float64)
    np.testing.assert_allclose(mfcc(y, sr, convention="librosa"), expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"n_mfcc": 20, "n_mels": 40}, {"numcep": 20, "nfilt": 40}),
        ({"pre_emphasis": 0.0}, {"preemph": 0}),
        ({"lifter": 0}, {"ceplifter": 0}),
        ({"c0": "dct"}, {"appendEnergy": False}),
        ({"fmin": 100.0, "fmax": 6000.0}, {"lowfreq": 100, "highfreq": 6000}),
        ({"window": "hann"}, {"winfunc": lambda n: 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)}),
        ({"win_length": 800, "hop_length": 320, "n_fft": 2048}, {"winlen": 0.05, "winstep": 0.02, "nfft": 2048}),
    ],
)
def test_each_option_of_python_speech_features_has_a_switch(ours, theirs):
    y = sound()
    np.testing.assert_allclose(mfcc(y, SR, **ours), psf.mfcc(y, SR, **theirs).T, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"n_mfcc": 13, "n_mels": 64}, {"n_mfcc": 13, "n_mels": 64}),
        ({"n_fft": 512, "win_length": 400, "hop_length": 160}, {"n_fft": 512, "win_length": 400, "hop_length": 160}),
        ({"scale": "htk"}, {"htk": True}),
        ({"norm": None}, {"mel_norm": None}),
        ({"window": "hamming"}, {"window": "hamming"}),
        ({"spectrum": "magnitude"}, {"power": 1.0}),
        ({"fmin": 100.0, "fmax": 6000.0}, {"fmin": 100.0, "fmax": 6000.0}),
    ],
)
def test_each_option_of_librosa_has_a_switch(ours, theirs):
    y = sound()
    n_mels = {"n_mels": 40}  # 128 leave some filters empty at the smaller sizes
    expected = librosa.feature.mfcc(y=y, sr=SR, dtype=np.float64, **(n_mels | theirs))
    np.testing.assert_allclose(mfcc(y, SR, convention="librosa", **(n_mels | ours)), expected, rtol=0, atol=1e-4)


def test_log_mel_energies_equal_logfbank():
    y = sound()
    np.testing.assert_allclose(log_mel_energies(y, SR), psf.logfbank(y, SR).T, rtol=0, atol=1e-6)


def test_log_mel_energies_in_decibels_equal_librosa():
    y = sound()
    S = librosa.feature.melspectrogram(y=y, sr=SR, dtype=np.float64)
    expected = librosa.power_to_db(S)
    np.testing.assert_allclose(log_mel_energies(y, SR, convention="librosa"), expected, rtol=0, atol=1e-4)


def test_the_steps_one_by_one_give_the_whole():
    y = sound()
    S = frame_power(y, SR)
    assert S.shape == (257, 99)
    L = np.log(np.where(S.sum(axis=0) > 0, mel_filterbank(sr=SR, n_fft=512, edges="bins") @ S, np.finfo(float).eps))
    np.testing.assert_allclose(log_mel_energies(y, SR), L, atol=1e-9)
    C = lifter_weights(13)[:, None] * (dct_matrix(13, 26) @ L)
    C[0] = np.log(np.maximum(S.sum(axis=0), np.finfo(float).eps))
    np.testing.assert_allclose(mfcc(y, SR), C, atol=1e-9)


def test_frame_power_equals_python_speech_features_frame_by_frame():
    y = sound()
    frames = psf.sigproc.framesig(psf.sigproc.preemphasis(y, 0.97), 400, 160)
    np.testing.assert_allclose(frame_power(y, SR), psf.sigproc.powspec(frames, 512).T, atol=1e-12)


def test_log_mel_energies_of_few_filters_ask_for_no_coefficients():
    y, S = sound(), frame_power(sound(), SR)
    L = log_mel_energies(y, SR, n_mels=4)
    assert L.shape == (4, 99) and mfcc(y, SR, n_mels=4).shape == (4, 99)
    filters = mel_filterbank(sr=SR, n_fft=512, n_mels=4, edges="bins")
    np.testing.assert_allclose(np.exp(L), np.maximum(filters @ S, np.finfo(float).eps), rtol=1e-9)


@pytest.mark.filterwarnings("ignore:.*hold no bin")
def test_filters_without_a_bin_give_the_logarithm_of_the_floor():
    L = log_mel_energies(sound(), SR, n_mels=400, win_length=64, n_fft=64)
    filters = mel_filterbank(sr=SR, n_fft=64, n_mels=400, edges="bins")
    E = filters @ frame_power(sound(), SR, win_length=64, n_fft=64)
    assert (filters.max(axis=1).reshape(50, 8) == 0).all(axis=1).any()  # eight neighbours are empty
    np.testing.assert_allclose(L, np.log(np.where(E == 0, np.finfo(float).eps, E)), atol=1e-9)


@pytest.mark.parametrize("framing", ["pad_end", "center"])
def test_pre_emphasis_within_is_pre_emphasis_before(framing):
    y = sound()
    before = mfcc(pre_emphasis(y, coefficient=0.9), SR, pre_emphasis=0.0, framing=framing)
    np.testing.assert_allclose(mfcc(y, SR, pre_emphasis=0.9, framing=framing), before, atol=1e-9)


def test_memory_grows_with_the_sound_and_not_with_its_frames():
    def peak(seconds):
        y = np.zeros(seconds * SR, np.float32)
        tracemalloc.start()
        mfcc(y, SR, hop_length=16, n_mels=13)  # one frame of 512 samples per 16
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    frames = 20 * SR // 16 * 512 * 4  # bytes of the frames alone, of 20 s
    assert peak(40) - peak(20) < frames / 4


@pytest.mark.parametrize("convention", ["psf", "librosa"])
def test_a_batch_equals_its_clips_one_by_one(convention):
    y = np.stack([[sound(0.2, seed=3 * i + j) * 10.0 ** -(i + j) for j in range(3)] for i in range(2)])
    together = mfcc(y, SR, convention=convention, n_mels=40)
    for i, j in itertools.product(range(2), range(3)):
        alone = mfcc(y[i, j], SR, convention=convention, n_mels=40)
        np.testing.assert_allclose(together[i, j], alone, atol=1e-9)


@pytest.mark.parametrize("block", [1, 7, 100, 250])
def test_the_size_of_a_block_changes_nothing(block, monkeypatch):
    y = np.stack([sound(1.1, seed=j) for j in range(5)])
    whole, power = mfcc(y, SR), frame_power(y, SR)
    monkeypatch.setattr(module, "_BLOCK_SAMPLES", 512 * block)
    np.testing.assert_allclose(mfcc(y, SR), whole, atol=1e-9)
    np.testing.assert_allclose(frame_power(y, SR), power, atol=1e-12)


def test_a_view_with_strides_gives_the_same_as_its_copy():
    y = np.asfortranarray(np.stack([sound(0.3, seed=j) for j in range(4)]))
    np.testing.assert_allclose(mfcc(y[::2], SR), mfcc(y[::2].copy(), SR), atol=1e-12)


@pytest.mark.parametrize("convention", ["psf", "librosa"])
def test_float32_stays_float32_and_near_float64(convention):
    y = sound().astype(np.float32)
    single, double = (mfcc(y.astype(dtype), SR, convention=convention) for dtype in (np.float32, np.float64))
    assert single.dtype == np.float32 and double.dtype == np.float64
    np.testing.assert_allclose(single, double, atol=5e-3)
    assert frame_power(y, SR).dtype == np.float32


def test_half_precision_is_computed_in_single():
    y = sound(0.2).astype(np.float16)
    np.testing.assert_array_equal(mfcc(y, SR), mfcc(y.astype(np.float32), SR))


def test_the_waveform_is_not_changed():
    y = sound()
    before = y.copy()
    mfcc(y, SR)
    np.testing.assert_array_equal(y, before)


def test_silence_is_the_log_of_the_floor():
    C = mfcc(np.zeros(SR), SR)
    np.testing.assert_allclose(C[0], -36.04, atol=0.005)
    np.testing.assert_allclose(C[1:], 0, atol=1e-10)


@pytest.mark.parametrize("n", [1, 2, 399, 400, 401])
@pytest.mark.parametrize("convention", ["psf", "librosa"])
def test_a_sound_shorter_than_a_frame_is_padded_to_one(n, convention):
    C = mfcc(np.full(n, 0.1), SR, convention=convention)
    assert C.shape[1] == settings(SR, convention=convention).frame_count(n) >= 1
    assert np.isfinite(C).all()


def test_ten_times_louder_moves_c0_only_and_by_its_decibels():
    y = np.random.default_rng(0).standard_normal(SR)
    change = mfcc(10 * y, SR) - mfcc(y, SR)
    np.testing.assert_allclose(change[0], 20 / (10 / np.log(10)), atol=1e-9)
    np.testing.assert_allclose(change[1:], 0, atol=1e-8)


def test_pre_emphasis_by_hand_and_on_a_batch():
    np.testing.assert_allclose(pre_emphasis([1.0, 2.0, 4.0], coefficient=0.5), [1, 1.5, 3])
    y = np.random.default_rng(0).standard_normal((2, 9))
    np.testing.assert_allclose(pre_emphasis(y)[1], psf.sigproc.preemphasis(y[1], 0.97))


def test_dct_matrix_is_the_orthonormal_cosine_transform():
    L = np.random.default_rng(0).standard_normal((26, 7))
    np.testing.assert_allclose(dct_matrix(13, 26) @ L, scipy.fft.dct(L, axis=0, norm="ortho")[:13], atol=1e-12)
    np.testing.assert_allclose(dct_matrix(26, 26) @ dct_matrix(26, 26).T, np.eye(26), atol=1e-12)


def test_lifter_equals_python_speech_features():
    np.testing.assert_allclose(lifter_weights(13, lifter=22), psf.lifter(np.ones((1, 13)), 22)[0])


@pytest.mark.parametrize("width", [3, 5, 9])
def test_delta_equals_both_libraries(width):
    features = np.random.default_rng(0).standard_normal((4, 20))
    np.testing.assert_allclose(delta(features, width=width), psf.delta(features.T, width // 2).T, atol=1e-12)
    expected = librosa.feature.delta(features, width=width, mode="nearest")
    np.testing.assert_allclose(delta(features, width=width), expected, atol=1e-12)


def test_delta_of_a_constant_is_zero_and_of_fewer_frames_than_its_width_works():
    np.testing.assert_array_equal(delta(np.full((2, 13, 3), 7.0), width=9), np.zeros((2, 13, 3)))


@pytest.mark.parametrize("convention", ["psf", "librosa"])
def test_all_coefficients_give_back_the_log_mel_energies(convention):
    y = sound()
    options = {"convention": convention, "n_mels": 40, "c0": "dct"}
    L = mfcc_to_log_mel(mfcc(y, SR, n_mfcc=40, **options), SR, **options)
    np.testing.assert_allclose(L, log_mel_energies(y, SR, **options), atol=1e-9)


def test_energy_as_c0_gives_back_the_level():
    y = 0.1 * np.random.default_rng(0).standard_normal(SR)
    L = mfcc_to_log_mel(mfcc(y, SR, n_mfcc=26), SR)
    error = L - log_mel_energies(y, SR)
    assert abs(error.mean()) < 0.1 and error.std(axis=0).max() < 1e-9


@pytest.mark.parametrize("options", [{}, {"window": "hann"}, {"c0": "dct"}, {"convention": "librosa", "n_mels": 40}])
def test_a_sound_made_from_coefficients_has_nearly_those_coefficients(options):
    y = 0.1 * np.random.default_rng(0).standard_normal(SR)
    y *= 0.6 + 0.4 * np.sin(2 * np.pi * 3 * np.arange(SR) / SR)
    C = mfcc(y, SR, **options)
    inverted = invert_mfcc(C, SR, length=SR, **options)
    assert inverted.shape == (SR,)
    decibels = 10 / np.log(10) if options.get("convention") != "librosa" else 1
    difference = decibels * (log_mel_energies(inverted, SR, **options) - log_mel_energies(y, SR, **options))
    assert np.abs(difference).mean() < 2.5
    assert np.abs(inverted).max() < 3 * np.abs(y).max()


def test_more_coefficients_survive_better():
    y = sound(0.5)
    errors = []
    for n_mfcc in (5, 13, 26):
        L = mfcc_to_log_mel(mfcc(y, SR, n_mfcc=n_mfcc, c0="dct"), SR, c0="dct")
        errors.append(np.abs(L - log_mel_energies(y, SR)).mean())
    assert errors[0] > errors[1] > errors[2] and errors[2] < 1e-9


def test_inversion_takes_a_batch_keeps_float32_and_is_reproducible():
    C = mfcc(np.stack([sound(0.2), sound(0.2, seed=1)]).astype(np.float32), SR)
    y = invert_mfcc(C, SR, n_iter=2, seed=1)
    assert y.shape == (2, 18 * 160 + 400) and y.dtype == np.float32
    np.testing.assert_array_equal(y, invert_mfcc(C, SR, n_iter=2, seed=1))
    assert not np.allclose(y, invert_mfcc(C, SR, n_iter=2, seed=2))


@pytest.mark.parametrize(
    "call",
    [
        lambda: mfcc(np.zeros(100, dtype=np.int16), SR),
        lambda: mfcc(np.array([]), SR),
        lambda: mfcc(np.array([0.0, np.inf]), SR),
        lambda: mfcc(np.zeros(100), 0),
        lambda: mfcc(np.zeros(100), SR, n_fft=256),
        lambda: mfcc(np.zeros(100), SR, window="henn"),
        lambda: mfcc(np.zeros(100), SR, fmax=9000.0),
        lambda: mfcc(np.zeros(100), SR, convention="kaldi"),
        lambda: log_mel_energies(np.zeros(100), SR, floor=-1.0),
        lambda: dct_matrix(27, 26),
        lambda: lifter_weights(13, lifter=-1),
        lambda: delta(np.zeros((13, 9)), width=4),
        lambda: delta(np.zeros((13, 0)), width=5),
        lambda: mfcc_to_log_mel(np.zeros(13), SR),
        lambda: mfcc_to_log_mel(np.full((13, 2), np.nan), SR),
        lambda: invert_mfcc(np.zeros((27, 2)), SR),
    ],
)
def test_bad_input_is_named(call):
    with pytest.raises(ValueError, match="got"):
        call()


@pytest.mark.slow
def test_the_benchmark_runs_prints_its_ratios_and_writes_them_where_it_is_told(capsys, tmp_path):
    path = Path(__file__).parent.parent / "benchmarks" / "features.py"
    if not path.exists():
        pytest.skip("the benchmarks are part of the checkout only")
    spec = importlib.util.spec_from_file_location("features", path)
    features = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(features)
    out = tmp_path / "features.json"
    features.main(["--clips", "4", "--rounds", "1", "--files", "4", "--job-rounds", "1", "--out", str(out)])
    assert read_json(out)["clips"] == 4 and read_json(out)["jobs"]["4"]["files"] == 4
    printed = capsys.readouterr().out
    assert "python_speech_features, clip by clip" in printed and " x the time of audiocls" in printed
