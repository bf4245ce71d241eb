"""Features of many files, on one core, on several, or on several machines.

Each file is read, resampled, turned into MFCCs and written as a NumPy array, which is read again without pickle. Files
do not depend on one another, so they can be worked on in any order and anywhere: joblib runs several at a time on the
cores of this machine or, inside ``joblib.parallel_config(backend="dask")``, on the workers of a Dask cluster. It makes
no difference to the arrays.

Conventions. Nothing is done by halves: an array is there whole or not at all, and a file that cannot be read
does not stop the others.

Functions
---------
extract : the features of one file
extract_files : of many files, into a folder
Extracted : what became of a file

Taught in chapter 14, Deployment.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from audiocls import audio, sampling
from audiocls.atomic import replacing
from audiocls.mfcc import mfcc
from audiocls.waveform import to_mono

__all__ = ["Extracted", "extract", "extract_files"]


@dataclass(frozen=True)
class Extracted:
    """What became of one file.

    Attributes
    ----------
    file : str, as it was given
    path : str, the array that was to be written
    shape : tuple of int or None, of the array: coefficients, frames
    error : str or None, why there is no array

    Examples
    --------
    >>> import tempfile
    >>> lost = extract_files(["lost.wav"], tempfile.mkdtemp(), target_sr=16_000)[0]
    >>> lost.shape, lost.error
    (None, 'lost.wav: no such file; check the spelling and the folder you are in')

    Taught in chapter 14, Deployment.
    """

    file: str
    path: str
    shape: tuple[int, ...] | None
    error: str | None


def extract(path: str | Path, *, target_sr: int, **options: Any) -> np.ndarray:
    """Compute the MFCCs of an audio file.

    Parameters
    ----------
    path : str or Path, of any rate and any number of channels
    target_sr : int, rate in Hz that the sound is resampled to first
    **options
        As in `audiocls.mfcc.mfcc`.

    Returns
    -------
    coefficients : np.ndarray [shape=(n_mfcc, t), float32]

    Raises
    ------
    AudioError
        If the file cannot be read.
    ValueError
        If the rate or an option is not valid.

    Examples
    --------
    >>> from audiocls import datasets
    >>> extract(datasets.load("rendered").path(0), target_sr=16_000).shape[0]
    13

    Taught in chapter 14, Deployment.
    """
    y, sr = audio.read(path)
    return mfcc(sampling.resample(to_mono(y), orig_sr=sr, target_sr=target_sr), target_sr, **options)


def extract_files(
    paths: Iterable[str | Path], folder: str | Path, *, target_sr: int, jobs: int | None = 1,
    progress: Callable[[Extracted], object] | None = None, **options: Any
) -> list[Extracted]:  # fmt: skip
    """Write the MFCCs of many files, one array per file, named like the file with ``.npy`` after it.

    Parameters
    ----------
    paths : iterable of str or Path
        Every process or machine that works on them must see them, and the folder, under the same names.
    folder : str or Path, created if it is not there
    target_sr : int, rate in Hz that every sound is resampled to first
    jobs : int or None
        Files worked on at a time. 1 needs no joblib; None leaves it to ``joblib.parallel_config``.
    progress : callable or None
        Called with each `Extracted` in the order of the paths: at once, or, if jobs is None, when all are there.
    **options
        As in `audiocls.mfcc.mfcc`.

    Returns
    -------
    extracted : list of Extracted, in the order of the paths; a file that could not be read has an error and no shape

    Raises
    ------
    ValueError
        If jobs is not valid, or two files would get the same name.
    ModuleNotFoundError
        If jobs is not 1 and joblib is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from audiocls import datasets
    >>> clips = datasets.load("rendered")
    >>> folder = tempfile.mkdtemp()
    >>> done = extract_files([clips.path(0), clips.path(1)], folder, target_sr=16_000)
    >>> [Path(each.path).name for each in done]
    ['Acoustic_guitar-000.wav.npy', 'Acoustic_guitar-001.wav.npy']

    Taught in chapter 14, Deployment.
    """
    if jobs is not None and (jobs != int(jobs) or jobs < 1):
        raise ValueError(f"jobs must be a whole number from 1, or None for joblib's own, got {jobs}")
    files, folder = [str(path) for path in paths], Path(folder)
    names = [Path(file).name for file in files]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"files must have different names, got {', '.join(repeated)} more than once; use two folders")
    run = map if jobs == 1 else _parallel(jobs)
    folder.mkdir(parents=True, exist_ok=True)
    work = [(file, str(folder / f"{name}.npy"), target_sr, options) for file, name in zip(files, names, strict=True)]
    extracted = []
    for each in run(_write, work):
        extracted.append(each)
        if progress:
            progress(each)
    return extracted


def _write(work):
    """Extract the features of one file into one array; runs in whatever process it is sent to."""
    file, path, target_sr, options = work
    try:
        coefficients = extract(file, target_sr=target_sr, **options)
        with replacing(path) as part, part.open("wb") as stream:
            np.save(stream, coefficients, allow_pickle=False)
    except (ValueError, OSError) as error:
        return Extracted(file, path, None, str(error))
    return Extracted(file, path, coefficients.shape, None)


def _parallel(jobs):
    """The same as map, for `jobs` items at a time."""
    try:
        import joblib
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f'more than one job needs {error.name}; pip install "audiocls[learn]"') from error

    # Dask hands over nothing before it has everything.
    parallel = joblib.Parallel(n_jobs=jobs, return_as="generator" if jobs else "list")
    return lambda function, items: parallel(joblib.delayed(function)(item) for item in items)
