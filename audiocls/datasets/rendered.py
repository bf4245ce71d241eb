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
"""

import functools
import hashlib
import importlib.util
import json
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from audiocls import audio
from audiocls.datasets.clips import Clips, cache_folder
from audiocls.datasets.soundfont import SoundFont

FORMAT = 1  # raise it when the same options give another sound: clips rendered before are then left alone
SR = 44100  # Hz
RELEASE = 0.6  # seconds heard after the last key is let go
SOUNDFONT_SHA256 = "82475b91a76de15cb28a104707d3247ba932e228bada3f47bba63c6b31aaf7a1"
LICENSE = "GPL-2.0 (the font)"
MIN_SOURCES = 5
STRETCH = 7  # keys


def _keys(low, high, *, without=()):
    return tuple(key for key in range(low, high + 1) if key not in without)


def _kit_keys(*patches):
    return [(128, kit, (key,)) for kit, key in patches]


# label: (bank, program, keys), within the compass of the instrument. Bank 128 holds the drum kits: 0 standard, 8 room,
# 16 power, 24 electronic, 25 TR-808, 40 brush. Left out are a key without a sample (alto saxophone 64) and those that
# sound another instrument (key 36 of the orchestra kit: a timpani; key 40 of the brush kit: a sample named Ocean Wave).
CLASSES = {
    "Acoustic_guitar": [(0, 24, _keys(40, 76)), (0, 25, _keys(40, 76))],
    "Bass_drum": _kit_keys((0, 35), (0, 36), (8, 36), (16, 35), (16, 36), (25, 36)),
    "Cello": [(0, 42, _keys(36, 69))],
    "Clarinet": [(0, 71, _keys(50, 86))],
    "Double_bass": [(0, 32, _keys(28, 55)), (0, 43, _keys(28, 55))],
    "Flute": [(0, 73, _keys(60, 93))],
    "Hi-hat": _kit_keys((0, 42), (0, 44), (0, 46), (24, 42), (24, 44), (24, 46), (25, 42), (25, 44), (25, 46)),
    "Saxophone": [
        (0, 64, _keys(58, 84)),
        (0, 65, _keys(49, 80, without=(64,))),
        (0, 66, _keys(44, 75)),
        (0, 67, _keys(37, 68)),
    ],
    "Snare_drum": _kit_keys((0, 38), (0, 40), (8, 38), (16, 38), (24, 38), (24, 40), (25, 38), (40, 38)),
    "Violin_or_fiddle": [(0, 40, _keys(55, 91))],
}
OTHERS = {
    "Harp": [(0, 46, _keys(36, 96))],
    "Organ": [(0, 19, _keys(36, 84))],
    "Piano": [(0, 0, _keys(33, 96))],
    "Trombone": [(0, 57, _keys(40, 70))],
    "Trumpet": [(0, 56, _keys(55, 84))],
    "Xylophone": [(0, 13, _keys(65, 96))],
}
# Cents that bring into tune the recordings of the font whose stated pitch is wrong by 4.5 cents or more (measured).
TUNING = {
    "FluteD5": -7.4,
    "FluteE5": -15.0,
    "FluteA#5": -12.3,
    "FluteC#6": 5.7,
    "SopHiB": 4.8,
    "AltoLoC": -6.0,
    "AltoLoF": 5.0,
    "BariAb3": -23.6,
    "BariC4": -5.6,
    "BariAb4": -12.0,
}


class Source(NamedTuple):
    """Keys of a program that one recording of the font answers.

    Attributes
    ----------
    name, recording : str
    bank, program : int, where the font keeps it
    keys : tuple of int, MIDI note numbers
    correction : float, in cents

    Examples
    --------
    >>> Source("Flute-00", "Flute C4", 0, 73, (60, 61), 0.0).keys
    (60, 61)

    Taught in chapter 9, Data set.
    """

    name: str
    recording: str
    bank: int
    program: int
    keys: tuple
    correction: float  # in cents


class Score(NamedTuple):
    """What is played in a clip: notes are (start, key, velocity, duration), times in seconds.

    Attributes
    ----------
    source : Source
    notes : list of (start, key, velocity, duration)
    cents : float, how far the clip is out of tune
    peak_db, noise_db : float, in dBFS

    Examples
    --------
    >>> source = Source("Flute-00", "Flute C4", 0, 73, (60, 61), 0.0)
    >>> Score(source, [(0.0, 60, 100, 1.0)], 0.0, -3.0, -70.0).notes[0][1]
    60

    Taught in chapter 9, Data set.
    """

    source: Source
    notes: list
    cents: float
    peak_db: float
    noise_db: float

    @property
    def n(self):
        start, _, _, duration = self.notes[-1]
        return round((start + duration + RELEASE) * SR)


def load(*, per_class=30, seed=0, phrases=False, classes=None, soundfont=None):
    """The rendered clips; the table is there at once, a sound is rendered when it is first asked for, and kept.

    Parameters
    ----------
    per_class : int > 0, clips a class
    seed : int >= 0
    phrases : bool
        Two to four notes of one source in place of a single one.
    classes : dict or None
        label to a list of (bank, program, keys); None is `CLASSES`, and `OTHERS` are instruments never taught.
    soundfont : path or None
        Another General MIDI font, .sf2 or .sf3; None is the one that pretty_midi ships.

    Returns
    -------
    clips : Clips
        With columns fname, label, source, seconds, license, recording, bank, program, key, velocity (of the first
        note), notes (their number), cents, f0 (of the first note in Hz, NaN for drums).

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
    rows, scores = [], {}
    for label in sorted(classes):
        sources = _sources(font, label, classes[label], tuning)
        order = _rng(seed, label).permutation(len(sources))
        for i in range(per_class):
            score = _compose(sources[order[i % len(sources)]], _rng(seed, label, i), phrases=phrases)
            fname = f"{label}-{i:03d}.wav"
            scores[fname] = score, (seed, label, i, 1)  # the noise has random numbers of its own
            rows.append({"fname": fname, "label": label, **_row(score)})
    table = pd.DataFrame(rows)
    table.insert(4, "license", LICENSE if soundfont is None else f"that of {path.name}")
    options = [FORMAT, _sha256(path), seed, phrases, sorted(classes.items())]
    key = hashlib.sha256(json.dumps(options).encode()).hexdigest()[:16]
    return Clips(table, functools.partial(_fetch, path, scores, cache_folder("rendered") / key))


