"""How long MFCC take: this package, python_speech_features, librosa, and the Fourier transforms alone.

A batch of 200 one-second clips at 16 kHz, in one call and clip by clip. All contenders run in turn, round after round,
so that a busy machine slows all of them. A ratio compares the fastest round of each. Linear algebra gets one thread
(``--threads``): more of them speed up no contender by much, and on a busy machine they wait for each other. Each answer
is compared with the library's before it is timed.

A second part writes the features of files with `audiocls.features.extract_files`, two at a time against one at a time,
for few files and for many (each of the 300 rendered clips under several names). The start of the second process counts.

Run it with ``python -m benchmarks.features`` (``--clips``, ``--rounds`` to change the size); the ratios go to
``results/features.json``. It fails if a ratio misses its bar.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.fft

from audiocls.learn.provenance import provenance
from audiocls.measure.results import write_json
from audiocls.mfcc import mfcc

OUT = Path("results/features.json")
SR = 16_000
SIZES = {"n_mfcc": 13, "n_mels": 26, "n_fft": 512, "win_length": 400, "hop_length": 160}
RFFT = "scipy.fft.rfft of the same frames"


@dataclass(frozen=True)
class Race:
    """Two ways to the same features, and how many times as long as ours the other one has to take."""

    ours: Callable
    theirs: Callable
    bar: float


def races(y):
    """Name what the features of a batch are compared with."""
    import librosa
    import python_speech_features

    frames = np.random.default_rng(1).standard_normal((len(y) * 99, 512)).astype(y.dtype)

    def bare_transforms():
        for block in range(0, len(frames), 600):  # faster than all at once: the spectra stay in the cache
            scipy.fft.rfft(frames[block : block + 600])

    def each(function):
        return np.stack([function(clip) for clip in y])

    def psf(clip):
        return python_speech_features.mfcc(clip, SR).T

    def as_librosa(sounds):
        return mfcc(sounds, SR, convention="librosa", **SIZES)

    def librosas(sounds, sizes=SIZES):
        return librosa.feature.mfcc(y=sounds, sr=SR, **sizes)

    def ours():
        return mfcc(y, SR)

    def ours_as_librosa():
        return mfcc(y, SR, convention="librosa")

    def psf_loop():
        return each(psf)

    return {
        RFFT: Race(ours, bare_transforms, 1 / 1.8),
        "python_speech_features, clip by clip": Race(ours, psf_loop, 5.0),
        "librosa, one call": Race(lambda: as_librosa(y), lambda: librosas(y), 2.0),
        "librosa, one call, its own sizes": Race(ours_as_librosa, lambda: librosas(y, {}), 2.0),
        "python_speech_features, both clip by clip": Race(lambda: each(lambda clip: mfcc(clip, SR)), psf_loop, 2.0),
        "librosa, both clip by clip": Race(lambda: each(as_librosa), lambda: each(librosas), 2.0),
    }


def measure(functions, rounds):
    """Time every function once per round, in turn, and give the seconds of the fastest round of each."""
    seconds = {function: [] for function in functions}
    for _ in range(rounds):
        for function, values in seconds.items():
            start = time.perf_counter()
            function()
            values.append(time.perf_counter() - start)
    return {function: min(values) for function, values in seconds.items()}


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
    from threadpoolctl import threadpool_limits

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--threads", type=int, default=1, help="threads that linear algebra may use")
    parser.add_argument("--files", type=int, nargs="*", default=[10, 300, 3_000], help="numbers of files for two jobs")
    parser.add_argument("--job-rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args(argv)
    warnings.filterwarnings("ignore", category=UserWarning)

    y = (0.1 * np.random.default_rng(0).standard_normal((args.clips, SR))).astype(np.float32)
    against = races(y)
    print(f"{args.clips} clips of 1 s at {SR} Hz, float32, fastest of {args.rounds} rounds, threads: {args.threads}")
    load = round(os.getloadavg()[0], 2)
    with threadpool_limits(args.threads):
        for name, race in against.items():
            if name != RFFT:
                print(f"  largest difference from {name}: {np.abs(race.ours() - race.theirs()).max():.1e}")
        functions = dict.fromkeys(function for race in against.values() for function in (race.ours, race.theirs))
        seconds = measure(functions, args.rounds)
    met, ratios = True, {}
    for name, race in against.items():
        ours, theirs = 1e3 * seconds[race.ours], 1e3 * seconds[race.theirs]
        ratios[name] = {
            "milliseconds_audiocls": round(ours, 2),
            "milliseconds": round(theirs, 2),
            "ratio": round(theirs / ours, 3),
            "bar": round(race.bar, 3),
        }
        met &= theirs / ours >= race.bar
        bar = f"at least {race.bar:g}" if race.bar >= 1 else f"which is {ours / theirs:.2f}, at most {1 / race.bar:g}"
        print(f"  {name:<42} {theirs:7.1f} ms, {theirs / ours:5.2f} x the time of audiocls, {ours:.1f} ms ({bar})")

    jobs = measure_jobs(args.files, args.job_rounds)
    for row in jobs.values():
        print(f"  {row['files']} files: two jobs are {row['ratio']:.2f} x as fast as one")
    result = provenance("python -m benchmarks.features", "librosa", "python_speech_features", "joblib") | {
        "clips": args.clips,
        "rounds": args.rounds,
        "threads": args.threads,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_before": load,
        "ratios": ratios,
        "jobs": jobs,
    }
    write_json(args.out, result)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
