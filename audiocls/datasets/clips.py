"""A table of clips and their sound, and the ways to split it.

A split decides what a score means. Two windows of one clip, or two clips of one recording session, are nearly the same
sound: a network that has seen one knows the other. So a clip has a *source*, the session it comes from, and clips of
one source stay on one side of a split.

Conventions: clips are numbered from 0 in the order of the table; ``targets`` are indices into ``labels``; folds are
numbered from 0, and clips of fold k are tested by the network that has learnt from all the others.

- ``Clips``: ``name``, ``table``, ``labels``, ``targets``, ``sources``, ``audio``, ``select``, ``folds``, ``split``,
  ``describe``
- ``folds``: the same for any targets and groups, such as windows
- ``combine``: one set of several
- ``cache_folder``: where downloaded and rendered clips are kept
- ``read_rows``: what a table of this package says
"""

import csv
import functools
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from audiocls import audio
from audiocls.waveform import to_mono

__all__ = ["Clips", "combine", "folds"]

Table = Any  # a pandas.DataFrame: pandas is imported only where a table is made
KEPT_IN_MEMORY = 32  # clips; a minute or two of sound


def cache_folder(name: str) -> Path:
    """The folder that keeps downloaded or rendered clips: below ``AUDIOCLS_CACHE`` if set, else the user's cache.

    Parameters
    ----------
    name : str, of the dataset

    Returns
    -------
    folder : Path, which need not exist yet

    Examples
    --------
    >>> cache_folder("rendered").name
    'rendered'
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # in a notebook without ipywidgets, pooch's import of tqdm.auto warns
        import pooch

    return Path(os.environ.get("AUDIOCLS_CACHE") or pooch.os_cache("audiocls")) / name


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of a table that lies beside this module.

    Parameters
    ----------
    name : str, of the CSV file

    Returns
    -------
    rows : list of dict, column to text

    Examples
    --------
    >>> read_rows("libraries.csv")[0]["name"]
    'FluidR3Mono'
    """
    return list(csv.DictReader((resources.files(__package__) / name).read_text("utf-8").splitlines()))


