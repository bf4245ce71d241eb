"""Link a chapter, or a section of it, by its number: it becomes a link as soon as the chapter is in the book.

``{chapter}`how frames are cut short <06#frames-cut-short>` `` leads to that section, ``{chapter}`chapter 10 <10>` `` to
the page. While there is no such chapter the words stand without a link, so pages can speak of what is being written.
"""

import re

from docstrings import page_of_chapter
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxRole

TARGET = re.compile(r"(?P<words>.+?)\s*<(?P<number>\d\d)(?:#(?P<anchor>[\w-]+))?>", re.DOTALL)


class chapter_link(nodes.Inline, nodes.TextElement):
    """The words, until all pages are known."""


class ChapterRole(SphinxRole):
    """The role ``chapter``."""

    def run(self):
        """Leave a mark, which `resolve` turns into a link or into plain words."""
        match = TARGET.fullmatch(self.text)
        if match is None:
            raise ExtensionError(f"{self.env.docname}: a chapter must be 'words <NN#section>', got {self.text!r}")
        number, anchor = match["number"], match["anchor"]
        return [chapter_link(self.rawtext, match["words"], number=number, anchor=anchor or "")], []


def resolve(app, doctree, docname):
    """Put links, or plain words, where the marks are."""
    for mark in list(doctree.findall(chapter_link)):
        words = nodes.inline(text=mark.astext())
        if page := page_of_chapter(app.env, mark["number"]):
            address = app.builder.get_relative_uri(docname, page)
            if mark["anchor"] and app.builder.name != "singlehtml":
                address += f"#{mark['anchor']}"
            words = nodes.reference("", "", words, internal=True, refuri=address)
        mark.replace_self(words)


def setup(app):
    """Register the role and what resolves it."""
    app.add_node(chapter_link)
    app.add_role("chapter", ChapterRole())
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
