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

from audiocls import (
    amplitude,
    cepstrum,
    datasets,
    mel,
    mfcc,
    periodogram,
    plot,
    sampling,
    spectral_density,
    spectrogram,
)

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


def amplitude_02():
    """A note at -12 dB in 4 bits: the steps, and the error alone."""
    fig, (wave, rest) = plt.subplots(2, 1, figsize=SIZE, sharex=True, height_ratios=(2, 1))
    t = np.arange(320) / 32_000
    h = np.arange(1, 7)[:, None]
    y = 0.11 * np.sum(np.sin(2 * np.pi * 220 * h * t + h) / h, axis=0) / 1.6
    rounded = amplitude.quantize(y, 4)
    wave.plot(1_000 * t, y, label="the note")
    wave.step(1_000 * t, rounded, where="mid", lw=2, label="rounded to 4 bits")
    wave.set(ylabel="Amplitude", title="Four bits leave a quiet note three levels", ylim=(-0.16, 0.23))
    wave.legend(loc="upper right", ncols=2, fontsize=9)
    rest.plot(1_000 * t, (rounded - y) * 8, color=plot.LINES[1])
    rest.set(xlabel="Time (ms)", ylabel="Error (steps)", xlim=(0, 10))
    return fig


def fourier_03():
    """A square wave, the sum of its harmonics 1 to 3, and the amplitudes of all."""
    fig, (wave, bars) = plt.subplots(1, 2, figsize=SIZE, width_ratios=(3, 2))
    t, k = np.arange(256) / 256, np.arange(1, 33)
    sizes = np.where(k % 2, 0.8 * 4 / np.pi / k, 0)
    wave.plot(t, np.where(t < 0.5, 0.8, -0.8), label="drawn")
    wave.plot(t, sizes[:3] @ np.sin(2 * np.pi * k[:3, None] * t), lw=2, label="sum of 3 harmonics")
    wave.set(xlabel="Time (periods)", ylabel="Amplitude", title="Harmonics close in on any shape", ylim=(-1.1, 1.6))
    wave.legend(loc="upper right", ncols=2, fontsize=9)
    bars.bar(k, sizes, color=[plot.LINES[1] if i <= 3 else plot.INK for i in k])
    bars.set(xlabel="Number of the harmonic", ylabel="Amplitude", title="A square wave has the odd ones")
    return fig


def periodogram_04():
    """A tone in white noise: one long segment against many short ones."""
    fig, axes = plt.subplots(1, 2, figsize=SIZE, sharey=True)
    y = np.random.default_rng(4).standard_normal(16_384) + sampling.tone(
        1_003, sr=8_000, seconds=2.048, amplitude=0.1**0.5
    )
    for ax, length, title in zip(
        axes, (16_384, 512), ("One segment: fine and wild", "63 segments: steady and coarse"), strict=True
    ):
        frequencies, density = periodogram.welch(y, 8_000, segment_length=length)
        ax.plot(frequencies, 10 * np.log10(density * 4_000), lw=0.5 if length > 1_000 else 1.4)
        ax.set(xlabel="Frequency (Hz)", title=title, ylim=(-20, 27), xlim=(0, 4_000))
    axes[0].set_ylabel("Density (dB re the noise)")
    return fig


def spectral_density_05():
    """A tone under pink noise: 1 segment and 256 of them."""
    fig, ax = plt.subplots(figsize=SIZE)
    y = spectral_density.noise("pink", n=131_072, rms=0.2, seed=5)
    y += sampling.tone(1_687, sr=16_000, seconds=8.192, amplitude=0.017)
    for count, width in ((1, 0.8), (256, 2)):
        frequencies, density = periodogram.welch(y[: 512 * count], 16_000, segment_length=512, overlap=0)
        ax.semilogx(frequencies[2:], 10 * np.log10(density[2:] / 0.04), lw=width, label=f"{count} averaged")
    ax.set(xlabel="Frequency (Hz)", ylabel="Density (dB re noise, per Hz)", xlim=(62.5, 8_000))
    ax.set_title("Averaging brings out a tone under pink noise")
    ax.legend()
    return fig


