"""What a student may write: test_types.py has a type checker read it, and runs it."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from audiocls import (
    amplitude,
    audio,
    cepstrum,
    datasets,
    fourier,
    mel,
    periodogram,
    plot,
    sampling,
    spectral_density,
    spectrogram,
)
from audiocls.classifier import Classifier
from audiocls.measure import evaluation, figures
from audiocls.mfcc import mfcc
from audiocls.player import Player, player
from audiocls.waveform import to_mono


def describe(path: str | Path) -> dict[str, float]:
    """Read a file and sum it up in a few numbers."""
    y, sr = audio.read(path)
    y = sampling.resample(to_mono(y), orig_sr=sr, target_sr=16_000)
    y, interval = amplitude.trim_silence(y, 16_000)
    first: int = interval[0]
    frequencies, density = periodogram.welch(y, 16_000, segment_length=512, window="hamming", scaling="density")
    mel_of_a4: float = mel.hz_to_mel(440.0, scale="slaney")
    bands: np.ndarray = mel.hz_to_mel(frequencies)
    level: float = amplitude.amplitude_to_dbfs(float(amplitude.rms(y)))
    centroid: float = float(spectral_density.spectral_centroid(frequencies, density))
    pitch = float(cepstrum.cepstral_pitch(y[:4_000], 16_000, fmin=60, fmax=1_000))
    return {"start": first, "level": level, "centroid": centroid, "pitch": pitch, "a4": mel_of_a4, "top": bands.max()}


def features(y: np.ndarray, sr: int) -> np.ndarray:
    """Sum up a sound in 40 bands and 13 coefficients."""
    S: np.ndarray = spectrogram.spectrogram(y, n_fft=512, hop_length=160, window="hann")
    L: np.ndarray = mel.log_mel(S, sr=sr, n_mels=40, norm="slaney", edges="hz")
    C: np.ndarray = mfcc(y, sr, n_mfcc=13)
    return np.concatenate([L.mean(axis=-1), C.mean(axis=-1)])


def draw(y: np.ndarray, sr: int) -> Player:
    """Look at a sound, and hear it."""
    ax = plt.subplots()[1]
    plot.plot_waveform(y, sr, ax=ax, label="Flute").set_title("A clip")
    plot.plot_spectrum(*fourier.magnitude_spectrum(y, sr, window="blackman"))
    S_db = spectrogram.power_to_db(spectrogram.spectrogram(y, n_fft=512, hop_length=160), top_db=80)
    plot.plot_spectrogram(S_db, sr=sr, hop_length=160).set_xlim(0, 1)
    return player(y, sr, label="A clip")


def main() -> None:
    """Classify ten clips and count what is taken for what."""
    clips = datasets.load("rendered", per_class=1)
    classifier = Classifier()
    scores = []
    for i in range(len(clips)):
        y, sr = clips.audio(i)
        prediction = classifier.predict(y, sr)
        scores.append([prediction.scores[label] for label in clips.labels])
    counts: np.ndarray = evaluation.confusion(np.array(scores), clips.targets)
    low, high = evaluation.wilson_interval(int(np.trace(counts)), len(clips))
    figures.plot_scores(scores[0], clips.labels).set_title("The first clip")
    noise = spectral_density.noise("pink", n=16_000, seed=1)
    print(describe(clips.path(0)), features(noise, 16_000).shape, draw(noise, 16_000), sep="\n")
    print(f"{low:.2f} to {high:.2f}")
    plt.close("all")


if __name__ == "__main__":
    main()