def find_soundfont():
    """The path of the General MIDI font that the package pretty_midi ships.

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

    Returns
    -------
    path : Path

    Taught in chapter 9, Data set. Source: TimGM6mb, Tim Brechbill, 2004.
    """
    spec = importlib.util.find_spec("pretty_midi")
    path = Path(spec.origin).with_name("TimGM6mb.sf2") if spec else None
    if path is None or not path.is_file():
        raise FileNotFoundError('TimGM6mb.sf2 is missing; run: pip install "pretty_midi>=0.2.11.post0"')
    if (found := _sha256(path)) != SOUNDFONT_SHA256:
        raise ValueError(f"{path} is another font, got sha256 {found[:12]}...; pass it as soundfont= to use it")
    return path


@functools.lru_cache(maxsize=2)
def _open_font(path):
    return SoundFont(path)


@functools.cache
def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _rng(seed, label, *rest):
    return np.random.default_rng([seed, zlib.crc32(label.encode()), *rest])


def _sources(font, label, patches, tuning):
    """The sources of a class: runs of keys that begin with the same sample."""
    runs = []
    for bank, program, keys in patches:
        recordings = {}
        for key in keys:
            if (bank, program) in font.presets and (regions := font.regions(program, key, bank=bank)):
                recordings.setdefault(regions[0][1].name, []).append(key)
        runs += [(recording, bank, program, run) for recording, run in recordings.items()]
    if not runs:
        raise ValueError(f"the font has no preset for {label}, got bank and program {[p[:2] for p in patches]}")
    few = len({recording for recording, *_ in runs}) < MIN_SOURCES
    sources = []
    for recording, bank, program, run in runs:
        size = STRETCH if few else len(run)
        for keys in (tuple(run[i : i + size]) for i in range(0, len(run), size)):
            name = f"{label}-{font.presets[bank, program]}-{recording}" + (f"-{keys[0]}" if few else "")
            sources.append(Source(name, recording, bank, program, keys, tuning.get(recording, 0.0)))
    return sources


def _compose(source, rng, *, phrases):
    """Draw the score of one clip."""
    drum = source.bank == 128
    count = rng.integers(1, 5) if drum else rng.integers(2, 5) if phrases else 1
    shortest, longest = (0.25, 0.7) if drum else (0.5, 1.0) if phrases else (1.0, 2.0)
    notes, start = [], 0.0
    for _ in range(count):
        duration = float(rng.uniform(shortest, longest))
        notes.append((start, int(rng.choice(source.keys)), int(rng.integers(50, 121)), duration))
        start += duration
    cents, peak_db, noise_db = rng.uniform(-12, 12), rng.uniform(-9, -1), rng.uniform(-75, -55)
    return Score(source, notes, float(cents), float(peak_db), float(noise_db))


def _row(score):
    _, key, velocity, _ = score.notes[0]
    source = score.source
    f0 = np.nan if source.bank == 128 else 440 * 2 ** ((key - 69) / 12 + score.cents / 1200)
    return {
        "source": source.name,
        "seconds": score.n / SR,
        "recording": source.recording,
        "bank": source.bank,
        "program": source.program,
        "key": key,
        "velocity": velocity,
        "notes": len(score.notes),
        "cents": score.cents,
        "f0": f0,
    }


def _render(font, score, rng):
    """The sound of a score, as float32 in [-1, 1]."""
    y = np.zeros(score.n)
    for start, key, velocity, duration in score.notes:
        note = font.note(
            score.source.program,
            key,
            velocity=velocity,
            duration=duration,
            sr=SR,
            bank=score.source.bank,
            release=RELEASE - 0.001,  # a rounded start must not push the note past the clip's end
            cents=score.cents + score.source.correction,
        )
        first = round(start * SR)
        y[first : first + len(note)] += note
    peak = np.abs(y).max()
    if peak == 0:
        raise ValueError(f"{score.source.name} is silent in this font; leave its keys out of classes")
    y = y * (10 ** (score.peak_db / 20) / peak) + rng.normal(0, 10 ** (score.noise_db / 20), len(y))
    return np.clip(y, -1, 1).astype(np.float32)


def _fetch(font_path, scores, folder, fname):
    """The path of a clip; it is rendered unless a file of the right size is there."""
    score, seeds = scores[fname]
    path = folder / fname
    header, bytes_a_sample = 44, 2
    if not path.is_file() or path.stat().st_size != header + bytes_a_sample * score.n:
        folder.mkdir(parents=True, exist_ok=True)
        audio.write(path, _render(_open_font(font_path), score, _rng(*seeds)), SR, subtype="PCM_16")
    return path
