"""How long MFCC take: this package, python_speech_features, librosa, and the Fourier transforms alone.

A batch of 200 one-second clips at 16 kHz. All contenders run in turn, round after round, so that a busy machine slows
all of them; a ratio is the median over the rounds. Each answer is compared with the library's before it is timed.

A second part writes the features of files with `audiocls.features.extract_files`, two at a time against one at a time,
for few files and for many (each of the 300 rendered clips under several names). The start of the second process counts.

Run it with ``python -m benchmarks.features`` (``--clips``, ``--rounds`` to change the size); the ratios go to
``results/features.json``.
"""

import argparse
import datetime
import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import scipy.fft

from audiocls.learn.training import versions
from audiocls.measure.results import write_json
from audiocls.mfcc import mfcc

OUT = Path("results/features.json")
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


JOBS = """
import sys
from audiocls.features import extract_files
extract_files(sys.argv[3:], sys.argv[1], target_sr=16_000, jobs=int(sys.argv[2]))
"""


def measure_jobs(counts, rounds):
    """Time the whole program, in a new process each time, with one job and with two, in turn."""
    from audiocls import datasets

    clips, found = datasets.load("rendered"), {}
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            files = [Path(folder, f"{i:05d}.wav") for i in range(count)]
            for i, file in enumerate(files):
                if not file.exists():
                    file.symlink_to(clips.path(i % len(clips)).resolve())
            seconds = {jobs: [] for jobs in (1, 2)}
            for turn in range(rounds + 1):
                for jobs, values in seconds.items():
                    out = Path(folder, f"out{jobs}")
                    start = time.perf_counter()
                    subprocess.run([sys.executable, "-c", JOBS, str(out), str(jobs), *map(str, files)], check=True)
                    if turn:  # the first round warms the cache of the disk
                        values.append(time.perf_counter() - start)
            one, two = (np.array(seconds[jobs]) for jobs in (1, 2))
            found[str(count)] = {
                "files": count,
                "seconds_one_job": round(float(np.median(one)), 3),
                "seconds_two_jobs": round(float(np.median(two)), 3),
                "ratio": round(float(np.median(one / two)), 3),
                "lowest_ratio": round(float(np.min(one / two)), 3),
                "highest_ratio": round(float(np.max(one / two)), 3),
            }
    return found


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--files", type=int, nargs="*", default=[10, 300, 3_000], help="numbers of files for two jobs")
    parser.add_argument("--job-rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args(argv)
    warnings.filterwarnings("ignore", category=UserWarning)

    y = (0.1 * np.random.default_rng(0).standard_normal((args.clips, SR))).astype(np.float32)
    ours, others = contenders(y)
    print(f"{args.clips} clips of 1 s at {SR} Hz, float32, median of {args.rounds} rounds")
    for name, (function, rival) in others.items():
        if rival != "psf" or name in BARS:
            print(f"  largest difference from {name}: {np.abs(ours[rival]() - function()).max():.1e}")

    load = round(os.getloadavg()[0], 2)
    seconds = measure(ours | {name: function for name, (function, _) in others.items()}, args.rounds)
    for name in ours:
        print(f"  audiocls, {name:<30} {1e3 * np.median(seconds[name]):8.1f} ms")
    met, ratios = True, {}
    for name, (_, rival) in others.items():
        ratio = np.median(seconds[name] / seconds[rival])
        ratios[name] = {
            "milliseconds_audiocls": round(1e3 * float(np.median(seconds[rival])), 2),
            "milliseconds": round(1e3 * float(np.median(seconds[name])), 2),
            "ratio": round(float(ratio), 3),
        }
        line = f"  {name:<40} {1e3 * np.median(seconds[name]):8.1f} ms, {ratio:5.2f} x the time of audiocls, {rival}"
        if name in BARS:
            met &= bool(ratio >= BARS[name])
            line += f" (at least {BARS[name]:g})"
        print(line)
    fft = np.median(seconds["psf"] / seconds["scipy.fft.rfft of the same frames"])
    print(f"  audiocls takes {fft:.2f} x the time of the bare Fourier transforms")

    jobs = measure_jobs(args.files, args.job_rounds)
    for row in jobs.values():
        print(f"  {row['files']} files: two jobs are {row['ratio']:.2f} x as fast as one")
    packages = ("librosa", "python_speech_features", "joblib")
    result = {
        "command": "python -m benchmarks.features",
        "date": datetime.date.today().isoformat(),
        "clips": args.clips,
        "rounds": args.rounds,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": versions() | {name: importlib.metadata.version(name) for name in packages},
        "load_before": load,
        "ratios": ratios,
        "jobs": jobs,
    }
    write_json(args.out, result)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
