"""Sound libraries: other studios, other players, for training to borrow from.

Three hundred clips hold few rooms and few hands. Three kinds of library hold more: General MIDI SoundFonts, from which
`rendered` plays, packages of single recorded notes, and recorded drum kits. None of their sound is part of this
project. They are fetched by name and version with the package managers ``npm``, ``pip`` and, for the drum kits,
Debian's ``apt-get``, checked by sha256, and kept in the cache; without a network, or without npm, whatever was fetched
before still works.

- ``FONTS``, ``NOTES``, ``KITS``: the libraries, by name, as ``libraries.csv`` beside this module lists them
- ``fetch``: the file or folder of a library
- ``notes``, ``kits``: the recorded ones
- ``load``: clips from all of them, labelled, for the ten classes

Taught in chapter 13, Evaluation.
"""

import functools
import re
import warnings
from collections.abc import Iterable
from pathlib import Path

from audiocls import audio
from audiocls.datasets import packages, rendered
from audiocls.datasets.clips import Clips, cache_folder, combine, read_rows
from audiocls.datasets.packages import Package

__all__ = ["FONTS", "KITS", "NOTES", "fetch", "kits", "load", "notes"]


def _packages(kind):
    """The libraries of one kind, by name."""
    found = {}
    for row in filter(lambda row: row["kind"] == kind, ROWS):
        members = tuple(row["members"].split()) if " " in row["members"] else row["members"]
        about = {field: row[field] for field in ("installer", "version", "sha256", "license")}
        found[row["name"]] = Package(name=row["package"], members=members, **about)
    return found


ROWS = read_rows("libraries.csv")
FONTS: dict[str, Package] = _packages("font")
NOTES: dict[str, Package] = _packages("notes")
KITS: dict[str, Package] = _packages("kit")
_LABEL_OF_HITS = {"Bass_drum": r"kick|bassdrum|(^|_)bd", "Hi-hat": r"hat|(^|_)hh", "Snare_drum": r"snare|^s[dn]\d*_"}
_OTHER_HITS = r"rim|stick|stomp|off"  # not struck on the skin, or a snare drum with its wires off
_FROM_FREESOUND = {"Audiophob"}  # a kit made of Freesound's clips, as the real set is: left out


def fetch(name: str) -> Path:
    """Return where a library lies, and download it first if it is not there.

    Parameters
    ----------
    name : str, a key of `FONTS`, `NOTES` or `KITS`

    Returns
    -------
    path : Path, the SoundFont file of a font, the folder of a package of notes, the folder of a kit's folders

    Raises
    ------
    ValueError
        If there is no such library, or what was delivered is not what this module knows.
    ConnectionError
        If it cannot be downloaded; the message tells why.

    Examples
    --------
    >>> fetch("GeneralUser").suffix  # doctest: +SKIP
    '.sf2'

    Taught in chapter 13, Evaluation.
    """
    if (library := {**FONTS, **NOTES, **KITS}.get(name)) is None:
        raise ValueError(f"no library {name!r}; there are {', '.join([*FONTS, *NOTES, *KITS])}")
    kind = Path(str(library.members).removesuffix(".wasm")).suffix if name in FONTS else ""
    return packages.fetch(library, cache_folder("libraries") / f"{name}{kind}")


def notes() -> Clips:
    """Return the clips of all packages of recorded notes.

    Returns
    -------
    clips : Clips
        A source is a package: one player in one room, as far as anyone can tell.

    Raises
    ------
    ValueError, ConnectionError
        As `fetch`.

    Examples
    --------
    >>> len(set(notes().table["label"]))  # doctest: +SKIP
    7

    Taught in chapter 13, Evaluation.
    """
    labels = {row["name"]: row["label"] for row in ROWS}
    found: list[tuple[Path, str, str, str]] = []
    for name, library in NOTES.items():
        found += [(file, labels[name], name, library.license) for file in sorted(fetch(name).iterdir())]
    return _clips(found, "notes")


def kits() -> Clips:
    """Return the single hits of all recorded drum kits: bass drum, hi-hat, snare drum.

    Returns
    -------
    clips : Clips
        A source is a kit: one drummer's instruments, a few of them electronic, in one room.

    Raises
    ------
    ValueError, ConnectionError
        As `fetch`; the latter also where there is no apt-get.

    Examples
    --------
    >>> kits().table["label"].value_counts().sort_index().to_dict()  # doctest: +SKIP
    {'Bass_drum': 46, 'Hi-hat': 111, 'Snare_drum': 60}

    Taught in chapter 13, Evaluation.
    """
    found = []
    for name, library in KITS.items():
        for file in sorted(fetch(name).glob("*/*")):
            kit, hit = file.parent.name, file.stem.lower()
            labels = [label for label, pattern in _LABEL_OF_HITS.items() if re.search(pattern, hit)]
            if len(labels) == 1 and not re.search(_OTHER_HITS, hit) and kit not in _FROM_FREESOUND:
                found.append((file, labels[0], kit, library.license))
    return _clips(found, "kits")


def _clips(found, name):
    """Make clips of (file, label, source, license), a clip's name beginning with its source."""
    import pandas as pd

    files = {f"{source}-{file.name}": file for file, _, source, _ in found}
    rows = [(f"{source}-{f.name}", label, source, audio.info(f).seconds, terms) for f, label, source, terms in found]
    table = pd.DataFrame(rows, columns=["fname", "label", "source", "seconds", "license"])
    return Clips(table, files.__getitem__, labels=rendered.CLASSES, name=name)


def load(*, fonts: Iterable[str] = tuple(FONTS), per_class: int = 100, seed: int = 1, recorded: bool = True) -> Clips:
    """Return labelled clips from the libraries: phrases rendered from each font, and the recorded notes.

    Parameters
    ----------
    fonts : iterable of str, keys of `FONTS`; the font of the default set, TimGM6mb, is always used too
    per_class : int > 0, clips per class and font
    seed : int >= 0, of the phrases
    recorded : bool, with the recorded notes and drum kits

    Returns
    -------
    clips : Clips
        Named "libraries"; the names and sources of the clips begin with the font, "notes", or the kit.

    Raises
    ------
    ValueError, ConnectionError
        As `fetch`.

    Warns
    -----
    UserWarning
        If there are no drum kits because apt-get is not there or cannot fetch them: all else is returned.

    Examples
    --------
    >>> load(per_class=10, recorded=False)  # doctest: +SKIP
    <Clips libraries: 500 clips, 10 classes, ...>

    Taught in chapter 13, Evaluation.
    """
    phrases = functools.partial(rendered.load, per_class=per_class, seed=seed, phrases=True)
    sets = {"TimGM6mb": phrases(), **{name: phrases(soundfont=fetch(name)) for name in fonts}}
    if recorded:
        sets["notes"] = notes()
        try:
            hits = kits()
        except ConnectionError as error:
            warnings.warn(f"training goes on without the recorded drum kits: {error}", stacklevel=2)
        else:
            sets |= {f"kit {kit}": hits.select(hits.sources == kit) for kit in sorted(set(hits.sources))}
    return combine(sets, name="libraries")
