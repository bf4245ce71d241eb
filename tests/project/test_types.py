"""Types: every public name is annotated, the annotations are shipped, and a type checker finds a student's slips."""

import importlib
import inspect
import os
import pkgutil
import re
import runpy
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

import audiocls

ROOT = Path(__file__).resolve().parents[2]
MODULES = [found.name for found in pkgutil.walk_packages(audiocls.__path__, "audiocls.") if "__" not in found.name]

# Each line is a slip, and what the type checker should say of it.
SLIPS = {
    "mel.hz_to_mel(440.0, scale='hkt')": "arg-type",
    "fourier.window('han', 400)": "arg-type",
    "periodogram.welch([0.0], 16_000, segment_length=1, scaling='density')": None,
    "periodogram.welch([0.0], 16_000, segment_length=1, scaling='densities')": "arg-type",
    "spectral_density.noise('green', n=100)": "arg-type",
    "sampling.tone(440.0, seconds=1.0)": "call-arg",
    "mel.log_mel([[0.0]], n_mels=26)": "call-arg",
    "audio.read(3)": "arg-type",
    "low: str = evaluation.wilson_interval(1, 2)": "assignment",
}


def functions(module):
    """Give the public functions of a module, and those of its public classes, without their wrappers."""
    for name in getattr(module, "__all__", ()):
        thing = getattr(module, name)
        if inspect.isclass(thing) and thing.__module__.startswith("audiocls"):
            for part, member in vars(thing).items():
                # A property, a cached property and a class method each hold their function under a name of their own.
                held = [getattr(member, each, None) for each in ("fget", "func", "__func__")]
                function = next(filter(None, held), member)
                if inspect.isfunction(function) and (part == "__init__" or not part.startswith("_")):
                    yield f"{name}.{part}", function
        elif callable(thing) and getattr(thing, "__module__", "").startswith("audiocls"):
            yield name, inspect.unwrap(thing)


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_says_what_it_takes_and_gives(name):
    bare = []
    for called, function in functions(importlib.import_module(name)):
        signature = inspect.signature(function)
        untyped = [p.name for p in signature.parameters.values() if p.annotation is p.empty]
        untyped = [each for each in untyped if each not in ("self", "cls")]
        if signature.return_annotation is signature.empty and not called.endswith("__init__"):
            untyped.append("return")
        bare += [f"{called}: {each}" for each in untyped]
    assert bare == []


def test_type_checkers_are_told_that_the_package_is_typed():
    assert files("audiocls").joinpath("py.typed").is_file()
    module = pytest.importorskip("flit_core.common").Module("audiocls", ROOT)
    assert os.path.join(module.path, "py.typed") in module.iter_files()


@pytest.fixture(scope="module")
def complaints(tmp_path_factory):
    """What mypy says of the package, the coursework and the slips: lists of (file, line, code)."""
    slips = tmp_path_factory.mktemp("slips") / "slips.py"
    modules = "amplitude, audio, fourier, mel, periodogram, sampling, spectral_density"
    head = f"from audiocls import {modules}; from audiocls.measure import evaluation\n"
    slips.write_text(head + "\n".join(SLIPS) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "audiocls", "tests/project/coursework.py", str(slips)]
    done = subprocess.run([*command, "--no-pretty"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = re.findall(r"^(.+?):(\d+): error: (.*)\[([\w-]+)\]$", done.stdout, re.MULTILINE)
    return [(Path(file).name, int(line), code, f"{file}:{line}: {text}") for file, line, text, code in found]


@pytest.mark.slow
def test_a_type_checker_accepts_the_package_and_the_coursework(complaints):
    assert [text for file, _, _, text in complaints if file != "slips.py"] == []


@pytest.mark.slow
@pytest.mark.parametrize("slip", SLIPS)
def test_a_type_checker_finds_a_slip(complaints, slip):
    line = 2 + list(SLIPS).index(slip)
    found = [code for file, at, code, _ in complaints if (file, at) == ("slips.py", line)]
    assert found == ([] if SLIPS[slip] is None else [SLIPS[slip]])


def test_the_coursework_runs(capsys, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    runpy.run_path(str(ROOT / "tests" / "project" / "coursework.py"), run_name="__main__")
    assert "Player('A clip', 16000 Hz, 1.00 s)" in capsys.readouterr().out
