"""The stored notebooks: made from their sources, fit to be read, and made again without a difference.

That every stored output is what the code prints is not tested here but by nbval, which `make test` runs on them.
"""

import importlib.util
import io
import re
import statistics
import sys
import tokenize
import types
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("jupytext", reason="the packages for development are not installed")

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
SOURCES = sorted((FOLDER / "source").glob("*.py"))
WIDEST = 88  # characters of code that the page shows without scrolling
MOST_LINES, MEDIAN_LINES = 20, 5
HEAVIEST = 400_000  # bytes
NOISE = {
    "a path": r"(?<![\w.])/(?:home|root|usr|opt|tmp|Users|work)/|[A-Z]:\\\\|site-packages",
    "an address in memory": r"0x[0-9a-f]{6,}",
    "a warning": r"Warning\b",
    "a progress bar": r"\d+%\|",
    "a time of day": r"\b\d\d:\d\d:\d\d\b",
}


@pytest.fixture(scope="module")
def build():
    """The script that makes the notebooks."""
    spec = importlib.util.spec_from_file_location("notebook_build", FOLDER / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=SOURCES, ids=lambda path: path.stem)
def notebook(request):
    """A stored notebook."""
    return nbformat.read(FOLDER / f"{request.param.stem}.ipynb", as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts_of(output):
    """Give what an output shows as text, without the pictures and the sounds."""
    for value in [output.get("text", ""), *output.get("data", {}).values()]:
        yield re.sub(r"base64,[A-Za-z0-9+/=]+", "", "".join(value)) if not isinstance(value, dict) else str(value)


def test_every_source_has_its_notebook_and_every_notebook_its_source(build, capsys):
    assert build.main(["--check"]) == 0, capsys.readouterr().err


def test_cells_were_run_in_order_and_none_failed(notebook):
    assert [cell.execution_count for cell in code_cells(notebook)] == list(range(1, len(code_cells(notebook)) + 1))
    for cell in code_cells(notebook):
        if "raises-exception" not in cell.metadata.get("tags", []):
            assert "error" not in [output.output_type for output in cell.outputs], cell.source


def test_cells_are_short(notebook):
    lengths = [len(cell.source.splitlines()) for cell in code_cells(notebook)[1:]]
    assert max(lengths) <= MOST_LINES
    assert statistics.median(lengths) <= MEDIAN_LINES


def test_code_fits_the_page(notebook):
    lines = [line for cell in code_cells(notebook) for line in cell.source.splitlines()]
    assert [line for line in lines if len(line) > WIDEST] == []


def test_no_cell_ends_in_a_semicolon(notebook):
    """Outside a notebook the semicolon hides nothing: nbval would see another output."""
    for cell in code_cells(notebook):
        tokens = [t for t in tokenize.generate_tokens(io.StringIO(cell.source).readline) if t.string.strip()]
        tokens = [t for t in tokens if t.type != tokenize.COMMENT]
        assert tokens[-1].string != ";", cell.source


def test_every_figure_says_what_it_shows(notebook):
    for cell in code_cells(notebook):
        if any("image/png" in output.get("data", {}) for output in cell.outputs):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt.split()) >= 8, f"a description is missing or too short: {alt!r}\n{cell.source}"


def test_every_player_has_a_name(notebook):
    for cell in code_cells(notebook):
        for tag in re.findall(r"<audio[^>]*>", "".join(text for o in cell.outputs for text in texts_of(o))):
            assert re.search(r'aria-label="[^"]{3,}"', tag), cell.source


