"""A sampler: how a file of short recordings becomes any note.

A SoundFont 2 file holds recordings (*samples*) and *zones* that say which sample answers which keys and velocities,
and how: a set of numbered *generators*. To play a note is four steps, and each is one function here:

1. ``_unroll``: a sample lasts a twentieth of a second to one second; its loop is repeated until the note is over.
2. ``_interpolate``: reading the sample faster raises its pitch, between its points by a cubic.
3. ``_low_pass``: strings and reeds lose their brightness; a resonant low-pass, moved by the *modulation envelope*.
4. ``_envelope``: the *volume envelope*: attack, hold, decay, sustain, and release when the key is let go.

Conventions: keys and velocities are MIDI's (60 is middle C, 0 to 127); in the file, times are timecents
(1200 log2 of seconds), pitches cents, cutoffs cents above 8.176 Hz and levels centibels. Left out: stereo, chorus,
reverb, modulators other than velocity to level, and exclusive classes.

- ``SoundFont(path)``: ``presets``, ``regions(program, key, ...)``, ``note(program, key, ...)``
"""

import io
import struct
from typing import NamedTuple

import numpy as np

# number: (name, default). SoundFont 2.04, section 8.1.3.
GENERATORS = {
    0: ("start", 0),
    1: ("end", 0),
    2: ("loop_start", 0),
    3: ("loop_end", 0),
    4: ("start_coarse", 0),
    5: ("mod_lfo_to_pitch", 0),
    6: ("vibrato_to_pitch", 0),
    7: ("mod_env_to_pitch", 0),
    8: ("cutoff", 13500),
    9: ("resonance", 0),
    10: ("mod_lfo_to_cutoff", 0),
    11: ("mod_env_to_cutoff", 0),
    12: ("end_coarse", 0),
    13: ("mod_lfo_to_volume", 0),
    21: ("mod_lfo_delay", -12000),
    22: ("mod_lfo_rate", 0),
    23: ("vibrato_delay", -12000),
    24: ("vibrato_rate", 0),
    25: ("mod_delay", -12000),
    26: ("mod_attack", -12000),
    27: ("mod_hold", -12000),
    28: ("mod_decay", -12000),
    29: ("mod_sustain", 0),
    30: ("mod_release", -12000),
    31: ("mod_key_to_hold", 0),
    32: ("mod_key_to_decay", 0),
    33: ("vol_delay", -12000),
    34: ("vol_attack", -12000),
    35: ("vol_hold", -12000),
    36: ("vol_decay", -12000),
    37: ("vol_sustain", 0),
    38: ("vol_release", -12000),
    39: ("vol_key_to_hold", 0),
    40: ("vol_key_to_decay", 0),
    41: ("instrument", None),
    43: ("keys", (0, 127)),
    44: ("velocities", (0, 127)),
    45: ("loop_start_coarse", 0),
    46: ("fixed_key", -1),
    47: ("fixed_velocity", -1),
    48: ("attenuation", 0),
    50: ("loop_end_coarse", 0),
    51: ("coarse_tune", 0),
    52: ("fine_tune", 0),
    53: ("sample", None),
    54: ("loop_mode", 0),
    56: ("scale_tuning", 100),
    58: ("root_key", -1),
}
DEFAULTS = dict(GENERATORS.values())
# A preset's zone adds to its instrument's generators; these describe the sample, and only an instrument sets them.
INSTRUMENT_ONLY = {"instrument", "keys", "velocities", "sample", "fixed_key", "fixed_velocity", "loop_mode", "root_key"}
INSTRUMENT_ONLY |= {name for name in DEFAULTS if name.startswith(("start", "end", "loop"))}

BLOCK = 64  # the filter's cutoff moves every 64 samples, 1.5 ms at 44.1 kHz
SHORTEST_RELEASE = 2 ** (-7200 / 1200)  # 16 ms: a note that stops at once would click


class Sample(NamedTuple):
    """One recording in the font: positions are indices into its data, ``sr`` in Hz, ``cents`` a correction of ``key``."""

    name: str
    start: int
    end: int
    loop_start: int
    loop_end: int
    sr: int
    key: int
    cents: int
    link: int
    kind: int


