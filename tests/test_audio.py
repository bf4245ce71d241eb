"""Files in and out: every format comes back as it was written, and every damaged one as a one-line error."""

import io
import os
import re
import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiocls import audio
from audiocls.audio import AudioError


@pytest.fixture
def tone():
    return (0.5 * np.sin(2 * np.pi * 440 / 16_000 * np.arange(16_000))).astype(np.float32)


def wav_bytes(data, *, channels=1, sr=16_000, bits=16, promised=None, coding=1):
    """A WAV file by hand: 44 bytes of header, then the samples."""
    align = channels * bits // 8
    promised = len(data) if promised is None else promised
    header = struct.pack("<4sI4s", b"RIFF", (36 + promised) % 2**32, b"WAVE")
    header += struct.pack("<4sIHHIIHH", b"fmt ", 16, coding, channels, sr, sr * align % 2**32, align % 2**16, bits)
    return header + struct.pack("<4sI", b"data", promised) + data


def one_line(error):
    return "\n" not in str(error.value)


# What is written comes back


@pytest.mark.parametrize(
    ("suffix", "subtype", "step"),
    [
        (".wav", "PCM_U8", 2**-7),
        (".wav", "PCM_16", 2**-15),
        (".wav", "PCM_24", 2**-23),
        (".wav", "PCM_32", 2**-24),
        (".wav", "FLOAT", 0),
        (".wav", "DOUBLE", 0),
        (".flac", "PCM_24", 2**-23),
        (".aiff", "PCM_16", 2**-15),
    ],
)
def test_lossless_formats_are_right_to_half_a_step(tmp_path, tone, suffix, subtype, step):
    path = tmp_path / f"tone{suffix}"
    audio.write(path, tone, 16_000, subtype=subtype)
    y, sr = audio.read(path)
    assert sr == 16_000
    assert y.dtype == np.float32
    assert y.shape == tone.shape
    assert np.abs(y - tone).max() <= step / 2


@pytest.mark.parametrize("suffix", [".ogg", ".mp3"])
def test_lossy_formats_keep_the_length_and_the_level(tmp_path, tone, suffix):
    audio.write(tmp_path / f"tone{suffix}", tone, 16_000)
    y, _ = audio.read(tmp_path / f"tone{suffix}")
    assert y.shape == tone.shape
    assert np.sqrt(np.mean(y**2)) == pytest.approx(np.sqrt(np.mean(tone**2)), rel=0.03)


@pytest.mark.parametrize(("subtype", "bits"), [("PCM_U8", 8), ("PCM_16", 16), ("PCM_24", 24)])
def test_every_integer_code_survives_reading_and_writing(tmp_path, subtype, bits):
    full = 2 ** (bits - 1)
    codes = np.unique(np.linspace(-full, full - 1, 3001).round())
    audio.write(tmp_path / "codes.wav", codes / full, 16_000, subtype=subtype)
    y, _ = audio.read(tmp_path / "codes.wav")
    assert np.array_equal(y * full, codes)


def test_int16_is_divided_by_32768(tmp_path):
    (tmp_path / "codes.wav").write_bytes(wav_bytes(np.array([0, 16384, -32768, 32767], "<i2").tobytes()))
    y, _ = audio.read(tmp_path / "codes.wav")
    assert y.tolist() == [0, 0.5, -1, 32767 / 32768]


def test_many_channels_are_rows_and_are_not_mixed(tmp_path):
    y = np.linspace(-1, 1, 3 * 100).reshape(3, 100)
    sf.write(tmp_path / "three.wav", y.T, 48_000, format="WAVEX", subtype="FLOAT")
    back, sr = audio.read(tmp_path / "three.wav")
    assert (back.shape, sr) == ((3, 100), 48_000)
    assert np.allclose(back, y)
    assert audio.info(tmp_path / "three.wav") == audio.AudioInfo(48_000, 3, 100, "WAVEX", "FLOAT")


