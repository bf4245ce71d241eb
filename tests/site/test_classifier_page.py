"""The classifier in the page: what it hears, what it answers, and that Python answers the same."""

import itertools
import json
import re

import numpy as np
import pytest

from audiocls import audio, sampling
from audiocls.classifier import Classifier
from audiocls.datasets import LABELS
from audiocls.waveform import to_mono

pytestmark = pytest.mark.slow

PAGE = "book/classify.html"
TOLERANCE = 1e-3  # of a score: the page's filter between sampling rates is not Python's


@pytest.fixture(scope="module")
def facts(site):
    """What the site says of its networks and examples."""
    text = (site / "_static" / "classifier" / "models.js").read_text(encoding="utf-8")
    return json.loads(re.fullmatch(r"window\.audioclsModels = (.*);\n", text)[1])


@pytest.fixture
def tab(browser, address):
    """The page, just opened, and what it asked for and complained of."""
    opened = browser.new_page()
    opened.asked, opened.complaints = [], []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.on("console", lambda m: opened.complaints.append(m.text) if m.type in ("error", "warning") else None)
    opened.goto(f"{address}/{PAGE}")
    yield opened
    assert opened.complaints == []
    assert [url for url in opened.asked if not url.startswith((address, "blob:", "data:"))] == []
    opened.close()


@pytest.fixture
def listening(tab, facts):
    """The page, where the site has the network's runtime."""
    if facts["missing"]:
        pytest.skip(facts["missing"])
    return tab


def answer(tab, give):
    """Do what gives the page a sound; return what it says and the scores."""
    tab.evaluate("document.querySelector('.classifier-page').dataset.state = ''")
    give()
    tab.wait_for_function("document.querySelector('.classifier-page').dataset.state === 'done'")
    scores = json.loads(tab.locator(".classifier-page").get_attribute("data-scores"))
    return tab.locator(".classifier-live").inner_text(), scores


def choose(tab, path):
    """Give the page a file."""
    return answer(tab, lambda: tab.locator("#classifier-file").set_input_files(path))


def difference(ours, theirs):
    """The largest difference of two sets of scores."""
    assert ours.keys() == theirs.keys()
    return max(abs(ours[label] - theirs[label]) for label in ours)


def test_nothing_heavy_is_loaded_before_a_sound_is_given(tab):
    assert tab.locator(".classifier-page button").count() > 10
    assert [url for url in tab.asked if re.search(r"onnx|wasm|\.wav", url)] == []


def test_every_class_has_an_example_and_one_was_never_taught(facts):
    assert [e["label"] for e in facts["examples"]] == [*LABELS, "Piano"]
    assert [e["taught"] for e in facts["examples"]] == [True] * 10 + [False]


@pytest.mark.parametrize("model", ["cnn", "rnn"])
def test_the_page_scores_the_examples_as_python_does(listening, facts, site, model):
    listening.locator(f"input[value={model}]").check()
    python = Classifier(model)
    for example in facts["examples"]:
        button = listening.locator(f"button[data-file='{example['file']}']")
        said, scores = answer(listening, button.click)
        found = python.predict_file(site / "_static" / "classifier" / example["file"])
        assert difference(scores, found.scores) < TOLERANCE, example["file"]
        assert ("Not sure" in said) == (not found.sure)
        first = listening.locator(".classifier-ranked li").first.inner_text()
        shown = f"{scores[found.label]:.0%}"[:-1]  # the page's own score: Python's may be rounded the other way
        assert first.startswith(found.label.replace("_", " ")) and shown in first


@pytest.mark.parametrize("sr, subtype", [(48_000, "PCM_24"), (44_100, "PCM_32"), (22_050, "FLOAT"), (8_000, "PCM_U8")])
def test_wav_files_of_every_kind_are_read_as_in_python(listening, site, tmp_path, sr, subtype):
    import soundfile

    name = f"{subtype}.wav"
    y, rate = audio.read(site / "_static" / "classifier" / "examples" / "Cello.wav")
    y = sampling.resample(to_mono(y), orig_sr=rate, target_sr=sr)
    soundfile.write(tmp_path / name, np.stack([y, 0.5 * y], axis=1).clip(-1, 1), sr, subtype=subtype)
    _, scores = choose(listening, tmp_path / name)
    assert difference(scores, Classifier().predict_file(tmp_path / name).scores) < TOLERANCE


