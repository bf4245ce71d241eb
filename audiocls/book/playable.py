"""A confusion matrix that plays: every mistake in it is a button, and behind the button are the clips.

What a table of numbers cannot say is why a cello was taken for a flute. Hearing the clip and seeing what was seen often
can. The matrix is one piece of HTML that works wherever a notebook is shown: without a script each mistake is a link to
a list that unfolds; on the book's site ``confusion.js`` turns the links into buttons and opens the clips below the
table. Sounds and pictures are in the page, so the limits of this module are those of bytes.

Functions
---------
playable_confusion : the matrix of a set of clips and their scores

Taught in chapter 13, Evaluation.
"""

import base64
import functools
import html
import io
import re
import zlib
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from audiocls import sampling
from audiocls.datasets import Clips
from audiocls.measure.evaluation import check_scores, confusion
from audiocls.measure.results import percent
from audiocls.mfcc import log_mel_energies
from audiocls.player import _mp3
from audiocls.plot import pretty

__all__ = ["PlayableConfusion", "playable_confusion"]

SR, FADE = 16_000, 0.02  # of what is played: Hz, and seconds in which its end fades
BANDS, RANGE_DB, SHADES = 32, 60.0, 16  # of the pictures
COLUMNS = 48  # of the waveforms
_COOL, _WARM = "43,134,201", "203,96,69"


@dataclass(frozen=True)
class PlayableConfusion:
    """A confusion matrix as a notebook or a web page shows it; made by `playable_confusion`.

    Attributes
    ----------
    counts : np.ndarray [shape=(classes, classes), int], rows true, columns predicted
    shown : tuple of int, the clips that can be played, in the order of their cells
    markup : str, HTML

    Examples
    --------
    >>> PlayableConfusion(np.array([[3, 1], [0, 4]]), (3,), "<figure></figure>")
    PlayableConfusion(1 of 8 clips named wrongly, 1 can be played)
    """

    counts: np.ndarray
    shown: tuple[int, ...]
    markup: str

    def __repr__(self) -> str:
        wrong = int(self.counts.sum() - np.trace(self.counts))
        return f"PlayableConfusion({wrong} of {self.counts.sum()} clips named wrongly, {len(self.shown)} can be played)"

    def _repr_html_(self) -> str:
        return self.markup


def playable_confusion(clips: Clips, scores: ArrayLike, *, seconds: float = 0.6, most: int = 30) -> PlayableConfusion:
    """Make a confusion matrix whose mistakes can be heard and seen.

    Each cell off the diagonal that is not empty gets at least one of its clips, while there is room; what is left goes
    to the cells that have more, one after the other. In each cell the surest answers come first.

    Parameters
    ----------
    clips : Clips
    scores : np.ndarray [shape=(len(clips), classes), float], one row per clip
    seconds : float > 0, how much of the beginning of a clip is played
    most : int > 0, clips that can be played, in all

    Returns
    -------
    matrix : PlayableConfusion

    Raises
    ------
    ValueError
        If the scores do not fit the clips, or seconds or most is not positive.

    Examples
    --------
    >>> from audiocls import datasets
    >>> clips = datasets.load("rendered", per_class=1)
    >>> playable_confusion(clips, np.eye(10))
    PlayableConfusion(0 of 10 clips named wrongly, 0 can be played)

    Taught in chapter 13, Evaluation.
    """
    scores, targets = check_scores(scores, clips.targets)
    if scores.shape[1] != len(clips.labels):
        raise ValueError(f"scores must have one column per class, {len(clips.labels)}, got {scores.shape[1]}")
    if not (seconds > 0 and most > 0):
        raise ValueError(f"seconds and most must be positive, got {seconds} and {most}")
    counts = confusion(scores, targets)
    cells = _share_out(_mistakes(scores, targets), most)
    sheets, names = {}, [html.escape(pretty(label)) for label in clips.labels]
    for (true, said), (indices, total) in cells.items():
        of_all = f"{total} clip{'s' * (total > 1)}"
        here = "" if len(indices) == total else f" ({len(indices)} of them here, the surest first)"
        title = f"{names[true]} taken for {names[said]}: {of_all}{here}"
        figures = [_figure(i, _beginning(*clips.audio(i), seconds), scores[i], names, true) for i in indices]
        sheets[true, said] = title, "".join(figures)
    shown = tuple(i for indices, _ in cells.values() for i in indices)
    return PlayableConfusion(counts, shown, _page(counts, names, sheets, seconds))


def _mistakes(scores, targets):
    """The wrong clips of each cell (true, said), the surest first."""
    cells, said = {}, scores.argmax(axis=1)
    for i in np.argsort(-scores.max(axis=1), kind="stable"):
        if said[i] != targets[i]:
            cells.setdefault((int(targets[i]), int(said[i])), []).append(int(i))
    return dict(sorted(cells.items()))


