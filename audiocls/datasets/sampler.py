"""A sampler's voice: how one short recording becomes any note, of any length.

A sampled note is a recording of a twentieth of a second to one second, and four steps, each one function here:

1. ``unroll``: its loop, some periods near its end, is repeated until the note is over.
2. ``interpolate``: read faster, its pitch rises; values between its points come from a cubic.
3. ``low_pass``: strings and reeds lose brightness as they sound: a resonant low-pass follows the *modulation envelope*.
4. ``envelope``: the *volume envelope*: attack, hold, decay, sustain, and release once the key is let go.

Conventions: ``g`` holds a SoundFont's generators by name (see `soundfont`): times are timecents (1200 log2 of seconds),
pitches cents, cutoffs cents above 8.176 Hz, levels centibels. A position in a recording is a whole number of 2**-32
samples: sums of whole numbers are exact, so that a note is the same on every machine.

- ``voice``: one recording played as one note
- ``unroll``, ``interpolate``, ``low_pass``, ``envelope``, ``triangle``: its steps
"""

import numpy as np

__all__: list[str] = []  # it serves `soundfont`

ONE = 2**32  # a position one sample further
BLOCK = 64  # the filter's cutoff moves every 64 samples, 1.5 ms at 44.1 kHz
SHORTEST_RELEASE = 2 ** (-7200 / 1200)  # 16 ms: a note that stops at once would click


