"""The shipped classifier on the 300 real recordings; skipped, and said so, where they are not on this machine."""

import json
import os
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from audiocls import audio, datasets, sampling
from audiocls.classifier import Classifier
from audiocls.cli import main
from audiocls.learn import training
from audiocls.learn.batches import prepare
from audiocls.learn.export import export_onnx
from audiocls.learn.recipes import RECIPES
from audiocls.measure import results
from audiocls.windows import cut_windows

RESULTS = Path(__file__).resolve().parents[2] / "results"


@pytest.fixture(scope="module")
def real():
    beside = Path(__file__).resolve().parents[3] / "shared" / "data" / "freesound10"
    folder = os.environ.get("AUDIOCLS_FREESOUND") or (beside if beside.is_dir() else None)
    if folder is None:
        pytest.skip("needs the real recordings: set AUDIOCLS_FREESOUND, or run audiocls data freesound first")
    return datasets.load("freesound", path=folder)


def test_the_command_line_names_most_of_twenty_clips_it_was_trained_on(real, capsys):
    chosen = range(0, 300, 15)
    assert main(["predict", "--json", *[str(real.path(i)) for i in chosen]]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(answers) == 20
    assert sum(a["label"] == real.table["label"][i] for a, i in zip(answers, chosen, strict=True)) >= 15


def test_every_format_gets_the_answer_of_the_wav(real, tmp_path, capsys):
    y, sr = real.audio(0)
    stereo = sampling.resample(np.stack([y, y]), orig_sr=sr, target_sr=48_000).clip(-1, 1)
    audio.write(tmp_path / "stereo.flac", stereo, 48_000)
    audio.write(tmp_path / "hit.wav", y[: sr // 10], sr)
    assert main(["predict", "--json", str(real.path(0)), str(tmp_path / "stereo.flac"), str(tmp_path / "hit.wav")]) == 0
    wav, flac, hit = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert flac["label"] == wav["label"] and flac["score"] == pytest.approx(wav["score"], abs=0.02)
    assert hit["seconds"] == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize("model", ["cnn", "rnn"])
def test_the_exported_graph_equals_keras_on_a_hundred_clips(real, model, tmp_path):
    import dataclasses

    recipe = dataclasses.replace(RECIPES[model], epochs=1, steps=5, borrowed_per_class=0)
    clips = real.select(np.arange(0, 300, 3))
    ready = prepare(clips, recipe)
    network, _ = training.train(ready, recipe, classes=10)
    export_onnx(network, recipe.front_end, tmp_path / "net.onnx", labels=clips.labels, voting=recipe.voting)
    windows = np.concatenate([cut_windows(y, [0], length=recipe.front_end.length) for y in ready.waves])
    keras = network.predict(np.swapaxes(recipe.front_end(windows), 1, 2), verbose=0)
    difference = np.abs(Classifier(tmp_path / "net.onnx").score_windows(windows) - keras).max()
    assert difference < 1e-4


@pytest.mark.parametrize("model", ["report-cnn"])
def test_result_files_tell_the_leak(model):
    splits = get_args(results.Split)
    measured = {split: results.read_json(RESULTS / f"freesound-{model}-{split}.json") for split in splits}
    windows = {split: result["window_accuracy"]["pooled"] for split, result in measured.items()}
    clips = {split: result["clip_accuracy"]["mean"] for split, result in measured.items()}
    assert windows["window"] - windows["clip"] > 0.2
    assert clips["clip"] > clips["source"]