def test_outputs_hold_nothing_of_the_machine_that_made_them(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert output.get("name") != "stderr", "".join(output.text)
            for text in texts_of(output):
                found = [what for what, pattern in NOISE.items() if re.search(pattern, text)]
                assert not found, f"{', '.join(found)} in: {text[:300]}"


def test_notebook_is_light(notebook):
    assert len(nbformat.writes(notebook).encode()) < HEAVIEST


def test_notebook_runs_alone(notebook):
    """Its first cell imports what it uses and sets the style; nothing comes from another notebook or a shell.

    Before it, unseen in the site, a cell installs what a notebook needs that is opened alone.
    """
    setup, first, *_ = code_cells(notebook)
    assert setup.metadata.tags == ["remove-cell"] and setup.outputs == []
    assert "pip" in setup.source
    assert re.search(r"^(import|from) ", first.source, re.MULTILINE)
    assert "plot.use_style()" in first.source
    for cell in code_cells(notebook):
        assert not re.search(r"^\s*[%!]", cell.source, re.MULTILINE), cell.source


def test_notebook_has_the_parts_of_a_chapter(notebook):
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert re.match(r"# \d+\. \w", notebook.cells[0].source)
    for part in ("**You will**", "**You need**", "## In this chapter we have", "## Further reading"):
        assert part in prose, f"{part} is missing"


def test_boxes_of_plain_html_hold_no_markup_that_would_show(notebook):
    """Inside a <details> of one line neither Markdown nor TeX is set: a star or a dollar would be read as one."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert [box for box in re.findall(r"<details.*</details>", prose) if re.search(r"[*$`{]", box)] == []


SMALL = """\
# %% [markdown]
# # Small

# %%
import sys
print(1 + 1)
print("two", flush=True)
print("three")

# %% tags=["kept"]
sys.executable == {executable!r}
"""


@pytest.fixture
def small(tmp_path, build):
    """A folder with one source, and a function that runs the script there."""
    (tmp_path / "source").mkdir()
    source = tmp_path / "source" / "07_small.py"
    source.write_text(SMALL.format(executable=sys.executable), encoding="utf-8")
    return source, tmp_path / "07_small.ipynb", lambda *arguments: build.main(list(arguments), folder=tmp_path)


def test_builder_runs_this_python_and_makes_the_same_bytes_again(small):
    _, path, main = small
    assert main("7") == 0
    first = path.read_bytes()
    assert main() == 0
    assert path.read_bytes() == first
    _, setup, numbers, python = nbformat.reads(first.decode(), as_version=4).cells
    assert setup.metadata == {"tags": ["remove-cell"]}
    assert setup.outputs == []
    assert [output.text for output in numbers.outputs] == ["2\ntwo\nthree\n"]
    assert python.outputs[0].data["text/plain"] == "True"
    assert python.metadata == {"tags": ["kept"]}
    assert main("--check") == 0


def test_builder_keeps_the_old_notebook_when_a_cell_fails(small, capsys):
    source, path, main = small
    assert main() == 0
    before = path.read_bytes()
    source.write_text(source.read_text(encoding="utf-8") + "\n# %%\n1 / 0\n", encoding="utf-8")
    assert main() == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert sorted(p.name for p in path.parent.iterdir()) == ["07_small.ipynb", "source"]


def test_builder_takes_over_prose_without_running(small):
    source, path, main = small
    assert main() == 0
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("# # Small", "# # Smaller"), encoding="utf-8")
    assert main("--check") == 1
    assert main("--prose") == 0
    assert main("--check") == 0
    assert nbformat.read(path, as_version=4).cells[2].outputs[0].text == "2\ntwo\nthree\n"
    source.write_text(text.replace("1 + 1", "1 + 2"), encoding="utf-8")
    with pytest.raises(SystemExit, match="code was edited"):
        main("--prose")


def test_builder_puts_the_setup_cell_in_without_running(small, build):
    """So that a new address of the project costs seconds, and not an hour."""
    _, path, main = small
    assert main() == 0
    made = path.read_bytes()
    old = nbformat.read(path, as_version=4)
    del old.cells[1]
    for count, cell in enumerate(code_cells(old), start=1):
        cell.execution_count = count
    nbformat.write(old, path)
    assert main("--check") == 1
    assert main("--prose") == 0
    assert path.read_bytes() == made


def run_setup(build, folder, finds):
    """Run the setup cell's code where audiocls is found, or not; return the programs that it called."""
    called = []

    def run(command, check):
        assert check
        called.append(command)
        if command[0] == "git":
            (folder / "audiocls" / "notebooks").mkdir(parents=True)

    modules = {
        "importlib.util": types.SimpleNamespace(find_spec=lambda name: object() if finds else None),
        "subprocess": types.SimpleNamespace(run=run),
    }
    code = build.setup_cell().source.replace("import importlib.util\n", "").replace("import subprocess\n", "")
    names = {"subprocess": modules["subprocess"]}
    names["importlib"] = types.SimpleNamespace(util=modules["importlib.util"], invalidate_caches=lambda: None)
    exec(compile(code, "setup", "exec"), names)
    return called


def test_setup_cell_does_nothing_where_the_package_is(build, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_setup(build, tmp_path, finds=True) == []
    assert Path.cwd() == tmp_path
    assert capsys.readouterr() == ("", "")


def test_setup_cell_fetches_the_book_where_the_package_is_not(build, tmp_path, monkeypatch):
    """And goes to the notebooks' folder, from where ``../results`` is found."""
    monkeypatch.chdir(tmp_path)
    clone, pip = run_setup(build, tmp_path, finds=False)
    assert clone == ["git", "clone", "--quiet", "--depth=1", build.project_address(), "audiocls"]
    assert pip == [sys.executable, "-m", "pip", "install", "--quiet", "./audiocls[learn,cluster]"]
    assert Path.cwd() == tmp_path / "audiocls" / "notebooks"
    monkeypatch.chdir(tmp_path)  # after a restart of the kernel
    assert run_setup(build, tmp_path, finds=True) == []
    assert Path.cwd() == tmp_path / "audiocls" / "notebooks"


def test_builder_quotes_what_a_cell_printed_and_notices_when_the_text_no_longer_fits(small, capsys):
    source, path, main = small
    text = source.read_text(encoding="utf-8").replace("# # Small", "# # Small\n# It is {printed}`^(\\d)`.")
    source.write_text(text, encoding="utf-8")
    assert main() == 0
    assert nbformat.read(path, as_version=4).cells[0].source == "# Small\nIt is 2."
    assert main("--check") == 0
    path.write_text(path.read_text(encoding="utf-8").replace("It is 2", "It is 3"), encoding="utf-8")
    assert main("--check") == 1
    source.write_text(text.replace("^(", "^4("), encoding="utf-8")
    assert main("--prose") == 1
    assert "must fit '^4" in capsys.readouterr().err


def test_builder_check_names_what_is_wrong(small, capsys):
    source, path, main = small
    assert main("--check") == 1
    assert "07_small.ipynb is missing" in capsys.readouterr().err
    nbformat.write(nbformat.v4.new_notebook(), path.with_name("08_orphan.ipynb"))
    source.unlink()
    assert main("--check") == 1
    assert "08_orphan.ipynb has no source" in capsys.readouterr().err


def test_builder_names_the_chapters_there_are(small):
    _, _, main = small
    with pytest.raises(SystemExit, match=r"no source for chapter 12; there are \['07_small.py'\]"):
        main("12")
