import numpy as np
import pytest
import scipy.signal

from audiocls.periodogram import equivalent_segments, periodogram, welch

SR = 8000


def white(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("n", [1, 2, 3, 64, 101])
@pytest.mark.parametrize("window", ["boxcar", "hann"])
@pytest.mark.parametrize("scaling", ["density", "spectrum"])
@pytest.mark.parametrize("detrend", [False, True])
def test_periodogram_equals_scipy(n, window, scaling, detrend):
    y = 1 + white(2, n)
    f, power = periodogram(y, SR, window=window, scaling=scaling, detrend=detrend)
    f_scipy, expected = scipy.signal.periodogram(
        y, SR, window, scaling=scaling, detrend="constant" if detrend else False
    )
    np.testing.assert_allclose(f, f_scipy)
    np.testing.assert_allclose(power, expected, rtol=1e-10, atol=1e-20)


@pytest.mark.parametrize("segment_length", [32, 33, 100])
@pytest.mark.parametrize("overlap", [0.0, 0.5, 0.75])
@pytest.mark.parametrize("window", ["boxcar", "hann"])
@pytest.mark.parametrize("scaling", ["density", "spectrum"])
def test_welch_equals_scipy(segment_length, overlap, window, scaling):
    y = white(3, 1000)
    f, power = welch(y, SR, segment_length=segment_length, overlap=overlap, window=window, scaling=scaling)
    f_scipy, expected = scipy.signal.welch(
        y,
        SR,
        window,
        segment_length,
        noverlap=int(segment_length * overlap),
        scaling=scaling,
        detrend=False,
    )
    np.testing.assert_allclose(f, f_scipy)
    np.testing.assert_allclose(power, expected, rtol=1e-10)


@pytest.mark.parametrize("n", [500, 501])
def test_parseval_the_density_adds_up_to_the_mean_power(n):
    y = 0.3 + white(n)
    _, density = periodogram(y, SR)
    assert density.sum() * SR / n == pytest.approx(np.mean(y**2), rel=1e-12)


@pytest.mark.parametrize("n", [800, 1600])
def test_spectrum_of_a_tone_does_not_grow_with_length_but_density_does(n):
    y = 0.4 * np.sin(2 * np.pi * 1000 * np.arange(n) / SR)
    _, spectrum = periodogram(y, SR, window="hann", scaling="spectrum")
    assert spectrum.max() == pytest.approx(0.4**2 / 2)
    _, density = periodogram(y, SR)
    assert density.max() == pytest.approx(0.4**2 / 2 * n / SR)


def test_scatter_of_a_periodogram_does_not_shrink_with_length_but_that_of_welch_does():
    y = white(64000)
    scatter = {}
    for n in (2000, 64000):
        _, density = periodogram(y[:n], SR)
        scatter[n] = density[1:-1].std() / density[1:-1].mean()
    _, average = welch(y, SR, segment_length=2000, overlap=0, window="boxcar")
    assert scatter[2000] == pytest.approx(1, abs=0.1)
    assert scatter[64000] == pytest.approx(1, abs=0.05)
    assert average[1:-1].std() / average[1:-1].mean() == pytest.approx(1 / np.sqrt(32), rel=0.15)


@pytest.mark.parametrize("segments", [1, 2, 7])
@pytest.mark.parametrize("window", ["boxcar", "hann"])
def test_segments_without_overlap_all_count(segments, window):
    assert equivalent_segments(32 * segments + 31, segment_length=32, overlap=0, window=window) == segments


def test_two_half_overlapping_segments_by_hand():
    # boxcar: half of each is shared, a correlation of 1/2 squared; 2 / (1 + 2 * (1 - 1/2) * 1/4)
    assert equivalent_segments(6, segment_length=4, window="boxcar") == pytest.approx(2 / 1.25)
    # hann, 0 .5 1 .5: the products of the shared halves, 1 * 0 and .5 * .5, add up to .25, the squares to 1.5
    assert equivalent_segments(6, segment_length=4) == pytest.approx(2 / (1 + 1 / 36))


@pytest.mark.parametrize("overlap", [0.5, 0.75, 0.9])
@pytest.mark.parametrize("window", ["boxcar", "hann", "blackman"])
def test_equivalent_segments_predict_the_scatter(overlap, window):
    _, density = welch(white(300, 2000), SR, segment_length=200, overlap=overlap, window=window)
    inner = density[:, 3:-3]
    expected = equivalent_segments(2000, segment_length=200, overlap=overlap, window=window) ** -0.5
    assert inner.std() / inner.mean() == pytest.approx(expected, rel=0.03)


def test_float32_stays_float32():
    y = white(2, 100).astype(np.float32)
    assert periodogram(y, SR)[1].dtype == np.float32
    assert welch(y, SR, segment_length=20)[1].dtype == np.float32


@pytest.mark.parametrize(
    "call",
    [
        lambda: periodogram(np.arange(4), SR),
        lambda: periodogram(np.array([]), SR),
        lambda: periodogram(white(8), 0),
        lambda: periodogram(white(8), SR, window="square"),
        lambda: periodogram(white(8), SR, scaling="power"),
        lambda: welch(white(8), SR, segment_length=9),
        lambda: welch(white(8), SR, segment_length=0),
        lambda: welch(white(8), SR, segment_length=4, overlap=1),
        lambda: equivalent_segments(0, segment_length=1),
        lambda: equivalent_segments(8, segment_length=9),
        lambda: equivalent_segments(8, segment_length=4, overlap=-0.1),
        lambda: equivalent_segments(8, segment_length=4, window="square"),
    ],
)
def test_bad_input_is_named(call):
    with pytest.raises(ValueError, match="got"):
        call()
