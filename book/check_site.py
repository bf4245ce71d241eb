"""Refuse an empty or a partial site: python book/check_site.py [FOLDER]

Exit status 1, and a line for each fault, if a page of the table of contents or a notebook has no page, if a page is
empty, or if a file is missing without which the site cannot be used. Publishing runs it before it sends anything.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NEEDED = [
    "index.html",
    "search.html",
    "searchindex.js",
    "genindex.html",
    "_static/book.css",
    "_static/mathjax/startup.js",
]


def faults(site):
    """List what is wrong with a built site, one line a fault."""
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    try:
        import every_chapter
    finally:
        sys.path.pop(0)
    site = Path(site)
    if not site.is_dir():
        return [f"{site}: there is no such folder; build the site first"]
    missing = [f"{name}: not in the site" for name in NEEDED if not (site / name).is_file()]
    return missing + every_chapter.faults(ROOT, ROOT / "book" / "_toc.yml", lambda name: site / f"{name}.html")


def main(folder=ROOT / "_build" / "html"):
    """Say what is wrong; return the exit status."""
    found = faults(folder)
    print(*found or [f"{folder}: complete"], sep="\n", file=sys.stderr if found else sys.stdout)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