class Clips:
    """Clips with their labels: a table at once, the sound when it is asked for.

    Iterating gives ``(y, sr, label)`` clip by clip.

    Parameters
    ----------
    table : pandas.DataFrame with columns fname, label, source and seconds; more are kept
    fetch : callable, fname to the path of a readable file (it may download or render it first)
    labels : iterable of str or None; classes to keep although the table has none of them
    name : str, what the set is called wherever its results are told

    Attributes
    ----------
    name : str
    table : pandas.DataFrame, one row per clip
    labels : tuple of str, sorted
    targets : np.ndarray [shape=(n,), int], indices into labels
    sources : np.ndarray [shape=(n,), object]

    Raises
    ------
    ValueError
        If the table is empty, lacks a column, or has a label that is not in labels.

    Examples
    --------
    >>> from audiocls import datasets
    >>> clips = datasets.load("rendered", per_class=5)
    >>> clips
    <Clips rendered: 50 clips, 10 classes, 50 sources, 1.6 minutes>
    >>> clips.targets[:6]
    array([0, 0, 0, 0, 0, 1])
    >>> y, sr = clips.audio(0)
    >>> y.dtype, sr
    (dtype('float32'), 44100)

    Taught in chapter 9, Data set.
    """

    def __init__(
        self, table: Table, fetch: Callable[[str], str | Path], *,
        labels: Iterable[str] | None = None, name: str = ""
    ):  # fmt: skip
        if missing := {"fname", "label", "source", "seconds"} - set(table.columns):
            raise ValueError(f"the table lacks {', '.join(sorted(missing))}; it needs fname, label, source and seconds")
        if len(table) == 0:
            raise ValueError("the table must have at least one clip, got 0 rows")
        self.name = name
        self.table = table.reset_index(drop=True)
        self.labels = tuple(sorted(set(self.table["label"]) if labels is None else labels))
        if unknown := set(self.table["label"]) - set(self.labels):
            raise ValueError(f"labels must hold every label of the table, {sorted(unknown)} are missing")
        self.targets = np.array([self.labels.index(label) for label in self.table["label"]])
        self.sources = self.table["source"].to_numpy(dtype=object)
        self._fetch = fetch
        self._read = functools.lru_cache(maxsize=KEPT_IN_MEMORY)(self._read_file)

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[tuple[np.ndarray, int, str]]:
        return ((*self.audio(i), label) for i, label in enumerate(self.table["label"]))

    def __repr__(self) -> str:
        counts = f"{len(self)} clips, {len(self.labels)} classes, {len(set(self.sources))} sources"
        return f"<{f'Clips {self.name}'.strip()}: {counts}, {self.table['seconds'].sum() / 60:.1f} minutes>"

    def path(self, i: int) -> Path:
        """The file of clip i, downloaded or rendered if it is not there yet.

        Parameters
        ----------
        i : int

        Returns
        -------
        path : Path

        Examples
        --------
        >>> from audiocls import datasets
        >>> clips = datasets.load("rendered", per_class=2)
        >>> clips.path(0).name
        'Acoustic_guitar-000.wav'
        """
        return Path(self._fetch(self.table["fname"].iloc[i]))

    def audio(self, i: int) -> tuple[np.ndarray, int]:
        """The sound of clip i.

        Parameters
        ----------
        i : int; negative counts from the end

        Returns
        -------
        y : np.ndarray [shape=(n,), float32], mono, a copy that is yours to change
        sr : int, in Hz

        Raises
        ------
        IndexError
            If there is no clip i.
        AudioError
            If its file cannot be read.

        Examples
        --------
        >>> from audiocls import datasets
        >>> clips = datasets.load("rendered", per_class=2)
        >>> y, sr = clips.audio(0)
        >>> y.ndim, sr
        (1, 44100)
        """
        if not -len(self) <= i < len(self):
            raise IndexError(f"clip must be 0 to {len(self) - 1}, got {i}")
        y, sr = self._read(int(i) % len(self))
        return y.copy(), sr

    def _read_file(self, i):
        y, sr = audio.read(self.path(i))
        return to_mono(y), sr

    def prepare(self) -> Self:
        """Download or render every clip now, instead of one by one; return the clips.

        A bar is drawn where there is a terminal to draw it on.

        Returns
        -------
        clips : Clips, these

        Examples
        --------
        >>> from audiocls import datasets
        >>> clips = datasets.load("rendered", per_class=2)
        >>> clips.prepare() is clips
        True
        """
        from tqdm import tqdm

        for i in tqdm(range(len(self)), unit="clip", desc="clips", disable=None):
            self.path(i)
        return self

    def select(self, indices: ArrayLike) -> "Clips":
        """Some of the clips, by index or by a mask; they keep the name of the set and the labels of all.

        Parameters
        ----------
        indices : sequence of int, or of len(self) bools

        Returns
        -------
        clips : Clips

        Examples
        --------
        >>> from audiocls import datasets
        >>> clips = datasets.load("rendered", per_class=2)
        >>> clips.select([0, 3]).table["label"].tolist()
        ['Acoustic_guitar', 'Bass_drum']
        """
        indices = np.asarray(indices) if np.size(indices) else np.zeros(0, int)
        if indices.dtype == bool and indices.shape != (len(self),):
            raise ValueError(f"a mask must have shape ({len(self)},), got {indices.shape}")
        return Clips(self.table.iloc[indices], self._fetch, labels=self.labels, name=self.name)

    def one_per_class(self) -> "Clips":
        """The first clip of each class, in the order of the labels.

        Returns
        -------
        clips : Clips

        Examples
        --------
        >>> from audiocls import datasets
        >>> clips = datasets.load("rendered", per_class=2)
        >>> len(clips.one_per_class())
        10
        """
        return self.select([np.flatnonzero(self.targets == k)[0] for k in np.unique(self.targets)])

    def folds(self, *, by: str = "source", n_folds: int = 5, seed: int = 0) -> np.ndarray:
        """The fold in which each clip is tested.

        Parameters
        ----------
        by : str
            ``"source"``: clips of one source share a fold. ``"clip"``: each clip for itself. Any other column of the
            table groups by that column. A split by window tests on clips already heard; to make one, call `folds` on
            the targets of the windows.
        n_folds : int >= 2
        seed : int

        Returns
        -------
        fold : np.ndarray [shape=(len(self),), int], 0 to n_folds - 1

        Raises
        ------
        ValueError
            If ``by`` is no column, or a class has fewer groups than folds.

        Examples
        --------
        >>> from audiocls import datasets
        >>> clips = datasets.load("rendered")
        >>> fold = clips.folds(by="source", n_folds=5)
        >>> set(clips.sources[fold == 0]) & set(clips.sources[fold != 0])
        set()

        Taught in chapter 9, Data set, and chapter 13, Evaluation.
        """
        if by == "window":
            raise ValueError('by="window" splits windows, not clips; cut the clips first and call datasets.folds')
        if by != "clip" and by not in self.table.columns:
            raise ValueError(f'by must be "source", "clip" or a column of the table, got {by!r}')
        groups = None if by == "clip" else self.table[by].to_numpy(dtype=object)
        return folds(self.table["label"].to_numpy(dtype=object), groups, n_folds=n_folds, seed=seed)

    def split(
        self, *, by: str = "source", test_fold: int = 0, n_folds: int = 5, seed: int = 0
    ) -> "tuple[Clips, Clips]":
        """Clips to learn from and clips to test on: one fold against the others.

        Parameters
        ----------
        by : str, as in `folds`
        test_fold : int, 0 to n_folds - 1
        n_folds, seed : int, as in `folds`

        Returns
        -------
        train, test : Clips

        Raises
        ------
        ValueError
            If there is no such fold, or as in `folds`.

        Examples
        --------
        >>> from audiocls import datasets
        >>> train, test = datasets.load("rendered").split()
        >>> len(train) + len(test), set(train.sources) & set(test.sources)
        (300, set())

        Taught in chapter 9, Data set.
        """
        if not 0 <= test_fold < n_folds:
            raise ValueError(f"test_fold must be 0 to {n_folds - 1}, got {test_fold}")
        tested = self.folds(by=by, n_folds=n_folds, seed=seed) == test_fold
        return self.select(~tested), self.select(tested)

    def describe(self) -> Table:
        """Clips, seconds and sources of each class.

        Returns
        -------
        summary : pandas.DataFrame with columns clips, seconds, sources, indexed by label

        Examples
        --------
        >>> from audiocls import datasets
        >>> clips = datasets.load("rendered", per_class=2)
        >>> int(clips.describe().loc["Flute", "clips"])
        2

        Taught in chapter 9, Data set.
        """
        by_label = self.table.groupby("label")
        summary = by_label.agg(clips=("fname", "size"), seconds=("seconds", "sum"), sources=("source", "nunique"))
        return summary.reindex(list(self.labels), fill_value=0)


