"""The default set: notes of sampled instruments, rendered on this machine from a General MIDI SoundFont.

Three hundred clips of the ten classes, played by `soundfont.SoundFont` from the font that the package pretty_midi
ships: no download, the same sound on every machine. It is there to run everything in the book. It is not there to
measure anything: few recordings stand behind it, and no room, no microphone and no player does.

What a clip is: one note of 1 to 2 seconds (or, with ``phrases``, a few notes), for a drum one to four hits; up to 12
cents out of tune, with a peak at -9 to -1 dBFS and a noise floor at -75 to -55 dBFS. Its random numbers come from the
seed, its label and its number alone, so a clip is the same whatever else is rendered.

What a source is: one recording of the font. Where the font has fewer than five recordings of a class, each recording is
divided into stretches of up to seven keys, or for drums into keys of a kit, so that a split by source can still be
made; the column ``recording`` tells what they share.

- ``load``: the clips
- ``find_soundfont``: the font's path, checked
- ``CLASSES``: the ten classes; ``OTHERS``: instruments that no network of the book has learnt
- beside this module: ``patches.csv``, which keys of the font make a class; ``tuning.csv``, its recordings out of tune
"""

import functools
import hashlib
import importlib.util
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audiocls import audio
from audiocls.datasets.clips import Clips, cache_folder, read_rows
from audiocls.datasets.soundfont import SoundFont

__all__ = ["CLASSES", "OTHERS", "find_soundfont", "load"]

FORMAT = 1  # raise it when the same options give another sound: clips rendered before are then left alone
SR = 44100  # Hz
RELEASE = 0.6  # seconds heard after the last key is let go
SOUNDFONT_SHA256 = "82475b91a76de15cb28a104707d3247ba932e228bada3f47bba63c6b31aaf7a1"
LICENSE = "GPL-2.0 (the font)"
MIN_SOURCES = 5
STRETCH = 7  # keys
Patches = Sequence[tuple[int, int, tuple[int, ...]]]  # bank, program, keys within the compass of the instrument


def _patches(group):
    """The patches of each label of a group."""
    patches = {}
    for row in read_rows("patches.csv"):
        if row["group"] == group:
            compass = range(int(row["first"]), int(row["last"]) + 1)
            keys = tuple(key for key in compass if str(key) != row["without"])
            patches.setdefault(row["label"], []).append((int(row["bank"]), int(row["program"]), keys))
    return patches


# Bank 128 holds the drum kits: 0 standard, 8 room, 16 power, 24 electronic, 25 TR-808, 40 brush. Left out are a key
# without a sample (alto saxophone 64) and those that sound another instrument (key 36 of the orchestra kit: a timpani;
# key 40 of the brush kit: a sample named Ocean Wave).
CLASSES: dict[str, Patches] = _patches("classes")
OTHERS: dict[str, Patches] = _patches("others")
# Cents that bring into tune the recordings of the font whose stated pitch is wrong by 4.5 cents or more (measured).
TUNING = {row["recording"]: float(row["cents"]) for row in read_rows("tuning.csv")}


@dataclass(frozen=True)
class Source:
    """Keys of a program that one recording of the font answers."""

    name: str
    recording: str  # what the font calls it
    bank: int
    program: int
    keys: tuple[int, ...]  # MIDI note numbers
    correction: float  # in cents


@dataclass(frozen=True)
class Take:
    """What is played in a clip, and how it is recorded."""

    source: Source
    notes: list[tuple[float, int, int, float]]  # start in seconds, key, velocity, duration in seconds
    cents: float  # out of tune
    peak_db: float  # dBFS
    noise_db: float  # dBFS

    @property
    def n(self):
        start, _, _, duration = self.notes[-1]
        return round((start + duration + RELEASE) * SR)


def load(
    *, per_class: int = 30, seed: int = 0, phrases: bool = False, classes: Mapping[str, Patches] | None = None,
    soundfont: str | Path | None = None
) -> Clips:  # fmt: skip
    """The rendered clips; the table is there at once, a sound is rendered when it is first asked for, and kept.

    Parameters
    ----------
    per_class : int > 0, clips per class
    seed : int >= 0
    phrases : bool
        Two to four notes of one source in place of a single one.
    classes : dict or None
        label to a list of (bank, program, keys); None is `CLASSES`, and `OTHERS` are instruments never taught.
    soundfont : str, Path or None
        Another General MIDI font, .sf2 or .sf3; None is the one that pretty_midi ships.

    Returns
    -------
    clips : Clips
        Named "rendered", with columns fname, label, source, seconds, license, recording, bank, program, key, velocity
        (of the first note), notes (their number), cents, f0 (of the first note in Hz, NaN for drums).

    Raises
    ------
    ValueError
        If an option is out of range, or the font has none of a class's presets.
    FileNotFoundError
        If the font is not there.

    Examples
    --------
    >>> clips = load(per_class=2)
    >>> clips.table.loc[10, ["fname", "label", "license"]].to_list()
    ['Flute-000.wav', 'Flute', 'GPL-2.0 (the font)']
    >>> load(classes=OTHERS, per_class=1).labels
    ('Harp', 'Organ', 'Piano', 'Trombone', 'Trumpet', 'Xylophone')

    Taught in chapter 9, Data set.
    """
    import pandas as pd

    if per_class < 1 or seed < 0:
        raise ValueError(f"per_class must be 1 or more and seed 0 or more, got {per_class} and {seed}")
    path = find_soundfont() if soundfont is None else Path(soundfont)
    font = _open_font(path)
    classes = CLASSES if classes is None else classes
    tuning = TUNING if soundfont is None else {}
    rows, takes = [], {}
    for label in sorted(classes):
        sources = _sources(font, label, classes[label], tuning)
        order = _rng(seed, label).permutation(len(sources))
        for i in range(per_class):
            take = _compose(sources[order[i % len(sources)]], _rng(seed, label, i), phrases=phrases)
            fname = f"{label}-{i:03d}.wav"
            takes[fname] = take, (seed, label, i, 1)  # the noise has random numbers of its own
            rows.append({"fname": fname, "label": label, **_row(take)})
    table = pd.DataFrame(rows)
    table.insert(4, "license", LICENSE if soundfont is None else f"that of {path.name}")
    options = [FORMAT, _sha256(path), seed, phrases, sorted(classes.items())]
    key = hashlib.sha256(json.dumps(options).encode()).hexdigest()[:16]
    return Clips(table, functools.partial(_fetch, path, takes, cache_folder("rendered") / key), name="rendered")


