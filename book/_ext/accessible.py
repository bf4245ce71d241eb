"""Mend what the HTML of Sphinx and its extensions makes hard for screen readers (WCAG 2.1, measured by axe-core).

- A signature on several lines is a list of definitions without terms: make it lines.
- Works in the list of references have a role that is no longer one, in a list that also holds their backlinks.
- The boxes of all exercises of a page have one and the same identifier.
- In the list of the package's sources, lists of a part stand beside its entry: put them into it.

And one thing for all: the button of the repository would fetch a second icon font for a single icon (118 kB), so it
gets one of the first.

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


def nest(body):
    """Put lists that stand between entries of a list into the entry before them."""
    depth, parts = 0, []
    for tag in re.split(r"(</?ul>)", body):
        if tag == "<ul>":
            if depth and parts[-1].endswith("</li>\n"):
                parts[-1] = parts[-1].removesuffix("</li>\n")
            depth += 1
        parts.append(tag)
        if tag == "</ul>":
            depth -= 1
            if depth:
                parts.append("</li>\n")
    return "".join(parts)


def buttons(entries):
    """Give every button in a list, and in the menus that it holds."""
    for entry in entries:
        yield entry
        yield from buttons(entry.get("buttons", []))


def mend(app, pagename, templatename, context, doctree):
    """Change the HTML of one page."""
    if "body" in context:
        context["body"] = SIGNATURE.sub(lines, GONE.sub("", context["body"]))
    if pagename == "_modules/index":
        context["body"] = nest(context["body"])
    for button in buttons(context.get("header_buttons", [])):
        if button.get("icon") == "fab fa-github":
            button["icon"] = "fas fa-code-branch"


def setup(app):
    """Register the step and the script."""
    app.connect("html-page-context", mend, priority=900)
    app.add_js_file("book.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
