"""Notes of a font made here, whose sound is known, and of the font of the default set."""

import io
import struct

import numpy as np
import pytest

from audiocls.datasets import rendered
from audiocls.datasets.soundfont import SoundFont

SR = 44100
PERIOD = 100
SINE = 0.5 * np.sin(2 * np.pi * np.arange(310) / PERIOD)  # 440 Hz at 44 kHz, looped over one period
LOOP = (200, 300)
LOOPED, LOOPED_UNTIL_RELEASE, RELEASE, COARSE_TUNE, ATTENUATION, CUTOFF = (54, 1), (54, 3), 38, 51, 48, 8


def make_font(path, wave=SINE, loop=LOOP, *, zone=(LOOPED,), preset_zone=(), vorbis=False):
    """A SoundFont of one preset (bank 0, program 0) with one sample of key 69 at 44 kHz."""

    def chunk(name, body):
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    def rows(layout, *values):
        return b"".join(struct.pack("<" + layout, *row) for row in values)

    data, end = np.round(wave * 32768).astype("<i2").tobytes() + bytes(92), len(wave)
    if vorbis:
        soundfile = pytest.importorskip("soundfile")
        buffer = io.BytesIO()
        soundfile.write(buffer, wave, 44000, format="OGG", subtype="VORBIS")
        data, end = buffer.getvalue(), len(buffer.getvalue())
    zone, preset_zone = [*zone, (53, 0)], [*preset_zone, (41, 0)]
    tables = {
        b"phdr": rows("20s3H3I", (b"Sine", 0, 0, 0, 0, 0, 0), (b"EOP", 0, 0, 1, 0, 0, 0)),
        b"pbag": rows("2H", (0, 0), (len(preset_zone), 0)),
        b"pgen": rows("Hh", *preset_zone, (0, 0)),
        b"inst": rows("20sH", (b"Sine", 0), (b"EOI", 1)),
        b"ibag": rows("2H", (0, 0), (len(zone), 0)),
        b"igen": rows("Hh", *zone, (0, 0)),
        b"shdr": rows(
            "20s5IBb2H",
            (b"Sine", 0, end, *loop, 44000, 69, 0, 0, 17 if vorbis else 1),
            (b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0),
        ),
    }
    body = b"sfbk" + chunk(b"LIST", b"sdta" + chunk(b"smpl", data))
    body += chunk(b"LIST", b"pdta" + b"".join(chunk(name, table) for name, table in tables.items()))
    path.write_bytes(chunk(b"RIFF", body))
    return path


@pytest.fixture
def font(tmp_path):
    def build(*args, **options):
        return SoundFont(make_font(tmp_path / "font.sf2", *args, **options))

    return build


def cents_off(y, sr, f0):
    """How far the fundamental is from f0: the drift of its phase against f0, between the two halves of y."""
    half = len(y) // 2
    against = np.exp(-2j * np.pi * f0 * np.arange(2 * half) / sr)
    first, second = (np.reshape(y[: 2 * half] * against, (2, half)) * np.hanning(half)).sum(axis=1)
    return 1200 * np.log2(1 + np.angle(second / first) / (2 * np.pi * half / sr) / f0)


def rms_db(y):
    return 10 * np.log10(np.mean(y**2))


