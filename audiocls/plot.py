"""The figures of the book: one style, one colour per class, units on every axis.

Conventions. Each function draws into ``ax`` (a new one if None) and returns it, so that a notebook can add to it. The
background is transparent and the ink a grey that reads on white and on the dark page alike (4:1 and better). Times are
in seconds, frequencies in Hz, levels in decibels, waveforms in units of full scale.

Functions: `use_style`, `pretty`, `class_color`, `plot_waveform`, `plot_samples`, `plot_spectrum`, `plot_spectrogram`,
`plot_mel`, `plot_mel_change`, `plot_filters`, `plot_mfcc`, `class_grid`. Figures of measurements are in
`audiocls.measure.figures`.
"""

from collections.abc import Sequence
from importlib import resources
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import rc_params_from_file
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from audiocls.mel import MelScale, hz_to_mel
from audiocls.waveform import check_mono, check_rate

__all__ = ["class_color", "class_grid", "plot_filters", "plot_mel", "plot_mel_change", "plot_mfcc"]
__all__ += ["plot_samples", "plot_spectrogram", "plot_spectrum", "plot_waveform", "pretty", "use_style"]

STYLE = rc_params_from_file(str(resources.files(__package__) / "book.mplstyle"), use_default_template=False)
INK = STYLE["text.color"]
LINES = tuple(STYLE["axes.prop_cycle"].by_key()["color"])  # curves that stand for no class

# Strings warm, winds blue to green, drums violet and grey. Lightness varies within a family, so that the ten stay apart
# for readers with deuteranopia or protanopia; each has at least 3:1 contrast with white and with #14181e.
CLASS_COLORS = {
    "Acoustic_guitar": "#c08a00", "Cello": "#cb6045", "Double_bass": "#925915", "Violin_or_fiddle": "#b73463",
    "Clarinet": "#4ca37e", "Flute": "#006ab9", "Saxophone": "#007274",
    "Bass_drum": "#7b73e5", "Snare_drum": "#c179ca", "Hi-hat": "#728199",
}  # fmt: skip

WAVE_LABEL, LEVEL_LABEL = "Amplitude (full scale = 1)", "Level (dB re 1)"
COLUMNS = 1_200  # a longer waveform is drawn as its extremes in so many columns: no peak gets lost between pixels


def use_style() -> None:
    """Give every figure that follows the book's look; calling it twice changes nothing more.

    Examples
    --------
    >>> use_style()
    >>> plt.rcParams["image.cmap"]
    'magma'

    Taught in chapter 0, First listen.
    """
    plt.rcParams.update(STYLE)


def pretty(label: str) -> str:
    """Name of a class as people write it.

    Parameters
    ----------
    label : str

    Returns
    -------
    name : str

    Examples
    --------
    >>> pretty("Acoustic_guitar")
    'Acoustic guitar'

    Taught in chapter 0, First listen.
    """
    return label.replace("_", " ")


def class_color(label: str) -> str:
    """Colour of a class: its own in the book's ten, the grey of the axes for any other.

    Parameters
    ----------
    label : str

    Returns
    -------
    color : str, "#rrggbb"

    Examples
    --------
    >>> class_color("Flute"), class_color("Theremin")
    ('#006ab9', '#777d85')
    """
    return CLASS_COLORS.get(label, INK)


def plot_waveform(
    y: ArrayLike, sr: float, *, ax: Axes | None = None, label: str | None = None, start: float = 0.0
) -> Axes:
    """Draw a waveform against time; a long one as the range it covers in each column of pixels.

    Parameters
    ----------
    y : np.ndarray [shape=(n,), float]
    sr : float > 0, sampling rate in Hz
    ax : matplotlib Axes or None
    label : str or None, for the legend; a class name also sets the colour
    start : float, time of the first sample in seconds

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If y is not a mono waveform.

    Examples
    --------
    >>> plot_waveform(np.zeros(800), 8_000).get_xlabel()
    'Time (s)'

    Taught in chapter 0, First listen.
    """
    y, sr, ax = check_mono(y), check_rate(sr), new_axes(ax)
    look = _look(label)
    if y.size <= 2 * COLUMNS:
        ax.plot(start + np.arange(y.size) / sr, y, **look)
    else:
        edges = np.linspace(0, y.size, COLUMNS + 1).astype(int)
        low, high = np.minimum.reduceat(y, edges[:-1]), np.maximum.reduceat(y, edges[:-1])
        turn = ax.plot([], [], **look)[0]  # an area has a cycle of colours of its own: this takes the lines' next one
        turn.remove()
        ax.fill_between(start + edges[:-1] / sr, low, high, step="post", lw=0.5, **(look | {"color": turn.get_color()}))
    ax.set(xlabel="Time (s)", ylabel=WAVE_LABEL, xlim=(start, start + y.size / sr))
    return ax