def test_part_of_a_file_equals_the_same_part_of_the_whole(tmp_path, tone):
    for suffix in (".wav", ".flac", ".ogg", ".mp3"):
        path = tmp_path / f"tone{suffix}"
        audio.write(path, tone, 16_000)
        whole, _ = audio.read(path)
        part, _ = audio.read(path, start=5_001, frames=3_000)
        assert np.abs(part - whole[5_001:8_001]).max() < 1e-6
        assert audio.read(path, start=15_000, frames=9_999)[0].shape == (1_000,)


@pytest.mark.parametrize("shape", [(25_000,), (2, 25_000)])
def test_blocks_join_to_the_whole_file(tmp_path, shape):
    y = np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)
    audio.write(tmp_path / "noise.wav", y, 8_000, subtype="FLOAT")
    pieces = list(audio.blocks(tmp_path / "noise.wav", seconds=1.0))
    assert [p.shape[-1] for p in pieces] == [8_000, 8_000, 8_000, 1_000]
    assert np.array_equal(np.concatenate(pieces, axis=-1), y)


@pytest.mark.parametrize("suffix", [".mp3", ".ogg", ".flac"])
def test_blocks_of_coded_sound_have_no_seams(tmp_path, tone, suffix):
    path = tmp_path / f"long{suffix}"
    audio.write(path, np.tile(tone, 4), 16_000)
    whole, _ = sf.read(path, dtype="float32")
    joined = np.concatenate(list(audio.blocks(path, seconds=0.3)))
    assert np.abs(joined - whole).max() < 1e-6


def test_long_pieces_are_joined_inside_one_read(tmp_path):
    y = np.random.default_rng(1).uniform(-1, 1, (2, audio.PIECE + 3)).astype(np.float32)
    audio.write(tmp_path / "long.wav", y, 48_000, subtype="FLOAT")
    assert np.array_equal(audio.read(tmp_path / "long.wav")[0], y)


def test_rf64_sizes_are_read_from_the_long_chunk(tmp_path, tone):
    sf.write(tmp_path / "long.wav", tone, 16_000, format="RF64", subtype="PCM_16")
    raw = (tmp_path / "long.wav").read_bytes()
    assert raw[:4] == b"RF64"
    assert audio.read(tmp_path / "long.wav")[0].shape == tone.shape
    (tmp_path / "cut.wav").write_bytes(raw[:-1000])
    with pytest.raises(AudioError, match="cut short"):
        audio.read(tmp_path / "cut.wav")


# Writing


def test_writing_refuses_to_clip_but_floats_may_be_loud(tmp_path, tone):
    with pytest.raises(AudioError, match=r"peak 1\.5 would be clipped by PCM_16; scale y below 1 or use subtype"):
        audio.write(tmp_path / "loud.wav", 3 * tone, 16_000)
    audio.write(tmp_path / "loud.wav", 3 * tone, 16_000, subtype="FLOAT")
    assert audio.read(tmp_path / "loud.wav")[0].max() == pytest.approx(1.5)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, tone, monkeypatch):
    audio.write(tmp_path / "tone.wav", tone, 16_000)
    before = (tmp_path / "tone.wav").read_bytes()

    def full_disk(file, *args, **kwargs):
        Path(file).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sf, "write", full_disk)
    with pytest.raises(AudioError, match="No space left on device"):
        audio.write(tmp_path / "tone.wav", 0.1 * tone, 16_000)
    assert (tmp_path / "tone.wav").read_bytes() == before
    assert os.listdir(tmp_path) == ["tone.wav"]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("tone.xyz", {}, "suffix '.xyz' names no format"),
        ("tone.flac", {"subtype": "FLOAT"}, "no subtype 'FLOAT'; use one of"),
        ("missing/tone.wav", {}, "check its folder"),
    ],
)
def test_writing_says_what_is_wrong_with_the_name(tmp_path, tone, name, options, message):
    with pytest.raises(AudioError, match=re.escape(message)) as error:
        audio.write(tmp_path / name, tone, 16_000, **options)
    assert one_line(error)


