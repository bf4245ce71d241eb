"""The explorables in a browser: they mount, answer to mouse and keyboard, say and sound what they should, and stop.

Most tests open a bare page from the disk that loads the files as the directive does; the last ones look at the site.
"""

import importlib.util
import re
from functools import cache

import numpy as np
import pytest

from .conftest import ROOT

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