def plot_samples(
    y: ArrayLike, sr: float, *, ax: Axes | None = None, label: str | None = None, start: float = 0.0
) -> Axes:
    """Draw samples as what they are, separate dots on stems, with nothing between them.

    Parameters
    ----------
    y : np.ndarray [shape=(n,), float]
    sr : float > 0, sampling rate in Hz
    ax : matplotlib Axes or None
    label : str or None, for the legend
    start : float, time of the first sample in seconds

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If y is not a mono waveform.

    Examples
    --------
    >>> plot_samples(np.array([0.0, 0.5, 0.0]), 8_000).get_xlabel()
    'Time (s)'

    Taught in chapter 1, Sampling.
    """
    y, sr, ax = check_mono(y), check_rate(sr), new_axes(ax)
    times = start + np.arange(y.size) / sr
    dots = ax.plot(times, y, "o", ms=5, label=label)[0]
    ax.vlines(times, 0, y, color=dots.get_color(), lw=1, alpha=0.6)
    ax.axhline(0, color=INK, lw=0.8)
    ax.set(xlabel="Time (s)", ylabel=WAVE_LABEL)
    return ax


def plot_spectrum(
    frequencies: ArrayLike, values: ArrayLike, *,
    ax: Axes | None = None, label: str | None = None, ylabel: str = LEVEL_LABEL,
) -> Axes:  # fmt: skip
    """Draw a spectrum against frequency.

    Parameters
    ----------
    frequencies : np.ndarray [shape=(m,)], in Hz
    values : np.ndarray [shape=(m,)]
    ax : matplotlib Axes or None
    label : str or None, for the legend; a class name also sets the colour
    ylabel : str, the quantity with its unit

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If the two arrays are not of one length.

    Examples
    --------
    >>> ax = plot_spectrum(np.arange(5) * 100, np.zeros(5))
    >>> ax.get_xlabel(), ax.get_ylabel() == LEVEL_LABEL
    ('Frequency (Hz)', True)

    Taught in chapter 3, Fourier transform.
    """
    frequencies, values, ax = np.asarray(frequencies), np.asarray(values), new_axes(ax)
    if frequencies.ndim != 1 or frequencies.shape != values.shape:
        raise ValueError(f"frequencies and values must share a shape (m,), got {frequencies.shape} and {values.shape}")
    ax.plot(frequencies, values, **_look(label))
    ax.set(xlabel="Frequency (Hz)", ylabel=ylabel, xlim=(frequencies[0], frequencies[-1]))
    return ax


def plot_spectrogram(
    S_db: ArrayLike, *, sr: float, hop_length: int, offset: float = 0, ax: Axes | None = None,
    range_db: float = 80.0, colorbar: bool = True, colorbar_label: str = LEVEL_LABEL,
) -> Axes:  # fmt: skip
    """Draw a spectrogram in decibels, low frequencies at the bottom.

    Parameters
    ----------
    S_db : np.ndarray [shape=(1 + n_fft // 2, t)], in dB; column k is centred on time (k * hop_length + offset) / sr
    sr : float > 0, sampling rate in Hz
    hop_length : int > 0, in samples
    offset : float, in samples
        0 where frames are centred on their times; half the length of a frame where frame k starts at k * hop_length.
    ax : matplotlib Axes or None
    range_db : float > 0, how far below its maximum the map reaches
    colorbar : bool
    colorbar_label : str, the quantity with its unit

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If S_db is not two-dimensional.

    Examples
    --------
    >>> ax = plot_spectrogram(np.zeros((257, 99)), sr=16_000, hop_length=160)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('Time (s)', 'Frequency (Hz)')

    Taught in chapter 8, Spectrogram.
    """
    bin_hz = check_rate(sr) / 2 / max(1, np.shape(S_db)[0] - 1)
    extent = (*_edges(np.shape(S_db)[-1], sr, hop_length, offset), -bin_hz / 2, sr / 2 + bin_hz / 2)
    ax = _image(S_db, extent, ax=ax, range_db=range_db, colorbar_label=colorbar_label if colorbar else None)
    ax.set(ylabel="Frequency (Hz)", ylim=(0, sr / 2))
    return ax