@pytest.mark.parametrize("sr", [0, -1, 999, 384_001, 16_000.5, float("nan"), None])
def test_writing_refuses_rates_that_no_sound_has(tmp_path, tone, sr):
    with pytest.raises(ValueError, match="got"):
        audio.write(tmp_path / "tone.wav", tone, sr)


# Bad input


def damaged(folder):
    """Name, bytes of a bad file and what its error says."""
    samples = np.zeros(1_000, "<i2").tobytes()
    nan = np.array([0, 0.5, np.nan, 0], "<f4").tobytes()
    infinite = np.array([0, -np.inf], "<f4").tobytes()
    flac = io.BytesIO()
    sf.write(flac, np.random.default_rng(0).uniform(-1, 1, 20_000), 16_000, format="FLAC")
    flac = flac.getvalue()

    def flac_promising(frames):  # STREAMINFO: the low 36 bits of bytes 18 to 25 count the frames
        fields = int.from_bytes(flac[18:26], "big") >> 36 << 36 | frames
        return flac[:18] + fields.to_bytes(8, "big") + flac[26:]

    return {
        "empty.wav": (b"", "is empty (0 bytes)"),
        "text.wav": (b"These are words, not sound.\n" * 20, "cannot be decoded"),
        "text.raw": (b"These are words, not sound.\n" * 20, "cannot be decoded"),
        "header.wav": (wav_bytes(samples)[:20], "cannot be decoded"),
        "cut.wav": (wav_bytes(samples)[:-500], "cut short: its header promises samples up to byte 2044, the file ends"),
        "terabytes.wav": (wav_bytes(samples, promised=0xFFFFFFF0), "cut short"),
        "silent.wav": (wav_bytes(b""), "holds 0 samples"),
        "nan.wav": (wav_bytes(nan, bits=32, coding=3), "sample 2 is NaN or infinite"),
        "infinite.wav": (wav_bytes(infinite, bits=32, coding=3), "sample 1 is NaN or infinite"),
        "slow.wav": (wav_bytes(samples, sr=1), "sampling rate 1 Hz is outside 1000 to 384000 Hz"),
        "fast.wav": (wav_bytes(samples, sr=1_000_000), "sampling rate 1000000 Hz is outside"),
        "no_rate.wav": (wav_bytes(samples, sr=0), "cannot be decoded"),
        "no_channels.wav": (wav_bytes(samples, channels=0), "cannot be decoded"),
        "cut.flac": (flac[: len(flac) // 2], "cannot be decoded"),
        "promising.flac": (flac_promising(2**36 - 2), "cut short: 20000 of 68719476734 promised frames"),
        "stream.flac": (flac_promising(0), "stores no length"),
        "odd.au": (struct.pack(">4s5I", b".snd", 24, 100, 3, 8_000, 1) + bytes(100), "AU is not supported"),
    }


@pytest.mark.parametrize("name", sorted(damaged(None)))
@pytest.mark.parametrize("reader", [audio.read, lambda path: list(audio.blocks(path))])
def test_a_damaged_file_is_a_one_line_error_that_names_it(tmp_path, name, reader):
    content, message = damaged(tmp_path)[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AudioError, match=re.escape(message)) as error:
        reader(tmp_path / name)
    assert name in str(error.value)
    assert one_line(error)


def test_missing_files_and_folders_are_told_apart(tmp_path):
    with pytest.raises(AudioError, match="no such file; check the spelling"):
        audio.read(tmp_path / "nowhere.wav")
    with pytest.raises(AudioError, match="is a folder, not an audio file"):
        audio.read(tmp_path)


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(AudioError, match="not a regular file"):
        audio.read(tmp_path / "pipe.wav")


def test_a_file_without_permission_says_so(tmp_path, tone, monkeypatch):
    audio.write(tmp_path / "secret.wav", tone, 16_000)

    def denied(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)  # chmod would not stop root
    with pytest.raises(AudioError, match=r"secret\.wav: cannot be opened \(Permission denied\); check its permissions"):
        audio.read(tmp_path / "secret.wav")


def test_parts_outside_the_file_are_errors(tmp_path, tone):
    audio.write(tmp_path / "tone.wav", tone, 16_000)
    with pytest.raises(AudioError, match="start=16000 is past the end; the file has 16000 frames"):
        audio.read(tmp_path / "tone.wav", start=16_000)
    for bad in ({"start": -1}, {"frames": 0}):
        with pytest.raises(AudioError, match="got"):
            audio.read(tmp_path / "tone.wav", **bad)
    with pytest.raises(AudioError, match="got 0"):
        next(audio.blocks(tmp_path / "tone.wav", seconds=0))


def test_an_mp3_cut_in_half_gives_the_half_that_is_there(tmp_path, tone):
    audio.write(tmp_path / "tone.mp3", np.tile(tone, 4), 16_000)
    raw = (tmp_path / "tone.mp3").read_bytes()
    (tmp_path / "tone.mp3").write_bytes(raw[: len(raw) // 2])
    y, _ = audio.read(tmp_path / "tone.mp3")
    assert 16_000 < y.size < 48_000


def read_or_refuse(content, suffix):
    """Read bytes as a file; the only failure allowed is the package's own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"any{suffix}"
        path.write_bytes(content)
        try:
            y, sr = audio.read(path)
        except AudioError as error:
            assert "\n" not in str(error)
            return
        assert y.dtype == np.float32
        assert y.size > 0
        assert np.isfinite(y).all()
        assert audio.MIN_RATE <= sr <= audio.MAX_RATE


MAGIC = [b"", b"RIFF\x24\0\0\0WAVEfmt ", b"RF64\xff\xff\xff\xffWAVEds64", b"fLaC\0\0\0\x22", b"OggS\0\x02"]
MAGIC += [b"FORM\0\0\1\0AIFFCOMM", b"ID3\x03\0\0\0\0\0\0\xff\xfb\x90\x64", b"\xff\xfb\x90\x64", b".snd", b"caff\0\1"]


@settings(max_examples=150, deadline=2_000, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    magic=st.sampled_from(MAGIC), content=st.binary(max_size=2_000), suffix=st.sampled_from([".wav", ".mp3", ".raw"])
)
def test_random_bytes_raise_nothing_but_audio_error(magic, content, suffix):
    read_or_refuse(magic + content, suffix)


edges = st.sampled_from([0, 1, 2, 8, 16, 24, 32, 64, 255, 1024, 65535])
rates = st.sampled_from([0, 1, 999, 1000, 44_100, 384_000, 384_001, 2**31 - 1, 2**32 - 1]) | st.integers(0, 2**32 - 1)
lengths = st.sampled_from([None, 0, 1, 2**31 - 1, 2**32 - 1]) | st.integers(0, 2_000)


@settings(max_examples=200, deadline=2_000, derandomize=True)
@given(
    coding=st.sampled_from([1, 2, 3, 6, 7, 17, 49, 0x55, 0xFFFE]) | st.integers(0, 2**16 - 1),
    channels=edges,
    sr=rates,
    bits=edges,
    promised=lengths,
    data=st.binary(max_size=1_000),
)
def test_random_valid_headers_raise_nothing_but_audio_error(*, coding, channels, sr, bits, promised, data):
    content = wav_bytes(data, channels=channels, sr=sr, bits=bits, promised=promised, coding=coding)
    read_or_refuse(content, ".wav")


def test_a_promise_of_terabytes_allocates_little(tmp_path):
    resource = pytest.importorskip("resource", reason="peak memory is measured on Unix only")
    paths = []
    for name in ("terabytes.wav", "promising.flac", "stream.flac"):
        (tmp_path / name).write_bytes(damaged(None)[name][0])
        paths.append(tmp_path / name)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path in paths:
        with pytest.raises(AudioError):
            audio.read(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes
