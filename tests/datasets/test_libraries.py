"""Sound libraries become clips: labelled, by the studio or kit they come from."""

import re
from pathlib import Path

import numpy as np
import pytest

import audiocls
from audiocls import audio
from audiocls.datasets import LABELS, libraries, packages, rendered


def test_the_table_says_of_each_library_what_it_takes_to_fetch_and_to_name_it():
    everything = {**libraries.FONTS, **libraries.NOTES, **libraries.KITS}
    assert len(everything) == len(libraries.ROWS) == 13
    for library in everything.values():
        assert library.installer in ("npm", "pip", "apt") and library.members and library.license
        assert re.fullmatch("[0-9a-f]{64}", library.sha256)
    assert libraries.KITS["hydrogen-drumkits"].members == (".wav", ".flac", ".aiff")
    assert libraries.FONTS["Merlin"].members == "scamp/soundfonts/Merlin.sf2"
    assert {row["label"] for row in libraries.ROWS if row["kind"] == "notes"} <= set(LABELS)


def test_tables_are_shipped_with_the_package():
    root = Path(audiocls.__file__).parents[1]
    module = pytest.importorskip("flit_core.common").Module("audiocls", root)
    shipped = {Path(file).name for file in module.iter_files() if file.endswith(".csv")}
    assert {"freesound10.csv", "generators.csv", "libraries.csv", "patches.csv", "tuning.csv"} <= shipped


@pytest.fixture
def sound(tmp_path):
    """The bytes of a WAV file of half a second."""
    audio.write(tmp_path / "note.wav", 0.5 * np.sin(2 * np.pi * 220 * np.arange(8_000) / 16_000), 16_000)
    return (tmp_path / "note.wav").read_bytes()


def test_a_font_is_fetched_into_the_cache_and_named_by_its_kind(installer, monkeypatch, tmp_path):
    font = installer.pack({"package/a.sf3.wasm": b"the font"}, members="package/a.sf3.wasm")
    monkeypatch.setitem(libraries.FONTS, "Font", font)
    path = libraries.fetch("Font")
    assert path == tmp_path / "cache" / "libraries" / "Font.sf3" and path.read_bytes() == b"the font"


def test_notes_are_clips_labelled_by_their_package(installer, monkeypatch, sound):
    files = {f"package/{name}.wav": sound for name in ("A3", "C4")} | {"package/index.js": b""}
    monkeypatch.setattr(libraries, "NOTES", {"tonejs-cello-wav": installer.pack(files, members=".wav")})
    clips = libraries.notes()
    assert clips.table["fname"].to_list() == ["tonejs-cello-wav-A3.wav", "tonejs-cello-wav-C4.wav"]
    assert set(clips.table["label"]) == {"Cello"} and clips.labels == LABELS and clips.name == "notes"
    assert len(clips.audio(1)[0]) == 8_000


@pytest.fixture
def kits(installer, monkeypatch, sound):
    """Two drum kits, and one that was made of the clips of the real set."""
    hits = ("A kit/Kick-1.wav", "A kit/HatOpen.wav", "A kit/SnareRim.wav", "A kit/Tom.wav", "B/SN_01.wav", "B/kit.xml")
    files = {f"./usr/share/kits/{name}": sound for name in (*hits, "Audiophob/snare.wav")}
    monkeypatch.setattr(libraries, "KITS", {"kits": installer.pack(files, installer="apt", members=(".wav",))})


def test_hits_of_drum_kits_are_labelled_by_their_names_and_other_strokes_left_out(kits):
    clips = libraries.kits()
    assert dict(zip(clips.table["fname"], clips.table["label"], strict=True)) == {
        "A kit-HatOpen.wav": "Hi-hat",
        "A kit-Kick-1.wav": "Bass_drum",
        "B-SN_01.wav": "Snare_drum",
    }
    assert set(clips.sources) == {"A kit", "B"} and clips.labels == LABELS and clips.name == "kits"
    assert len(clips.audio(0)[0]) == 8_000


def test_each_kit_is_a_library_and_where_there_are_none_all_else_is_loaded(kits, monkeypatch, tmp_path):
    monkeypatch.setattr(libraries, "notes", lambda: rendered.load(per_class=1))
    clips = libraries.load(fonts=(), per_class=1)
    names = [fname.split("/")[0] for fname in clips.table["fname"]]
    assert list(dict.fromkeys(names)) == ["TimGM6mb", "notes", "kit A kit", "kit B"] and clips.name == "libraries"
    monkeypatch.setenv("AUDIOCLS_CACHE", str(tmp_path / "another cache"))
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    with pytest.warns(UserWarning, match="goes on without the recorded drum kits: .* apt-get is not installed"):
        assert len(libraries.load(fonts=(), per_class=1)) == len(names) - 3


def test_phrases_of_all_fonts_and_the_notes_stand_in_one_set(monkeypatch):
    monkeypatch.setattr(libraries, "fetch", lambda name: rendered.find_soundfont())
    clips = libraries.load(fonts=("Merlin",), per_class=1, recorded=False)
    assert clips.table["fname"].iloc[0] == "TimGM6mb/Acoustic_guitar-000.wav"
    assert clips.table["fname"].iloc[10] == "Merlin/Acoustic_guitar-000.wav"
    assert not set(clips.sources[:10]) & set(clips.sources[10:])


def test_an_unknown_library_is_an_error():
    with pytest.raises(ValueError, match="no library 'Strad'; there are FluidR3Mono"):
        libraries.fetch("Strad")