def plot_mel(
    mel_db: ArrayLike, *, sr: float, hop_length: int, offset: float = 0,
    fmin: float = 0.0, fmax: float | None = None, scale: MelScale = "htk", ax: Axes | None = None,
    range_db: float = 80.0, colorbar: bool = True, colorbar_label: str = LEVEL_LABEL,
) -> Axes:  # fmt: skip
    """Draw mel filter-bank levels, equal steps of mel upwards, labelled in Hz.

    Parameters
    ----------
    mel_db : np.ndarray [shape=(n_mels, t)], in dB; column k is centred on time (k * hop_length + offset) / sr
    sr : float > 0, sampling rate in Hz
    hop_length : int > 0, in samples
    offset : float, in samples
        0 where frames are centred on their times; half the length of a frame where frame k starts at k * hop_length.
    fmin, fmax : float, lowest and highest edge of the filters in Hz (None: sr / 2)
    scale : {"htk", "slaney"}
    ax : matplotlib Axes or None
    range_db : float > 0, how far below its maximum the map reaches
    colorbar : bool
    colorbar_label : str, the quantity with its unit

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If mel_db is not two-dimensional.

    Examples
    --------
    >>> plot_mel(np.zeros((26, 99)), sr=16_000, hop_length=160).get_xlabel()
    'Time (s)'

    Taught in chapter 6, Mel scale.
    """
    fmax = check_rate(sr) / 2 if fmax is None else fmax
    low, high = hz_to_mel(fmin, scale=scale), hz_to_mel(fmax, scale=scale)
    half_step = (high - low) / (np.shape(mel_db)[0] + 1) / 2  # n filters sit between n + 2 equal steps
    extent = (*_edges(np.shape(mel_db)[-1], sr, hop_length, offset), low + half_step, high - half_step)
    ax = _image(mel_db, extent, ax=ax, range_db=range_db, colorbar_label=colorbar_label if colorbar else None)
    ticks = np.array([f for f in (500, 1_000, 2_000, 4_000, 8_000, 16_000) if fmin <= f <= fmax], dtype=float)
    places = hz_to_mel(ticks, scale=scale)
    inside = (places >= low + half_step) & (places <= high - half_step)
    ax.set_yticks(places[inside], [f"{f:.0f}" for f in ticks[inside]])
    ax.set_ylabel("Frequency (Hz, mel scale)")
    return ax


def plot_mel_change(change: ArrayLike, *, limit: float, colorbar_label: str, **options: Any) -> Axes:
    """Draw what changes at each point of a mel picture: red is more, blue is less, white is no change.

    Parameters
    ----------
    change : np.ndarray [shape=(n_mels, t)]
    limit : float > 0, the colours reach from -limit to limit
    colorbar_label : str, the quantity with its unit
    **options : as `plot_mel`

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If change is not two-dimensional.

    Examples
    --------
    >>> options = {"sr": 16_000, "hop_length": 320, "limit": 0.3, "colorbar_label": "Fall of the score"}
    >>> plot_mel_change(np.zeros((64, 100)), **options).images[0].get_clim()
    (-0.3, 0.3)

    Taught in chapter 11, CNN.
    """
    ax = plot_mel(change, colorbar_label=colorbar_label, **options)
    ax.images[0].set(clim=(-limit, limit), cmap="RdBu_r")
    return ax


def plot_filters(filters: ArrayLike, *, axes: Sequence[Axes], label: str) -> None:
    """Draw small filters in a row, time to the right, frequency upwards, each on a scale of its own: red +, blue -.

    Parameters
    ----------
    filters : np.ndarray [shape=(time, frequency, n)], as Keras keeps them
    axes : sequence of matplotlib Axes, for as many filters as there are axes
    label : str, said beside the first

    Raises
    ------
    ValueError
        If filters has not three axes, or there are too few of them.

    Examples
    --------
    >>> fig, axes = plt.subplots(1, 4)
    >>> plot_filters(np.ones((5, 5, 16)), axes=axes, label="After")
    >>> axes[0].get_ylabel()
    'After'
    >>> plt.close(fig)

    Taught in chapter 11, CNN.
    """
    filters = np.asarray(filters)
    if filters.ndim != 3 or filters.shape[2] < len(axes):
        raise ValueError(f"filters must have shape (time, frequency, n >= {len(axes)}), got {filters.shape}")
    for ax, values in zip(axes, np.moveaxis(filters, 2, 0), strict=False):
        limit = np.abs(values).max() or 1.0
        ax.imshow(values.T, origin="lower", cmap="RdBu_r", vmin=-limit, vmax=limit)
        ax.set(xticks=[], yticks=[])
    axes[0].set_ylabel(label)


