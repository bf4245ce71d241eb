"""Put numbers of result files and of notebooks into the pages around the chapters: see `audiocls.book.quotes`."""

from pathlib import Path

from sphinx.errors import ExtensionError

from audiocls.book.quotes import REFERENCE, fill


def fill_page(app, name, source):
    """Replace the references of a page before it is parsed; chapters were filled when their notebooks were made."""
    if not REFERENCE.search(source[0]) or name.startswith("notebooks/"):
        return
    folder, notebooks = Path(app.srcdir, "results"), Path(app.srcdir, "notebooks")
    for path in sorted([*folder.glob("*.json"), *notebooks.glob("*.ipynb")]):
        app.env.note_dependency(str(path))
    try:
        source[0] = fill(source[0], folder=folder, notebooks=notebooks)
    except ValueError as error:
        raise ExtensionError(f"{name}: {error}") from error


def setup(app):
    """Register the step."""
    app.connect("source-read", fill_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