class SoundFont:
    """The presets of a SoundFont file (.sf2, or .sf3 with Vorbis samples), and their notes.

    Parameters
    ----------
    path : str or path-like

    Attributes
    ----------
    presets : dict, (bank, program) to name; bank 128 holds the drum kits

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not a SoundFont.

    Examples
    --------
    >>> from audiocls.datasets import rendered
    >>> font = SoundFont(rendered.find_soundfont())
    >>> font.presets[0, 73]
    'Flute TB'
    >>> font.note(73, 81, velocity=100, duration=0.5, sr=44100).shape
    (35280,)

    Taught in chapter 9, Data set. Source: SoundFont Technical Specification 2.04, E-mu Systems, 2006.
    """

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
            raise ValueError(f"a SoundFont starts with RIFF....sfbk, got {data[:12]!r} in {path}; give an .sf2 or .sf3")
        self._smpl, tables = _chunks(data)
        self._samples = [Sample(_text(row[0]), *row[1:]) for row in tables["shdr"]]
        instruments = _zones(tables["inst"], tables["ibag"], tables["igen"], bag=1, last="sample")
        presets = _zones(tables["phdr"], tables["pbag"], tables["pgen"], bag=3, last="instrument")
        headers = [(row[2], row[1]) for row in tables["phdr"][:-1]]
        self.presets = {at: _text(row[0]) for at, row in zip(headers, tables["phdr"], strict=False)}
        self._zones = {
            at: [(zone, instruments[zone["instrument"]]) for zone in zones]
            for at, zones in zip(headers, presets, strict=True)
        }

    def regions(self, program, key, *, velocity=100, bank=0):
        """The samples that sound together for a key, each with its generators.

        Returns
        -------
        regions : list of (dict of generator values by name, Sample); empty where no zone answers the key

        Raises
        ------
        ValueError
            If the font has no such preset.
        """
        if (bank, program) not in self._zones:
            raise ValueError(f"the font has no program {program} in bank {bank}; see SoundFont.presets")
        found = []
        for added, zones in self._zones[bank, program]:
            for zone in zones:
                if _answers(added, key, velocity) and _answers(zone, key, velocity):
                    offsets = {k: v for k, v in added.items() if k not in INSTRUMENT_ONLY}
                    values = {**DEFAULTS, **zone}
                    values.update({k: values[k] + v for k, v in offsets.items()})
                    found.append((values, self._samples[zone["sample"]]))
        return found

    def note(self, program, key, *, velocity=100, duration, sr, bank=0, release=0.3, cents=0.0):
        """One note: the key is held for ``duration`` seconds and heard for ``release`` seconds more.

        Parameters
        ----------
        program : int, 0 to 127 (General MIDI: 40 is a violin, 73 a flute); a drum kit if bank is 128
        key, velocity : int, 0 to 127
        duration, release : float, in seconds
        sr : int > 0, in Hz
        bank : int
        cents : float, detunes the note

        Returns
        -------
        y : np.ndarray [shape=(n,), float64], n = round((duration + release) * sr)

        Raises
        ------
        ValueError
            If the font has no such preset, or no sample for this key and velocity.
        """
        regions = self.regions(program, key, velocity=velocity, bank=bank)
        if not regions:
            raise ValueError(f"no sample answers key {key} at velocity {velocity} in program {program} of bank {bank}")
        n = round((duration + release) * sr)
        y = np.zeros(n)
        for values, sample in regions:
            data = self._recording(values, sample)
            y += _voice(values, sample, data, key=key, velocity=velocity, off=round(duration * sr), n=n, sr=sr, cents=cents)
        return y

    def _recording(self, values, sample):
        """The sample's waveform, and its loop in samples from its first."""
        compressed = sample.kind & 0x10
        offset = {k: values[k] + 32768 * values[f"{k}_coarse"] for k in ("start", "end", "loop_start", "loop_end")}
        if compressed:  # .sf3: the loop counts from the sample's start
            wave, origin = _vorbis(self._smpl[sample.start : sample.end]), 0
        else:
            wave = np.frombuffer(self._smpl, "<i2")[sample.start + offset["start"] : sample.end + offset["end"]] / 32768
            origin = sample.start + offset["start"]
        loop = sample.loop_start + offset["loop_start"] - origin, sample.loop_end + offset["loop_end"] - origin
        return wave, loop


