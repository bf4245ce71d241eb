"""The default set: the same sound everywhere, in tune, and never a half-written file."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import fftconvolve

from audiocls import audio, datasets
from audiocls.datasets import rendered

SR = 44100


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("AUDIOCLS_CACHE", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def ten_clips(tmp_path_factory):
    """One clip per class, in a cache of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUDIOCLS_CACHE", str(tmp_path_factory.mktemp("ten")))
        return rendered.load(per_class=1)


def test_there_are_thirty_clips_of_each_of_the_ten_classes():
    clips = datasets.load("rendered")
    assert clips.labels == datasets.LABELS and clips.name == "rendered"
    assert np.bincount(clips.targets).tolist() == [30] * 10
    assert clips.table["fname"].is_unique


def test_the_table_is_there_before_any_sound_is(cache):
    clips = rendered.load()
    assert clips.table["seconds"].between(0.8, 4).all()
    assert list(cache.rglob("*.wav")) == []


def test_a_clip_is_as_long_as_its_table_says(ten_clips):
    for i in range(10):
        y, sr = ten_clips.audio(i)
        assert sr == SR
        assert len(y) / sr == ten_clips.table.loc[i, "seconds"]
        assert audio.info(ten_clips.path(i)).subtype == "PCM_16"


def test_peaks_and_noise_floors_are_in_their_ranges(ten_clips):
    for y, _, _ in ten_clips:
        assert 10 ** (-9.1 / 20) < np.abs(y).max() <= 1
        last = y[-1000:]  # well into the release; where the note still rings the floor is no lower
        assert np.std(last) > 10 ** (-75.5 / 20)


def test_a_clip_is_the_same_whatever_else_is_rendered(cache, monkeypatch):
    many = rendered.load(per_class=3)
    monkeypatch.setenv("AUDIOCLS_CACHE", str(cache / "other"))
    alone = rendered.load(per_class=1, classes={"Flute": rendered.CLASSES["Flute"]})
    flute = int(np.flatnonzero(many.table["fname"] == "Flute-000.wav")[0])
    assert alone.path(0).read_bytes() == many.path(flute).read_bytes()
    assert alone.path(0) != many.path(flute)


def test_another_process_renders_the_same_bytes(ten_clips, tmp_path):
    code = "from audiocls import datasets; datasets.load('rendered', per_class=1).select([1, 3, 6, 7]).prepare()"
    environment = {**os.environ, "AUDIOCLS_CACHE": str(tmp_path), "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    here = {path.name: path.read_bytes() for path in (ten_clips.path(i) for i in (1, 3, 6, 7))}
    assert here == {path.name: path.read_bytes() for path in tmp_path.rglob("*.wav")}


def test_another_seed_is_another_sound(cache):
    flute = {"Flute": rendered.CLASSES["Flute"]}
    first, second = (rendered.load(per_class=1, classes=flute, seed=seed).path(0).read_bytes() for seed in (0, 1))
    assert first != second


def test_the_sound_is_that_of_this_format(ten_clips):
    """If this fails and the change is meant, raise rendered.FORMAT and put the new levels, in dB, here."""
    levels = [10 * np.log10(np.mean(y.astype(float) ** 2)) for y, _, _ in ten_clips]
    expected = [-19.83, -24.66, -7.48, -10.03, -10.07, -15.13, -30.54, -17.28, -25.51, -14.95]
    np.testing.assert_allclose(levels, expected, atol=0.011)
    assert rendered.FORMAT == 1


def test_an_interrupted_rendering_leaves_nothing_and_goes_on_later(cache, monkeypatch):
    import soundfile

    written = soundfile.write

    def interrupted(path, *args, **options):
        written(path, *args, **options)
        Path(path).write_bytes(Path(path).read_bytes()[:1000])
        raise KeyboardInterrupt

    clips = rendered.load(per_class=1).select(range(3))
    whole = clips.path(0).read_bytes()
    monkeypatch.setattr(soundfile, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        clips.prepare()
    assert [path.name for path in cache.rglob("*") if path.is_file()] == [clips.path(0).name]
    monkeypatch.undo()
    clips.prepare()
    assert len(list(cache.rglob("*.wav"))) == 3
    assert clips.path(0).read_bytes() == whole


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-2], lambda data: data + b"\0"])
def test_a_damaged_file_is_rendered_again(cache, damage):
    clips = rendered.load(per_class=1)
    path = clips.path(3)
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert rendered.load(per_class=1).path(3).read_bytes() == whole


def test_a_file_that_is_there_is_not_rendered_again(cache):
    clips = rendered.load(per_class=1)
    before = clips.path(0).stat().st_mtime_ns
    assert rendered.load(per_class=1).path(0).stat().st_mtime_ns == before


