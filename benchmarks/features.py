"""How long MFCC take: this package, python_speech_features, librosa, and the Fourier transforms alone.

A batch of 200 one-second clips at 16 kHz. All contenders run in turn, round after round, so that a busy machine slows
all of them; a ratio is the median over the rounds. Each answer is compared with the library's before it is timed.

Run it with ``python -m benchmarks.features`` (``--clips``, ``--rounds`` to change the size).
"""

import argparse
import sys
import time
import warnings

import numpy as np
import scipy.fft

from audiocls.mfcc import mfcc

SR = 16_000
SIZES = {"n_mfcc": 13, "n_mels": 26, "n_fft": 512, "win_length": 400, "hop_length": 160}
BARS = {"python_speech_features, clip by clip": 5.0, "librosa, one call": 1.5}


def contenders(y):
    """Name each way to compute the features of a batch; its rival is the one of ours with the same settings."""
    import librosa
    import python_speech_features

    frames = np.random.default_rng(1).standard_normal((len(y) * 99, 512)).astype(y.dtype)

    def bare_transforms():
        for block in range(0, len(frames), 600):  # faster than all at once: the spectra stay in the cache
            scipy.fft.rfft(frames[block : block + 600])

    def psf_loop():
        return np.stack([python_speech_features.mfcc(clip, SR).T for clip in y])

    def librosa_batch(**sizes):
        return librosa.feature.mfcc(y=y, sr=SR, **sizes)

    ours = {
        "psf": lambda: mfcc(y, SR),
        "librosa": lambda: mfcc(y, SR, convention="librosa", **SIZES),
        "librosa defaults": lambda: mfcc(y, SR, convention="librosa"),
    }
    others = {
        "python_speech_features, clip by clip": (psf_loop, "psf"),
        "librosa, one call": (lambda: librosa_batch(**SIZES), "librosa"),
        "librosa, one call, its own sizes": (librosa_batch, "librosa defaults"),
        "scipy.fft.rfft of the same frames": (bare_transforms, "psf"),
    }
    return ours, others


def measure(functions, rounds):
    """Time every function once a round, in turn; seconds, (rounds,) for each name."""
    seconds = {name: np.empty(rounds) for name in functions}
    for j in range(rounds):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            seconds[name][j] = time.perf_counter() - start
    return seconds


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=9)
    args = parser.parse_args(argv)
    warnings.filterwarnings("ignore", category=UserWarning)

    y = (0.1 * np.random.default_rng(0).standard_normal((args.clips, SR))).astype(np.float32)
    ours, others = contenders(y)
    print(f"{args.clips} clips of 1 s at {SR} Hz, float32, median of {args.rounds} rounds")
    for name, (function, rival) in others.items():
        if rival != "psf" or name in BARS:
            print(f"  largest difference from {name}: {np.abs(ours[rival]() - function()).max():.1e}")

    seconds = measure(ours | {name: function for name, (function, _) in others.items()}, args.rounds)
    for name in ours:
        print(f"  audiocls, {name:<30} {1e3 * np.median(seconds[name]):8.1f} ms")
    met = True
    for name, (_, rival) in others.items():
        ratio = np.median(seconds[name] / seconds[rival])
        line = f"  {name:<40} {1e3 * np.median(seconds[name]):8.1f} ms, {ratio:5.2f} x the time of audiocls, {rival}"
        if name in BARS:
            met &= bool(ratio >= BARS[name])
            line += f" (at least {BARS[name]:g})"
        print(line)
    fft = np.median(seconds["psf"] / seconds["scipy.fft.rfft of the same frames"])
    print(f"  audiocls takes {fft:.2f} x the time of the bare Fourier transforms")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
