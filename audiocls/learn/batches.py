"""Batches: clips made ready for a network, and the windows that are drawn from them.

The book's networks read log-mel spectrograms. Each clip's is computed once, as a whole; a window is a cut-out of it,
and `augmentation` changes the cut-out, so that no epoch sees the same window twice. The report's networks read windows
of sound, drawn once. Either way silence stands where a window reaches beyond its clip.

Functions
---------
prepare : clips to `Examples`: waveforms, targets, spectrograms; ``select``, ``draw``
join : one `Examples` of several
borrow : the sound libraries that a recipe learns from beside its clips
draw_once, scored_windows : windows drawn at random once, as in the report; all windows that are scored
fresh_batches, repeated_batches : inputs and targets, batch by batch
labelled : the same with labels and weights, as a network learns from them

Taught in chapter 11, CNN.
"""

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from audiocls import amplitude, sampling
from audiocls.datasets import LABELS, libraries
from audiocls.datasets.clips import Clips
from audiocls.learn.frontend import SILENCE_DB
from audiocls.learn.recipes import Recipe
from audiocls.windows import cut_windows, window_starts

__all__ = ["Examples", "borrow", "fresh_batches", "join", "keras_input", "labelled", "prepare", "waveform"]

Batch = tuple[np.ndarray, np.ndarray]  # inputs and targets
Waves = Sequence[np.ndarray]