@pytest.mark.parametrize("sr", [16000, 44100])
@pytest.mark.parametrize("key", [33, 57, 69, 76, 93])
def test_a_key_sounds_at_its_frequency(font, key, sr):
    f0 = 440 * 2 ** ((key - 69) / 12)
    y = font().note(0, key, duration=0.4, sr=sr, release=0)
    assert abs(cents_off(y[sr // 50 :], sr, f0)) < 0.05


def test_fifty_cents_and_a_coarse_tuning_of_the_preset_add_up(font):
    y = font(preset_zone=[(COARSE_TUNE, 12)]).note(0, 57, duration=0.4, sr=SR, release=0, cents=50)
    assert abs(cents_off(y[1000:], SR, 440 * 2 ** (50 / 1200))) < 0.05


def test_a_looped_sine_is_a_sine_across_its_seams(font):
    n = 4410
    y = font().note(0, 69, velocity=127, duration=0.1, sr=SR, release=0)
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(n) / SR)
    assert np.abs(y - expected)[100:].max() < 1e-4  # the first 44 samples are the attack of 1 ms


def test_without_a_loop_the_sample_ends_in_silence(font):
    y = font(zone=()).note(0, 69, duration=0.1, sr=44000, release=0)
    assert np.abs(y[250:309]).max() > 0.2
    assert not y[311:].any()


def test_loop_until_release_goes_on_after_the_loop_when_the_key_is_let_go(font):
    wave = np.concatenate([SINE[:300], np.full(4000, 0.25)])
    y = font(wave, zone=[LOOPED_UNTIL_RELEASE, (RELEASE, 7200)]).note(
        0, 69, velocity=127, duration=0.1, sr=44000, release=0.05
    )
    assert abs(np.mean(y[300:4400])) < 1e-3  # whole periods of the sine
    np.testing.assert_allclose(y[4510:], 0.25, rtol=0.05)


def test_release_falls_a_hundred_decibels_in_its_time(font):
    y = font(zone=[LOOPED, (RELEASE, -1200)]).note(0, 69, duration=0.5, sr=44000, release=0.3)  # 2**-1 s
    at_release, later = rms_db(y[21000:22000]), rms_db(y[22000 + 4350 : 22000 + 4450])
    assert later - at_release == pytest.approx(-20, abs=0.1)


def test_a_hundred_centibels_of_attenuation_are_four_decibels(font):
    soft = font(zone=[LOOPED, (ATTENUATION, 100)]).note(0, 69, duration=0.1, sr=SR)
    assert rms_db(soft) - rms_db(font().note(0, 69, duration=0.1, sr=SR)) == pytest.approx(-4, abs=1e-6)


def test_half_the_velocity_is_a_quarter_of_the_amplitude(font):
    loud, soft = (font().note(0, 69, velocity=v, duration=0.1, sr=SR) for v in (126, 63))
    np.testing.assert_allclose(soft, loud / 4)


def test_modulation_envelope_opens_the_filter(font):
    wave = 0.3 * np.sign(np.sin(2 * np.pi * (np.arange(300) + 0.5) / PERIOD))
    dull, bright = (
        font(wave, zone=[LOOPED, (CUTOFF, 6900), (11, amount), (26, -12000)]).note(0, 57, duration=0.2, sr=SR)
        for amount in (0, 4800)
    )
    above = np.fft.rfftfreq(4096, 1 / SR) > 2000
    energies = [np.sum(np.abs(np.fft.rfft(y[2000 : 2000 + 4096])) ** 2 * above) for y in (dull, bright)]
    assert energies[1] > 20 * energies[0]


def test_vorbis_samples_sound_at_the_same_pitch(font):
    wave = 0.5 * np.sin(2 * np.pi * np.arange(8800) / PERIOD)
    y = font(wave, (4400, 8400), vorbis=True).note(0, 69, duration=0.4, sr=SR, release=0)
    assert abs(cents_off(y[1000:], SR, 440)) < 0.5


def test_generators_without_a_use_and_those_that_the_specification_does_not_know_change_nothing(font):
    chorus, pan, unknown = (15, 100), (17, -500), (99, 7)
    y = font(zone=[LOOPED, chorus, unknown], preset_zone=[pan, unknown]).note(0, 69, duration=0.1, sr=SR)
    np.testing.assert_array_equal(y, font().note(0, 69, duration=0.1, sr=SR))


def test_a_preset_has_no_say_in_what_describes_the_sample(font):
    mode, root, shift = (54, 1), (58, 60), (0, 20)
    y = font(preset_zone=[mode, root, shift]).note(0, 69, duration=0.1, sr=SR)
    np.testing.assert_array_equal(y, font().note(0, 69, duration=0.1, sr=SR))


def test_zones_answer_their_own_keys_and_velocities_only(font):
    def zone_range(low, high):
        return low | high << 8

    built = font(zone=[(43, zone_range(60, 72)), (44, zone_range(0, 100)), LOOPED])
    assert len(built.regions(0, 72, velocity=100)) == 1
    assert built.regions(0, 73) == built.regions(0, 72, velocity=101) == []
    with pytest.raises(ValueError, match="no sample answers key 73"):
        built.note(0, 73, duration=1, sr=SR)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"key": 128}, "got 128"),
        ({"velocity": -1}, "got 69 and -1"),
        ({"sr": 0}, "got 0"),
        ({"duration": np.nan}, "got nan"),
        ({"program": 5}, "no program 5 in bank 0"),
    ],
)
def test_what_cannot_be_played_is_an_error(font, options, message):
    with pytest.raises(ValueError, match=message):
        font().note(**{"program": 0, "key": 69, "duration": 0.1, "sr": SR, **options})


def test_a_file_that_is_no_soundfont_is_an_error(tmp_path):
    (tmp_path / "text.sf2").write_text("once upon a time")
    with pytest.raises(ValueError, match="got b'once upon a '"):
        SoundFont(tmp_path / "text.sf2")


def test_a_soundfont_cut_short_is_an_error(tmp_path):
    whole = make_font(tmp_path / "font.sf2").read_bytes()
    (tmp_path / "font.sf2").write_bytes(whole[:-60])
    with pytest.raises(ValueError, match="lacks the tables shdr"):
        SoundFont(tmp_path / "font.sf2")


def centroid(y):
    power = np.abs(np.fft.rfft(y)) ** 2
    return np.sum(np.fft.rfftfreq(len(y), 1 / SR) * power) / power.sum()


def test_hi_hats_are_bright_and_their_modulation_envelope_makes_them_so(general_midi, monkeypatch):
    hits = [general_midi.note(0, key, bank=128, duration=0.5, sr=SR) for key in (42, 44, 46)]
    regions = general_midi.regions

    def without_envelope(*args, **options):
        return [({**g, "mod_env_to_cutoff": 0}, sample) for g, sample in regions(*args, **options)]

    monkeypatch.setattr(general_midi, "regions", without_envelope)
    dull = [general_midi.note(0, key, bank=128, duration=0.5, sr=SR) for key in (42, 44, 46)]
    for bright, muffled in zip(hits, dull, strict=True):
        assert centroid(bright) > 2.5 * centroid(muffled)
    louder = [rms_db(bright) - rms_db(muffled) for bright, muffled in zip(hits, dull, strict=True)]
    assert np.all(np.array(louder) > [15, 8, 2])  # closed, foot, open
    assert centroid(hits[0]) > 8000


@pytest.mark.parametrize("label", sorted(rendered.CLASSES))
def test_every_instrument_grows_with_velocity_and_stops_when_let_go(general_midi, label):
    bank, program, keys = rendered.CLASSES[label][0]
    key = keys[len(keys) // 2]
    levels = [
        rms_db(general_midi.note(program, key, bank=bank, velocity=v, duration=0.5, sr=SR)) for v in (30, 60, 90, 120)
    ]
    assert np.all(np.diff(levels) > 4)
    if bank == 0:
        y = general_midi.note(program, key, duration=0.5, sr=SR, release=0.6)
        assert rms_db(y[-4410:]) < rms_db(y[SR // 2 - 4410 : SR // 2]) - 40
