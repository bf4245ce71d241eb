"""Draw the book's cover, logo and favicon: python book/cover.py

The cover is read from the bottom up, as the book is: ten notes of the rendered set as a wave, the same notes as a mel
spectrogram, their names. Everything is computed, so the same versions give the same picture.
"""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from audiocls import datasets
from audiocls.mel import log_mel
from audiocls.plot import pretty
from audiocls.spectrogram import spectrogram

STATIC = Path(__file__).resolve().parent / "_static"
NIGHT, TEAL, SAND, CREAM = "#0d161d", "#0b6b74", "#e6b66c", "#fff6e3"
COLORS = LinearSegmentedColormap.from_list("dusk", [NIGHT, "#0c3944", TEAL, "#5fa79b", SAND, CREAM])
NAMES = {"Acoustic_guitar": "Guitar", "Snare_drum": "Snare", "Violin_or_fiddle": "Violin"}  # what a narrow column holds
SECONDS, GAP = 1.25, 0.06  # heard of each clip, silent between two
HOP, N_FFT, N_MELS = 256, 2048, 160


def notes():
    """Of each class of the rendered set, the clip of middle pitch: waveforms of equal length and level."""
    clips = datasets.load("rendered")
    for label in clips.labels:
        rows = clips.table[clips.table.label == label].sort_values(["key", "fname"])
        y, sr = clips.audio(rows.index[len(rows) // 2])
        y = y[: round(SECONDS * sr)]
        y = np.pad(y, (0, round(SECONDS * sr) - y.size)) / np.abs(y).max()
        fade = round(0.08 * sr)
        y[-fade:] *= np.linspace(1, 0, fade)
        yield NAMES.get(label, pretty(label)), np.pad(y, (0, round(GAP * sr))), sr


def draw_cover(path):
    """Wave, spectrogram and names of the ten instruments, 1600 by 720 pixels."""
    names, waves, rates = zip(*notes(), strict=True)
    sr, n = rates[0], waves[0].size
    pictures = [log_mel(spectrogram(y, n_fft=N_FFT, hop_length=HOP), sr=sr, n_mels=N_MELS, fmin=30) for y in waves]
    pictures = np.hstack([10 / np.log(10) * (L - L.max()) for L in pictures])  # dB below each note's own peak

    fig = plt.figure(figsize=(16, 7.2), dpi=100, facecolor=NIGHT)
    image = fig.add_axes((0, 0.23, 1, 0.69))
    image.imshow(pictures, origin="lower", aspect="auto", cmap=COLORS, vmin=-66, vmax=-2, interpolation="bilinear")
    wave = fig.add_axes((0, 0.01, 1, 0.2))
    t = np.arange(len(waves) * n)
    y = np.concatenate(waves)
    # 1,600 columns of pixels: the lowest and the highest sample of each
    columns = np.array_split(np.arange(t.size), 1600)
    low, high = (np.array([edge(y[column]) for column in columns]) for edge in (np.min, np.max))
    wave.fill_between(np.arange(1600), low - 0.012, high + 0.012, color="#5fa79b", linewidth=0)
    wave.set(xlim=(0, 1599), ylim=(-1.05, 1.05))
    for i, name in enumerate(names):
        fig.text((i + 0.46) / len(names), 0.96, name, color=CREAM, fontsize=18, ha="center", va="center")
    for ax in (image, wave):
        ax.axis("off")
    fig.savefig(path, facecolor=NIGHT, pil_kwargs={"quality": 86, "method": 6})
    plt.close(fig)


def draw_mark(path, *, ground):
    """A wave on the left that turns into the bars of a spectrum on the right: the logo, and the favicon."""
    x = np.linspace(8, 31, 47)
    y = 32 + 13 * np.sin(2 * np.pi * (x - 8) / 11.5)
    wave = "M" + " L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
    bars = [(37, 40), (44, 24), (51, 32), (58, 12)]
    lines = "".join(f'<path d="M{x} {32 - h / 2:g}V{32 + h / 2:g}"/>' for x, h in bars)
    back = f'<rect width="66" height="64" rx="14" fill="{NIGHT}"/>' if ground else ""
    ink, warm = ("#7fd0d0", SAND) if ground else ("#12808a", "#c9822f")
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 66 64" fill="none" stroke-width="4" '
        f'stroke-linecap="round" stroke-linejoin="round">{back}<path stroke="{ink}" d="{wave}"/>'
        f'<g stroke="{warm}">{lines}</g></svg>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    STATIC.mkdir(exist_ok=True)
    draw_cover(STATIC / "cover.webp")
    draw_mark(STATIC / "logo.svg", ground=False)
    draw_mark(STATIC / "favicon.svg", ground=True)
