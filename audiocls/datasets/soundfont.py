"""SoundFont 2: a file of short recordings, and which of them answers a key.

A SoundFont holds recordings (*samples*) in one long run, and tables that say how they are played. A *preset* (a violin,
a drum kit) has *zones*, each a range of keys and velocities and an *instrument*; an instrument has zones too, each with
a sample. Whatever else a zone says is a numbered *generator*: tuning, envelopes, filter. A preset's generators are
added to its instrument's. How a recording then becomes a note is the subject of `sampler`.

Conventions: keys and velocities are MIDI's (60 is middle C, 0 to 127); bank 128 holds the drum kits. Left out: stereo,
chorus, reverb, modulators other than velocity to level, and exclusive classes.

- ``SoundFont(path)``: ``presets``, ``regions(program, key, ...)``, ``note(program, key, ...)``
"""

import csv
import io
import struct
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise

import numpy as np

from audiocls.datasets import sampler
from audiocls.waveform import check_rate

__all__: list[str] = []  # it serves `rendered`

# Generators 0 to 58 in order, SoundFont 2.04, sections 8.1.2 and 8.1.3.
_ROWS = list(csv.DictReader((resources.files(__package__) / "generators.csv").read_text("utf-8").splitlines()))
GENERATORS = [row["name"] for row in _ROWS]
DEFAULTS = {row["name"]: int(row["default"]) for row in _ROWS if row["default"]}
ADDED = {row["name"] for row in _ROWS if row["added"] == "yes"}  # others choose or describe the sample

TABLES = {"phdr": "20s3H3I", "pbag": "2H", "pgen": "2H", "inst": "20sH", "ibag": "2H", "igen": "2H"}
TABLES["shdr"] = "20s5IBb2H"  # the samples' headers


@dataclass(frozen=True)
class Sample:
    """One recording, as the table of the font describes it."""

    name: str
    start: int  # where it lies in the font's data, in samples
    end: int
    loop_start: int
    loop_end: int
    sr: int  # in Hz
    key: int  # its pitch, and the cents to add
    cents: int
    link: int  # as the specification counts them
    kind: int


