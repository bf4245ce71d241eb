"""The book to take along: the zip opens from disk, the PDF holds every chapter; and a partial site is refused."""

import importlib.util
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def load(name):
    """Import a script of the folder book."""
    spec = importlib.util.spec_from_file_location(f"book_{name}", ROOT / "book" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    """The zip of the site, unpacked somewhere else."""
    export, folder = load("export"), tmp_path_factory.mktemp("offline")
    export.offline(site, folder / "book.zip")
    with zipfile.ZipFile(folder / "book.zip") as pack:
        pack.extractall(folder)
    return folder / export.NAME


def test_the_zip_holds_the_whole_site(unpacked, site):
    names = [{path.relative_to(top).as_posix() for path in top.rglob("*")} for top in (site, unpacked)]
    assert names[0] - names[1] <= {".buildinfo"}
    assert load("check_site").faults(unpacked) == []


@pytest.mark.parametrize("page", ["index.html", "notebooks/06_mel.html"])
def test_the_zip_opens_from_disk_and_asks_for_nothing_elsewhere(browser, unpacked, page):
    complaints, requests = [], []
    tab = browser.new_page()
    tab.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("request", lambda r: requests.append(r.url))
    tab.goto((unpacked / page).as_uri(), wait_until="load")
    tab.wait_for_selector("article h1")
    if tab.locator(".math").count():
        tab.wait_for_selector("mjx-container")
    tab.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []


def test_a_site_that_is_not_there_is_not_packed(tmp_path):
    with pytest.raises(SystemExit, match="make book"):
        load("export").offline(tmp_path, tmp_path / "book.zip")


def test_a_whole_site_is_published(site, capsys):
    assert load("check_site").main(site) == 0
    assert "complete" in capsys.readouterr().out


@pytest.mark.parametrize(
    "gone, message",
    [
        (f"notebooks/{CHAPTERS[-1].stem}.html", f"notebooks/{CHAPTERS[-1].stem}: no page in the site"),
        ("searchindex.js", "searchindex.js: not in the site"),
        ("_static/book.css", "book.css: not in the site"),
    ],
)
def test_a_partial_site_is_refused(site, tmp_path, capsys, gone, message):
    copy = Path(shutil.copytree(site, tmp_path / "html", copy_function=link))
    (copy / gone).unlink()
    assert load("check_site").main(copy) == 1
    assert message in capsys.readouterr().err


def link(source, target):
    """Copy without copying."""
    Path(target).symlink_to(source)


def test_an_empty_page_and_an_empty_site_are_refused(site, tmp_path, capsys):
    copy = Path(shutil.copytree(site, tmp_path / "html", copy_function=link))
    page = copy / "notebooks" / f"{CHAPTERS[0].stem}.html"
    page.unlink()
    page.write_text("<article><h1>Only a title</h1></article>", encoding="utf-8")
    assert load("check_site").main(copy) == 1
    assert "the page holds 3 words" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert load("check_site").main(tmp_path / "empty") == 1
    assert load("check_site").main(tmp_path / "absent") == 1


def test_publishing_checks_the_site_before_it_sends_it():
    steps = (ROOT / ".github" / "workflows" / "publish.yml").read_text(encoding="utf-8")
    order = [steps.index(word) for word in ("make book", "book/check_site.py", "upload-pages-artifact", "deploy-pages")]
    assert order == sorted(order)


@pytest.fixture(scope="module")
def printed(browser, tmp_path_factory):
    """The PDF of the book, page by page."""
    pypdf = pytest.importorskip("pypdf")
    folder = tmp_path_factory.mktemp("pdf")  # printed by a program of its own, as the browser of the tests is in use
    command = [sys.executable, str(ROOT / "book" / "export.py"), "pdf", "--to", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (made,) = folder.glob("*.pdf")
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pypdf.PdfReader(made).pages]


def test_the_pdf_holds_every_chapter(printed):
    assert len(printed) > 50
    text = " ".join(printed)
    for path in CHAPTERS:
        title = nbformat.read(path, as_version=4).cells[0].source.splitlines()[0].lstrip("# ")
        assert title in text, title
    assert text.count("Further reading") >= len(CHAPTERS)
    assert "Claims ledger" in text and "Glossary" in text


def test_the_pdf_sets_its_formulas(printed):
    assert not re.search(r"\\\(|\\frac|\\sum", " ".join(printed))
