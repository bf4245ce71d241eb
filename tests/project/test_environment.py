"""The pins: one set for make, CI, conda and Binder, from no particular registry."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def _pins(name):
    """Every version of every package that a lock file holds."""
    pins = {}
    for line in (ROOT / name).read_text().splitlines():
        if match := re.match(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", line):
            pins.setdefault(canonicalize_name(match[1]), set()).add(match[2])
    return pins


@pytest.mark.parametrize(
    "lock, requirements",
    [
        ("requirements.lock", [*PROJECT["dependencies"], *(each for extra in EXTRAS.values() for each in extra)]),
        ("requirements-book.lock", [*PROJECT["dependencies"], *EXTRAS["book"]]),
    ],
)
def test_the_lock_holds_what_pyproject_asks_for(lock, requirements):
    pins = _pins(lock)
    for requirement in map(Requirement, requirements):
        versions = pins.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is in pyproject.toml but not in {lock}; run make lock"
        for version in versions:
            assert requirement.specifier.contains(version, prereleases=True), f"{lock}: {requirement} got {version}"


def _imported(path):
    """The top of every name that a module imports, also inside its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


def test_what_the_package_imports_is_declared():
    """A library that only comes with another one is gone when that one no longer wants it."""
    by_import = packages_distributions()
    declared = {canonicalize_name(Requirement(each).name) for each in [*PROJECT["dependencies"], *EXTRAS["learn"]]}
    for path in (ROOT / "audiocls").rglob("*.py"):
        for name in set(_imported(path)) - sys.stdlib_module_names - {"audiocls"}:
            found = {canonicalize_name(each) for each in by_import[name]}
            assert found & declared, f"{path.name} imports {name}, which pyproject.toml does not ask for"


def test_both_locks_agree():
    everything = _pins("requirements.lock")
    assert all(versions <= everything.get(name, set()) for name, versions in _pins("requirements-book.lock").items())


def test_the_book_is_built_without_tensorflow():
    assert not {"tensorflow", "keras", "librosa", "scikit-learn"} & set(_pins("requirements-book.lock"))


def test_conda_brings_a_python_we_support_and_pip_the_lock():
    text = (ROOT / "environment.yml").read_text()
    python = re.search(r"- python=(\S+)", text)[1]
    assert SpecifierSet(PROJECT["requires-python"]).contains(f"{python}.0")
    assert re.search(r"- pip:\n\s+- -r requirements\.lock\n", text)


def test_contributing_has_every_target_of_the_makefile():
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", make, re.MULTILINE)[1].split()
    head = make[: make.index("\n\n")]
    assert re.findall(r"^#   ([a-z]+) ", head, re.MULTILINE) == targets
    assert re.findall(r"^([a-z]+):", make, re.MULTILINE) == targets
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [name for name in targets if f"`make {name}`" not in contributing] == []


def test_no_committed_file_names_a_registry_or_a_path_of_one_machine():
    names = [
        "pypi." + "org",
        "pythonhosted" + ".org",
        "npmjs" + ".org",
        "deb." + "debian.org",
        "/ro" + "ot/",
        "/wo" + "rk/",
    ]
    try:
        found = subprocess.run(
            ["git", "grep", "-I", "-l", "-F", *[word for name in names for word in ("-e", name)]],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("needs git")
    if found.returncode > 1:
        pytest.skip("needs a git checkout")
    assert found.stdout == ""
