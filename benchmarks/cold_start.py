"""How long until a first answer, from a cold start? ``python -m benchmarks.cold_start``

Three programs, each in a new process, in turn: ``audiocls predict`` on one clip; a script that imports TensorFlow,
loads the network as a ``.keras`` file and predicts the same clip; and, for scale, Python importing numpy. The median of
several rounds is printed, and the ratio.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from audiocls import audio, datasets, training

WITH_KERAS = """
import sys
import tensorflow
import keras
from audiocls import audio, sampling, training
from audiocls.windows import cut_windows

front_end = training.RECIPES["cnn"].front_end
y, sr = audio.read(sys.argv[2])
y = sampling.resample(y, orig_sr=sr, target_sr=front_end.sr)
features = front_end(cut_windows(y, [0], length=front_end.length))
print(keras.models.load_model(sys.argv[1]).predict(features.swapaxes(1, 2), verbose=0).argmax())
"""


def seconds(command):
    """Run a command in a new process and return how long it took."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    recipe = training.RECIPES["cnn"]
    with tempfile.TemporaryDirectory() as folder:
        wav, model, script = (Path(folder) / name for name in ("clip.wav", "cnn.keras", "with_keras.py"))
        audio.write(wav, *datasets.load("rendered").audio(0))
        recipe.build(*recipe.front_end.shape, 10).save(model)  # untrained weights take the same time
        script.write_text(WITH_KERAS)
        commands = {
            "audiocls predict": [sys.executable, "-m", "audiocls", "predict", str(wav)],
            "TensorFlow, load, predict": [sys.executable, str(script), str(model), str(wav)],
            "Python, import numpy": [sys.executable, "-c", "import numpy"],
        }
        times = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                times[name].append(seconds(command))
    for name, values in times.items():
        print(f"{name:<28}{statistics.median(values):7.2f} s   (best {min(values):.2f} s)")
    ratio = statistics.median(times["TensorFlow, load, predict"]) / statistics.median(times["audiocls predict"])
    print(f"audiocls predict answers {ratio:.1f} times sooner")


if __name__ == "__main__":
    main()