def mel_06():
    """Eight notes equally far apart in hertz on the mel curve, and 26 filters."""
    fig, (curve, bank) = plt.subplots(1, 2, figsize=SIZE)
    f, notes = np.linspace(0, 4_200, 200), np.linspace(200, 4_000, 8)
    curve.plot(f, mel.hz_to_mel(f), color=plot.INK)
    curve.plot(notes, mel.hz_to_mel(notes), "o", color=plot.LINES[0])
    curve.hlines(mel.hz_to_mel(notes), 0, notes, colors=plot.LINES[0], linestyles=":", lw=1)
    curve.set(
        xlabel="Frequency (Hz)",
        ylabel="Pitch (mel)",
        title="Equal steps in hertz shrink in mel",
        xlim=(0, 4_200),
        ylim=0,
    )
    bank.plot(np.arange(257) * 31.25, mel.mel_filterbank(sr=16_000, n_fft=512).T, lw=1)
    bank.set(xlabel="Frequency (Hz)", ylabel="Weight", title="26 filters, equally wide in mel", xlim=(0, 8_000))
    return fig


def cepstrum_07():
    """The cepstrum of a burst of noise with an echo 12 ms later, 0.6 times as strong."""
    fig, ax = plt.subplots(figsize=SIZE)
    burst = np.random.default_rng(7).standard_normal(8_192) * np.exp(-np.arange(8_192) / 480)
    y = burst + 0.6 * np.pad(burst, (192, 0))[:8_192]
    quefrencies, values = cepstrum.real_cepstrum(y, 16_000, window="boxcar")
    ax.plot(1_000 * quefrencies[16:2_080], values[16:2_080], lw=1)
    ax.plot(12, 0.3, "o", ms=9, color=plot.LINES[1])
    ax.annotate("the echo", (12, 0.3), (14, 0.29), color=plot.LINES[1], fontweight="bold")
    ax.set(xlabel="Quefrency (ms)", ylabel="Real cepstrum", title="An echo 12 ms late stands alone", xlim=(0, 130))
    return fig


def spectrogram_08():
    """Two tones and two clicks, seen with a short and a long window."""
    fig, axes = plt.subplots(1, 2, figsize=SIZE, sharey=True)
    t = np.arange(10_240) / 16_000
    y = 0.25 * (np.sin(2 * np.pi * 1_000 * t) + np.sin(2 * np.pi * 1_100 * t)) * (t < 0.36)
    for start in (0.48, 0.492):
        y[round(16_000 * start) :][:8] += 0.9 * np.sin(np.pi * (np.arange(8) + 0.5) / 8)
    titles = ("8 ms: two clicks, one band", "64 ms: two tones, one click")
    for ax, length, title in zip(axes, (128, 1_024), titles, strict=True):
        S = spectrogram.spectrogram(y, n_fft=1_024, win_length=length, hop_length=32)
        S_db = spectrogram.power_to_db(S, ref=S.max(), top_db=60)
        plot.plot_spectrogram(S_db, sr=16_000, hop_length=32, ax=ax, range_db=60, colorbar=False)
        ax.set(title=title, ylim=(0, 2_000))
    axes[1].set_ylabel("")
    return fig


def mfcc_10():
    """A clarinet's log mel energies, and what 13 of 26 coefficients keep of them."""
    fig, axes = plt.subplots(1, 2, figsize=SIZE, sharey=True)
    clips = datasets.load("rendered")
    y, sr = clips.audio(clips.table.index[(clips.table.label == "Clarinet") & (clips.table.key == 60)][0])
    y = sampling.resample(y, orig_sr=sr, target_sr=16_000)[:16_000]
    kept = mfcc.mfcc_to_log_mel(mfcc.mfcc(y, 16_000, c0="dct", floor=1e-12), 16_000, c0="dct")
    pictures = (mfcc.log_mel_energies(y, 16_000, floor=1e-12), kept)
    for ax, L, title in zip(axes, pictures, ("26 log mel energies", "What 13 coefficients keep"), strict=True):
        plot.plot_mel(10 / np.log(10) * L, sr=16_000, hop_length=160, offset=200, ax=ax, range_db=60, colorbar=False)
        ax.set_title(title)
    axes[1].set_ylabel("")
    return fig


PICTURES = {
    "01_sampling": sampling_01,
    "02_amplitude": amplitude_02,
    "03_fourier": fourier_03,
    "04_periodogram": periodogram_04,
    "05_spectral_density": spectral_density_05,
    "06_mel": mel_06,
    "07_cepstrum": cepstrum_07,
    "08_spectrogram": spectrogram_08,
    "10_mfcc": mfcc_10,
}


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