def _share_out(cells, most):
    """Cut each cell's list, so that at most so many are left; give (list, how many there were)."""
    turns = [(k, -len(found), cell) for cell, found in cells.items() for k in range(len(found))]
    kept = dict.fromkeys(cells, 0)
    for _, _, cell in sorted(turns)[:most]:
        kept[cell] += 1
    return {cell: (found[: kept[cell]], len(found)) for cell, found in cells.items() if kept[cell]}


def _beginning(y, sr, seconds):
    """What is played of a clip, in double precision: single would round differently from processor to processor."""
    y = sampling.resample(y, orig_sr=sr, target_sr=SR)[: round(seconds * SR)]
    y = np.clip(y, -1, 1).astype(np.float64)
    fade = min(round(FADE * SR), len(y))
    y[len(y) - fade :] *= np.linspace(1, 0, fade)
    return y


def _figure(i, y, scores, names, true):
    """One clip: player, waveform, picture, three best scores, and the true class's if it is not among them."""
    mp3 = _mp3(y, SR, bitrate_mode="CONSTANT", compression_level=0.9)  # 24 kilobits per second
    sound, picture = (base64.b64encode(data).decode("ascii") for data in (mp3, _picture(y)))
    best = np.argsort(-scores, kind="stable")[:3].tolist()
    shown = dict.fromkeys([*best, true])
    rows = [{"score": scores[k], "percent": percent(scores[k], 0), "true": " (true)" * (k == true)} for k in shown]
    scores = "".join(_html("score", name=names[k], **row) for k, row in zip(shown, rows, strict=True))
    said = {"true": names[true], "said": names[best[0]], "sound": sound, "picture": picture, "scores": scores}
    return _html("figure", i=i, columns=COLUMNS, outline=_outline(y), **said)


def _outline(y):
    """Waveform as an SVG path: one upright stroke per column, from its lowest to its highest sample, at full height."""
    edges = np.linspace(0, len(y), COLUMNS + 1).astype(int)[:-1]
    scale = 19 / max(np.abs(y).max(), 1e-9)
    top = np.rint(20 - scale * np.maximum.reduceat(y, edges)).astype(int)
    bottom = np.rint(20 - scale * np.minimum.reduceat(y, edges)).astype(int)
    return "".join(f"M{x}.5 {a}V{max(b, a + 1)}" for x, (a, b) in enumerate(zip(top, bottom, strict=True)))


def _picture(y):
    """Log-mel picture as a PNG of 16 colours."""
    from matplotlib import colormaps

    options = {"win_length": 512, "hop_length": 320, "n_mels": BANDS, "window": "hann", "log": "db"}
    X = log_mel_energies(y, SR, pre_emphasis=0.0, edges="hz", floor=1e-14, **options)
    shade = np.clip((X - X.max() + RANGE_DB) / RANGE_DB, 0, 1)
    palette = colormaps["magma"](np.linspace(0, 1, SHADES), bytes=True)[:, :3]
    return _png(np.rint(shade[::-1] * (SHADES - 1)).astype(np.uint8), palette)


def _png(pixels, palette):
    """A PNG of up to 16 colours: half a byte per pixel."""
    image, buffer = Image.fromarray(pixels), io.BytesIO()
    image.putpalette(palette.tobytes())
    image.save(buffer, "PNG", bits=4, optimize=True)
    return buffer.getvalue()


@functools.cache
def _parts():
    """The pieces of markup in playable.html, by name."""
    text = (resources.files(__package__) / "playable.html").read_text(encoding="utf-8")
    return dict(re.findall(r"<!-- (\w+) -->\n(.*)\n", text))


def _html(part, **values):
    return _parts()[part].format(**values)


def _page(counts, names, sheets, seconds):
    """The whole matrix."""
    key = f"playable-{zlib.crc32(''.join(text for _, text in sheets.values()).encode()):08x}"
    about = {"key": key, "wrong": counts.sum() - np.trace(counts), "total": counts.sum(), "seconds": seconds}
    about["head"] = "".join(_html("head", name=name) for name in names)
    cells = ["".join(_cell(counts, i, j, sheets, key) for j in range(len(names))) for i in range(len(names))]
    about["body"] = "".join(_html("row", name=name, cells=row) for name, row in zip(names, cells, strict=True))
    lists = ((i, j, *sheet) for (i, j), sheet in sheets.items())
    about["lists"] = "".join(_html("list", key=key, i=i, j=j, title=title, figures=f) for i, j, title, f in lists)
    style = (resources.files(__package__) / "playable.css").read_text(encoding="utf-8").strip()
    return _html("page", style=style, **about)


def _cell(counts, i, j, sheets, key):
    if not (count := counts[i, j]):
        return "<td>0</td>"
    share = 0.1 + 0.4 * count / max(counts[i].sum(), 1)
    style = f'style="--tint:{_COOL if i == j else _WARM};--share:{share:.2f}"'
    if (i, j) not in sheets:
        return _html("right", style=style, count=count)
    return _html("wrong", style=style, count=count, key=key, i=i, j=j, title=sheets[i, j][0])
