"""Clips of the reader's own."""

from pathlib import Path

import numpy as np
import pytest

from audiocls import audio, datasets
from audiocls.datasets import folder


def sound(path, seconds=0.5, sr=16000):
    path.parent.mkdir(parents=True, exist_ok=True)
    audio.write(path, np.zeros(round(seconds * sr)), sr)


def test_each_subfolder_is_a_class_whatever_the_format_and_depth(tmp_path):
    sound(tmp_path / "Violin" / "b.flac", 1.5, 44100)
    sound(tmp_path / "Flute" / "a.wav")
    sound(tmp_path / "Flute" / "day 2" / "A.WAV")
    (tmp_path / "Flute" / "notes.txt").write_text("not a sound")
    (tmp_path / "Flute" / "._a.wav").write_text("what macOS leaves behind")
    clips = datasets.load(tmp_path)
    assert clips.table["fname"].to_list() == ["Flute/a.wav", "Flute/day 2/A.WAV", "Violin/b.flac"]
    assert clips.table["label"].to_list() == ["Flute", "Flute", "Violin"]
    assert clips.table["seconds"].to_list() == [0.5, 0.5, 1.5]
    assert len(set(clips.sources)) == 3
    assert clips.audio(2)[1] == 44100
    assert clips.name == tmp_path.name


def test_a_folder_is_named_even_if_it_is_the_one_you_are_in(tmp_path, monkeypatch):
    sound(tmp_path / "sounds" / "Flute" / "a.wav")
    monkeypatch.chdir(tmp_path / "sounds")
    assert datasets.load(".").name == "sounds"


def test_a_path_is_never_taken_for_the_name_of_a_set(tmp_path, monkeypatch):
    sound(tmp_path / "rendered" / "Flute" / "a.wav")
    monkeypatch.chdir(tmp_path)
    assert len(datasets.load(Path("rendered"))) == 1


def test_a_folder_with_its_sound_not_in_subfolders_is_an_error(tmp_path):
    sound(tmp_path / "a.wav")
    with pytest.raises(ValueError, match="must be moved into one subfolder per class"):
        folder.from_folders(tmp_path)


def test_a_folder_without_sound_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="no sound in subfolders"):
        folder.from_folders(tmp_path)


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="is not a folder"):
        folder.from_folders(tmp_path / "nowhere")


def test_a_file_that_is_no_sound_is_named(tmp_path):
    (tmp_path / "Flute").mkdir()
    (tmp_path / "Flute" / "broken.wav").write_text("once upon a time")
    with pytest.raises(audio.AudioError, match=r"broken\.wav"):
        folder.from_folders(tmp_path)


def test_a_csv_names_files_beside_it_or_in_audio_and_keeps_its_columns(tmp_path):
    sound(tmp_path / "a.wav")
    sound(tmp_path / "audio" / "b.wav", 2)
    (tmp_path / "my.csv").write_text("fname,label,source,mood\nb.wav,7,s1,sad\na.wav,8,s1,gay\n")
    clips = datasets.load(tmp_path / "my.csv")
    assert clips.table["fname"].to_list() == ["b.wav", "a.wav"]
    assert clips.labels == ("7", "8")
    assert clips.sources.tolist() == ["s1", "s1"]
    assert clips.table["mood"].to_list() == ["sad", "gay"]
    assert clips.table["seconds"].to_list() == [2.0, 0.5]
    assert clips.path(0) == tmp_path / "audio" / "b.wav"
    assert clips.name == "my.csv"


def test_without_a_source_column_each_clip_is_its_own_source(tmp_path):
    sound(tmp_path / "a.wav")
    sound(tmp_path / "b.wav")
    (tmp_path / "my.csv").write_text("fname,label\na.wav,x\nb.wav,x\n")
    assert folder.from_csv(tmp_path / "my.csv").sources.tolist() == ["a.wav", "b.wav"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,label\na.wav,x\n", "needs a column fname, got name, label"),
        ("fname,class\na.wav,x\n", "needs a column label, got fname, class"),
        ("fname,label\n", "names no clips"),
        ("", "cannot be read as a CSV file"),
        ("fname,label\na.wav,x\nz.wav,y\n", r"row 3: no file z\.wav"),
        ("fname,label\na.wav,\n", "row 2 has an empty"),
        ("fname,label\na.wav,x\na.wav,y\n", r"row 3 names a\.wav a second time"),
        ('fname,label\na.wav,"x\n', "cannot be read as a CSV file"),
    ],
)
def test_a_csv_that_cannot_be_used_is_an_error_that_names_the_row(tmp_path, text, message):
    sound(tmp_path / "a.wav")
    (tmp_path / "my.csv").write_text(text)
    with pytest.raises(ValueError, match=message) as error:
        folder.from_csv(tmp_path / "my.csv")
    assert "\n" not in str(error.value)


def test_a_sound_given_as_csv_is_an_error(tmp_path):
    sound(tmp_path / "a.wav")
    with pytest.raises(ValueError, match="CSV"):
        datasets.load(tmp_path / "a.wav")
