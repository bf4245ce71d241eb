"""How long until a first answer, and what does it take? ``python -m benchmarks.cold_start``

Three programs, each in a new process, in turn, round after round: ``audiocls predict`` on one clip; a script that
imports TensorFlow, loads the network as a ``.keras`` file and predicts the same clip; and, for scale, Python importing
numpy. ``results/cold-start.json`` gets the medians over the rounds: seconds by the clock, seconds of processor time (on
a busy machine the fairer of the two), peak memory; the ratios; and the megabytes that the libraries take on the disk.
A first round, in which files come from the disk and not from the system's cache, is not counted.

A second part measures time per window once everything is loaded, in one process, on one thread: the classifier file
against the Keras network behind the package's own front end, one window at a time and 32 at once. Here the fastest
round counts, the one that other programs disturbed least.
"""

import argparse
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# The package is imported where it is needed: a child's peak memory counts that of the process that starts it.
OUT = Path("results/cold-start.json")
LIBRARIES = {
    "onnxruntime": ["onnxruntime"],
    "tensorflow": ["tensorflow", "keras"],
}
PREPARE = """
import sys
from audiocls import audio, datasets
from audiocls.learn.recipes import RECIPES

audio.write(sys.argv[2], *datasets.load("rendered").audio(0))
recipe = RECIPES["cnn"]
recipe.build(*recipe.front_end.shape, 10).save(sys.argv[1])  # untrained weights take the same time
"""
WITH_KERAS = """
import sys
import tensorflow
import keras
from audiocls import audio, sampling
from audiocls.learn.recipes import RECIPES
from audiocls.windows import cut_windows

front_end = RECIPES["cnn"].front_end
y, sr = audio.read(sys.argv[2])
y = sampling.resample(y, orig_sr=sr, target_sr=front_end.sr)
features = front_end(cut_windows(y, [0], length=front_end.length))
print(keras.models.load_model(sys.argv[1]).predict(features.swapaxes(1, 2), verbose=0).argmax())
"""


def spent(command):
    """Run a command in a new process; seconds by the clock, seconds of processor time, megabytes at the peak."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(command)}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def on_disk(distribution):
    """Megabytes that an installed distribution takes."""
    files = importlib.metadata.files(distribution)
    return sum(path.stat().st_size for path in {file.locate() for file in files} if path.is_file()) / 1e6


def cold_start(rounds):
    """Measure the three programs."""
    with tempfile.TemporaryDirectory() as folder:
        wav, model, script = (Path(folder) / name for name in ("clip.wav", "cnn.keras", "with_keras.py"))
        spent([sys.executable, "-c", PREPARE, str(model), str(wav)])
        script.write_text(WITH_KERAS)
        commands = {
            "audiocls": [sys.executable, "-m", "audiocls", "predict", str(wav)],
            "tensorflow": [sys.executable, str(script), str(model), str(wav)],
            "numpy": [sys.executable, "-c", "import numpy"],
        }
        measured = {name: [] for name in commands}
        for turn in range(rounds + 1):
            for name, command in commands.items():
                values = spent(command)
                if turn:
                    measured[name].append(values)
    units = ("seconds", "cpu_seconds", "megabytes")
    found = {
        name: {unit: statistics.median(column) for unit, column in zip(units, zip(*rows, strict=True), strict=True)}
        for name, rows in measured.items()
    }
    found["ratio"] = {unit: found["tensorflow"][unit] / found["audiocls"][unit] for unit in units}
    return found


def per_clip(rounds):
    """Measure how long windows of two seconds take when everything is loaded, in milliseconds."""
    import numpy as np
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)  # can be set only before anything is computed
    tf.config.threading.set_inter_op_parallelism_threads(1)

    from audiocls.classifier import Classifier
    from audiocls.learn.recipes import RECIPES

    recipe, classifier = RECIPES["cnn"], Classifier("cnn")
    network = recipe.build(*recipe.front_end.shape, 10)
    score = tf.function(lambda X: network(X, training=False), reduce_retracing=True)

    def with_keras(windows):
        return score(tf.constant(recipe.front_end(windows).swapaxes(1, 2))).numpy()

    found = {}
    for count in (1, 32):
        windows = np.random.default_rng(0).uniform(-0.5, 0.5, (count, classifier.length)).astype(np.float32)
        ways = {"audiocls": classifier.score_windows, "tensorflow": with_keras}
        times = {name: [] for name in ways}
        for turn in range(20 * rounds + 2):
            for name, way in ways.items():
                began = time.perf_counter()
                way(windows)
                if turn >= 2:
                    times[name].append(1000 * (time.perf_counter() - began) / count)
        fastest = {name: min(values) for name, values in times.items()}
        found[str(count)] = {**fastest, "ratio": fastest["tensorflow"] / fastest["audiocls"]}
    return found


def main():
    """Measure, print and write the result file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    load, cold = round(os.getloadavg()[0], 2), cold_start(arguments.rounds)
    loaded = per_clip(arguments.rounds)

    from audiocls.learn.provenance import provenance
    from audiocls.measure.results import write_json

    result = {
        **provenance("python -m benchmarks.cold_start", "onnxruntime"),
        "rounds": arguments.rounds,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_before": load,
        "cold_start": cold,
        "disk_megabytes": {name: sum(map(on_disk, parts)) for name, parts in LIBRARIES.items()},
        "milliseconds_a_window": loaded,
    }
    write_json(arguments.out, result)
    for name in ("audiocls", "tensorflow", "numpy", "ratio"):
        print(f"{name:<12}", *(f"{value:9.2f} {unit}" for unit, value in result["cold_start"][name].items()))
    print("on the disk ", *(f"{value:9.0f} MB {name}" for name, value in result["disk_megabytes"].items()))
    for count, found in result["milliseconds_a_window"].items():
        print(f"{count:>2} at a time", *(f"{value:9.2f} {name}" for name, value in found.items()))


if __name__ == "__main__":
    main()