def test_a_compressed_file_gets_nearly_the_same_scores(listening, site, tmp_path):
    """The browser decodes it and changes its rate first, so the bound is wider."""
    y, sr = audio.read(site / "_static" / "classifier" / "examples" / "Clarinet.wav")
    audio.write(tmp_path / "clarinet.flac", y, sr)
    _, scores = choose(listening, tmp_path / "clarinet.flac")
    assert difference(scores, Classifier().predict_file(tmp_path / "clarinet.flac").scores) < 0.02


def test_it_says_not_sure_when_python_does(listening, site, tmp_path):
    python, examples = Classifier(), site / "_static" / "classifier" / "examples"
    alone = [to_mono(audio.read(examples / f"{label}.wav")[0]) for label in LABELS]
    sr = audio.info(examples / "Cello.wav").sr
    for one, other in itertools.combinations(alone, 2):
        n = min(one.size, other.size)
        y = 0.5 * (one[:n] + other[:n])
        found = python.predict(y, sr)
        if found.score < python.voting.sure_from - 0.02:
            break
    audio.write(tmp_path / "duet.wav", y, sr)
    said, scores = choose(listening, tmp_path / "duet.wav")
    assert f"Not sure: no class reaches {100 * python.voting.sure_from:.0f} %" in said
    assert difference(scores, found.scores) < TOLERANCE
    assert listening.locator(".classifier-unsure").count() == 1


def test_another_network_scores_the_same_sound_again(listening, facts):
    _, cnn = answer(listening, listening.locator(".classifier-examples button").first.click)
    _, rnn = answer(listening, listening.locator("input[value=rnn]").check)
    assert difference(cnn, rnn) > 0.01


def test_it_works_by_keyboard(listening):
    button = listening.locator(".classifier-examples button").nth(3)
    button.focus()
    said, _ = answer(listening, lambda: listening.keyboard.press("Enter"))
    assert said.startswith("Clarinet (example)")


def test_the_pictures_are_drawn_and_the_sound_can_be_played(listening):
    answer(listening, listening.locator(".classifier-examples button").nth(9).click)
    listening.wait_for_timeout(1_500)  # the columns come one after the other
    colors = listening.locator(".classifier-picture canvas").evaluate_all(
        """list => list.map(c => {
            const pixels = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
            const seen = new Set();
            for (let i = 0; i < pixels.length; i += 4 * 37) seen.add(pixels.slice(i, i + 4).join());
            return seen.size;
        })"""
    )
    assert len(colors) == 4 and min(colors) > 1 and colors[1] > 20 and colors[2] > 20
    assert listening.locator(".classifier-page audio").evaluate("a => a.duration") > 0.5


def test_what_is_no_sound_is_refused_in_words(listening, tmp_path):
    (tmp_path / "note.wav").write_text("not a sound", encoding="utf-8")
    listening.locator("#classifier-file").set_input_files(tmp_path / "note.wav")
    listening.wait_for_selector(".classifier-failed")
    assert "cannot read that file" in listening.locator(".classifier-live").inner_text()
    silent = np.zeros(16_000, dtype=np.float32)
    audio.write(tmp_path / "silent.wav", silent, 16_000)
    said, _ = choose(listening, tmp_path / "silent.wav")
    assert "Not sure: every sample is zero" in said and listening.locator(".classifier-unsure").count() == 1
    assert listening.locator(".classifier-failed").count() == 0


def test_a_long_file_is_scored_up_to_a_minute(listening, tmp_path):
    audio.write(tmp_path / "long.wav", sampling.tone(440, sr=16_000, seconds=62, amplitude=0.3), 16_000)
    said, _ = choose(listening, tmp_path / "long.wav")
    assert "60.0 s" in said and "Only the first 60 seconds" in said


def test_the_microphone_is_heard(facts, site, address, browser_with_microphone):
    """The microphone is a file: a clarinet, again and again."""
    if facts["missing"]:
        pytest.skip(facts["missing"])
    with browser_with_microphone(site / "_static" / "classifier" / "examples" / "Clarinet.wav") as opened:
        tab = opened.new_page()
        tab.goto(f"{address}/{PAGE}")
        button = tab.locator(".classifier-button")
        button.click()
        tab.wait_for_timeout(3_000)
        assert button.get_attribute("aria-pressed") == "true"
        said, scores = answer(tab, button.click)
    assert said.startswith("Your recording") and max(scores, key=scores.get) == "Clarinet"


def test_without_scripts_the_page_says_what_to_do(browser, address):
    tab = browser.new_page(java_script_enabled=False)
    tab.goto(f"{address}/{PAGE}")
    assert "audiocls predict clip.wav" in tab.locator(".classifier-page").inner_text()
    tab.close()
