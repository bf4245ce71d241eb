"""Draw what readers see in place of an explorable where JavaScript is off: python book/fallbacks.py [NAME ...]

Each picture is computed with the package and says in its title what the explorable lets one find. The ground is
transparent, so that the picture fits both themes.
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

from audiocls import plot, sampling

FOLDER = Path(__file__).resolve().parent / "_static" / "explorables"
SIZE = (7.6, 3.2)  # inches, of every picture


def sampling_01():
    """A tone of 5,000 Hz, its samples at 8,000 Hz, and the 3,000 Hz that they describe."""
    fig, (wave, folds) = plt.subplots(1, 2, figsize=SIZE, width_ratios=(3, 2))
    t, samples = np.linspace(0, 0.002, 800), np.arange(17) / 8_000
    wave.plot(1_000 * t, np.sin(2 * np.pi * 5_000 * t), lw=0.9, label="5,000 Hz")
    wave.plot(1_000 * t, -np.sin(2 * np.pi * 3_000 * t), lw=2, label="3,000 Hz")
    wave.plot(1_000 * samples, np.sin(2 * np.pi * 5_000 * samples), "o", ms=5, color=plot.INK, label="samples")
    wave.set(
        xlabel="Time (ms)", ylabel="Amplitude", title="One set of samples, two tones", xlim=(0, 2), ylim=(-1.1, 1.6)
    )
    wave.legend(loc="upper right", ncols=3, fontsize=9)
    f = np.array([0, 4_000, 8_000, 12_000])
    folds.plot(f / 1_000, sampling.alias_frequency(f, 8_000) / 1_000, color=plot.INK)
    folds.plot(5, 3, "o", ms=9, color=plot.LINES[1])
    folds.set(xlabel="True frequency (kHz)", ylabel="Frequency heard (kHz)", title="5 kHz is folded to 3 kHz")
    return fig


PICTURES = {"01_sampling": sampling_01}


def main(*names):
    """Write the pictures named, or all."""
    plot.use_style()
    for name in names or PICTURES:
        fig = PICTURES[name]()
        path = FOLDER / f"{name}.webp"
        fig.savefig(path, dpi=150, pil_kwargs={"lossless": True, "method": 6})
        plt.close(fig)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(*sys.argv[1:])
