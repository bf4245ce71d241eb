from typing import get_args

import numpy as np
import pytest
import scipy.signal

from audiocls import fourier

SR = 8000


def cosine(frequency, *, n, amplitude=1.0, phase=0.0, sr=SR):
    return amplitude * np.cos(2 * np.pi * frequency * np.arange(n) / sr + phase)


@pytest.mark.parametrize("n", [1, 2, 7, 64, 255])
def test_dft_by_its_definition_equals_the_fft(n):
    y = np.random.default_rng(n).standard_normal((2, n))
    np.testing.assert_allclose(fourier.dft(y), np.fft.fft(y), atol=1e-12)


def test_dft_of_four_samples_worked_by_hand():
    # 1 - i*2 - 3 + i*4: the rows of the matrix are 1; 1, -i, -1, i; 1, -1, 1, -1; 1, i, -1, -i.
    np.testing.assert_allclose(fourier.dft([1.0, 2.0, 3.0, 4.0]), [10, -2 + 2j, -2, -2 - 2j], atol=1e-14)


def test_dft_matrix_is_unitary_but_for_the_factor_n():
    W = fourier.dft_matrix(9)
    np.testing.assert_allclose(W @ W.conj().T, 9 * np.eye(9), atol=1e-12)


@pytest.mark.parametrize("n_fft", [7, 8])
def test_bin_frequencies_equal_numpy(n_fft):
    np.testing.assert_allclose(fourier.fft_frequencies(sr=SR, n_fft=n_fft), np.fft.rfftfreq(n_fft, 1 / SR))


@pytest.mark.parametrize("name", get_args(fourier.WindowName))
@pytest.mark.parametrize("n", [1, 2, 5, 64])
@pytest.mark.parametrize("periodic", [True, False])
def test_windows_equal_scipy(name, n, periodic):
    expected = scipy.signal.get_window(name, n, fftbins=periodic)
    np.testing.assert_allclose(fourier.window(name, n, periodic=periodic), expected, atol=1e-12)


def test_a_cached_window_cannot_be_changed_by_its_user():
    with pytest.raises(ValueError, match="read-only"):
        fourier.window("hann", 16)[0] = 1


@pytest.mark.parametrize("window", ["boxcar", "hann", "blackmanharris"])
@pytest.mark.parametrize("n", [400, 401])
def test_a_sine_on_a_bin_reads_its_amplitude_under_every_window(window, n):
    frequencies, magnitude = fourier.magnitude_spectrum(cosine(20 * SR / n, n=n, amplitude=0.3), SR, window=window)
    assert frequencies[20] == pytest.approx(20 * SR / n)
    assert magnitude[20] == pytest.approx(0.3, abs=1e-12)


def test_constant_and_nyquist_are_not_doubled():
    n = 64
    _, magnitude = fourier.magnitude_spectrum(0.25 + 0.5 * (-1.0) ** np.arange(n), SR, window="boxcar")
    assert magnitude[0] == pytest.approx(0.25)
    assert magnitude[-1] == pytest.approx(0.5)


def test_the_highest_bin_of_an_odd_length_has_a_mirror_image():
    n = 65
    _, magnitude = fourier.magnitude_spectrum(cosine(32 * SR / n, n=n, amplitude=0.5), SR, window="boxcar")
    assert magnitude[-1] == pytest.approx(0.5)


def test_zero_padding_adds_points_between_the_same_points():
    y = np.random.default_rng(0).standard_normal(100)
    _, coarse = fourier.magnitude_spectrum(y, SR)
    _, fine = fourier.magnitude_spectrum(y, SR, n_fft=400)
    np.testing.assert_allclose(fine[::4], coarse, atol=1e-12)


def test_spectrum_works_on_the_last_axis_and_keeps_float32():
    y = np.random.default_rng(0).standard_normal((2, 3, 50)).astype(np.float32)
    _, magnitude = fourier.magnitude_spectrum(y, SR)
    assert magnitude.shape == (2, 3, 26) and magnitude.dtype == np.float32
    np.testing.assert_array_equal(magnitude[1, 2], fourier.magnitude_spectrum(y[1, 2], SR)[1])


def test_partials_between_bins_are_found_within_a_hundredth_of_a_bin():
    expected = np.array([[441.3, 0.5, 0.4], [1203.7, 0.2, -2.0], [3001.1, 0.01, 1.5]]).T
    y = fourier.synthesize(*expected, sr=SR, seconds=0.25)
    frequencies, amplitudes, phases = fourier.strongest_partials(y, SR, k=3)
    np.testing.assert_allclose(frequencies, expected[0], atol=0.04)  # a bin is 4 Hz
    np.testing.assert_allclose(amplitudes, expected[1], rtol=1e-2)
    np.testing.assert_allclose(phases, expected[2], atol=0.05)


def test_a_note_is_rebuilt_better_from_more_partials():
    k = np.arange(1, 9)
    y = fourier.synthesize(220.5 * k, 0.5 / k, k * 0.7, sr=SR, seconds=0.5)
    errors = []
    for count in (1, 4, 8):
        rebuilt = fourier.synthesize(*fourier.strongest_partials(y, SR, k=count), sr=SR, seconds=0.5)
        errors.append(np.sqrt(np.mean((y - rebuilt) ** 2)))
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.02 * np.sqrt(np.mean(y**2))


def test_silence_has_no_partials():
    assert [len(values) for values in fourier.strongest_partials(np.zeros(100), SR, k=3)] == [0, 0, 0]


@pytest.mark.parametrize(
    "call",
    [
        lambda: fourier.dft(np.array([1, 2, 3])),
        lambda: fourier.dft(np.array([])),
        lambda: fourier.dft(np.array([0.0, np.nan])),
        lambda: fourier.dft_matrix(0),
        lambda: fourier.fft_frequencies(sr=0, n_fft=8),
        lambda: fourier.fft_frequencies(sr=SR, n_fft=0),
        lambda: fourier.window("henn", 8),
        lambda: fourier.window(np.hanning(8), 8),
        lambda: fourier.window("hann", 0),
        lambda: fourier.magnitude_spectrum(np.zeros(8), -1),
        lambda: fourier.magnitude_spectrum(np.zeros(8), SR, n_fft=7),
        lambda: fourier.strongest_partials(np.zeros((2, 8)), SR, k=1),
        lambda: fourier.strongest_partials(np.zeros(8), SR, k=0),
        lambda: fourier.synthesize([4001.0], [1.0], sr=SR, seconds=1),
        lambda: fourier.synthesize([1.0, 2.0], [1.0], sr=SR, seconds=1),
        lambda: fourier.synthesize([1.0], [1.0], sr=SR, seconds=0),
    ],
)
def test_bad_input_is_named(call):
    with pytest.raises(ValueError, match="got"):
        call()
