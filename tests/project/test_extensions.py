"""The book's extensions of Sphinx: a build writes the pages that changed, and no other."""

import importlib
import json
import os
import re
from pathlib import Path

import pytest

pytest.importorskip("sphinx_exercise", reason="the book's packages are not installed")

EXTENSIONS = Path(__file__).resolve().parents[2] / "book" / "_ext"
PAGES = {
    "index.rst": "Book\n====\n\n.. toctree::\n\n   notebooks/01_a\n   notebooks/02_b\n   page\n",
    "notebooks/01_a.rst": "A\n=\n\n.. exercise:: Hear\n   :label: hear\n\n   Listen.\n",
    "notebooks/02_b.rst": "B\n=\n\n.. exercise:: See\n   :label: see\n\n   Look.\n",
    "page.rst": "Page\n====\n\nRight: {result}`quoted: right: d`, {printed}`03_c: of (\\d+)`.\n",
    "results/quoted.json": '{"right": 7}',
    "results/other.json": '{"right": 8}',
    "notebooks/03_c.ipynb": json.dumps({"cells": [{"outputs": [{"text": ["7 of 9"]}]}]}),
    "notebooks/04_d.ipynb": json.dumps({"cells": []}),
    "static/wave.js": "old",
}


@pytest.fixture
def build(tmp_path, monkeypatch):
    """A small book, and a function that builds it and returns the pages that were written."""
    monkeypatch.syspath_prepend(str(EXTENSIONS))
    folder = tmp_path / "book"
    for name, text in PAGES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    options = {
        "extensions": ["sphinx_exercise", "exercise_numbers", "quoted_results", "static_files"],
        "exclude_patterns": ["*.ipynb"],
        "html_static_path": ["static"],
        "html_js_files": ["wave.js"],
        "numfig": True,
    }

    def build():
        from sphinx.application import Sphinx
        from sphinx.util.docutils import docutils_namespace

        written = []
        with docutils_namespace():
            app = Sphinx(folder, None, tmp_path / "site", tmp_path / "trees", "html", options, status=None)
            app.connect("html-page-context", lambda app, page, template, context, tree: written.append((page, tree)))
            app.build()
        return {page for page, tree in written if tree is not None}

    return folder, tmp_path / "site", build


def test_pages_are_written_again_when_what_they_load_has_changed(build):
    folder, site, build = build
    build()
    before = (site / "page.html").read_text(encoding="utf-8")
    (folder / "static" / "wave.js").write_text("new", encoding="utf-8")
    assert "page" in build()
    assert (site / "_static" / "wave.js").read_text(encoding="utf-8") == "new"
    assert (site / "page.html").read_text(encoding="utf-8") != before, "the browser would take the one that it knows"
    assert build() == set()


def change(path, text):
    """Write a file, and make it younger than what was read before, whatever the clock's steps."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, (path.stat().st_atime + 10, path.stat().st_mtime + 10))


def test_a_build_with_nothing_changed_writes_no_page(build):
    _, site, build = build
    assert build() == {"index", "notebooks/01_a", "notebooks/02_b", "page"}
    assert "Exercise 2.1" in re.sub(r"<[^>]+>", "", (site / "notebooks" / "02_b.html").read_text(encoding="utf-8"))
    assert build() == set()


def test_a_page_is_written_again_when_what_it_quotes_has_changed(build):
    folder, site, build = build
    build()
    assert "Right: 7, 9." in (site / "page.html").read_text(encoding="utf-8")
    change(folder / "results" / "other.json", '{"right": 9}')
    change(folder / "notebooks" / "04_d.ipynb", json.dumps({"cells": [{}]}))
    assert build() == set()
    change(folder / "results" / "quoted.json", '{"right": 8}')
    assert "page" in build()
    change(folder / "notebooks" / "03_c.ipynb", json.dumps({"cells": [{"outputs": [{"text": ["8 of 10"]}]}]}))
    assert "page" in build()
    assert "Right: 8, 10." in (site / "page.html").read_text(encoding="utf-8")


def test_a_node_that_holds_on_to_another_document_is_given_its_own_page(monkeypatch):
    """Such a node had every page of the book stored with it, seven megabytes each time."""
    from docutils import nodes, utils

    monkeypatch.syspath_prepend(str(EXTENSIONS))
    docstrings = importlib.import_module("docstrings")
    page, other = utils.new_document("page"), utils.new_document("other")
    page += nodes.paragraph("", "text")
    page[0].document = other
    docstrings.in_its_page(None, page)
    assert {node.document for node in page.findall()} == {page}
