"""A stand-in for npm, pip and apt, and the font of the default set."""

import hashlib
import io
import subprocess
import tarfile
import zipfile

import pytest

from audiocls.datasets import packages, rendered
from audiocls.datasets.packages import Package
from audiocls.datasets.soundfont import SoundFont


class Installer:
    """Delivers the archive it was given, and counts how often it was asked."""

    def __init__(self):
        self.archive, self.name, self.returncode, self.asked, self.command = b"", "", 0, 0, []

    def pack(self, files, *, installer="npm", **about):
        """Make the archive of a package that holds these files, and say which package it is."""
        self.name = {"npm": "package.tgz", "pip": "package-1.0-py3-none-any.whl", "apt": "package_1.0_all.deb"}[
            installer
        ]
        self.archive = _wheel(files) if installer == "pip" else _tar(files)
        about = {"name": "a-font", "version": "1.0", "license": "MIT"} | about
        return Package(installer=installer, sha256=hashlib.sha256(self.archive).hexdigest(), **about)

    def run(self, command, *, cwd=None, **_):
        """Stand for subprocess.run."""
        if command[0] == "dpkg-deb":  # a .deb in these tests is a tar
            with tarfile.open(command[2]) as opened:
                opened.extractall(command[3], filter="data")
            return None
        self.asked += 1
        self.command = command
        if self.returncode == 0:
            (cwd / self.name).write_bytes(self.archive)
        return subprocess.CompletedProcess(command, self.returncode, stdout="", stderr="noise\nno such package")


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


@pytest.fixture
def installer(monkeypatch, tmp_path):
    """Stands for npm, pip and apt, which are all installed."""
    monkeypatch.setenv("AUDIOCLS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(packages.shutil, "which", lambda name: f"/bin/{name}")
    stand_in = Installer()
    monkeypatch.setattr(packages.subprocess, "run", stand_in.run)
    return stand_in


@pytest.fixture(scope="session")
def general_midi():
    """The font of the default set."""
    return SoundFont(rendered.find_soundfont())
