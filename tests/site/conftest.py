"""The built site, served on this machine, and a browser to look at it.

The browser is Debian's or the user's own Chromium or Chrome; where there is none the tests are skipped, or fail if
AUDIOCLS_REQUIRE_BROWSER is set (continuous integration sets it, so that a skip cannot go unnoticed).
"""

import os
import shutil
import subprocess
import sysconfig
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def find_browser():
    """Return the path of a browser, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def build(output):
    """Build the site below `output` with the command that `make book` uses; return its folder."""
    options = ["--toc", "book/_toc.yml", "--path-output", str(output), "-W", "-n", "--keep-going"]
    command = [str(Path(sysconfig.get_path("scripts"), "jupyter-book")), "build", ".", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return Path(output, "_build", "html")


def is_fresh(site):
    """Whether a site is newer than all it was made from; `make book` dates its front page."""
    stamp = site / "index.html"
    made_from = [ROOT / "_config.yml", *(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "audiocls").rglob("*.py")]
    made_from += (ROOT / "results").glob("*.json")
    made_from += [path for path in (ROOT / "book").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return stamp.is_file() and stamp.stat().st_mtime > max(path.stat().st_mtime for path in made_from)


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and writes no log."""

    def log_message(self, *_):
        """Drop the line."""


@contextmanager
def serve(folder):
    """Serve a folder on a free port of this machine; give the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def open_browser():
    """Start the browser without a window; give Playwright's handle."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), headless=True, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="session")
def browser():
    """A browser, or the reason why there is none."""
    if find_browser() is None:
        reason = f"no browser on PATH (looked for {', '.join(BROWSERS)}): the site was not looked at"
        if os.environ.get("AUDIOCLS_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with open_browser() as handle:
        yield handle


@pytest.fixture(scope="session")
def browser_with_microphone(browser):
    """Start a browser of its own whose microphone plays a WAV file, again and again."""

    @contextmanager
    def start(wav):
        fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
        flags = [*FLAGS, *fake, f"--use-file-for-fake-audio-capture={wav}"]
        opened = browser.browser_type.launch(executable_path=find_browser(), args=flags)
        try:
            yield opened
        finally:
            opened.close()

    return start


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of a site that is up to date: `make book`'s own, or a new one; or the one that AUDIOCLS_SITE names."""
    if named := os.environ.get("AUDIOCLS_SITE"):
        return Path(named)
    made = ROOT / "_build" / "html"
    return made if is_fresh(made) else build(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served."""
    with serve(site) as url:
        yield url