def plot_mfcc(
    coefficients: ArrayLike, *, sr: float, hop_length: int, offset: float = 0,
    first: int = 0, limit: float | None = None, ax: Axes | None = None, colorbar: bool = True,
) -> Axes:  # fmt: skip
    """Draw cepstral coefficients over time, the lowest at the bottom, in twelve colours that are symmetric about zero.

    Parameters
    ----------
    coefficients : np.ndarray [shape=(k, t)]; column j is centred on time (j * hop_length + offset) / sr
    sr : float > 0, sampling rate in Hz
    hop_length : int > 0, in samples
    offset : float, in samples
        0 where frames are centred on their times; half the length of a frame where frame j starts at j * hop_length.
    first : int, the number of the first row; 1 if c0 was left out
    limit : float > 0 or None, the colours reach from -limit to limit (None: to the largest value)
    ax : matplotlib Axes or None
    colorbar : bool

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If coefficients is not two-dimensional.

    Examples
    --------
    >>> plot_mfcc(np.zeros((13, 99)), sr=16_000, hop_length=160).get_ylabel()
    'Coefficient $k$'

    Taught in chapter 10, MFCC.
    """
    rows, columns = np.shape(coefficients)[0], np.shape(coefficients)[-1]
    extent = (*_edges(columns, check_rate(sr), hop_length, offset), first - 0.5, first - 0.5 + rows)
    limit = (np.abs(coefficients).max() or 1.0) if limit is None else limit
    ax = _image(coefficients, extent, ax=ax, range_db=1.0, colorbar_label="Value" if colorbar else None)
    ax.images[0].set(clim=(-limit, limit), cmap=plt.get_cmap(plt.rcParams["image.cmap"], 12))
    ax.set_ylabel("Coefficient $k$")
    return ax


def class_grid(*, xlabel: str, ylabel: str, figsize: tuple[float, float] = (10, 4.2)) -> tuple[Figure, dict[str, Axes]]:
    """Make 2 x 5 axes, one per class, that share both scales.

    Titles are not in the colours of the classes: as text, some of these are too faint on a dark ground.

    Parameters
    ----------
    xlabel, ylabel : str, quantities with their units, written once for all
    figsize : tuple, in inches

    Returns
    -------
    fig : matplotlib Figure
    axes : dict, label to Axes

    Examples
    --------
    >>> fig, axes = class_grid(xlabel="Time (s)", ylabel="Amplitude")
    >>> list(axes)[:3]
    ['Acoustic_guitar', 'Cello', 'Double_bass']
    >>> plt.close(fig)

    Taught in chapter 3, Fourier transform.
    """
    fig, grid = plt.subplots(2, 5, figsize=figsize, sharex=True, sharey=True)
    axes = dict(zip(CLASS_COLORS, grid.flat, strict=True))
    for label, ax in axes.items():
        ax.set_title(pretty(label), fontweight="bold")
        plt.setp([ax.xaxis.label, ax.yaxis.label], visible=False)  # whatever is drawn in it names its axes again
    fig.supxlabel(xlabel, fontsize=10)
    fig.supylabel(ylabel, fontsize=10)
    return fig, axes


def new_axes(ax: Axes | None) -> Axes:
    """The axes to draw into."""
    return plt.subplots()[1] if ax is None else ax


def _look(label):
    """Colour of a curve, if its label is a class, and its name in the legend."""
    return {} if label is None else {"color": CLASS_COLORS.get(label), "label": pretty(label)}


def _edges(t, sr, hop_length, offset):
    """Where t columns begin and end in seconds, half a hop before the first centre and after the last."""
    return (offset - hop_length / 2) / sr, (offset + (t - 0.5) * hop_length) / sr


def _image(values, extent, *, ax, range_db, colorbar_label):
    """Draw a (freq, time) array into (left, right, bottom, top), with a colour bar if that has a label."""
    values = np.asarray(values)
    if values.ndim != 2:
        raise ValueError(f"the picture must have shape (freq, time), got {values.shape}; draw one clip at a time")
    ax, peak = new_axes(ax), values.max()
    options = {"origin": "lower", "aspect": "auto", "interpolation": "nearest", "vmin": peak - range_db, "vmax": peak}
    image = ax.imshow(values, extent=extent, **options)
    ax.grid(False)
    ax.set(xlabel="Time (s)", xlim=(max(extent[0], 0), extent[1]))
    if colorbar_label is not None:
        bar = ax.figure.colorbar(image, ax=ax, pad=0.02)
        bar.set_label(colorbar_label)
        bar.outline.set_visible(False)
    return ax
