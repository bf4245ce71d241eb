"""The explorables in a browser: they mount, answer to mouse and keyboard, say and sound what they should, and stop.

Most tests open a bare page from the disk that loads the files as the directive does; the last ones look at the site.
"""

import importlib.util
import re
import shutil
from functools import cache

import numpy as np
import pytest

from .conftest import FLAGS, ROOT, find_browser, serve

pytestmark = pytest.mark.slow

STATIC = ROOT / "book" / "_static"
FOLDER = STATIC / "explorables"
NAMES = sorted(path.stem for path in FOLDER.glob("[0-9][0-9]_*.js") if not path.stem.endswith("_data"))
RATE = 44_100
TOUCH = 44  # px, the least height of a control on a phone

PAGE = """<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8"><title>{name}</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="{static}/book.css"><link rel="stylesheet" href="{static}/explorables/explorables.css">
{scripts}<body style="padding: 20px"><figure class="explorable" data-explorable="{name}" aria-label="{name}">
<div class="explorable-fallback">Picture</div><figcaption>Caption</figcaption></figure>
<div style="height: 3000px"></div>"""


@cache
def extension():
    """The directive's module, which knows what a page loads."""
    spec = importlib.util.spec_from_file_location("explorables_directive", ROOT / "book" / "_ext" / "explorables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page_with(name, static):
    """Write a bare page that loads one explorable."""
    files = extension().files_of(name)
    scripts = "".join(f'<script defer src="{static}/explorables/{file}"></script>' for file in files)
    return PAGE.format(name=name, static=static, scripts=scripts)


class Visit:
    """One explorable in a tab, and what its page complained about."""

    def __init__(self, browser, path, name, **options):
        self.context = browser.new_context(viewport={"width": 800, "height": 1000}, **options)
        self.tab = self.context.new_page()
        self.complaints, self.requests = [], []
        self.tab.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("request", lambda r: self.requests.append(r.url))
        path.write_text(page_with(name, STATIC.as_uri()), encoding="utf-8")
        self.tab.goto(path.as_uri())
        self.tab.wait_for_function("document.querySelector('figure').explorable?.frames > 0")
        self.figure = self.tab.locator("figure.explorable")

    def get(self, expression):
        """Evaluate an expression of the stage, named s."""
        return self.tab.evaluate(f"(s => {expression})(document.querySelector('figure').explorable)")

    def said(self):
        """The live text."""
        return self.figure.locator(".explorable-live").inner_text()

    def control(self, name):
        """The inputs of a control."""
        return self.figure.locator(f'input[data-name="{name}"]')

    def slide(self, name, value):
        """Put a slider to a position, as a script of the page would."""
        self.control(name).evaluate("(e, v) => { e.value = v; e.dispatchEvent(new Event('input')) }", value)

    def choose(self, name, value):
        """Take one of the options of a choice."""
        self.figure.locator(f'input[data-name="{name}"][value="{value}"]').check(force=True)

    def heard(self, seconds=0.5):
        """The samples that the graph of the Play button gives."""
        rendered = f"s.render({seconds}, {RATE}).then(y => Array.from(y))"
        return np.array(self.get(rendered))

    def pitch(self, start=0.1, seconds=0.4):
        """The strongest frequency of what is heard, in Hz."""
        y = self.heard(start + seconds)[round(start * RATE) :]
        spectrum = np.abs(np.fft.rfft(y * np.hanning(y.size), 8 * y.size))
        return np.argmax(spectrum) * RATE / (8 * y.size)


@pytest.fixture
def visit(browser, tmp_path):
    """Open explorables; close them afterwards."""
    opened = []

    def open_one(name, **options):
        opened.append(Visit(browser, tmp_path / f"{name}.html", name, **options))
        return opened[-1]

    yield open_one
    for each in opened:
        each.context.close()


@pytest.mark.parametrize("name", NAMES)
def test_mounts_from_the_disk_without_complaint_and_without_a_sound(visit, name):
    seen = visit(name)
    assert len(seen.said().split()) >= 8
    assert not seen.figure.locator(".explorable-fallback").is_visible()
    assert seen.tab.evaluate("Explorables.sound.context") is None
    assert seen.tab.evaluate("Explorables.sound.active") == 0
    assert seen.complaints == []
    assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_control_has_a_name_and_answers_to_the_keyboard(visit, name):
    seen = visit(name)
    inputs = seen.figure.locator("input")
    keys = {"range": "ArrowRight", "checkbox": "Space", "radio": "ArrowRight"}
    done = set()
    for i in range(inputs.count()):
        control = inputs.nth(i)
        kind, value = control.get_attribute("type"), control.get_attribute("data-name")
        assert control.evaluate("e => [...e.labels].map(l => l.textContent).join('')").strip()
        if kind == "radio" and value in done:
            continue
        done.add(value)
        before, frames = seen.get(f"JSON.stringify(s.values['{value}'])"), seen.get("s.frames")
        control = seen.figure.locator(f'input[data-name="{value}"]:checked') if kind == "radio" else control
        at_end = kind == "range" and control.evaluate("e => e.value === e.max")
        control.focus()
        seen.tab.keyboard.press("ArrowLeft" if at_end else keys[kind])
        assert seen.get(f"JSON.stringify(s.values['{value}'])") != before, value
        seen.tab.wait_for_function(f"document.querySelector('figure').explorable.frames > {frames}")
    assert done
    assert (
        re.search(r"^ *- (?:button|slider|switch|radio)(?: \[[^]]*\])*:?$", seen.figure.aria_snapshot(), re.M) is None
    )
    assert seen.complaints == []


@pytest.mark.parametrize("name", NAMES)
def test_every_control_answers_to_the_mouse(visit, name):
    seen = visit(name)
    for kind in ("range", "checkbox", "radio"):
        inputs = seen.figure.locator(f'input[type="{kind}"]')
        for i in range(inputs.count()):
            control = inputs.nth(i)
            if kind == "radio" and control.is_checked():
                continue
            value = control.get_attribute("data-name")
            before = seen.get(f"JSON.stringify(s.values['{value}'])")
            box = control.bounding_box()
            share = (
                0.5 if kind != "range" else 0.95 if control.evaluate("e => e.value < (+e.min + +e.max) / 2") else 0.05
            )
            control.click(position={"x": box["width"] * share, "y": box["height"] / 2})
            assert seen.get(f"JSON.stringify(s.values['{value}'])") != before, value
    assert seen.complaints == []


@pytest.mark.parametrize("name", NAMES)
def test_plays_one_sound_within_limits_and_frees_its_graph(visit, name):
    seen = visit(name)
    button = seen.figure.locator(".explorable-play")
    button.click()
    seen.tab.wait_for_function("Explorables.sound.active > 3")
    assert button.get_attribute("aria-pressed") == "true"
    assert button.inner_text() == "Stop"
    button.click()
    seen.tab.wait_for_function("Explorables.sound.active === 0")
    assert button.get_attribute("aria-pressed") == "false"
    y = seen.heard(1)
    assert 0.01 < np.abs(y).max() < 0.5
    assert np.abs(y[:50]).max() < 0.05, "a sound begins gently"
    assert seen.complaints == []


@pytest.mark.parametrize("name", NAMES)
def test_off_screen_it_is_silent_and_draws_nothing(visit, name):
    seen = visit(name)
    seen.figure.locator(".explorable-play").click()
    seen.tab.wait_for_function("Explorables.sound.active > 3")
    seen.tab.evaluate("scrollTo(0, 2900)")
    seen.tab.wait_for_function("Explorables.sound.active === 0")
    frames = seen.get("s.frames")
    seen.get("s.redraw()")
    seen.tab.wait_for_timeout(300)
    assert seen.get("s.frames") == frames
    seen.tab.evaluate("scrollTo(0, 0)")
    seen.tab.wait_for_function(f"document.querySelector('figure').explorable.frames > {frames}")


@pytest.mark.parametrize("name", NAMES)
def test_colours_follow_the_theme_at_once(visit, name):
    seen = visit(name)
    image = "s.views[0].canvas.toDataURL()"
    by_day, frames = seen.get(image), seen.get("s.frames")
    seen.tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    seen.tab.wait_for_function(f"document.querySelector('figure').explorable.frames > {frames}")
    assert seen.get(image) != by_day


@pytest.mark.parametrize("name", NAMES)
def test_fits_a_phone_and_a_finger(visit, name):
    seen = visit(name, has_touch=True, device_scale_factor=2)
    seen.tab.set_viewport_size({"width": 360, "height": 740})
    seen.tab.wait_for_timeout(150)
    assert seen.tab.evaluate("document.documentElement.scrollWidth") <= 360
    for control in seen.figure.locator(
        "input[type=range], .explorable-options label, .explorable-toggle, button"
    ).all():
        assert control.bounding_box()["height"] >= TOUCH
    assert seen.get("s.views.every(v => v.canvas.width === Math.round(2 * v.canvas.clientWidth))")


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_takes_less_than_a_sixtieth_of_a_second(visit, name):
    """The median of drawing and updating for each control, on whatever machine this is."""
    seen = visit(name)
    cost = """(() => { const times = []; for (let i = 0; i < 21; i++) { const start = performance.now();
        if (s.update) s.update(); s.views.forEach(v => v.clear()); s.draw(performance.now());
        times.push(performance.now() - start); } return times.sort((a, b) => a - b)[10]; })()"""
    assert seen.get(cost) < 1000 / 60


def test_sampling_folds_5000_hz_to_3000_hz(visit):
    seen = visit("01_sampling")
    seen.slide("frequency", 5_000)
    assert "5,000 Hz, sampled at 8,000 Hz, sounds as 3,000 Hz" in seen.said()
    assert abs(seen.pitch() - 3_000) < 2
    seen.choose("hear", "tone")
    assert abs(seen.pitch() - 5_000) < 2
    seen.slide("frequency", 2_500)
    assert "sounds as 2,500 Hz" in seen.said()
    seen.choose("hear", "sampled")
    seen.control("filter").check(force=True)
    assert abs(seen.pitch() - 2_500) < 2
    seen.slide("frequency", 9_000)
    assert "Silence" in seen.said()
    assert np.abs(seen.heard()).max() < 1e-4


def test_sampling_is_dragged_on_the_map(visit):
    seen = visit("01_sampling")
    box = seen.figure.locator("canvas").nth(1).bounding_box()
    x, y = seen.get("s.views[1].width - 8"), box["y"] + 80
    seen.tab.mouse.move(box["x"] + 100, y)
    seen.tab.mouse.down()
    seen.tab.mouse.move(box["x"] + x, y, steps=4)
    seen.tab.mouse.up()
    assert seen.get("s.values.frequency") == 12_000
    assert "sounds as 4,000 Hz" in seen.said()
    assert seen.control("frequency").input_value() == "12000"


def test_amplitude_measures_six_decibels_a_bit(visit):
    seen = visit("02_amplitude")
    apart = {}
    for dither in (False, True):
        seen.control("dither").set_checked(dither, force=True)
        for bits in (6, 8, 10):
            seen.slide("bits", bits)
            assert f"{bits} bits: {2**bits:,} levels" in seen.said()
            apart[bits, dither] = float(re.search(r"([\d.]+) dB apart", seen.said())[1])
    assert abs(apart[10, True] - apart[8, True] - 12.04) < 0.2
    assert abs(apart[10, False] - apart[10, True] - 4.77) < 0.3, "dither costs 4.77 dB"
    seen.slide("gain", -60)
    seen.slide("bits", 8)
    seen.control("dither").set_checked(False, force=True)
    assert "every sample became 0" in seen.said()


def test_amplitude_plays_the_note_the_rounded_note_and_the_error(visit):
    seen = visit("02_amplitude")
    seen.slide("bits", 12)
    seen.slide("gain", 0)
    seen.choose("hear", "true")
    note = seen.heard(1)
    assert abs(seen.pitch() - 220) < 2
    seen.choose("hear", "rounded")
    rounded = seen.heard(1)
    difference = rounded - note
    assert 10 * np.log10(np.mean(note**2) / np.mean(difference**2)) > 50
    seen.choose("hear", "error")
    error = seen.heard(1)
    assert np.corrcoef(error, difference)[0, 1] > 0.9
    assert abs(20 * np.log10(np.sqrt(np.mean(error**2)) / 0.03)) < 3, "the error alone is made audible: 0.3 of -20 dBFS"


def test_fourier_adds_harmonics_to_a_drawn_wave(visit):
    seen = visit("03_fourier")
    seen.slide("harmonics", 1)
    kept = float(re.search(r"holds? ([\d.]+) %", seen.said())[1])
    assert abs(kept - 100 * 8 / np.pi**2) < 0.1, "81 % of a square wave's power is in its first harmonic"
    y = seen.heard(0.5)[RATE // 10 :]
    levels = 20 * np.log10(np.abs(np.fft.rfft(y * np.blackman(y.size))) + 1e-9)
    assert abs(seen.pitch() - 220) < 1
    assert levels.max() - levels[round(660 * y.size / RATE)] > 50
    seen.figure.get_by_role("button", name="Add the next harmonic").click()
    seen.figure.get_by_role("button", name="Add the next harmonic").click()
    assert seen.get("s.values.harmonics") == 3
    y = seen.heard(0.5)[RATE // 10 :]
    levels = 20 * np.log10(np.abs(np.fft.rfft(y * np.blackman(y.size))) + 1e-9)
    third = levels[round(660 * y.size / RATE) - 2 :][:5].max()
    assert abs(levels.max() - third - 20 * np.log10(3)) < 0.5
    seen.figure.get_by_role("button", name="Triangle").click()
    assert seen.said().startswith("Triangle: 3 harmonics hold 99.8")


def test_fourier_is_drawn_by_mouse_and_by_keyboard(visit):
    seen = visit("03_fourier")
    canvas = seen.figure.locator("canvas").first
    box = canvas.bounding_box()
    before = seen.said()
    seen.tab.mouse.move(box["x"] + 60, box["y"] + 150)
    seen.tab.mouse.down()
    seen.tab.mouse.move(box["x"] + box["width"] - 20, box["y"] + 150, steps=30)
    seen.tab.mouse.up()
    assert seen.said() != before
    assert seen.said().startswith("Your wave")
    canvas.focus()
    seen.tab.keyboard.press("ArrowRight")
    assert re.match(r"Place 10 of 32: (−?\d\.\d\d)", seen.said())
    value = float(re.match(r"Place 10 of 32: (\S+\d)", seen.said())[1].replace("−", "-"))
    for _ in range(3):
        seen.tab.keyboard.press("ArrowUp")
    raised = float(re.match(r"Place 10 of 32: (\S+\d)", seen.said())[1].replace("−", "-"))
    assert abs(raised - value - 0.3) < 0.02


def test_periodogram_trades_bias_for_scatter(visit):
    seen = visit("04_periodogram")

    def numbers():
        words = r"([\d.]+) independent .* Scatter: (\d+) % .*expected: (\d+) %\). Bias beside the tone: ([\d.]+) %"
        return [float(group) for group in re.match(words, seen.said()).groups()]

    rows = []
    for position in (0, 4, 8):  # 64, 1,024 and 16,384 samples
        seen.slide("segment", position)
        rows.append(numbers())
    assert [row[2] for row in rows] == sorted(row[2] for row in rows)
    assert [row[3] for row in rows] == sorted((row[3] for row in rows), reverse=True)
    for _, scatter, expected, _ in rows[1:]:
        assert abs(scatter / expected - 1) < 0.15
    assert rows[2][0] == 1.0
    seen.slide("segment", 3)
    before, level = numbers(), seen.pitch(0.1, 1.5)
    assert abs(level - 1_003) < 2, "the tone is the strongest line of what is heard"
    seen.choose("window", "boxcar")
    assert numbers()[3] > before[3], "without a window the tone leaks"
    seen.figure.get_by_role("button", name="New noise").click()
    assert numbers()[1] != before[1] or numbers()[3] != before[3]


def test_spectral_density_tells_where_the_tone_is(visit):
    seen = visit("05_spectral_density")
    slopes = {}
    seen.slide("segments", 8)
    for color in ("white", "pink", "brown"):
        seen.choose("color", color)
        slopes[color] = float(re.search(r"measured: (−?[\d.]+) dB", seen.said())[1].replace("−", "-"))
    assert np.allclose(list(slopes.values()), [0, -3, -6], atol=0.3)
    ask = seen.figure.get_by_role("button", name="Is it here?")
    low, high, tries = 400.0, 6_000.0, 0
    while not seen.said().startswith("Yes"):
        middle = (low * high) ** 0.5
        seen.slide("guess", round(100 * np.log2(middle / 400)))
        ask.click()
        low, high = (middle, high) if "higher" in seen.said() else (low, middle)
        tries += 1
        assert tries < 12
    found = float(re.search(r"at ([\d,]+) Hz", seen.said())[1].replace(",", ""))
    seen.slide("level", 5)
    seen.choose("color", "white")
    assert abs(seen.pitch(0.1, 2) - found) < 2
    seen.figure.get_by_role("button", name="Hide it elsewhere").click()
    assert "somewhere else" in seen.said()
    assert abs(seen.pitch(0.1, 2) - found) > 2


@pytest.mark.parametrize(("steps", "third"), [("hz", 1_285.7), ("mel", 743.4)])
def test_mel_plays_equal_steps(visit, steps, third):
    from audiocls.mel import mel_frequencies

    seen = visit("06_mel")
    seen.choose("steps", steps)
    notes = np.linspace(200, 4_000, 8) if steps == "hz" else mel_frequencies(8, fmin=200, fmax=4_000)
    assert abs(notes[2] - third) < 100
    assert ", ".join(f"{f:,.0f}" for f in notes) in seen.said()
    for i in (0, 2, 7):
        assert abs(seen.pitch(0.36 * i + 0.05, 0.2) - notes[i]) < 3


def test_mel_counts_empty_filters(visit):
    from audiocls.mel import mel_filterbank

    seen = visit("06_mel")
    assert "each holds at least one" in seen.said()
    seen.slide("filters", 128)
    with pytest.warns(UserWarning, match="hold no bin"):
        empty = np.sum(mel_filterbank(sr=16_000, n_fft=512, n_mels=128, edges="bins").max(axis=1) == 0)
    assert f"{empty} of them hold none" in seen.said()


@pytest.mark.parametrize(("delay", "strength"), [(12, 0.6), (35.5, 0.4), (3, 0.9)])
def test_cepstrum_finds_the_echo(visit, delay, strength):
    seen = visit("07_cepstrum")
    seen.slide("delay", delay)
    seen.slide("strength", strength)
    found = re.search(r"Highest peak at ([\d.]+) ms, ([\d.]+) high", seen.said())
    assert float(found[1]) == delay
    assert abs(float(found[2]) - strength / 2) < 0.08
    assert "found" in seen.said()
    y = seen.heard(0.5)
    spectrum = np.log(np.abs(np.fft.rfft(y)) ** 2 + 1e-12)[: round(0.5 * 7_500)]  # below what resampling filters
    ripple = np.abs(np.fft.rfft(spectrum - spectrum.mean()))
    quefrencies = np.arange(ripple.size) * 1_000 / 7_500
    wanted = quefrencies > 2
    assert abs(quefrencies[wanted][np.argmax(ripple[wanted])] - delay) < 0.3, "and it is in what is heard"


def test_cepstrum_without_an_echo_shows_none(visit):
    seen = visit("07_cepstrum")
    seen.slide("strength", 0)
    assert "no echo stands out" in seen.said()


def test_spectrogram_says_which_pair_a_window_keeps_apart(visit):
    seen = visit("08_spectrogram")
    seen.slide("window", 0)
    assert "4 ms" in seen.said()
    assert "100 Hz apart, are one band" in seen.said()
    assert "12 ms apart, are two" in seen.said()
    seen.slide("window", 5)
    assert "128 ms" in seen.said()
    assert "100 Hz apart, are two lines" in seen.said()
    assert "12 ms apart, are one" in seen.said()
    assert seen.pitch(0.05, 0.3) in (pytest.approx(1_000, abs=4), pytest.approx(1_100, abs=4))


def test_mfcc_keeps_the_envelope(visit):
    seen = visit("10_mfcc")
    seen.slide("kept", 26)
    assert "off by 0.0 dB" in seen.said()
    seen.slide("kept", 13)
    assert "1,287 numbers" in seen.said()
    seen.choose("clip", "2")
    seen.choose("source", "pitch")
    f0 = seen.get("window.audioclsClips.clips[2].f0")
    assert f"a tone of {f0:.0f} Hz" in seen.said()
    y = seen.heard(0.8)[RATE // 5 :]
    spectrum = np.abs(np.fft.rfft(y * np.blackman(y.size), 8 * y.size))
    ratio = np.argmax(spectrum) * RATE / (8 * y.size) / f0
    assert abs(ratio - round(ratio)) < 0.02, "the strongest line is a harmonic of the note"
    errors = []
    for kept in (1, 5, 13, 20):
        seen.slide("kept", kept)
        errors.append(float(re.search(r"off by ([\d.]+) dB", seen.said())[1]))
    assert errors == sorted(errors, reverse=True)
    seen.choose("clip", "3")
    assert "a drum has no pitch" in seen.said()


@pytest.fixture
def listening(browser, tmp_path):
    """A browser whose microphone hears a tone of 1,000 Hz, and the address of a page with the spectrogram."""
    import soundfile

    tone = tmp_path / "tone.wav"
    soundfile.write(tone, 0.25 * np.sin(2 * np.pi * 1_000 * np.arange(48_000) / 48_000), 48_000)
    flags = [*FLAGS, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    flags.append(f"--use-file-for-fake-audio-capture={tone}")
    (tmp_path / "page.html").write_text(page_with("08_spectrogram", "static"), encoding="utf-8")
    shutil.copytree(STATIC, tmp_path / "static")
    other = browser.browser_type.launch(executable_path=find_browser(), headless=True, args=flags)
    with serve(tmp_path) as address:
        yield other, f"{address}/page.html"
    other.close()


def test_microphone_reaches_the_spectrogram_and_is_given_back(listening):
    browser, address = listening
    tab = browser.new_page()
    asked = (
        "navigator.mediaDevices.getUserMedia = (f => function (...a) { window.asked = true; return f.apply(this, a) })"
    )
    tab.add_init_script(f"{asked}(navigator.mediaDevices.getUserMedia)")
    tab.goto(address)
    tab.wait_for_function("document.querySelector('figure').explorable?.frames > 0")
    assert tab.evaluate("window.asked") is None, "nothing is asked before the button is pressed"
    tab.get_by_role("button", name="Use the microphone").click()
    live = tab.locator(".explorable-live")
    tab.wait_for_function("/Strongest: [\\d,]+ Hz/.test(document.querySelector('.explorable-live').textContent)")
    tab.wait_for_timeout(500)
    strongest = re.search(r"Strongest: ([\d,]+) Hz at (−?\d+) dBFS", live.inner_text())
    assert abs(float(strongest[1].replace(",", "")) - 1_000) < 30
    assert abs(float(strongest[2].replace("−", "-")) + 12) < 3
    assert tab.evaluate("Explorables.sound.active") == 2
    tab.get_by_role("button", name="Turn the microphone off").click()
    assert tab.evaluate("Explorables.sound.active") == 0
    assert "Microphone" not in live.inner_text()
    tab.get_by_role("button", name="Use the microphone").click()
    tab.wait_for_function("Explorables.sound.active === 2")
    tab.evaluate("scrollTo(0, 2900)")
    tab.wait_for_function("Explorables.sound.active === 0")


def test_moves_little_where_motion_is_unwanted(visit):
    frames = {}
    for motion in ("no-preference", "reduce"):
        seen = visit("06_mel", reduced_motion=motion)
        seen.figure.locator(".explorable-play").click()
        seen.tab.wait_for_function("Explorables.sound.active > 3")
        start = seen.get("s.frames")
        seen.tab.wait_for_timeout(1_000)
        frames[motion] = seen.get("s.frames") - start
    assert frames["reduce"] <= 6
    assert frames["no-preference"] > 2 * frames["reduce"]


def test_a_second_sound_stops_the_first(browser, tmp_path):
    first, second = (page_with(name, STATIC.as_uri()) for name in ("01_sampling", "06_mel"))
    scripts = re.findall(r"<script.*?</script>", second)[-1]
    figure = re.search(r"<figure.*?</figure>", second, re.DOTALL)[0]
    path = tmp_path / "two.html"
    path.write_text(first.replace("<figure", f"{scripts}{figure}<figure", 1), encoding="utf-8")
    tab = browser.new_page(viewport={"width": 800, "height": 1_900})
    tab.goto(path.as_uri())
    tab.wait_for_function("[...document.querySelectorAll('figure')].every(f => f.explorable?.frames > 0)")
    buttons = tab.locator(".explorable-play")
    buttons.nth(0).click()
    alone = tab.wait_for_function("Explorables.sound.active").json_value()
    buttons.nth(1).click()
    assert [buttons.nth(i).get_attribute("aria-pressed") for i in (0, 1)] == ["false", "true"]
    tab.wait_for_function(f"Explorables.sound.active <= {alone}")
    assert tab.evaluate("Explorables.stages.filter(s => s.voice).length") == 1
    tab.close()


@pytest.mark.parametrize("name", NAMES)
def test_chapter_holds_its_explorable(browser, site, name):
    """In the built site, opened from the disk: alive with scripts, a picture and a sentence without."""
    address = (site / "notebooks" / f"{name}.html").as_uri()
    tab = browser.new_page()
    complaints = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(address)
    figure = tab.locator("figure.explorable")
    figure.scroll_into_view_if_needed()
    tab.wait_for_function("document.querySelector('figure.explorable').explorable?.frames > 0")
    assert figure.locator(".explorable-live").is_visible()
    assert not figure.locator("img").is_visible()
    assert complaints == []
    tab.close()
    tab = browser.new_page(java_script_enabled=False)
    tab.goto(address)
    figure = tab.locator("figure.explorable")
    figure.scroll_into_view_if_needed()
    picture = figure.locator("img")
    assert picture.is_visible()
    assert len(picture.get_attribute("alt").split()) >= 8
    assert "JavaScript" in figure.inner_text()
    assert figure.locator("figcaption").is_visible()
    tab.close()


def test_pages_without_an_explorable_load_nothing_of_them(site):
    for page in ("book/intro.html", "notebooks/00_first_listen.html"):
        assert "explorables/" not in (site / page).read_text(encoding="utf-8")
