"""Make the notebooks of the book from their sources: python notebooks/build.py [NN ...] [--check | --prose]

People edit ``source/NN_topic.py`` (cells between ``# %%`` lines); this script writes ``NN_topic.ipynb`` above it, with
every cell executed, and leaves the old notebook alone if a cell fails. The same source gives the same bytes: the
identifiers come from the content of the cells, and no times are recorded. Without numbers, all notebooks are made.

Numbers in the text are not typed but quoted, from result files or from what a cell printed: see `book/_ext/quotes.py`.

Under its title each notebook gets a cell that the site does not show. Where a notebook is opened alone, as in Colab, it
fetches the book and installs the package; where audiocls is there, it does nothing. It prints nothing either way.

--check compares and runs nothing: exit status 1, and a line for each notebook that does not fit its source.
--prose takes over edited text and keeps the stored outputs; it refuses where code was edited.
"""

import argparse
import hashlib
import os
import re
import sys
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from audiocls.atomic import replacing

NOTEBOOKS = Path(__file__).resolve().parent
sys.path.insert(0, str(NOTEBOOKS.parent / "book" / "_ext"))
import quotes  # noqa: E402  it stands beside the extensions of the site

RESULTS = NOTEBOOKS.parent / "results"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python", "pygments_lexer": "ipython3"},
}
SETUP = """\
# Opened alone, for example in Colab? Then fetch the book and its package.
import importlib.util
import os
import subprocess
import sys

if importlib.util.find_spec("audiocls") is None:
    project = "{project}"
    clone = ["git", "clone", "--quiet", "--depth=1", project, "audiocls"]
    subprocess.run(clone, check=True)
    package = "./audiocls[learn,cluster]"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", package]
    subprocess.run(pip, check=True)
    importlib.invalidate_caches()
if os.path.isdir("audiocls/notebooks"):
    os.chdir("audiocls/notebooks")
"""
SETUP_TAG = "remove-cell"  # not shown in the site


class ThisPython(AsyncKernelManager):
    """Starts the Python that runs this script, whatever kernels the user has installed."""

    def __init__(self, **options):
        super().__init__(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]), **options)


def sources(numbers=(), folder=NOTEBOOKS):
    """Return the source files, all of them or those with the given chapter numbers, in order."""
    found = sorted((folder / "source").glob("[0-9][0-9]_*.py"))
    wanted = {number.zfill(2) for number in numbers}
    if unknown := wanted - {path.name[:2] for path in found}:
        raise SystemExit(f"no source for chapter {', '.join(sorted(unknown))}; there are {[p.name for p in found]}")
    return [path for path in found if not wanted or path.name[:2] in wanted]


def notebook_of(source):
    """Return the path of the notebook that belongs to a source."""
    return source.parent.parent / f"{source.stem}.ipynb"


def project_address():
    """Return where the project lives: the repository's address in _config.yml."""
    text = (NOTEBOOKS.parent / "_config.yml").read_text(encoding="utf-8")
    return re.search(r"^repository:\n +url: (\S+)", text, re.MULTILINE)[1]


def setup_cell():
    """Return the cell that lets a notebook be opened alone."""
    text = SETUP.format(project=project_address()).rstrip("\n")
    return nbformat.v4.new_code_cell(text, metadata={"tags": [SETUP_TAG]})


def is_setup(cell):
    """Whether a cell is the one that this script puts in."""
    return SETUP_TAG in cell.metadata.get("tags", [])


def read_source(source):
    """Return a source as a notebook without outputs; a cell's identifier is a hash of its content."""
    notebook = jupytext.read(source, fmt="py:percent")
    notebook.cells.insert(1, setup_cell())
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen = Counter()
    for cell in notebook.cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] += 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        cell.metadata.pop("lines_to_next_cell", None)
    return notebook


