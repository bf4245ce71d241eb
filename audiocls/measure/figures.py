"""Figures of measurements: scores, curves of training, intervals, reliability.

Conventions as in `audiocls.plot`: each function draws into ``ax`` (a new one if None) and returns it.

Functions: `plot_scores`, `plot_window_scores`, `plot_history`, `plot_intervals`, `plot_reliability`.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from audiocls.plot import INK, class_color, new_axes, pretty

__all__ = ["plot_history", "plot_intervals", "plot_reliability", "plot_scores", "plot_window_scores"]


def plot_scores(scores: ArrayLike, labels: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """Draw class scores as bars, the best on top, each in the colour of its class.

    Parameters
    ----------
    scores : np.ndarray [shape=(k,)], 0 to 1
    labels : sequence of k str
    ax : matplotlib Axes or None

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If there is not one score per label.

    Examples
    --------
    >>> ax = plot_scores(np.array([0.7, 0.3]), ["Flute", "Cello"])
    >>> len(ax.patches)
    2

    Taught in chapter 0, First listen.
    """
    scores, ax = np.asarray(scores), new_axes(ax)
    if scores.shape != (len(labels),):
        raise ValueError(f"scores must hold one number per label, got shape {scores.shape} for {len(labels)} labels")
    order = np.argsort(scores, kind="stable")
    names = [labels[i] for i in order]
    bars = ax.barh([pretty(name) for name in names], scores[order], color=[class_color(name) for name in names])
    ax.bar_label(bars, fmt="{:.0%}", padding=3, color=INK, fontsize=9)
    ax.set(xlabel="Score (sum over classes: 1)", xlim=(0, 1.08))
    ax.grid(axis="y", visible=False)
    return ax


def plot_history(curves: Mapping[str, ArrayLike], *, ax: Axes | None = None, ylabel: str) -> Axes:
    """Draw what training measured after each epoch, one line per name.

    Parameters
    ----------
    curves : dict, name (for the legend) to one value per epoch, as in the history that `training.fit` returns
    ax : matplotlib Axes or None
    ylabel : str, the quantity with its unit: "Cross-entropy (nats)", "Accuracy (share of windows)"

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If there is no curve, or a curve is not one value per epoch.

    Examples
    --------
    >>> ax = plot_history({"training": [2.3, 1.1], "held out": [2.4, 1.9]}, ylabel="Cross-entropy (nats)")
    >>> ax.get_xlabel()
    'Epoch'

    Taught in chapter 11, CNN.
    """
    lines = {name: np.asarray(values, dtype=float) for name, values in curves.items()}
    if not lines or any(values.ndim != 1 or not values.size for values in lines.values()):
        got = [values.shape for values in lines.values()]
        raise ValueError(f"curves must hold one value per epoch for each name, got {got or 'no curve'}")
    ax = new_axes(ax)
    for name, values in lines.items():
        ax.plot(1 + np.arange(values.size), values, "o-", ms=3, label=name)
    ax.set(xlabel="Epoch", ylabel=ylabel)
    ax.locator_params(axis="x", integer=True)
    ax.legend()
    return ax


def plot_window_scores(
    windows: ArrayLike, labels: Sequence[str], *, hop_seconds: float, window_seconds: float, ax: Axes | None = None
) -> Axes:
    """Draw the scores of the windows of a recording: one row per class that ever leads, one column per window.

    A column stands at the middle of its window and is as wide as the hop, so that columns do not overlap as windows do.

    Parameters
    ----------
    windows : np.ndarray [shape=(m, classes)], scores from 0 to 1, in the order of time
    labels : sequence of str, one per class
    hop_seconds, window_seconds : float > 0, distance of two windows and length of one
    ax : matplotlib Axes or None

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If there is not one score per label.

    Examples
    --------
    >>> windows = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> ax = plot_window_scores(windows, ["Flute", "Cello"], hop_seconds=0.5, window_seconds=2.0)
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['Cello', 'Flute']

    Taught in chapter 14, Deployment.
    """
    windows = np.asarray(windows)
    if windows.ndim != 2 or windows.shape[1] != len(labels):
        raise ValueError(f"windows must have shape (m, {len(labels)}), one score per label, got {windows.shape}")
    ax = new_axes(ax)
    _, first = np.unique(windows.argmax(axis=1), return_index=True)
    order = windows.argmax(axis=1)[np.sort(first)]
    edges = window_seconds / 2 + hop_seconds * (np.arange(len(windows) + 1) - 0.5)
    scores = windows[:, order[::-1]].T
    image = ax.pcolormesh(edges, np.arange(len(order) + 1) - 0.5, scores, vmin=0, vmax=1, rasterized=True)
    ax.set_yticks(range(len(order)), [pretty(labels[k]) for k in order[::-1]])
    ax.set_xlabel("Middle of the window (s)")
    ax.grid(visible=False)
    ax.figure.colorbar(image, ax=ax, label="Score")
    return ax


def plot_intervals(
    values: ArrayLike, intervals: ArrayLike, *,
    names: Sequence[str] | None = None, ax: Axes | None = None, label: str | None = None, shift: float = 0.0,
) -> Axes:  # fmt: skip
    """Draw values as dots with their intervals as bars, one row per value, the first on top.

    Parameters
    ----------
    values : np.ndarray [shape=(k,), float]
    intervals : np.ndarray [shape=(k, 2), float], low and high end of each
    names : sequence of k str or None, what the rows are
    ax : matplotlib Axes or None; a second call into the same axes takes the next colour
    label : str or None, for the legend
    shift : float, in rows downwards, so that two calls do not cover each other

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If there is not one interval per value.

    Examples
    --------
    >>> ax = plot_intervals([0.5, 0.8], [[0.4, 0.6], [0.7, 0.9]], names=["guess", "network"])
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['guess', 'network']

    Taught in chapter 13, Evaluation.
    """
    values, intervals, ax = np.asarray(values, dtype=float), np.asarray(intervals, dtype=float), new_axes(ax)
    if values.ndim != 1 or intervals.shape != (len(values), 2):
        raise ValueError(f"values must be (k,) and intervals (k, 2), got {values.shape} and {intervals.shape}")
    rows = np.arange(len(values)) + shift
    dots = ax.plot(values, rows, "o", ms=4, label=label)[0]
    ax.hlines(rows, *intervals.T, color=dots.get_color(), lw=1.4)
    ax.set_yticks(np.arange(len(values)), names)
    ax.grid(axis="y", visible=False)
    ax.set_ylim(len(values) - 0.5, -0.5)
    return ax


def plot_reliability(scores: ArrayLike, targets: ArrayLike, *, n_bins: int = 10, ax: Axes | None = None) -> Axes:
    """Draw how often a classifier is right against how sure it says it is, with a Wilson interval for each bin.

    Parameters
    ----------
    scores : np.ndarray [shape=(n, classes), float]
    targets : np.ndarray [shape=(n,), int]
    n_bins : int > 0
    ax : matplotlib Axes or None

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        As `audiocls.measure.calibration.reliability`.

    Examples
    --------
    >>> ax = plot_reliability(np.array([[0.9, 0.1], [0.7, 0.3]]), np.array([0, 1]))
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('Mean score in the bin', 'Share right')

    Taught in chapter 13, Evaluation.
    """
    from audiocls.measure.calibration import reliability
    from audiocls.measure.evaluation import wilson_interval

    bins = reliability(scores, targets, n_bins=n_bins)
    mean, right, count = (part[bins[2] > 0] for part in bins)
    ax = new_axes(ax)
    ends = [wilson_interval(share * n, n) for share, n in zip(right, count, strict=True)]
    ax.plot([0, 1], [0, 1], color=INK, lw=1, ls=":")
    dots = ax.plot(mean, right, "o", ms=4)[0]
    ax.vlines(mean, *np.transpose(ends), color=dots.get_color(), lw=1.4)
    ax.set(xlabel="Mean score in the bin", ylabel="Share right", xlim=(0, 1.02), ylim=(0, 1.02))
    return ax
