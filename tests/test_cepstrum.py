import numpy as np
import pytest
import scipy.signal

from audiocls.cepstrum import cepstral_pitch, lifter, real_cepstrum, spectral_envelope
from audiocls.fourier import magnitude_spectrum, synthesize

SR = 16000


@pytest.mark.parametrize("n", [16, 17, 1, 2])
@pytest.mark.parametrize("padded", [0, 5])
def test_real_cepstrum_is_the_transform_of_the_log_spectrum(n, padded):
    y = np.random.default_rng(n).standard_normal((2, n)) + 3
    quefrencies, cepstrum = real_cepstrum(y, SR, window="boxcar", n_fft=n + padded)
    expected = np.fft.ifft(np.log(np.abs(np.fft.fft(y, n + padded)))).real
    np.testing.assert_allclose(cepstrum, expected, atol=1e-12)
    np.testing.assert_allclose(quefrencies, np.arange(n + padded) / SR)


def test_an_echo_is_a_peak_at_its_delay_and_half_as_high_as_it_is_loud():
    # log|1 + a exp(-i w d)| = a cos(w d) - ...: the cepstrum has a / 2 on each side.
    y = np.random.default_rng(0).standard_normal(16384)
    delay, strength = 200, 0.4
    echoed = y + strength * np.roll(y, delay)
    _, before = real_cepstrum(y, SR, window="boxcar")
    quefrencies, after = real_cepstrum(echoed, SR, window="boxcar")
    gain = after - before
    assert quefrencies[1 + gain[1:8000].argmax()] == pytest.approx(0.0125)
    assert gain[delay] == pytest.approx(strength / 2, abs=1e-6)


def test_louder_changes_the_first_value_only():
    y = np.random.default_rng(0).standard_normal(512)
    difference = real_cepstrum(3 * y, SR)[1] - real_cepstrum(y, SR)[1]
    assert difference[0] == pytest.approx(np.log(3))
    np.testing.assert_allclose(difference[1:], 0, atol=1e-12)


def test_source_and_filter_add_up():
    n = 1024
    rng = np.random.default_rng(0)
    source, response = rng.standard_normal(n), np.concatenate([np.exp(-np.arange(30) / 5), np.zeros(n - 30)])
    both = np.fft.irfft(np.fft.rfft(source) * np.fft.rfft(response), n)
    total = real_cepstrum(source, SR, window="boxcar")[1] + real_cepstrum(response, SR, window="boxcar")[1]
    np.testing.assert_allclose(real_cepstrum(both, SR, window="boxcar")[1], total, atol=1e-10)


def test_silence_has_a_finite_cepstrum():
    assert np.isfinite(real_cepstrum(np.zeros((2, 64)), SR)[1]).all()
    assert np.isfinite(real_cepstrum(np.zeros(64, np.float32), SR)[1]).all()


@pytest.mark.parametrize("n", [100, 101])
def test_low_and_high_quefrencies_add_up_and_stay_symmetric(n):
    cepstrum = real_cepstrum(np.random.default_rng(0).standard_normal(n), SR)[1]
    low, high = (lifter(cepstrum, SR, cut=20 / SR, keep=keep) for keep in ("low", "high"))
    np.testing.assert_array_equal(low + high, cepstrum)
    assert np.count_nonzero(low) == 39  # 0 and 1 to 19 on either side
    np.testing.assert_allclose(low[1:], low[:0:-1], atol=1e-15)


def test_envelope_follows_the_filter_and_not_the_harmonics():
    pulses = np.zeros(4096)
    pulses[::80] = 1  # 200 Hz through resonances at 1 and 3 kHz
    poles = np.array([0.95 * np.exp(2j * np.pi * 1000 / SR), 0.9 * np.exp(2j * np.pi * 3000 / SR)])
    denominator = np.poly(np.concatenate([poles, poles.conj()])).real
    y = scipy.signal.lfilter([1], denominator, pulses)[2000:3024]
    frequencies, envelope = spectral_envelope(y, SR)
    _, spectrum = magnitude_spectrum(y, SR)
    _, response = scipy.signal.freqz([1], denominator, frequencies, fs=SR)
    band = (frequencies > 100) & (frequencies < 6000)

    def likeness(curve):
        return np.corrcoef(np.log(curve[band]), np.log(np.abs(response[band])))[0, 1]

    assert likeness(envelope) > 0.94
    assert likeness(spectrum) < 0.6


@pytest.mark.parametrize("n", [300, 301])
def test_envelope_with_every_quefrency_is_the_spectrum(n):
    y = np.random.default_rng(0).standard_normal((2, n))
    np.testing.assert_allclose(spectral_envelope(y, SR, cut=1.0)[1], magnitude_spectrum(y, SR)[1], rtol=1e-9)


@pytest.mark.parametrize("f0", [98.0, 220.0, 246.9, 440.0, 659.3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pitch_of_a_bright_note_is_found_within_ten_cents(f0, dtype):
    k = np.arange(1, int(7000 / f0))
    y = synthesize(f0 * k, 0.3 / k, k * 1.3, sr=SR, seconds=0.128).astype(dtype)
    assert abs(1200 * np.log2(cepstral_pitch(y, SR, fmin=60, fmax=1000) / f0)) < 10


def test_pitch_is_found_when_the_fundamental_is_missing():
    k = np.arange(3, 30)
    y = synthesize(150.0 * k, np.ones(len(k)), k * 0.9, sr=SR, seconds=0.1)
    assert cepstral_pitch(y, SR, fmin=60, fmax=500) == pytest.approx(150, rel=0.01)


def test_pitch_of_a_batch_and_of_silence():
    pulses = scipy.signal.square(2 * np.pi * 200 * np.arange(2048) / SR, duty=0.1)
    f0 = cepstral_pitch(np.stack([pulses, np.zeros(2048)]), SR, fmin=100, fmax=400)
    assert f0.shape == (2,)
    assert f0[0] == pytest.approx(200, rel=0.01) and np.isnan(f0[1])


@pytest.mark.parametrize(
    "call",
    [
        lambda: real_cepstrum(np.arange(8), SR),
        lambda: real_cepstrum(np.array([]), SR),
        lambda: real_cepstrum(np.ones(8), 0),
        lambda: real_cepstrum(np.ones(8), SR, n_fft=4),
        lambda: real_cepstrum(np.ones(8), SR, floor=0),
        lambda: lifter(np.arange(8), SR, cut=0.1),
        lambda: lifter(np.ones(8), SR, cut=-0.1),
        lambda: lifter(np.ones(8), SR, cut=0.1, keep="middle"),
        lambda: cepstral_pitch(np.ones(100), SR, fmin=100, fmax=400),
        lambda: cepstral_pitch(np.ones(1000), SR, fmin=400, fmax=100),
        lambda: cepstral_pitch(np.ones(1000), SR, fmin=100, fmax=9000),
    ],
)
def test_bad_input_is_named(call):
    with pytest.raises(ValueError, match="got"):
        call()
