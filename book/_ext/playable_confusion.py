"""Load ``confusion.js`` on the pages that hold a playable confusion matrix, and on no other."""


def add_script(app, pagename, templatename, context, doctree):
    """Add the script, to be run when the page is there."""
    if 'class="playable"' in context.get("body", ""):
        app.add_js_file("confusion.js", loading_method="defer")


def setup(app):
    """Register the step."""
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
