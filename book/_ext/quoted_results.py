"""Put numbers of result files and of notebooks into the pages around the chapters: see `quotes`."""

from pathlib import Path

from quotes import REFERENCE, fill
from sphinx.errors import ExtensionError


def fill_page(app, name, source):
    """Replace the references of a page before it is parsed; chapters were filled when their notebooks were made."""
    if name.startswith("notebooks/"):
        return
    for kind, reference in REFERENCE.findall(source[0]):
        quoted = reference.partition(":")[0].strip()
        app.env.note_dependency(f"results/{quoted}.json" if kind == "result" else f"notebooks/{quoted}.ipynb")
    try:
        source[0] = fill(source[0], folder=Path(app.srcdir, "results"), notebooks=Path(app.srcdir, "notebooks"))
    except ValueError as error:
        raise ExtensionError(f"{name}: {error}") from error


def setup(app):
    """Register the step."""
    app.connect("source-read", fill_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
