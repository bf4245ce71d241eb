"""What separates the MFCC of the libraries, and how near the recipes of the page *MFCC Rosetta* come to them.

    python -m benchmarks.rosetta

Measures on the first second of every rendered clip: the effect of each of the ten switches
(`audiocls.book.rosetta.switch_effects`), and the largest difference of each ``pair_...`` function of the page, read
from ``book/rosetta.md`` itself. kaldi-native-fbank is not among the packages of the book: where it is missing, its row
is kept as it was. Writes ``results/rosetta.json``.
"""

import importlib.util
import re
from importlib.metadata import version
from pathlib import Path

import numpy as np

from audiocls import sampling
from audiocls.book.rosetta import convention_table, flip, switch_effects
from audiocls.datasets import load
from audiocls.learn.provenance import provenance
from audiocls.measure.results import read_json, write_json
from audiocls.mfcc import mfcc

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "results" / "rosetta.json"


def recipes(page=ROOT / "book" / "rosetta.md"):
    """Run the Python blocks of the page and return the functions that they define, by name."""
    namespace = {}
    for block in re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        exec(compile(block, page.name, "exec"), namespace)
    return {name: value for name, value in namespace.items() if name.startswith(("pair_", "like_"))}


def first_seconds(clips, sr):
    """The first second of each clip at a sampling rate, float64."""
    whole = (sampling.resample(y, orig_sr=rate, target_sr=sr) for y, rate, _ in clips)
    return [y[:sr].astype(float) for y in whole]


def switches(sounds, sr):
    """The effect of each switch, and of all ten."""
    rows = {}
    for row in switch_effects(sounds, sr):
        r = row.pop("correlation")
        name = row.pop("switch")
        rows[name] = row | {"lowest": float(r.min()), "at": int(r.argmin()), "correlation": r.round(4).tolist()}
        rows[name] |= {key: round(rows[name][key], 4) for key in ("rms", "largest", "lowest")}
    flipped = {name: value for row in convention_table() for name, value in flip(row["switch"]).items()}
    before, after = ([mfcc(y, sr, **options) for y in sounds] for options in ({}, flipped))
    shared = [min(a.shape[1], b.shape[1]) for a, b in zip(before, after, strict=True)]
    old, new = (np.hstack([x[:, :t] for x, t in zip(side, shared, strict=True)]) for side in (before, after))
    r = np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(old, new, strict=True)])
    return rows, {"lowest": round(float(r.min()), 4), "at": int(r.argmin()), "correlation": r.round(4).tolist()}


def parity(recipe, sounds, sr):
    """The largest difference of a recipe from its library over all sounds, and the largest value."""
    largest, reach = 0.0, 0.0
    for y in sounds:
        theirs, ours = recipe(y, sr)
        if theirs.shape != ours.shape:
            raise ValueError(f"{recipe.__name__} must give equal shapes, got {theirs.shape} and {ours.shape}")
        largest, reach = max(largest, float(np.abs(theirs - ours).max())), max(reach, float(np.abs(theirs).max()))
    return {"clips": len(sounds), "sr": sr, "largest": float(f"{largest:.1e}"), "range": round(reach, 1)}


def main():
    """Measure everything and write the result file."""
    clips, sr, found = load("rendered"), 16_000, recipes()
    sounds = first_seconds(clips, sr)
    rows, all_ten = switches(sounds, sr)
    near = {}
    for name in ("pair_psf", "pair_librosa", "pair_librosa_as_psf", "pair_tensorflow"):
        near[name] = parity(found[name], sounds, sr)
    near["pair_psf at 44100"] = parity(found["pair_psf"], first_seconds(clips, 44_100), 44_100)
    near["pair_librosa in single precision"] = parity(found["pair_librosa"], [y.astype("float32") for y in sounds], sr)
    name = "pair_kaldi_native_fbank"
    if importlib.util.find_spec("kaldi_native_fbank"):
        near[name] = parity(found[name], sounds, sr) | {"version": version("kaldi-native-fbank")}
    else:
        near[name] = read_json(OUT)["parity"][name]
        print("kaldi-native-fbank is not installed: its row is kept (pip install kaldi-native-fbank)")
    about = provenance("python -m benchmarks.rosetta", "python_speech_features", "librosa")
    write_json(OUT, about | {"clips": len(sounds), "switches": rows, "all_ten": all_ten, "parity": near})
    for name, row in near.items():
        print(f"{name:34s} {row['largest']:.1e}")


if __name__ == "__main__":
    main()