class SoundFont:
    """The presets of a SoundFont file (.sf2, or .sf3 with Vorbis samples), and their notes.

    Parameters
    ----------
    path : str or Path

    Attributes
    ----------
    presets : dict, (bank, program) to name

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not a complete SoundFont.

    Examples
    --------
    >>> from audiocls.datasets import rendered
    >>> font = SoundFont(rendered.find_soundfont())
    >>> font.presets[0, 73]
    'Flute TB'
    >>> font.note(73, 81, duration=0.5, sr=44100).shape
    (35280,)

    Source: SoundFont Technical Specification 2.04, E-mu Systems, 2006.
    """

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
            raise ValueError(f"a SoundFont starts with RIFF....sfbk, got {data[:12]!r} in {path}; give an .sf2 or .sf3")
        self._data, tables = _chunks(data)
        if missing := TABLES.keys() - tables.keys():
            raise ValueError(f"{path} lacks the tables {', '.join(sorted(missing))}; get the file again")
        self._samples = [Sample(_text(row[0]), *row[1:]) for row in tables["shdr"]]
        instruments = _zones(tables["inst"], tables["ibag"], tables["igen"], bag=1, last="sample")
        presets = _zones(tables["phdr"], tables["pbag"], tables["pgen"], bag=3, last="instrument")
        self.presets, self._zones = {}, {}
        for (name, program, bank, *_), zones in zip(tables["phdr"], presets, strict=False):
            self.presets[bank, program] = _text(name)
            self._zones[bank, program] = [(zone, instruments[zone["instrument"]]) for zone in zones]

    def regions(self, program, key, *, velocity=100, bank=0):
        """The samples that sound together for a key.

        Parameters
        ----------
        program : int, 0 to 127 (General MIDI: 40 is a violin, 73 a flute); a drum kit if bank is 128
        key, velocity : int, 0 to 127
        bank : int

        Returns
        -------
        regions : list of (dict of generator values by name, Sample); empty where no zone answers the key

        Raises
        ------
        ValueError
            If the font has no such preset.

        Examples
        --------
        >>> from audiocls.datasets import rendered
        >>> font = SoundFont(rendered.find_soundfont())
        >>> len(font.regions(73, 60))
        1
        """
        if (bank, program) not in self._zones:
            raise ValueError(f"the font has no program {program} in bank {bank}; see SoundFont.presets")
        found = []
        for added, zones in self._zones[bank, program]:
            for zone in zones:
                if _answers(added, key, velocity) and _answers(zone, key, velocity):
                    g = {**DEFAULTS, **zone}
                    g.update({name: g[name] + value for name, value in added.items() if name in ADDED})
                    found.append((g, self._samples[zone["sample"]]))
        return found

    def note(self, program, key, *, velocity=100, duration, sr, bank=0, release=0.3, cents=0.0):
        """One note: the key is held for ``duration`` seconds and heard for ``release`` seconds more.

        Parameters
        ----------
        program, key, velocity, bank : as in `regions`
        duration, release : float >= 0, in seconds
        sr : float > 0, in Hz
        cents : float, detunes the note

        Returns
        -------
        y : np.ndarray [shape=(n,), float64], n = round((duration + release) * sr)

        Raises
        ------
        ValueError
            If a value is out of range, or the font has no such preset or no sample for the key.

        Examples
        --------
        >>> from audiocls.datasets import rendered
        >>> font = SoundFont(rendered.find_soundfont())
        >>> font.note(73, 60, duration=0.2, sr=16_000).shape
        (8000,)
        """
        check_rate(sr)
        if not (0 <= key <= 127 and 0 <= velocity <= 127):
            raise ValueError(f"key and velocity must be 0 to 127, got {key} and {velocity}")
        if not (0 <= duration < np.inf and 0 <= release < np.inf):
            raise ValueError(f"duration and release must be 0 s or more, got {duration} and {release}")
        if not (regions := self.regions(program, key, velocity=velocity, bank=bank)):
            raise ValueError(f"no sample answers key {key}, got program {program} of bank {bank}; try another key")
        y, off = np.zeros(round((duration + release) * sr)), round(duration * sr)
        for g, sample in regions:
            wave, loop = self._recording(g, sample)
            y += sampler.voice(g, sample, wave, loop, key=key, velocity=velocity, off=off, n=len(y), sr=sr, cents=cents)
        return y

    def _recording(self, g, sample):
        """The sample's waveform, and its loop counted from the waveform's start."""
        shift = {name: g[name] + 32768 * g[f"{name}_coarse"] for name in ("start", "end", "loop_start", "loop_end")}
        loop = np.array([sample.loop_start + shift["loop_start"], sample.loop_end + shift["loop_end"]])
        if sample.kind & 16:
            import soundfile  # in an .sf3 a sample is an Ogg Vorbis stream, and its loop is counted from its own start

            return soundfile.read(io.BytesIO(self._data[sample.start : sample.end]))[0], loop
        start = sample.start + shift["start"]
        return np.frombuffer(self._data, "<i2")[start : sample.end + shift["end"]] / 32768, loop - start


def _chunks(data):
    """The sample data of a SoundFont, and the rows of each of its tables."""
    samples, tables, position = b"", {}, 12
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        body = memoryview(data)[position + 8 : position + 8 + size]
        if name == b"smpl":
            samples = body
        elif (table := name.decode("latin-1")) in TABLES and size == len(body):
            tables[table] = list(struct.iter_unpack("<" + TABLES[table], body))
        position += 12 if name == b"LIST" else 8 + size  # a list's chunks follow it
        if size % 2 and name != b"LIST" and not data[position : position + 4].isalnum():
            position += 1  # the byte that makes a size even, which .sf3 writers forget
    return samples, tables


def _zones(headers, bags, generators, *, bag, last):
    """The zones of each preset or instrument: values by generator name, with those of its global zone."""
    result = []
    for header, following in pairwise(headers):
        common, zones = {}, []
        for b in range(header[bag], following[bag]):
            rows = generators[bags[b][0] : bags[b + 1][0]]
            values = dict(_generator(*row) for row in rows if row[0] < len(GENERATORS))
            if last in values:
                zones.append({**common, **values})
            elif b == header[bag]:
                common = values
        result.append(zones)
    return result


def _generator(number, amount):
    """A generator's name and value: a range, an index, or a signed number."""
    name = GENERATORS[number]
    if name in ("keys", "velocities"):
        return name, (amount & 255, amount >> 8)
    return name, amount - 65536 if amount > 32767 and name not in ("instrument", "sample") else amount


def _answers(zone, key, velocity):
    (low, high), (soft, loud) = zone.get("keys", (0, 127)), zone.get("velocities", (0, 127))
    return low <= key <= high and soft <= velocity <= loud


def _text(name):
    return name.split(b"\0")[0].decode("latin-1").strip()
