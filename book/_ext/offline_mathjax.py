"""Serve MathJax from the site itself: copy the parts that the pages load out of the package sphinx-mathjax-offline.

The combined scripts of MathJax 3 are over 1.1 MB. The book needs TeX input, HTML output and the hidden MathML that
screen readers speak, so the loader is told to fetch these parts alone (0.76 MB).
"""

from importlib.metadata import files
from pathlib import Path
from shutil import copyfile, copytree

from sphinx.errors import ExtensionError

LOADED = ["core", "input/tex", "output/chtml", "a11y/assistive-mml"]
COPIED = [
    "startup.js",
    *(f"{part}.js" for part in LOADED),
    "input/tex/extensions",  # fetched one by one, by formulas that need them
    "output/chtml/fonts/tex.js",
    "output/chtml/fonts/woff-v2",
]


def mathjax_folder():
    """Return the folder of the installed package that holds MathJax."""
    for file in files("sphinx-mathjax-offline") or []:
        if file.name == "startup.js":
            return Path(file.locate()).parent
    raise ExtensionError("sphinx-mathjax-offline holds no startup.js: install the versions of requirements-book.lock")


def set_options(app, config):
    """Point Sphinx at the copy and name the parts that the loader fetches."""
    config.mathjax_path = "mathjax/startup.js"
    config.mathjax3_config = {"loader": {"load": LOADED}}


def spare(app, pagename, templatename, context, doctree):
    """Leave MathJax out of a page without formulas; Sphinx loads it where a page below has some: on the front page."""
    if app.builder.name == "singlehtml":  # one page that holds all formulas
        return
    if not app.env.get_domain("math").data["has_equations"].get(pagename):
        needless = ("mathjax/startup.js", "window.MathJax")
        scripts = context["script_files"]
        context["script_files"] = [s for s in scripts if not any(word in repr(vars(s)) for word in needless)]


def copy_mathjax(app, exception):
    """Copy the parts into the finished site."""
    if exception is None and app.builder.format == "html":
        source, target = mathjax_folder(), Path(app.outdir, "_static", "mathjax")
        for part in COPIED:
            (target / part).parent.mkdir(parents=True, exist_ok=True)
            if (source / part).is_dir():
                copytree(source / part, target / part, dirs_exist_ok=True)
            else:
                copyfile(source / part, target / part)


def setup(app):
    """Register the three steps."""
    app.connect("config-inited", set_options)
    app.connect("html-page-context", spare, priority=900)
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