def _voice(g, sample, recording, *, key, velocity, off, n, sr, cents):
    """One sample played with generators ``g``: n values, the key let go at sample ``off``."""
    wave, loop = recording
    t, t_off = np.arange(n) / sr, off / sr
    key = key if g["fixed_key"] < 0 else g["fixed_key"]
    velocity = velocity if g["fixed_velocity"] < 0 else g["fixed_velocity"]

    def envelope(name):
        delay, attack, hold, decay, release = (
            _seconds(g[f"{name}_{stage}"] + (60 - key) * g.get(f"{name}_key_to_{stage}", 0))
            for stage in ("delay", "attack", "hold", "decay", "release")
        )
        sustain = np.clip(g[f"{name}_sustain"] / 1000, 0, 1)
        return _envelope(t, t_off, delay, attack, hold, decay, sustain, max(release, SHORTEST_RELEASE))

    rise, fall = envelope("mod")
    mod_env = np.maximum(rise - fall, 0)
    mod_lfo = _lfo(t, _seconds(g["mod_lfo_delay"]), _hz(g["mod_lfo_rate"]))
    vibrato = _lfo(t, _seconds(g["vibrato_delay"]), _hz(g["vibrato_rate"]))

    root = sample.key if g["root_key"] < 0 else g["root_key"]
    pitch = (key - root) * g["scale_tuning"] + 100 * g["coarse_tune"] + g["fine_tune"] + sample.cents + cents
    pitch = pitch + g["mod_env_to_pitch"] * mod_env + g["mod_lfo_to_pitch"] * mod_lfo + g["vibrato_to_pitch"] * vibrato
    # Fixed point, as the hardware did it: whole numbers add up to the same sum on every machine.
    steps = np.rint(2.0**32 * sample.sr / sr * 2 ** (pitch / 1200)).astype(np.int64)
    position = np.cumsum(steps) - steps
    y = _interpolate(_unroll(wave, loop, g["loop_mode"] & 3, position, off), position)

    cutoff = g["cutoff"] + g["mod_env_to_cutoff"] * mod_env + g["mod_lfo_to_cutoff"] * mod_lfo
    if np.min(cutoff, initial=13500) < 13500:
        middle = np.minimum(np.arange(0, n, BLOCK) + BLOCK // 2, n - 1)
        y = _low_pass(y, _hz(cutoff[middle]), resonance_db=g["resonance"] / 10, sr=sr)

    rise, fall = envelope("vol")
    # A fall of 1 is 100 dB. The first SoundFont hardware took 0.4 of the stated attenuation, and fonts count on it.
    level_db = -100 * fall - 0.04 * g["attenuation"] + g["mod_lfo_to_volume"] / 10 * mod_lfo
    return y * rise * 10 ** (level_db / 20) * (velocity / 127) ** 2


def _envelope(t, t_off, delay, attack, hold, decay, sustain, release):
    """How far the envelope has risen (0 to 1) and fallen since (1 is all the way) at times t, in seconds."""
    held = np.minimum(t, t_off) - delay
    rise = np.clip(held / attack, 0, 1)
    fall = np.clip((held - attack - hold) / decay, 0, sustain)
    return rise, fall + np.maximum(t - t_off, 0) / release


def _lfo(t, delay, rate):
    """A triangle wave from -1 to 1 that starts at 0 after ``delay`` seconds."""
    phase = np.maximum(t - delay, 0) * rate
    return 2 * np.abs(2 * ((phase + 0.75) % 1) - 1) - 1


def _unroll(wave, loop, mode, position, off):
    """The sample with its loop repeated as often as ``position`` needs; mode 3 leaves the loop at note-off."""
    start, end = loop
    need = int(position[-1] >> 32) + 4 if len(position) else 0
    if mode in (1, 3) and 0 <= start < end <= len(wave):
        if mode == 3 and off < len(position):
            laps = max(-(-(int(position[off] >> 32) - end) // (end - start)), 0)
            wave = np.concatenate([wave[:end], np.tile(wave[start:end], laps), wave[end:]])
        else:
            wave = np.concatenate([wave[:end], np.resize(wave[start:end], max(need - end, 0))])
    return np.pad(wave, (0, max(need - len(wave), 0)))


def _interpolate(wave, position):
    """Values between the points of ``wave``: a cubic through two neighbours a side (Catmull-Rom)."""
    wave = np.pad(wave, (1, 0))
    i, x = position >> 32, (position & 0xFFFFFFFF) / 2**32
    before, here, after, beyond = (wave[i + k] for k in range(4))
    slope, next_slope = (after - before) / 2, (beyond - here) / 2
    rest = after - here - slope
    return here + x * (slope + x * (3 * rest - (next_slope - slope) + x * (next_slope - slope - 2 * rest)))


def _low_pass(y, cutoff, *, resonance_db, sr):
    """A second-order low-pass whose cutoff (Hz) changes block by block."""
    from scipy.signal import lfilter

    # Audio EQ cookbook (R. Bristow-Johnson). Resonance 0 dB is the flattest filter, Q = 0.707.
    w = 2 * np.pi * np.clip(cutoff, 20, 0.45 * sr) / sr
    alpha = np.sin(w) / (2 * 10 ** ((resonance_db - 3.01) / 20))
    b = np.stack([1 - np.cos(w), 2 - 2 * np.cos(w), 1 - np.cos(w)], axis=1) / (2 * (1 + alpha[:, None]))
    a = np.stack([1 + alpha, -2 * np.cos(w), 1 - alpha], axis=1) / (1 + alpha[:, None])
    out, state = np.empty_like(y), np.zeros(2)
    changes = np.flatnonzero(np.diff(w, prepend=np.nan) != 0)  # one call as long as the cutoff stands still
    for first, last in zip(changes, [*changes[1:], len(w)], strict=True):
        part = slice(first * BLOCK, last * BLOCK)
        out[part], state = lfilter(b[first], a[first], y[part], zi=state)
    return out


def _seconds(timecents):
    return 2.0 ** (max(timecents, -16000) / 1200)


def _hz(cents):
    return 8.176 * 2.0 ** (np.asarray(cents) / 1200)


def _answers(zone, key, velocity):
    (low, high), (soft, loud) = zone.get("keys", (0, 127)), zone.get("velocities", (0, 127))
    return low <= key <= high and soft <= velocity <= loud


def _text(name):
    return name.split(b"\0")[0].decode("latin-1").strip()


def _vorbis(data):
    """An .sf3 sample is an Ogg Vorbis stream of its own."""
    import soundfile

    return soundfile.read(io.BytesIO(data))[0]


def _chunks(data):
    """The sample data, and the rows of each table of the file."""
    formats = {"phdr": "20s3H3I", "pbag": "2H", "pgen": "2H", "inst": "20sH", "ibag": "2H", "igen": "2H", "shdr": "20s5IBb2H"}
    smpl, tables, position = b"", {}, 12
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        body = memoryview(data)[position + 8 : position + 8 + size]
        if name == b"smpl":
            smpl = body
        elif (key := name.decode("latin-1")) in formats:
            tables[key] = list(struct.iter_unpack("<" + formats[key], body))
        if name == b"LIST":
            position += 12  # its chunks follow
        else:
            position += 8 + size
            if size % 2 and not data[position : position + 4].isalnum():  # the pad byte, which .sf3 writers forget
                position += 1
    if missing := formats.keys() - tables.keys():
        raise ValueError(f"the SoundFont lacks its {', '.join(sorted(missing))} table; is the file complete?")
    return smpl, tables


def _zones(headers, bags, generators, *, bag, last):
    """For each preset or instrument its zones: generator values by name, the global zone's filled in."""
    result = []
    for header, following in zip(headers, headers[1:], strict=False):
        common, zones = {}, []
        for b in range(header[bag], following[bag]):
            values = dict(_generator(*row) for row in generators[bags[b][0] : bags[b + 1][0]])
            if last in values:
                zones.append({**common, **values})
            elif b == header[bag]:
                common = values
        result.append(zones)
    return result


def _generator(number, amount):
    """Name and value of one generator: a range, an index, or a signed number."""
    name = GENERATORS.get(number, (None,))[0]
    if name in ("keys", "velocities"):
        return name, (amount & 255, amount >> 8)
    if name in ("instrument", "sample"):
        return name, amount
    return name, amount - 65536 if amount > 32767 else amount
