"""The book's sources: every chapter in the table of contents, every word and work it refers to."""

import re
import sys
import types
from pathlib import Path

import nbformat
import pytest

yaml = pytest.importorskip("yaml", reason="the book's packages are not installed")

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


@pytest.fixture(scope="module")
def every_chapter():
    """The extension that guards the build."""
    sys.path.insert(0, str(BOOK / "_ext"))
    try:
        import every_chapter
    finally:
        sys.path.pop(0)
    return every_chapter


def texts():
    """Give the text of every page, by its name without suffix."""
    pages = {path.relative_to(ROOT).with_suffix(""): path.read_text(encoding="utf-8") for path in BOOK.rglob("*.md")}
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        pages[path.relative_to(ROOT).with_suffix("")] = "\n\n".join(
            c.source for c in cells if c.cell_type == "markdown"
        )
    return {name.as_posix(): text for name, text in pages.items()}


def toc_entries(part):
    """Give all pages of a table of contents, in order."""
    if isinstance(part, dict):
        yield from filter(None, [part.get("root"), part.get("file")])
        part = [part.get(key, []) for key in ("parts", "chapters", "sections")]
    for each in part:
        yield from toc_entries(each)


def test_table_of_contents_has_every_notebook_in_order():
    entries = list(toc_entries(yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))))
    assert [e for e in entries if e.startswith("notebooks/")] == [f"notebooks/{path.stem}" for path in NOTEBOOKS]


def test_table_of_contents_has_every_page_of_the_book():
    entries = list(toc_entries(yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))))
    assert len(entries) == len(set(entries))
    assert set(entries) == set(texts())


def test_front_page_links_the_chapters_that_are_written_and_no_other():
    front = (BOOK / "intro.md").read_text(encoding="utf-8")
    numbered = re.findall(r"^(\d+)\. (?:\[[^]]+\]\(\.\./notebooks/(\w+)\.ipynb\)|\S.*)$", front, re.MULTILINE)
    assert [int(number) for number, _ in numbered] == list(range(15))
    assert [name for _, name in numbered if name] == [path.stem for path in NOTEBOOKS]


def test_every_work_cited_is_in_the_bibliography_once():
    keys = re.findall(r"^@\w+\{([^,]+),", (BOOK / "references.bib").read_text(encoding="utf-8"), re.MULTILINE)
    cited = {
        key.strip()
        for text in texts().values()
        for group in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text)
        for key in group.split(",")
    }
    assert len(keys) == len(set(keys))
    assert cited
    assert cited <= set(keys)


def test_bibliography_entries_say_who_what_and_when():
    bib = (BOOK / "references.bib").read_text(encoding="utf-8")
    for entry in re.split(r"^(?=@)", bib, flags=re.MULTILINE)[1:]:
        fields = set(re.findall(r"^ +(\w+) +=", entry, re.MULTILINE))
        assert {"author", "title", "year"} <= fields, entry
        year = re.search(r"year += \{(\d{4})\}", entry)[1]
        assert re.match(rf"@\w+\{{[a-z]+{year}[a-z]+,", entry), (
            f"the key should be author, year and first word: {entry}"
        )


def test_glossary_is_sorted_and_defines_every_term_used():
    pages = texts()
    body = re.search(r"```\{glossary\}\n(.*?)```", pages["book/glossary"], re.DOTALL)[1]
    terms = re.findall(r"^(\S.*)$", body, re.MULTILINE)
    assert terms == sorted(terms, key=str.lower)
    used = {
        (re.search(r"<(.+)>", word) or [None, word])[1].replace("\n", " ")
        for text in pages.values()
        for word in re.findall(r"\{term\}`([^`]+)`", text)
    }
    assert {re.sub(r"\s+", " ", word).lower() for word in used} <= {term.lower() for term in terms}


def test_pages_fetch_nothing_from_elsewhere():
    for path in [*BOOK.rglob("*.css"), *BOOK.rglob("*.html"), *BOOK.rglob("*.md")]:
        assert not re.search(r"(src=|@import|url\()[\"']?(https?:)?//", path.read_text(encoding="utf-8")), path


def test_guard_counts_what_readers_see(every_chapter):
    page = "<nav>one two</nav><article class='a'><h1>Three</h1><script>x = 4</script> <p>five&amp;six</p></article>"
    assert every_chapter.words_of_article(page) == 2
    assert every_chapter.words_of_article("<p>no article</p>") == 0


@pytest.fixture
def finish(every_chapter, tmp_path):
    """A book of two chapters, and a function that finishes its build, with the words of each page, under the guard."""
    (tmp_path / "notebooks").mkdir()
    for name in ("00_first", "01_second"):
        (tmp_path / "notebooks" / f"{name}.ipynb").touch()
    toc = tmp_path / "_toc.yml"
    pages = [{"file": "notebooks/00_first"}, {"file": "notebooks/01_second"}]
    toc.write_text(yaml.safe_dump({"format": "jb-book", "root": "intro", "chapters": pages}), encoding="utf-8")
    handlers = {}
    every_chapter.setup(types.SimpleNamespace(connect=handlers.__setitem__))

    def finish(words, builder="html", exception=None):
        for name, count in words.items():
            page = f"<article>{'word ' * count}</article>"
            (tmp_path / f"{name}.html").write_text(page, encoding="utf-8")
        config = types.SimpleNamespace(external_toc_path=str(toc))
        made = types.SimpleNamespace(name=builder, get_outfilename=lambda name: str(tmp_path / f"{name}.html"))
        app = types.SimpleNamespace(srcdir=str(tmp_path), config=config, builder=made)
        handlers["build-finished"](app, exception)

    return toc, finish


def test_the_book_is_built_under_the_guard():
    sphinx = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]
    assert "every_chapter" in sphinx["config"]["extensions"]


def test_guard_lets_a_whole_book_pass(finish):
    finish[1]({"intro": 40, "notebooks/00_first": 40, "notebooks/01_second": 30})


def test_guard_stops_a_book_whose_table_of_contents_forgot_a_chapter(every_chapter, finish):
    toc, finish = finish
    pages = {"format": "jb-book", "root": "intro", "chapters": [{"file": "notebooks/00_first"}]}
    toc.write_text(yaml.safe_dump(pages), encoding="utf-8")
    with pytest.raises(every_chapter.ExtensionError, match="notebooks/01_second: no page in the site"):
        finish({"intro": 40, "notebooks/00_first": 40})


def test_guard_stops_a_book_with_an_empty_chapter(every_chapter, finish):
    with pytest.raises(
        every_chapter.ExtensionError, match=r"notebooks/01_second: the page holds 29 words, fewer than 30"
    ):
        finish[1]({"intro": 40, "notebooks/00_first": 40, "notebooks/01_second": 29})


def test_guard_leaves_a_build_that_failed_and_other_forms_of_the_book_alone(finish):
    finish[1]({}, exception=ValueError("the reason that should be seen"))
    finish[1]({}, builder="singlehtml")


def test_the_readme_lists_every_chapter_that_is_written():
    linked = re.findall(r"\]\((notebooks/[^)]+\.ipynb)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    sources = sorted((ROOT / "notebooks" / "source").glob("*.py"))
    assert linked == [f"notebooks/{path.stem}.ipynb" for path in sources]


def test_the_projects_address_is_the_same_everywhere():
    address = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]["url"]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["repository-code"] == address
    assert re.fullmatch(r"https://github\.com/[\w-]+/[\w-]+", address)
