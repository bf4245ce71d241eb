"""Store what the explorable of chapter 10 starts from: python book/mfcc_data.py

Writes ``_static/explorables/10_mfcc_data.js``: the log mel energies of four rendered clips, one second each, 26 filters
by 99 frames, as bytes in base64. A byte is a step of `STEP` dB below the clip's loudest value; what lies more than 255
steps below it is raised to that floor.
"""

import base64
import json
from pathlib import Path

import numpy as np

from audiocls import datasets, sampling
from audiocls.mfcc import log_mel_energies

PATH = Path(__file__).resolve().parent / "_static" / "explorables" / "10_mfcc_data.js"
SR = 16_000
STEP = 0.32  # dB, so that 255 steps are 81.6 dB
CLIPS = {  # which clip of its class, and how people call it; the pitch is the table's, none for a drum
    "Acoustic_guitar": (48, "guitar"),
    "Cello": (43, "cello"),
    "Clarinet": (60, "clarinet"),
    "Snare_drum": (38, "snare drum"),
}


def log_mel(y, sr):
    """Compute the log mel energies of the loudest second of a clip that starts at its onset, in dB."""
    y = sampling.resample(y, orig_sr=sr, target_sr=SR)
    onset = np.flatnonzero(np.abs(y) > 0.05 * np.abs(y).max())[0]
    y = y[max(0, onset - SR // 50) :][:SR]
    y = np.pad(y, (0, SR - y.size)).astype(np.float64)
    return 10 / np.log(10) * log_mel_energies(y, SR, c0="dct", floor=1e-12)


def main():
    """Write the file."""
    clips = datasets.load("rendered")
    stored = []
    for label, (key, name) in CLIPS.items():
        rows = clips.table[(clips.table.label == label) & (clips.table.key == key)]
        row = rows.index[0]
        L = log_mel(*clips.audio(row))
        steps = np.clip(np.rint((L - L.max()) / STEP) + 255, 0, 255).astype(np.uint8)
        f0 = None if label == "Snare_drum" else round(float(rows.f0.iloc[0]), 2)
        values = base64.b64encode(steps.T.tobytes()).decode()  # frame by frame
        stored.append(
            {"name": name, "clip": rows.fname.iloc[0], "f0": f0, "top": round(float(L.max()), 2), "values": values}
        )
    head = "/* Made by book/mfcc_data.py: log mel energies of four rendered clips, 26 filters by 99 frames. */\n"
    text = f"window.audioclsClips = {json.dumps({'sr': SR, 'step': STEP, 'mels': 26, 'clips': stored})};\n"
    PATH.write_text(head + text, encoding="utf-8", newline="\n")
    print(f"{PATH.name}: {PATH.stat().st_size / 1000:.1f} kB")


if __name__ == "__main__":
    main()