def execute(notebook, folder):
    """Run all cells in order, in the notebooks' folder."""
    # Under pytest, where the outputs are compared later, the kernel does not record what C libraries write to the
    # terminal (TensorFlow's log): have it believe that it is there now.
    os.environ["PYTEST_CURRENT_TEST"] = "notebooks/build.py"
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    NotebookClient(
        notebook,
        kernel_manager_class=ThisPython,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        timeout=600,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    notebook.metadata = nbformat.from_dict(METADATA)  # the kernel adds its version


def fill(notebook):
    """Put the quoted numbers into the text of an executed notebook."""
    outputs = [output.text for cell in notebook.cells for output in cell.get("outputs", []) if "text" in output]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = quotes.fill(cell.source, folder=RESULTS, outputs=outputs)


def own_code_cells(notebook):
    """Return the code cells that people wrote, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and not is_setup(cell)]


def code(notebook):
    """Return the code that people wrote, cell by cell."""
    return [cell.source for cell in own_code_cells(notebook)]


def keep_outputs(notebook, stored):
    """Copy the stored outputs to a notebook whose code is the stored one's.

    The cell that lets a notebook be opened alone has no output, so it may be new, or another one than the stored.
    """
    if code(notebook) != code(stored):
        raise SystemExit("the code was edited too; run without --prose")
    ran = True
    for cell, former in zip(own_code_cells(notebook), own_code_cells(stored), strict=True):
        cell.outputs, ran = former.outputs, ran and former.execution_count is not None
    if ran:
        for count, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
            cell.execution_count = count


def write(notebook, path):
    """Write in one step, so that an interruption leaves the old notebook whole."""
    with replacing(path) as part:
        part.write_text(nbformat.writes(nbformat.from_dict(notebook)) + "\n", encoding="utf-8", newline="\n")


def _fill_and_write(notebook, path):
    """Write an executed notebook; if a quote leads nowhere, keep what was executed, say so and return 1."""
    try:
        fill(notebook)
    except ValueError as error:
        print(f"{path.name}: {error}; it was stored, mend the text and run with --prose", file=sys.stderr)
        return 1
    finally:
        write(notebook, path)
    return 0


def difference(source):
    """Say in one line how a notebook differs from its source, or return None."""
    path = notebook_of(source)
    if not path.is_file():
        return f"{path.name} is missing"
    notebook, stored = read_source(source), nbformat.read(path, as_version=4)
    new, old = notebook.cells, stored.cells
    if code(notebook) == code(stored):
        keep_outputs(notebook, stored)
        try:
            fill(notebook)
        except ValueError as error:
            return f"{path.name}: {error}"
    for i, (cell, former) in enumerate(zip(new, old, strict=False)):
        for part in ("cell_type", "source", "metadata", "id"):
            if cell[part] != former[part]:
                return f"{path.name}, cell {i}: the {part} is not the source's"
        if cell.cell_type == "code" and former.execution_count is None:
            return f"{path.name}, cell {i}: not executed"
    if len(new) != len(old):
        return f"{path.name} has {len(old)} cells, its source {len(new)}"
    return None


def main(arguments=None, folder=NOTEBOOKS):
    """Make, check or update notebooks; return the exit status."""
    parser = argparse.ArgumentParser(description="Make the notebooks from notebooks/source.")
    parser.add_argument("numbers", nargs="*", metavar="NN", help="chapters; all if none is given")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="compare with the sources, run nothing")
    mode.add_argument("--prose", action="store_true", help="take over edited text, keep the stored outputs")
    options = parser.parse_args(arguments)

    chosen = sources(options.numbers, folder)
    if options.check:
        found = list(filter(None, map(difference, chosen)))
        orphans = {path.stem for path in folder.glob("*.ipynb")} - {path.stem for path in sources(folder=folder)}
        found += [f"{name}.ipynb has no source" for name in sorted(orphans)]
        if found:
            print(*found, "run: python notebooks/build.py", sep="\n", file=sys.stderr)
        return int(bool(found))

    status = 0
    for source in chosen:
        notebook, path = read_source(source), notebook_of(source)
        print(f"{source.name} -> {path.name}", flush=True)
        if options.prose:
            keep_outputs(notebook, nbformat.read(path, as_version=4))
        else:
            try:
                execute(notebook, folder)
            except CellExecutionError as error:
                print(f"{source.name} failed, {path.name} is left as it was:\n{error}", file=sys.stderr)
                return 1
        status |= _fill_and_write(notebook, path)
    return status


if __name__ == "__main__":
    sys.exit(main())