def combine(sets: Mapping[str, Clips], *, name: str | None = None) -> Clips:
    """Make one set of several.

    Parameters
    ----------
    sets : dict, name to Clips
    name : str or None, of the whole; None joins the names of the sets with "+"

    Returns
    -------
    clips : Clips
        One set after the other, with the columns that any of them has and the labels of all. File names and sources
        begin with the name of the set: two sets have no source in common.

    Raises
    ------
    ValueError
        If there is no set.

    Examples
    --------
    >>> from audiocls import datasets
    >>> clips = datasets.load("rendered", per_class=1)
    >>> both = combine({"a": clips, "b": clips})
    >>> both.name, both.table["fname"].iloc[10]
    ('a+b', 'b/Acoustic_guitar-000.wav')

    Taught in chapter 9, Data set.
    """
    import pandas as pd

    if not sets:
        raise ValueError("sets must have at least one set of clips, got none")
    tables = []
    fetch: dict[str, Callable[[], Path]] = {}
    for prefix, clips in sets.items():
        names, sources = ([f"{prefix}/{value}" for value in clips.table[column]] for column in ("fname", "source"))
        tables.append(clips.table.assign(fname=names, source=sources))
        fetch |= {fname: functools.partial(clips.path, i) for i, fname in enumerate(names)}
    labels = sorted(set().union(*(clips.labels for clips in sets.values())))
    name = "+".join(sets) if name is None else name
    return Clips(pd.concat(tables, ignore_index=True), lambda fname: fetch[fname](), labels=labels, name=name)


def folds(targets: ArrayLike, groups: ArrayLike | None = None, *, n_folds: int = 5, seed: int = 0) -> np.ndarray:
    """Spread examples over folds, so that each class is spread evenly and each group stays whole.

    Parameters
    ----------
    targets : sequence [shape=(n,)] of classes
    groups : sequence [shape=(n,)] or None; examples of one group share a fold
    n_folds : int >= 2
    seed : int

    Returns
    -------
    fold : np.ndarray [shape=(n,), int], 0 to n_folds - 1

    Raises
    ------
    ValueError
        If n_folds < 2, the lengths differ, a class has fewer examples (or groups) than folds, or a fold is left without
        a class.
    ImportError
        If scikit-learn is not installed.

    Examples
    --------
    >>> folds(["flute"] * 4, ["a", "a", "b", "b"], n_folds=2)
    array([1, 1, 0, 0])

    Taught in chapter 9, Data set, and chapter 13, Evaluation. Source: scikit-learn, StratifiedKFold and
    StratifiedGroupKFold.
    """
    try:
        from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
    except ImportError as error:
        raise ImportError('splitting needs scikit-learn; run: pip install "audiocls[learn]"') from error

    classes, targets = np.unique(np.asarray(targets), return_inverse=True)
    groups = None if groups is None else np.asarray(groups)
    n = len(targets)
    if n_folds < 2:
        raise ValueError(f"n_folds must be 2 or more, got {n_folds}")
    if groups is not None and len(groups) != n:
        raise ValueError(f"groups must be as many as targets, got {len(groups)} groups and {n} targets")
    units = np.arange(n) if groups is None else np.unique(groups, return_inverse=True)[1]
    kind = "examples" if groups is None else "groups"
    for k, label in enumerate(classes):
        if (count := len(set(units[targets == k]))) < n_folds:
            got = f"got {count} of {label} for {n_folds} folds"
            raise ValueError(f"each class needs as many {kind} as folds, {got}; use fewer folds or split by clip")
    splitter = (StratifiedKFold if groups is None else StratifiedGroupKFold)(n_folds, shuffle=True, random_state=seed)
    fold = np.empty(n, dtype=int)
    for k, (_, tested) in enumerate(splitter.split(targets, targets, None if groups is None else units)):
        fold[tested] = k
        if absent := set(range(len(classes))) - set(targets[tested]):
            raise ValueError(f"fold {k} got no {classes[min(absent)]}; use fewer folds than {n_folds} or another seed")
    return fold
