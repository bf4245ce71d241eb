"""Let the whole book be built as one page, from which `book/export.py` prints the PDF.

sphinx-exercise registers how its nodes become HTML for the builder ``singlehtml`` too, and Sphinx then ignores what all
other extensions registered for ``html``.
"""


def merge(app):
    """Give the one-page builder what the others have."""
    handlers = app.registry.translation_handlers
    if "singlehtml" in handlers:
        handlers["singlehtml"] = {**handlers.get("html", {}), **handlers["singlehtml"]}


def setup(app):
    """Register the step."""
    app.connect("builder-inited", merge)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