def test_a_source_holds_one_class_and_one_recording_and_each_class_has_five():
    table = rendered.load().table
    by_source = table.groupby("source")
    assert (by_source["label"].nunique() == 1).all()
    assert (by_source["recording"].nunique() == 1).all()
    assert (table.groupby("label")["source"].nunique() >= 5).all()


def test_where_the_font_has_five_recordings_a_split_by_source_parts_them():
    clips = rendered.load()
    fold = clips.folds()
    recordings = clips.table["label"].str.cat(clips.table["recording"], sep=" ")
    rich = clips.table.groupby("label")["recording"].transform("nunique") >= 5
    pitched = clips.table["bank"] == 0
    assert set(clips.table["label"][~rich]) == {"Bass_drum", "Cello", "Double_bass", "Hi-hat"}
    assert not set(recordings[rich & pitched & (fold == 0)]) & set(recordings[rich & pitched & (fold != 0)])


@pytest.mark.parametrize("label", [label for label, patches in rendered.CLASSES.items() if patches[0][0] == 0])
def test_every_recording_is_in_tune_within_five_cents(general_midi, label):
    sr = 22050
    for source in rendered._sources(general_midi, label, rendered.CLASSES[label], rendered.TUNING):
        key = source.keys[len(source.keys) // 2]
        f0 = 440 * 2 ** ((key - 69) / 12)
        y = general_midi.note(source.program, key, duration=2.2, sr=sr, release=0, cents=source.correction)[sr // 5 :]
        assert abs(_cents_off(y, sr, f0)) < 5, source


def test_f0_is_the_frequency_of_the_key_and_drums_have_none():
    table = rendered.load().table
    drums = table["label"].isin(["Bass_drum", "Hi-hat", "Snare_drum"])
    assert table["f0"].isna().equals(drums)
    row = table[table["label"] == "Flute"].iloc[0]
    assert row["f0"] == pytest.approx(440 * 2 ** ((row["key"] - 69 + row["cents"] / 100) / 12))


def test_no_key_of_a_class_is_silent_in_the_font(general_midi):
    for patches in [*rendered.CLASSES.values(), *rendered.OTHERS.values()]:
        for bank, program, keys in patches:
            for key in keys:
                assert general_midi.regions(program, key, bank=bank), (bank, program, key)
    assert general_midi.regions(65, 64) == []  # the key that the alto saxophone leaves out


def test_phrases_have_two_to_four_notes_of_one_source(cache):
    clips = rendered.load(per_class=4, phrases=True)
    pitched = clips.table[clips.table["bank"] == 0]
    assert pitched["notes"].between(2, 4).all()
    assert len(clips.audio(0)[0]) == round(clips.table.loc[0, "seconds"] * SR)


def test_instruments_never_taught_share_no_name_and_no_program_with_the_classes(cache):
    others = rendered.load(classes=rendered.OTHERS, per_class=1)
    assert not set(others.labels) & set(datasets.LABELS)
    taught = {program for patches in rendered.CLASSES.values() for bank, program, _ in patches if bank == 0}
    assert not taught & set(others.table["program"])
    assert all(np.abs(y).max() > 0.3 for y, _, _ in others)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"per_class": 0}, "got 0 and 0"),
        ({"seed": -1}, "got 30 and -1"),
        ({"classes": {"Kazoo": [(7, 7, (60,))]}}, r"no preset for Kazoo, got bank and program \[\(7, 7\)\]"),
    ],
)
def test_options_out_of_range_are_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        rendered.load(**options)


def test_without_pretty_midi_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="pip install"):
        rendered.find_soundfont()


def test_a_font_of_the_same_name_but_other_content_is_not_trusted(tmp_path, monkeypatch):
    class Spec:
        origin = str(tmp_path / "__init__.py")

    (tmp_path / "TimGM6mb.sf2").write_bytes(b"RIFF")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: Spec)
    with pytest.raises(ValueError, match="got sha256"):
        rendered.find_soundfont()


def _cents_off(y, sr, f0):
    """How far the mean pitch is from f0: the drift of the phase of its strongest partial, vibrato and all."""
    t = np.arange(len(y)) / sr
    smooth = np.hanning(int(8 * sr / f0))
    found = []
    for k in (1, 2, 3, 4):
        if k * f0 < 0.4 * sr:
            z = fftconvolve(y * np.exp(-2j * np.pi * k * f0 * t), smooth, "valid")
            slope = np.polyfit(t[: len(z)], np.unwrap(np.angle(z)), 1, w=np.abs(z))[0]
            found.append((np.sum(np.abs(z) ** 2), 1200 * np.log2(1 + slope / (2 * np.pi * k * f0))))
    return max(found)[1]
