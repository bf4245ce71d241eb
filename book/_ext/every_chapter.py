"""Fail the build when a chapter is missing from the site, or its page is empty.

Expected are all pages of the table of contents and all notebooks ``notebooks/NN_topic.ipynb``. A page counts as empty
when its article holds fewer than `FEWEST_WORDS` words.
"""

import html
import re
from pathlib import Path

from sphinx.errors import ExtensionError
from sphinx_external_toc.parsing import parse_toc_yaml

FEWEST_WORDS = 30


def expected_pages(root, toc):
    """Return the names, without suffix, of all pages that the site must have."""
    notebooks = Path(root, "notebooks").glob("[0-9][0-9]_*.ipynb")
    return sorted({*parse_toc_yaml(toc), *(f"notebooks/{path.stem}" for path in notebooks)})


def words_of_article(page):
    """Count the words that a reader sees in the article of a built page, navigation aside."""
    article = re.search(r"<article\b.*?>(.*)</article>", page, re.DOTALL)
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", article[1] if article else "", flags=re.DOTALL)
    return len(html.unescape(text).split())


def faults(root, toc, page_path):
    """List what is wrong, one line a page; `page_path` maps a page's name to its file in the site."""
    found = []
    for name in expected_pages(root, toc):
        path = Path(page_path(name))
        if not path.is_file():
            found.append(f"{name}: no page in the site; is it in {Path(toc).name}?")
        elif (words := words_of_article(path.read_text(encoding="utf-8"))) < FEWEST_WORDS:
            found.append(f"{name}: the page holds {words} words, fewer than {FEWEST_WORDS}")
    return found


def check(app, exception):
    """Raise after a build that looked successful but left a chapter out."""
    if exception is None and app.builder.name == "html":
        found = faults(app.srcdir, app.config.external_toc_path, app.builder.get_outfilename)
        if found:
            raise ExtensionError("chapters are missing from the site:\n" + "\n".join(found))


def setup(app):
    """Register the check."""
    app.connect("build-finished", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
