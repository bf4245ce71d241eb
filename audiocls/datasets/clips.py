"""A table of clips and their sound, and the ways to split it.

A split decides what a score means. Two windows of one clip, or two clips of one recording session, are nearly the same
sound: a network that has seen one knows the other. So a clip has a *source*, the session it comes from, and clips of
one source stay on one side of a split.

Conventions: clips are numbered from 0 in the order of the table; ``targets`` are indices into ``labels``; folds are
numbered from 0, and clips of fold k are tested by the network that has learnt from all the others.

- ``Clips``: ``table``, ``labels``, ``targets``, ``sources``, ``audio``, ``select``, ``folds``, ``split``, ``describe``
- ``folds``: the same for any targets and groups, such as windows
- ``combine``: one set of several
- ``cache_folder``: where downloaded and rendered clips are kept
"""

import functools
import os
import warnings
from pathlib import Path

import numpy as np

from audiocls import audio
from audiocls.waveform import to_mono

KEPT_IN_MEMORY = 32  # clips; a minute or two of sound


def cache_folder(name):
    """The folder that keeps downloaded or rendered clips: below ``AUDIOCLS_CACHE`` if set, else the user's cache.

    Parameters
    ----------
    name : str, of the data set

    Returns
    -------
    folder : Path, which need not exist yet

    Examples
    --------
    >>> cache_folder("rendered").name
    'rendered'

    Taught in chapter 9, Data set.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # in a notebook without ipywidgets, pooch's import of tqdm.auto warns
        import pooch

    return Path(os.environ.get("AUDIOCLS_CACHE") or pooch.os_cache("audiocls")) / name


class Clips:
    """Clips with their labels: a table at once, the sound when it is asked for.

    Iterating gives ``(y, sr, label)`` clip by clip.

    Parameters
    ----------
    table : pandas.DataFrame with columns fname, label, source and seconds; more are kept
    fetch : callable, fname to the path of a readable file (it may download or render it first)
    labels : sequence of str or None; classes to keep although the table has none of them

    Attributes
    ----------
    table : pandas.DataFrame, one row a clip
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
    >>> clips.targets[:6]
    array([0, 0, 0, 0, 0, 1])
    >>> y, sr = clips.audio(0)
    >>> y.dtype, sr
    (dtype('float32'), 44100)

    Taught in chapter 9, Data set.
    """

    def __init__(self, table, fetch, *, labels=None):
        if missing := {"fname", "label", "source", "seconds"} - set(table.columns):
            raise ValueError(f"the table lacks {', '.join(sorted(missing))}; it needs fname, label, source and seconds")
        if len(table) == 0:
            raise ValueError("the table must have at least one clip, got 0 rows")
        self.table = table.reset_index(drop=True)
        self.labels = tuple(sorted(set(self.table["label"]) if labels is None else labels))
        if unknown := set(self.table["label"]) - set(self.labels):
            raise ValueError(f"labels must hold every label of the table, {sorted(unknown)} are missing")
        index = {label: k for k, label in enumerate(self.labels)}
        self.targets = np.array([index[label] for label in self.table["label"]])
        self.sources = self.table["source"].to_numpy(dtype=object)
        self._fetch = fetch
        self._read = functools.lru_cache(maxsize=KEPT_IN_MEMORY)(self._read_file)

    def __len__(self):
        return len(self.table)

    def __iter__(self):
        return ((*self.audio(i), label) for i, label in enumerate(self.table["label"]))

    def __repr__(self):
        minutes = self.table["seconds"].sum() / 60
        sources = len(set(self.sources))
        return f"<Clips: {len(self)} clips, {len(self.labels)} classes, {sources} sources, {minutes:.1f} minutes>"

    def path(self, i):
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

    def audio(self, i):
        """The sound of clip i.

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

        Parameters
        ----------
        i : int; negative counts from the end

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

    def prepare(self, *, progress=True):
        """Download or render every clip now, instead of one by one; return the clips.

        With ``progress`` a bar is drawn where there is a terminal to draw it on.

        Parameters
        ----------
        progress : bool

        Returns
        -------
        clips : Clips, these

        Examples
        --------
        >>> from audiocls import datasets
        >>> clips = datasets.load("rendered", per_class=2)
        >>> clips.prepare(progress=False) is clips
        True
        """
        from tqdm import tqdm

        for i in tqdm(range(len(self)), unit="clip", desc="clips", disable=None if progress else True):
            self.path(i)
        return self

    def select(self, indices):
        """Some of the clips, by index or by a mask; they keep the labels of all.

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
        indices = np.asarray(indices)
        if indices.dtype == bool and indices.shape != (len(self),):
            raise ValueError(f"a mask must have shape ({len(self)},), got {indices.shape}")
        if indices.size == 0:
            indices = indices.astype(int)
        return Clips(self.table.iloc[indices], self._fetch, labels=self.labels)

    def one_per_class(self):
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

    def folds(self, *, by="source", n_folds=5, seed=0):
        """The fold in which each clip is tested.

        Parameters
        ----------
        by : str
            ``"source"``: clips of one source share a fold. ``"clip"``: each clip for itself. Any other column of the
            table groups by that column. (To split by window, which tests on clips already heard, call `folds` on the
            targets of the windows.)
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

    def split(self, *, by="source", test_fold=0, n_folds=5, seed=0):
        """Clips to learn from and clips to test on: one fold against the others.

        Parameters
        ----------
        test_fold : int, 0 to n_folds - 1
        by, n_folds, seed : as in `folds`

        Returns
        -------
        train, test : Clips

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

    def describe(self):
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


def combine(sets):
    """Make one set of several.

    Parameters
    ----------
    sets : dict, name to Clips

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
    >>> combine({"a": clips, "b": clips}).table["fname"].iloc[10]
    'b/Acoustic_guitar-000.wav'

    Taught in chapter 9, Data set.
    """
    import pandas as pd

    if not sets:
        raise ValueError("sets must have at least one set of clips, got none")
    tables, where = [], {}
    for name, clips in sets.items():
        table = clips.table.copy()
        for column in ("fname", "source"):
            table[column] = [f"{name}/{value}" for value in table[column]]
        where |= {fname: (clips, i) for i, fname in enumerate(table["fname"])}
        tables.append(table)

    def fetch(fname):
        clips, i = where[fname]
        return clips.path(i)

    labels = sorted(set().union(*(clips.labels for clips in sets.values())))
    return Clips(pd.concat(tables, ignore_index=True), fetch, labels=labels)


def folds(targets, groups=None, *, n_folds=5, seed=0):
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
    n = len(targets)
    if n_folds < 2:
        raise ValueError(f"n_folds must be 2 or more, got {n_folds}")
    if groups is not None and len(groups) != n:
        raise ValueError(f"groups must be as many as targets, got {len(groups)} groups and {n} targets")
    units = np.arange(n) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    kind = "examples" if groups is None else "groups"
    for k, label in enumerate(classes):
        if (count := len(set(units[targets == k]))) < n_folds:
            raise ValueError(
                f"each class must have as many {kind} as folds, got {count} of {label} for {n_folds} folds; "
                "use fewer folds, add clips, or split by clip"
            )
    splitter = (StratifiedKFold if groups is None else StratifiedGroupKFold)(n_folds, shuffle=True, random_state=seed)
    fold = np.empty(n, dtype=int)
    for k, (_, tested) in enumerate(splitter.split(targets, targets, None if groups is None else units)):
        fold[tested] = k
        if absent := set(range(len(classes))) - set(targets[tested]):
            raise ValueError(f"fold {k} got no {classes[min(absent)]}; use fewer folds than {n_folds} or another seed")
    return fold
