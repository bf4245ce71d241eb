"""Mend what the HTML of Sphinx and its extensions makes hard for screen readers (WCAG 2.1, measured by axe-core).

- A signature on several lines is a list of definitions without terms: make it lines.
- Works in the list of references have a role that is no longer one, in a list that also holds their backlinks.
- The boxes of all exercises of a page have one and the same identifier.

It also loads ``book.js``: boxes that scroll can be reached by keyboard, and short sounds say how long they are.
"""

import re

SIGNATURE = re.compile(r'<dt class="sig [^>]*>.*?</dt>', re.DOTALL)
LINES = {"<dl>": '<span class="sig-lines">', "</dl>": "</span>", "<dd>": '<span class="sig-line">', "</dd>": "</span>"}
GONE = re.compile(
    r' id="(?:exercise|solution)-content"| role="doc-biblioentry"|(?<=<div) role="list"(?= class="citation)'
)


def lines(match):
    """Turn the list in one signature into lines."""
    return re.sub(r"</?d[ld]>", lambda tag: LINES[tag[0]], match[0])


def mend(app, pagename, templatename, context, doctree):
    """Change the HTML of one page."""
    if "body" in context:
        context["body"] = SIGNATURE.sub(lines, GONE.sub("", context["body"]))


def setup(app):
    """Register the step and the script."""
    app.connect("html-page-context", mend)
    app.add_js_file("book.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
