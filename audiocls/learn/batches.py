"""Examples: clips made ready for a network, and the windows that are drawn from them.

The book's networks read log-mel spectrograms. Each clip's is computed once, as a whole; a window is a cut-out of it,
and `augmentation` changes the cut-out, so that no epoch sees the same window twice. The report's networks read windows
of sound, drawn once. Either way silence stands where a window reaches beyond its clip.

- ``prepare``: clips to `Examples`
- ``Examples``: waveforms, targets, spectrograms; ``select``, ``draw``; ``join`` makes one of several
- ``fresh_batches``, ``repeated_batches``: what Keras is fed with, batch by batch

Taught in chapter 11, CNN.
"""

import functools
from dataclasses import dataclass

import numpy as np

from audiocls import amplitude, sampling
from audiocls.learn.frontend import SILENCE_DB


@dataclass
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

    Taught in chapter 11, CNN.
    """

    waves: list
    targets: np.ndarray
    groups: np.ndarray
    spectrograms: list

    def __len__(self):
        return len(self.targets)

    def select(self, indices):
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

    def draw(self, count, rng, *, frames, at_onset=0.3, onset_frames=25):
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


def join(sets):
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
    waves, spectrograms = [], []
    for examples in sets:
        waves += examples.waves
        spectrograms += examples.spectrograms
    targets, groups = (np.concatenate([getattr(e, name) for e in sets]) for name in ("targets", "groups"))
    return Examples(waves, targets, groups, spectrograms)


def waveform(y, sr, recipe):
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
    >>> from audiocls.learn.training import RECIPES
    >>> clips = datasets.load("rendered", per_class=1)
    >>> y, sr = clips.audio(0)
    >>> waveform(y, sr, RECIPES["cnn"]).size == round(y.size * 16_000 / sr)
    True

    Taught in chapter 11, CNN.
    """
    y = sampling.resample(y, orig_sr=sr, target_sr=recipe.front_end.sr)
    if recipe.mask_silence:
        loud = amplitude.envelope(y, recipe.front_end.sr, seconds=0.1) > 0.0005
        y = y[loud] if loud.any() else y
    return y


def prepare(clips, recipe, *, groups=None, keep_waves=True):
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
    >>> from audiocls.learn.training import RECIPES
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


def keras_input(features):
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


def fresh_batches(sets, recipe, rng):
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
    >>> from audiocls.learn.training import RECIPES
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
        yield keras_input(recipe.front_end.relative(recipe.change(X, rng))), targets


def repeated_batches(X, targets, recipe, rng):
    """Give the same windows again and again, each time in another order.

    Parameters
    ----------
    X : np.ndarray [shape=(m, time, bands), float32]
    targets : np.ndarray [shape=(m,), int]
    recipe : Recipe, for its batch size
    rng : np.random.Generator

    Yields
    ------
    X : np.ndarray [shape=(batch, time, bands), float32]
    targets : np.ndarray [shape=(batch,), int]

    Examples
    --------
    >>> from audiocls.learn.training import RECIPES
    >>> batches = repeated_batches(np.zeros((40, 9, 13)), np.zeros(40), RECIPES["cnn"], np.random.default_rng(0))
    >>> [len(next(batches)[0]) for _ in range(3)]
    [32, 8, 32]

    Taught in chapter 11, CNN.
    """
    while True:
        order = rng.permutation(len(X))
        for first in range(0, len(X), recipe.batch_size):
            batch = order[first : first + recipe.batch_size]
            yield X[batch], targets[batch]
