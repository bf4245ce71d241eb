"""Fit docstrings to the page: a link to the chapter that teaches a function, and type lines taken literally.

The last line, "Taught in chapter 1, Sampling.", becomes a link; a chapter that is not written yet is named without one.
The line is taken out before napoleon reads the docstring, where it would count as part of the section above it, and
comes back as a paragraph of its own. So does the whole docstring of a property, whose text before a colon would count
as a type. Signs such as those of ``|y| <= 1`` mean something else in reStructuredText.
"""

import re

from sphinx.ext.autodoc import Documenter, ModuleDocumenter

TAUGHT = re.compile(r"Taught in (?P<words>chapter (?P<number>\d+), [^.]+)\.")
PLAIN = {"property", "attribute", "data"}  # documented by a sentence, without sections
MAGNITUDE = re.compile(r"(?<!`)\|(\w[^|`]*)\|(?!`)")
TYPE_LINE = re.compile(r"(?P<names>\w+(, \w+)*) : (?P<type>.*)")


class InSourceOrder(ModuleDocumenter):
    """A module whose members stand in the order of its source: `__all__` is sorted by name."""

    def sort_members(self, documenters, order):
        """Sort as if there were no `__all__`."""
        return Documenter.sort_members(self, documenters, order)


def page_of_chapter(env, number):
    """Return the page of a chapter, or None while there is none."""
    return next((page for page in sorted(env.found_docs) if page.startswith(f"notebooks/{int(number):02d}_")), None)


def before_napoleon(app, what, name, obj, options, lines):  # noqa: PLR0917 (Sphinx calls it)
    """Escape magnitudes and type lines, and move what napoleon must not see to a store."""
    store = app.env.temp_data.setdefault("docstrings", {})
    start = next((i for i, line in enumerate(lines) if TAUGHT.match(line.strip())), len(lines))
    store[name, "taught"] = " ".join(line.strip() for line in lines[start:]).strip()
    del lines[start:]
    if what in PLAIN:
        store[name, "text"] = lines.copy()
        lines.clear()
    in_example = False
    for i, line in enumerate(lines):
        in_example = line.lstrip().startswith(">>>") or (in_example and line.strip() != "")
        match = TYPE_LINE.fullmatch(line)
        if match and what == "module":  # its list of functions
            lines[i] = "- " + re.sub(r"(\w+)", r"`\1`", match["names"]) + f": {match['type']}"
        elif match:
            lines[i] = f"{match['names']} : " + re.sub(r"([|*])", r"\\\1", match["type"])
        elif not in_example:
            lines[i] = MAGNITUDE.sub(r"\|\1\|", line)


def after_napoleon(app, what, name, obj, options, lines):  # noqa: PLR0917 (Sphinx calls it)
    """Bring back what was stored, the last paragraph with its link."""
    store = app.env.temp_data["docstrings"]
    if what in PLAIN:
        lines[:] = store.pop((name, "text"))
    taught = store.pop((name, "taught"))
    if taught:
        if page := page_of_chapter(app.env, TAUGHT.match(taught)["number"]):
            taught = TAUGHT.sub(lambda match: f"Taught in :doc:`{match['words']} </{page}>`.", taught)
        lines += ["", ".. container:: taught-in", "", f"   {taught}", ""]


def in_its_page(app, doctree):
    """Have every node belong to its page: those of a docstring hold on to a document that holds all pages.

    Such a page was stored with seven megabytes, which every later build read again.
    """
    for node in doctree.findall():
        if node.document not in (None, doctree):
            node.document = doctree


def setup(app):
    """Register the order, and the two steps around napoleon, whose priority is Sphinx's default of 500."""
    app.setup_extension("sphinx.ext.autodoc")
    app.add_autodocumenter(InSourceOrder, override=True)
    app.connect("autodoc-process-docstring", before_napoleon, priority=400)
    app.connect("autodoc-process-docstring", after_napoleon, priority=600)
    app.connect("doctree-read", in_its_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