def voice(g, sample, wave, loop, *, key, velocity, off, n, sr, cents=0.0):
    """Play one recording as a note.

    Parameters
    ----------
    g : dict of generator values by name
    sample : soundfont.Sample, for its rate and its pitch
    wave : np.ndarray [shape=(m,), float], the recording
    loop : (int, int), first sample of the loop and the one after its last
    key, velocity : int, 0 to 127
    off : int, the sample at which the key is let go
    n : int, samples to make
    sr : float > 0, in Hz
    cents : float, detunes the note

    Returns
    -------
    y : np.ndarray [shape=(n,), float64]

    Examples
    --------
    >>> from audiocls.datasets import rendered
    >>> from audiocls.datasets.soundfont import SoundFont
    >>> y = SoundFont(rendered.find_soundfont()).note(73, 60, duration=0.2, sr=16_000)  # calls voice
    >>> y.shape
    (8000,)

    Source: SoundFont Technical Specification 2.04, E-mu Systems, 2006, section 9.
    """
    t, t_off = np.arange(n) / sr, off / sr
    key = key if g["fixed_key"] < 0 else g["fixed_key"]
    velocity = velocity if g["fixed_velocity"] < 0 else g["fixed_velocity"]

    rise, fall = envelope(t, t_off, _stages(g, "mod", key))
    mod_env = np.maximum(rise - fall, 0)
    swings = g["mod_lfo_to_pitch"] or g["mod_lfo_to_cutoff"] or g["mod_lfo_to_volume"]
    mod_lfo = triangle(t, _seconds(g["mod_lfo_delay"]), _hz(g["mod_lfo_rate"])) if swings else 0.0
    vibrato = triangle(t, _seconds(g["vibrato_delay"]), _hz(g["vibrato_rate"])) if g["vibrato_to_pitch"] else 0.0

    root = sample.key if g["root_key"] < 0 else g["root_key"]
    pitch = (key - root) * g["scale_tuning"] + 100 * g["coarse_tune"] + g["fine_tune"] + sample.cents + cents
    pitch = pitch + g["mod_env_to_pitch"] * mod_env + g["mod_lfo_to_pitch"] * mod_lfo + g["vibrato_to_pitch"] * vibrato
    steps = np.rint(ONE * sample.sr / sr * 2 ** (pitch / 1200)).astype(np.int64)
    position = np.cumsum(steps) - steps
    y = interpolate(unroll(wave, loop, g["loop_mode"] & 3, position, off), position)

    cutoff = g["cutoff"] + g["mod_env_to_cutoff"] * mod_env + g["mod_lfo_to_cutoff"] * mod_lfo
    if np.min(cutoff, initial=13500) < 13500:
        middle = np.minimum(np.arange(0, n, BLOCK) + BLOCK // 2, n - 1)
        heard = np.round(cutoff[middle], -1)  # 10 cents move no partial by more than 0.1 dB
        y = low_pass(y, _hz(heard), resonance_db=g["resonance"] / 10, sr=sr)

    rise, fall = envelope(t, t_off, _stages(g, "vol", key))
    # A fall of 1 is 100 dB. The first SoundFont hardware took 0.4 of the stated attenuation, and fonts count on it.
    level_db = -100 * fall - 0.04 * g["attenuation"] + g["mod_lfo_to_volume"] / 10 * mod_lfo
    return y * rise * 10 ** (level_db / 20) * (velocity / 127) ** 2


def envelope(t, t_off, stages):
    """How far an envelope has risen, and fallen since.

    Parameters
    ----------
    t : np.ndarray [shape=(n,)], in seconds
    t_off : float, when the key is let go
    stages : dict with delay, attack, hold, decay and release in seconds, and sustain, the fall at which the decay ends

    Returns
    -------
    rise : np.ndarray [shape=(n,)], 0 to 1
    fall : np.ndarray [shape=(n,)], 0 or more; 1 is all the way down

    Examples
    --------
    >>> stages = {"delay": 0, "attack": 1, "hold": 1, "decay": 4, "sustain": 0.5, "release": 2}
    >>> rise, fall = envelope(np.arange(8.0), 5, stages)
    >>> fall
    array([0.  , 0.  , 0.  , 0.25, 0.5 , 0.5 , 1.  , 1.5 ])

    Source: SoundFont Technical Specification 2.04, section 9.1.
    """
    held = np.minimum(t, t_off) - stages["delay"]
    rise = np.clip(held / stages["attack"], 0, 1)
    fall = np.clip((held - stages["attack"] - stages["hold"]) / stages["decay"], 0, stages["sustain"])
    return rise, fall + np.maximum(t - t_off, 0) / stages["release"]


def triangle(t, delay, rate):
    """A triangle wave from -1 to 1 at ``rate`` Hz that leaves 0 upwards after ``delay`` seconds.

    Parameters
    ----------
    t : np.ndarray [shape=(n,), float], in seconds
    delay : float, in seconds
    rate : float >= 0, in Hz

    Returns
    -------
    y : np.ndarray [shape=(n,), float], 0 before the delay is over

    Examples
    --------
    >>> triangle(np.arange(6) / 4, 0.25, 1.0)
    array([ 0.,  0.,  1.,  0., -1.,  0.])
    """
    phase = np.maximum(t - delay, 0) * rate
    return 2 * np.abs(2 * ((phase + 0.75) % 1) - 1) - 1


def unroll(wave, loop, mode, position, off):
    """Repeat the loop of a recording as often as the note needs, or follow the recording with silence.

    Parameters
    ----------
    wave : np.ndarray [shape=(m,), float]
    loop : (int, int), first sample of the loop and the one after its last
    mode : int, 0: no loop; 1: loop to the end of the note; 3: loop until the key is let go, then play the rest
    position : np.ndarray [shape=(n,), int], what will be read, in 2**-32 samples
    off : int, the index in position at which the key is let go

    Returns
    -------
    wave : np.ndarray [float], at least 3 samples longer than the last position

    Examples
    --------
    >>> unroll(np.array([9.0, 1.0, 2.0, 8.0]), (1, 3), 1, np.array([0, 4]) * ONE, 2)
    array([9., 1., 2., 1., 2., 1., 2., 1.])
    """
    start, end = loop
    need = int(position[-1] // ONE) + 4 if len(position) else 0
    if mode in (1, 3) and 0 <= start < end <= len(wave):
        if mode == 3 and off < len(position):
            laps = max(-((end - int(position[off] // ONE)) // (end - start)), 0)
            wave = np.concatenate([wave[:end], np.tile(wave[start:end], laps), wave[end:]])
        else:
            wave = np.concatenate([wave[:end], np.resize(wave[start:end], max(need - end, 0))])
    return np.pad(wave, (0, max(need - len(wave), 0)))


def interpolate(wave, position):
    """Values between samples: a cubic through two neighbours on each side (Catmull and Rom).

    Parameters
    ----------
    wave : np.ndarray [shape=(m,), float]
    position : np.ndarray [shape=(n,), int], in 2**-32 samples, each from 0 to below m - 2

    Returns
    -------
    y : np.ndarray [shape=(n,), float]

    Examples
    --------
    >>> interpolate(np.array([0.0, 1.0, 4.0, 9.0, 16.0]), np.array([3 * ONE // 2]))
    array([2.25])
    """
    wave = np.pad(wave, (1, 0))
    i, x = position // ONE, (position % ONE) / ONE
    before, here, after, beyond = (wave[i + k] for k in range(4))
    slope, next_slope = (after - before) / 2, (beyond - here) / 2
    rest = after - here - slope
    return here + x * (slope + x * (3 * rest - (next_slope - slope) + x * (next_slope - slope - 2 * rest)))


def low_pass(y, cutoff, *, resonance_db, sr):
    """A second-order low-pass whose cutoff moves.

    Parameters
    ----------
    y : np.ndarray [shape=(n,), float]
    cutoff : np.ndarray [shape=(ceil(n / BLOCK),), float], in Hz, one for each block of 64 samples
    resonance_db : float, height of the peak at the cutoff; 0 is the flattest filter
    sr : float > 0, in Hz

    Returns
    -------
    y : np.ndarray [shape=(n,), float]

    Examples
    --------
    >>> steady = np.ones(256)
    >>> y = low_pass(steady, np.full(4, 1_000.0), resonance_db=0.0, sr=16_000)
    >>> round(float(y[-1]), 3)
    1.0

    Source: Audio EQ Cookbook, R. Bristow-Johnson.
    """
    from scipy.signal import lfilter

    w = 2 * np.pi * np.clip(cutoff, 20, 0.45 * sr) / sr
    alpha = np.sin(w) / (2 * 10 ** ((resonance_db - 3.01) / 20))
    b = np.stack([1 - np.cos(w), 2 - 2 * np.cos(w), 1 - np.cos(w)], axis=1) / (2 * (1 + alpha[:, None]))
    a = np.stack([1 + alpha, -2 * np.cos(w), 1 - alpha], axis=1) / (1 + alpha[:, None])
    # The state is made anew from the last two values in and out: carried over, it would step when the cutoff does.
    into, out = np.pad(y, (2, 0)), np.zeros(len(y) + 2)
    changes = np.flatnonzero(np.diff(w, prepend=np.nan) != 0)  # one call as long as the cutoff stands still
    for first, last in zip(changes, [*changes[1:], len(w)], strict=True):
        (_, b1, b2), (_, a1, a2) = b[first], a[first]
        i = first * BLOCK
        (x2, x1), (y2, y1) = into[i : i + 2], out[i : i + 2]
        state = [b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2, b2 * x1 - a2 * y1]
        part = slice(i + 2, last * BLOCK + 2)
        out[part] = lfilter(b[first], a[first], into[part], zi=state)[0]
    return out[2:]


def _stages(g, name, key):
    """An envelope's stages from its generators; hold and decay may be shorter for higher keys."""
    stages = {stage: _seconds(g[f"{name}_{stage}"]) for stage in ("delay", "attack", "release")}
    for stage in ("hold", "decay"):
        stages[stage] = _seconds(g[f"{name}_{stage}"] + (60 - key) * g[f"{name}_key_to_{stage}"])
    stages["release"] = max(stages["release"], SHORTEST_RELEASE)
    return {**stages, "sustain": np.clip(g[f"{name}_sustain"] / 1000, 0, 1)}


def _seconds(timecents):
    return 2.0 ** (max(timecents, -16000) / 1200)


def _hz(cents):
    return 8.176 * 2.0 ** (np.asarray(cents) / 1200)
