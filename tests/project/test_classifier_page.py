"""The classifier page is built with or without its runtime; its numbers are the package's."""

import importlib.util
import json
import re
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("sphinx", reason="the book's packages are not installed")

from audiocls import sampling
from audiocls.classifier import SHIPPED, Classifier
from audiocls.learn.recipes import RECIPES
from audiocls.windows import Voting, window_starts

BOOK = Path(__file__).resolve().parents[2] / "book"


@pytest.fixture
def extension():
    """The Sphinx extension."""
    spec = importlib.util.spec_from_file_location("classifier_page", BOOK / "_ext" / "classifier_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def supply(extension, folder):
    """Let the extension finish a site; return what the page is told."""
    extension.supply(SimpleNamespace(builder=SimpleNamespace(name="html"), outdir=folder), None)
    text = (folder / "_static" / "classifier" / "models.js").read_text(encoding="utf-8")
    return json.loads(re.fullmatch(r"window\.audioclsModels = (.*);\n", text)[1])


def test_the_page_gets_the_networks_of_the_package(extension, monkeypatch, tmp_path):
    runtime = tmp_path / "fetched"
    runtime.mkdir()
    (runtime / "ort.wasm.min.js").write_text("runtime", encoding="utf-8")
    monkeypatch.setattr(extension.packages, "fetch", lambda package, path: runtime)
    facts = supply(extension, tmp_path / "site")
    made = tmp_path / "site" / "_static" / "classifier"
    assert (facts["runtime"], facts["missing"]) == ("runtime", "")
    assert (made / "runtime" / "ort.wasm.min.js").read_text(encoding="utf-8") == "runtime"
    for name, about in facts["models"].items():
        model = Classifier(name)
        assert (made / about["file"]).read_bytes() == (extension.PRETRAINED / f"{name}.onnx").read_bytes()
        assert about["labels"] == list(model.labels) and about["title"] == RECIPES[name].title
        assert Voting(**about["voting"]) == model.voting
        assert (about["sr"], about["length"]) == (model.sr, model.length)
    assert list(facts["models"]) == list(SHIPPED)
    assert all((made / example["file"]).is_file() for example in facts["examples"])


def test_without_the_runtime_the_site_is_built_and_the_page_says_what_is_missing(extension, monkeypatch, tmp_path):
    def refuse(package, path):
        raise ConnectionError("no network")

    monkeypatch.setattr(extension.packages, "fetch", refuse)
    facts = supply(extension, tmp_path)
    assert facts["runtime"] is None
    assert re.search(r"onnxruntime-web 1\.\d+\.\d+ could not be fetched from npm", facts["missing"])


@pytest.fixture
def js(in_node):
    """A function that evaluates an expression of hearing.js, named d, with the given values."""
    return lambda expression, **values: in_node(BOOK / "_static" / "classifier" / "hearing.js", expression, **values)


@pytest.mark.parametrize("sr", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_resampling_is_nearly_pythons(js, sr):
    """Within 0.1 % of the sound's level, with noise up to half the rate, where the two filters differ most."""
    tone = sampling.tone(440, sr=sr, seconds=0.3, amplitude=0.3)
    y = (tone + np.random.default_rng(0).normal(0, 0.1, len(tone))).astype(np.float32)
    theirs = sampling.resample(y, orig_sr=sr, target_sr=16_000)
    ours = np.array(js("d.resample(Float32Array.from(y), sr, 16000)", y=y, sr=sr))
    assert len(ours) == len(theirs)
    assert np.sqrt(np.mean((ours - theirs) ** 2) / np.mean(theirs**2)) < 1e-3


def test_a_tone_is_resampled_exactly_where_no_filter_fades(js):
    y = sampling.tone(1_000, sr=44_100, seconds=0.2, amplitude=0.5).astype(np.float32)
    ours = js("d.resample(Float32Array.from(y), 44100, 16000)", y=y)
    truth = sampling.tone(1_000, sr=16_000, seconds=0.2, amplitude=0.5)
    assert np.abs(ours - truth)[200:-200].max() < 1e-5


@pytest.mark.parametrize("n", [1, 31_999, 32_000, 32_001, 50_000])
def test_windows_begin_where_pythons_do(js, n):
    theirs = window_starts(n, length=32_000, hop=8_000).tolist()
    assert js("d.windowStarts(n, 32000, 8000)", n=n) == theirs


@pytest.mark.parametrize("amplitudes", [[0.01, 0.06, 0.5, 0.004, 0.0], [0.5, 0.5], [0.0, 0.0]])
def test_windows_have_the_votes_that_python_gives_them(js, amplitudes):
    windows = np.repeat(np.array(amplitudes)[:, None], 10, axis=1)
    for voting in (Voting(0.5, power=1, attack=8), Voting(0.5, power=2, quiet_db=15, attack=3, attack_db=35)):
        ours = js("d.votes(d.levels(Float32Array.from(flat), 10), voting)", flat=windows.ravel(), voting=asdict(voting))
        assert ours == pytest.approx(voting.votes(np.sqrt(np.mean(windows**2, axis=1))), rel=1e-6)


def test_a_clips_score_is_the_mean_of_its_windows_by_their_votes(js):
    scores = [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    assert js("d.clipScores(scores, votes)", scores=scores, votes=[3, 1, 0]) == [0.875, 0.125]