@dataclass(frozen=True)
class Examples:
    """Clips as a recipe's network learns from them.

    Attributes
    ----------
    waves : list of np.ndarray [shape=(n,), float32], mono at the front end's rate; empty if not kept
    targets : np.ndarray [shape=(clips,), int]
    groups : np.ndarray [shape=(clips,)]
        Windows are drawn from all groups of a class alike, and from all clips of a group.
    spectrograms : list of np.ndarray [shape=(bands, time), float32], in decibels; empty for the report's recipes

    Examples
    --------
    >>> S = [np.full((64, t), -20.0, dtype=np.float32) for t in (50, 80)]
    >>> examples = Examples([], np.array([0, 1]), np.array([0, 1]), S)
    >>> len(examples)
    2
    """

    waves: list[np.ndarray]
    targets: np.ndarray
    groups: np.ndarray
    spectrograms: list[np.ndarray]

    def __len__(self):
        return len(self.targets)

    def select(self, indices: np.ndarray | list[int]) -> "Examples":
        """Some of the clips, by index.

        Parameters
        ----------
        indices : sequence of int

        Returns
        -------
        examples : Examples

        Examples
        --------
        >>> S = [np.full((64, t), -20.0, dtype=np.float32) for t in (50, 80)]
        >>> examples = Examples([], np.array([0, 1]), np.array([0, 1]), S)
        >>> examples.select([1]).targets
        array([1])
        """
        waves = [self.waves[i] for i in indices] if self.waves else []
        spectrograms = [self.spectrograms[i] for i in indices] if self.spectrograms else []
        return Examples(waves, self.targets[indices], self.groups[indices], spectrograms)

    @functools.cached_property
    def _run(self):
        """All spectrograms in one run (frames, bands), a silent frame after the last, and where each begins."""
        silent = np.full((1, len(self.spectrograms[0])), SILENCE_DB, dtype=np.float32)
        run = np.concatenate([*(S.T for S in self.spectrograms), silent])
        return run, np.cumsum([0] + [S.shape[1] for S in self.spectrograms])

    @functools.cached_property
    def _members(self):
        """For each class, the clips of each of its groups."""
        members = {}
        for i, (target, group) in enumerate(zip(self.targets, self.groups, strict=True)):
            members.setdefault(target, {}).setdefault(group, []).append(i)
        return {target: [np.array(clips) for clips in groups.values()] for target, groups in members.items()}

    def draw(
        self, count: int, rng: np.random.Generator, *, frames: int, at_onset: float = 0.3, onset_frames: int = 25
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """Draw windows at random: a class, a group of it, a clip of that, a place in the clip.

        Parameters
        ----------
        count : int > 0
        rng : np.random.Generator
        frames : int > 0, length of a window
        at_onset : float in [0, 1], share of the windows that begin no later in the clip than onset_frames
        onset_frames : int >= 0

        Returns
        -------
        X : np.ndarray [shape=(count, bands, frames), float32], in decibels
        targets : np.ndarray [shape=(count,), int]

        Examples
        --------
        >>> S = [np.full((64, t), -20.0, dtype=np.float32) for t in (50, 80)]
        >>> examples = Examples([], np.array([0, 1]), np.array([0, 1]), S)
        >>> X, targets = examples.draw(4, np.random.default_rng(0), frames=99)
        >>> X.shape, targets.shape
        ((4, 64, 99), (4,))
        """
        run, first = self._run
        classes = sorted(self._members)
        clip = np.empty(count, dtype=np.int64)
        for k, c in enumerate(rng.integers(len(classes), size=count)):
            groups = self._members[classes[c]]
            members = groups[rng.integers(len(groups))]
            clip[k] = members[rng.integers(len(members))]
        length = first[clip + 1] - first[clip]
        low, high = np.minimum(length - frames, 0), np.maximum(length - frames, 0)
        high = np.where(rng.random(count) < at_onset, np.minimum(high, onset_frames), high)
        place = rng.integers(low, high + 1)[:, None] + np.arange(frames)
        sounds = (place >= 0) & (place < length[:, None])
        X = run[np.where(sounds, first[clip][:, None] + place, len(run) - 1)]
        return np.ascontiguousarray(X.transpose(0, 2, 1)), self.targets[clip]


def join(sets: Sequence[Examples]) -> Examples:
    """Make one set of examples of several, made ready for one recipe; their groups stay apart only by their names.

    Parameters
    ----------
    sets : sequence of Examples

    Returns
    -------
    examples : Examples

    Examples
    --------
    >>> S = [np.full((64, t), -20.0, dtype=np.float32) for t in (50, 80)]
    >>> examples = Examples([], np.array([0, 1]), np.array([0, 1]), S)
    >>> len(join([examples, examples]))
    4

    Taught in chapter 11, CNN.
    """
    waves, spectrograms = [y for e in sets for y in e.waves], [S for e in sets for S in e.spectrograms]
    targets, groups = (np.concatenate([getattr(e, name) for e in sets]) for name in ("targets", "groups"))
    return Examples(waves, targets, groups, spectrograms)


def waveform(y: ArrayLike, sr: float, recipe: Recipe) -> np.ndarray:
    """Return a clip's sound as a recipe's front end reads it.

    Where the recipe leaves out silence, a clip that is silent throughout by that measure stays whole.

    Parameters
    ----------
    y : np.ndarray [shape=(n,), float32], mono
    sr : int, in Hz
    recipe : Recipe

    Returns
    -------
    y : np.ndarray [shape=(m,), float32], at the front end's rate

    Examples
    --------
    >>> from audiocls import datasets
    >>> from audiocls.learn.recipes import RECIPES
    >>> clips = datasets.load("rendered", per_class=1)
    >>> y, sr = clips.audio(0)
    >>> waveform(y, sr, RECIPES["cnn"]).size == round(y.size * 16_000 / sr)
    True
    """
    y = sampling.resample(y, orig_sr=sr, target_sr=recipe.front_end.sr)
    if recipe.mask_silence:
        loud = amplitude.envelope(y, recipe.front_end.sr, seconds=0.1) > 0.0005
        y = y[loud] if loud.any() else y
    return y


def prepare(clips: Clips, recipe: Recipe, *, groups: ArrayLike | None = None, keep_waves: bool = True) -> Examples:
    """Make clips ready for a recipe.

    Parameters
    ----------
    clips : Clips
    recipe : Recipe
    groups : np.ndarray [shape=(len(clips),)] or None, see `Examples`; None: each clip for itself
    keep_waves : bool, False to keep spectrograms only

    Returns
    -------
    examples : Examples

    Examples
    --------
    >>> from audiocls import datasets
    >>> from audiocls.learn.recipes import RECIPES
    >>> clips = datasets.load("rendered", per_class=1)
    >>> examples = prepare(clips, RECIPES["cnn"])
    >>> len(examples), examples.spectrograms[0].shape[0]
    (10, 64)

    Taught in chapter 11, CNN.
    """
    waves, spectrograms = [], []
    for i in range(len(clips)):
        y = waveform(*clips.audio(i), recipe)
        if keep_waves:
            waves.append(y)
        if recipe.fresh:
            spectrograms.append(recipe.front_end.absolute(y))
    groups = np.arange(len(clips)) if groups is None else np.asarray(groups)
    return Examples(waves, clips.targets, groups, spectrograms)


def borrow(recipe: Recipe, clips: Clips) -> Examples | None:
    """Prepare the clips of the sound libraries that a recipe learns from beside the ones it is given.

    Parameters
    ----------
    recipe : Recipe
    clips : Clips, what the network is for

    Returns
    -------
    borrowed : Examples or None
        All libraries are drawn from alike. None if the recipe borrows nothing or the clips must not: `why_not_borrow`.

    Raises
    ------
    ConnectionError
        If a library is not in the cache and cannot be downloaded.

    Examples
    --------
    >>> from audiocls import datasets
    >>> from audiocls.learn.recipes import RECIPES
    >>> borrow(RECIPES["cnn"], datasets.load("rendered")) is None  # rendered clips must not borrow rendered ones
    True

    Taught in chapter 11, CNN.
    """
    if not recipe.borrowed_per_class or why_not_borrow(clips):
        return None
    found = libraries.load(per_class=recipe.borrowed_per_class)
    found.prepare()
    names = [fname.split("/")[0] for fname in found.table["fname"]]
    return prepare(found, recipe, groups=names, keep_waves=False)


def why_not_borrow(clips: Clips) -> str:
    """Say why a model for these clips must not learn from the sound libraries too.

    Parameters
    ----------
    clips : Clips, what the model is for

    Returns
    -------
    why : str; empty where it may
        Clips of other classes have nothing to borrow. Rendered clips are played from a SoundFont that is one of the
        libraries: the same notes would be on both sides of a split.

    Examples
    --------
    >>> from audiocls import datasets
    >>> why_not_borrow(datasets.load("rendered", per_class=1))
    'the clips are rendered from notes that the libraries hold too'
    """
    if clips.labels != LABELS:
        return f"the libraries have the classes {', '.join(LABELS)}, got {', '.join(clips.labels)}"
    return "the clips are rendered from notes that the libraries hold too" if "recording" in clips.table.columns else ""


def draw_once(examples: Examples, recipe: Recipe, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Choose windows at random, as the report does: as many as the sound is long.

    A class is drawn by its mean length, then a clip of it, then a place in the clip.

    Parameters
    ----------
    examples : Examples, with waveforms
    recipe : Recipe
    rng : np.random.Generator

    Returns
    -------
    clip, start : np.ndarray [shape=(m,), int], which waveform and which first sample; it may be negative

    Examples
    --------
    >>> from audiocls.learn.recipes import RECIPES
    >>> examples = Examples([np.ones(16_000)] * 3, np.arange(3), np.arange(3), [])
    >>> clip, start = draw_once(examples, RECIPES["report-cnn"], np.random.default_rng(0))
    >>> len(clip), len(start)
    (30, 30)

    Source: the 2019 report.
    """
    length, targets = recipe.front_end.length, examples.targets
    lengths = np.array([len(y) for y in examples.waves])
    count, classes = lengths.sum() // length, np.unique(targets)
    share = np.array([lengths[targets == c].mean() for c in classes])
    chosen = rng.choice(classes, size=count, p=share / share.sum())
    clip = np.empty(count, dtype=np.int64)
    for c in classes:
        clip[chosen == c] = rng.choice(np.flatnonzero(targets == c), size=np.sum(chosen == c))
    slack = lengths[clip] - length
    return clip, rng.integers(np.minimum(slack, 0), np.maximum(slack, 0) + 1)


def scored_windows(waves: Waves, recipe: Recipe) -> tuple[np.ndarray, np.ndarray]:
    """List the windows by which clips are scored: one every ``recipe.voting.hop_seconds``.

    Parameters
    ----------
    waves : sequence of np.ndarray [shape=(n,), float32]
    recipe : Recipe

    Returns
    -------
    clip, start : np.ndarray [shape=(m,), int], which waveform and which first sample

    Examples
    --------
    >>> from audiocls.learn.recipes import RECIPES
    >>> scored_windows([np.zeros(16_000), np.zeros(48_000)], RECIPES["cnn"])
    (array([0, 1, 1, 1]), array([    0,     0,  8000, 16000]))
    """
    length, hop = recipe.front_end.length, round(recipe.voting.hop_seconds * recipe.front_end.sr)
    starts = [window_starts(len(y), length=length, hop=hop) for y in waves]
    return np.repeat(np.arange(len(waves)), [len(s) for s in starts]), np.concatenate(starts)


def windows_at(waves: Waves, clip: ArrayLike, start: ArrayLike, length: int) -> np.ndarray:
    """Cut windows out of several waveforms.

    Parameters
    ----------
    waves : sequence of np.ndarray [shape=(n,), float]
    clip, start : np.ndarray [shape=(m,), int], which waveform and which first sample
    length : int > 0, in samples

    Returns
    -------
    windows : np.ndarray [shape=(m, length), dtype of the waveforms]

    Examples
    --------
    >>> windows_at([np.array([1.0, 2.0]), np.array([3.0, 4.0])], [0, 1], [0, 1], 2)
    array([[1., 2.],
           [4., 0.]])
    """
    pairs = zip(np.asarray(clip), np.asarray(start), strict=True)
    return np.concatenate([cut_windows(waves[c], [s], length=length) for c, s in pairs])


def keras_input(features: ArrayLike) -> np.ndarray:
    """Put time before feature, as Keras wants it: (..., bands, time) to (..., time, bands).

    Parameters
    ----------
    features : np.ndarray [shape=(..., bands, time)]

    Returns
    -------
    X : np.ndarray [shape=(..., time, bands)]

    Examples
    --------
    >>> keras_input(np.zeros((32, 64, 99))).shape
    (32, 99, 64)

    Taught in chapter 11, CNN.
    """
    return np.ascontiguousarray(np.swapaxes(features, -1, -2))


def fresh_batches(sets: Sequence[tuple[Examples, int]], recipe: Recipe, rng: np.random.Generator) -> Iterator[Batch]:
    """Draw windows and change them, without end.

    Parameters
    ----------
    sets : list of (Examples, int), how many windows of a batch each gives
    recipe : Recipe
    rng : np.random.Generator

    Yields
    ------
    X : np.ndarray [shape=(batch, time, bands), float32]
    targets : np.ndarray [shape=(batch,), int]

    Examples
    --------
    >>> from audiocls import datasets
    >>> from audiocls.learn.recipes import RECIPES
    >>> clips = datasets.load("rendered", per_class=1)
    >>> sets = [(prepare(clips, RECIPES["cnn"]), 8)]
    >>> X, targets = next(fresh_batches(sets, RECIPES["cnn"], np.random.default_rng(0)))
    >>> X.shape, targets.shape
    ((8, 100, 64), (8,))

    Taught in chapter 11, CNN.
    """
    frames, _ = recipe.front_end.shape
    while True:
        drawn = [examples.draw(count, rng, frames=frames, at_onset=recipe.at_onset) for examples, count in sets]
        X, targets = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
        yield keras_input(recipe.front_end.relative(recipe.augment(X, rng))), targets


def repeated_batches(X: np.ndarray, targets: np.ndarray, batch_size: int, rng: np.random.Generator) -> Iterator[Batch]:
    """Give the same windows again and again, in each round in another order.

    Parameters
    ----------
    X : np.ndarray [shape=(m, time, bands), float32]
    targets : np.ndarray [shape=(m,), int]
    batch_size : int > 0
    rng : np.random.Generator

    Yields
    ------
    X : np.ndarray [shape=(batch, time, bands), float32]; the last batch of a round may be smaller
    targets : np.ndarray [shape=(batch,), int]

    Examples
    --------
    >>> batches = repeated_batches(np.zeros((40, 9, 13)), np.zeros(40), 32, np.random.default_rng(0))
    >>> [len(next(batches)[0]) for _ in range(3)]
    [32, 8, 32]
    """
    while True:
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch_size):
            batch = order[first : first + batch_size]
            yield X[batch], targets[batch]


def labelled(
    batches: Iterable[Batch], classes: int, *, smoothing: float = 0.0, weights: np.ndarray | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Turn the class numbers of batches into labels and weights.

    Parameters
    ----------
    batches : iterable of (X, targets), as from `fresh_batches`
    classes : int > 1
    smoothing : float in [0, 1), share of each label that is spread over all classes alike
    weights : np.ndarray [shape=(classes,), float] or None, what a window of each class counts (None: all alike)

    Yields
    ------
    X : as it comes
    labels : np.ndarray [shape=(batch, classes), float32], rows that add up to 1
    weight : np.ndarray [shape=(batch,), float32]

    Examples
    --------
    >>> _, labels, weight = next(labelled([(np.zeros((1, 9, 13)), np.array([2]))], 4, smoothing=0.2))
    >>> labels.round(2), weight
    (array([[0.05, 0.05, 0.85, 0.05]], dtype=float32), array([1.], dtype=float32))

    Source: Szegedy and others, Rethinking the Inception architecture, 2016, section 7.
    """
    one_hot = np.eye(classes, dtype=np.float32) * (1 - smoothing) + smoothing / classes
    weights = np.ones(classes, dtype=np.float32) if weights is None else weights
    for X, targets in batches:
        yield X, one_hot[targets], weights[targets]


def class_weights(targets: np.ndarray, classes: int) -> np.ndarray:
    """Weigh classes so that each counts as much as any other, however many windows it has.

    Parameters
    ----------
    targets : np.ndarray [shape=(m,), int]
    classes : int > 1

    Returns
    -------
    weights : np.ndarray [shape=(classes,), float32]; over the windows, their mean is 1 where no class is empty

    Examples
    --------
    >>> class_weights(np.array([0, 0, 0, 1]), 2)
    array([0.6666667, 2.       ], dtype=float32)
    """
    count = np.bincount(targets, minlength=classes)
    return (len(targets) / (classes * np.maximum(count, 1))).astype(np.float32)
