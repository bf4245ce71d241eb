"""The package as a whole: the landing shows every room, imports go one way, and no module is too long to read."""

import ast
import importlib
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

import audiocls

ROOT = Path(audiocls.__file__).parent

# The one place that says which way imports go: a module uses only those before it. First comes what a sound is, then
# the ideas in the order of the book, then clips, learning, measuring, and last tools of the book and the command line.
ORDER = """
    (root) waveform atomic
    audio player sampling amplitude fourier periodogram spectral_density mel cepstrum spectrogram conventions mfcc
    plot windows classifier features
    datasets.sampler datasets.soundfont datasets.packages datasets.clips datasets.folder datasets.rendered
    datasets.freesound datasets.libraries datasets
    learn learn.provenance learn.occlusion learn.recurrent learn.frontend learn.augmentation learn.networks
    learn.recipes learn.batches learn.export learn.training
    measure measure.evaluation measure.calibration measure.baselines measure.crossvalidation measure.results
    measure.card measure.figures
    book book.rosetta book.playable
    cli __main__
""".split()  # noqa: SIM905

MOST_ON_THE_LANDING = 24
MOST_LINES_OF_A_MODULE = 200
MOST_LINES = 3_800


def name_of(path):
    """The name of a module without the package's: `mel`, `learn.export`, `datasets` for its __init__."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts) or "(root)"


FILES = {name_of(path): path for path in sorted(ROOT.rglob("*.py"))}


def imports(path):
    """The modules of the package that a module imports, at its top or within a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            inside = {f"{node.module}.{each.name}" for each in node.names}
            modules = {name for name in inside if name.removeprefix("audiocls.") in FILES}
            found |= modules | ({node.module} if inside - modules else set())
    own = {name for name in found if name.split(".")[0] == "audiocls"}
    return {name.removeprefix("audiocls").removeprefix(".") or "(root)" for name in own} - {name_of(path)}


def code_lines(text):
    """Count the lines that hold code: not blank, no comment, no docstring."""
    layout = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in layout:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False):
            lines.difference_update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return len(lines)


def in_a_new_process(program, *options):
    done = subprocess.run([sys.executable, *options, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


# The landing


def test_the_landing_shows_every_module_that_a_newcomer_may_open():
    there = {path.stem for path in ROOT.glob("[!_]*.py")} | {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert sorted(audiocls.__all__) == sorted(there)
    assert set(dir(audiocls)) == there | {"__version__"}
    assert len(there) <= MOST_ON_THE_LANDING


@pytest.mark.parametrize("name", audiocls.__all__)
def test_every_module_opens_as_an_attribute(name):
    assert getattr(audiocls, name) is importlib.import_module(f"audiocls.{name}")


def test_every_module_opens_as_an_attribute_in_a_process_that_has_imported_none():
    in_a_new_process("import audiocls; [getattr(audiocls, name) for name in dir(audiocls)]")


def test_an_unknown_name_is_an_attribute_error_that_names_it():
    with pytest.raises(AttributeError, match=r"'audiocls' has no attribute 'mfccs'; it has .*mfcc"):
        audiocls.mfccs  # noqa: B018
    assert not hasattr(audiocls, "_private")


def test_importing_the_package_is_cheap():
    done = in_a_new_process("import audiocls, sys; print(*sys.modules)", "-X", "importtime")
    microseconds = re.search(r"(\d+) \| audiocls$", done.stderr, re.MULTILINE)
    assert int(microseconds[1]) < 300_000
    assert not {"numpy", "scipy", "matplotlib", "pandas", "tensorflow"} & set(done.stdout.split())


# Imports go one way


def test_the_order_of_the_package_names_every_module_once():
    assert sorted(ORDER) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_module_imports_only_what_stands_before_it(name):
    place = ORDER.index(name)
    assert {other for other in imports(FILES[name]) if ORDER.index(other) >= place} == set()


def test_imports_within_functions_and_of_whole_rooms_are_seen(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    path = tmp_path / "new.py"
    path.write_text(
        "import audiocls.mel\nfrom audiocls import datasets, __version__\nimport numpy\n"
        "def f():\n    from audiocls.learn.export import export_onnx\n"
    )
    assert imports(path) == {"mel", "datasets", "(root)", "learn.export"}


# Small enough to read


def test_lines_of_code_are_counted_without_words():
    text = (
        '"""Words.\n\nMore."""\n\n# why\nx = (\n    1,  # one\n)\n\n\ndef f():\n    """Words."""\n    return """a\nb"""'
    )
    assert code_lines(text) == 3 + 1 + 2


@pytest.mark.parametrize("name", FILES)
def test_no_module_is_too_long_to_read(name):
    assert code_lines(FILES[name].read_text(encoding="utf-8")) <= MOST_LINES_OF_A_MODULE


def test_the_package_stays_small():
    assert sum(code_lines(path.read_text(encoding="utf-8")) for path in FILES.values()) <= MOST_LINES