def find_soundfont() -> Path:
    """The path of the General MIDI font that the package pretty_midi ships.

    Returns
    -------
    path : Path

    Raises
    ------
    FileNotFoundError
        If pretty_midi, or its font, is not installed.
    ValueError
        If the font is not the one that this package knows.

    Examples
    --------
    >>> find_soundfont().name
    'TimGM6mb.sf2'

    Taught in chapter 9, Data set. Source: TimGM6mb, Tim Brechbill, 2004.
    """
    spec = importlib.util.find_spec("pretty_midi")
    path = Path(spec.origin).with_name("TimGM6mb.sf2") if spec and spec.origin else None
    if path is None or not path.is_file():
        raise FileNotFoundError('TimGM6mb.sf2 is missing; run: pip install "pretty_midi>=0.2.11.post0"')
    if (found := _sha256(path)) != SOUNDFONT_SHA256:
        raise ValueError(f"{path} is another font, got sha256 {found[:12]}...; pass it as soundfont= to use it")
    return path


_open_font = functools.lru_cache(maxsize=2)(SoundFont)


@functools.cache
def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _rng(seed, label, *rest):
    return np.random.default_rng([seed, zlib.crc32(label.encode()), *rest])


def _sources(font, label, patches, tuning):
    """The sources of a class: runs of keys of a patch that begin with the same sample."""
    runs = {}
    for i, (bank, program, keys) in enumerate(patches):
        for key in keys if (bank, program) in font.presets else ():
            if regions := font.regions(program, key, bank=bank):
                runs.setdefault((i, regions[0][1].name, bank, program), []).append(key)
    if not runs:
        raise ValueError(f"the font has no preset for {label}, got bank and program {[p[:2] for p in patches]}")
    few = len({recording for _, recording, *_ in runs}) < MIN_SOURCES
    sources = []
    for (_, recording, bank, program), run in runs.items():
        size = STRETCH if few else len(run)
        for keys in (tuple(run[i : i + size]) for i in range(0, len(run), size)):
            name = f"{label}-{font.presets[bank, program]}-{recording}" + (f"-{keys[0]}" if few else "")
            sources.append(Source(name, recording, bank, program, keys, tuning.get(recording, 0.0)))
    return sources


def _compose(source, rng, *, phrases):
    """Draw what is played in one clip."""
    drum = source.bank == 128
    count = rng.integers(1, 5) if drum else rng.integers(2, 5) if phrases else 1
    shortest, longest = (0.25, 0.7) if drum else (0.5, 1.0) if phrases else (1.0, 2.0)
    notes, start = [], 0.0
    for _ in range(count):
        duration = float(rng.uniform(shortest, longest))
        notes.append((start, int(rng.choice(source.keys)), int(rng.integers(50, 121)), duration))
        start += duration
    cents, peak_db, noise_db = rng.uniform(-12, 12), rng.uniform(-9, -1), rng.uniform(-75, -55)
    return Take(source, notes, float(cents), float(peak_db), float(noise_db))


def _row(take):
    source, (_, key, velocity, _) = take.source, take.notes[0]
    f0 = np.nan if source.bank == 128 else 440 * 2 ** ((key - 69) / 12 + take.cents / 1200)
    row = {"source": source.name, "seconds": take.n / SR, "recording": source.recording, "bank": source.bank}
    row |= {"program": source.program, "key": key, "velocity": velocity, "notes": len(take.notes)}
    return row | {"cents": take.cents, "f0": f0}


def _render(font, take, rng):
    """The sound of a take, as float32 in [-1, 1]."""
    y, source = np.zeros(take.n), take.source
    release = RELEASE - 0.001  # a rounded start must not push the note past the clip's end
    play = functools.partial(font.note, source.program, bank=source.bank, sr=SR, release=release)
    for start, key, velocity, duration in take.notes:
        note = play(key, velocity=velocity, duration=duration, cents=take.cents + source.correction)
        first = round(start * SR)
        y[first : first + len(note)] += note
    peak = np.abs(y).max()
    if peak == 0:
        raise ValueError(f"{source.name} is silent in this font; leave its keys out of classes")
    y = y * (10 ** (take.peak_db / 20) / peak) + rng.normal(0, 10 ** (take.noise_db / 20), len(y))
    return np.clip(y, -1, 1).astype(np.float32)


def _fetch(font_path, takes, folder, fname):
    """The path of a clip; it is rendered unless a file of the right size is there."""
    take, seeds = takes[fname]
    path = folder / fname
    header, bytes_per_sample = 44, 2
    if not path.is_file() or path.stat().st_size != header + bytes_per_sample * take.n:
        folder.mkdir(parents=True, exist_ok=True)
        audio.write(path, _render(_open_font(font_path), take, _rng(*seeds)), SR, subtype="PCM_16")
    return path
