"""Show the book while it is edited: python book/live.py [--port 8000]

Builds the site, serves it, and looks twice a second whether something that pages are made of was saved. Then it builds
again, only what changed, and the browser loads its page anew. The edited text of a chapter goes into its notebook
first, as with ``notebooks/build.py NN --prose``. Edited code is not run here: this is said, and the page stays.
"""

import argparse
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread

ROOT = Path(__file__).resolve().parents[1]
WATCHED = ["_config.yml", "notebooks/*.ipynb", "notebooks/source/*.py", "results/*.json", "book/**/*", "audiocls/**/*"]
JUPYTER_BOOK = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
# The command of `make book` but for -W: a page with a warning is shown too.
OPTIONS = ["build", ".", "--toc", "book/_toc.yml", "-n", "--keep-going", "--quiet"]
PATIENCE = 20  # seconds until a page asks again whether it is the newest
RELOAD = b"""<script>(async () => {
    while ((await fetch("/built-after/%d")).status === 204);
    location.reload();
})()</script>"""


class Builds:
    """Counts the finished builds, and lets the pages wait for the next one."""

    def __init__(self):
        self.count, self._finished = 0, Condition()

    def finished(self):
        """Count one, and tell who waits."""
        with self._finished:
            self.count += 1
            self._finished.notify_all()

    def wait(self, after, patience=PATIENCE):
        """Wait until more than `after` builds are finished; return whether they are."""
        with self._finished:
            return self._finished.wait_for(lambda: self.count > after, patience)


class Handler(SimpleHTTPRequestHandler):
    """Serves the site; a page that was served waits for the next build."""

    def __init__(self, *args, builds, **options):
        self.builds = builds
        super().__init__(*args, **options)

    def do_GET(self):
        """Answer with a page, with a file, or as soon as there is a newer build."""
        page = Path(self.translate_path(self.path))
        page = page / "index.html" if page.is_dir() else page
        if self.path.startswith("/built-after/"):
            self.send_response(200 if self.builds.wait(int(self.path.rpartition("/")[2])) else 204)
            self.end_headers()
        elif page.suffix == ".html" and page.is_file():
            script = RELOAD % self.builds.count  # counted before the page is read: one that changes now is loaded again
            text, end, rest = page.read_bytes().rpartition(b"</body>")
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text + script + end + rest)
        else:
            super().do_GET()

    def end_headers(self):
        """Have the browser keep nothing."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_):
        """Drop the line."""


def snapshot(root):
    """Return when each watched file was written, and its size."""
    states = {}
    for path in (path for pattern in WATCHED for path in root.glob(pattern)):
        if path.name[0] != "." and path.suffix != ".pyc" and not path.is_dir():
            with suppress(FileNotFoundError):  # an editor's own file, gone meanwhile
                states[path] = (path.stat().st_mtime_ns, path.stat().st_size)
    return states


def build(changed, root=ROOT):
    """Build the site as `make book` does; all of it where an extension changed, which Sphinx does not notice."""
    everything = ["--all"] if any(path.parent.name == "_ext" for path in changed) else []
    command = [*JUPYTER_BOOK, *OPTIONS, *everything]  # warnings and errors are not in its standard output
    return subprocess.run(command, cwd=root, stdout=subprocess.DEVNULL, check=False).returncode == 0


def take_over(source, root=ROOT):
    """Put the edited text of a chapter into its notebook."""
    subprocess.run([sys.executable, root / "notebooks" / "build.py", source.name[:2], "--prose"], check=False)


def follow(before, builds, root=ROOT, pause=0.5):
    """Build again after every change since a snapshot, for ever."""
    while True:
        time.sleep(pause)
        now = snapshot(root)
        changed = {path for path in {*before, *now} if before.get(path) != now.get(path)}
        if not changed:
            continue
        print("changed:", *sorted(path.relative_to(root).as_posix() for path in changed), flush=True)
        for source in changed & now.keys():
            if source.parent.name == "source":
                take_over(source, root)
        before = now | {path: state for path, state in snapshot(root).items() if path.suffix == ".ipynb"}
        started = time.perf_counter()
        if build(changed, root):
            print(f"built in {time.perf_counter() - started:.0f} s", flush=True)
            builds.finished()


def main(arguments=None):
    """Build, serve and follow until it is interrupted."""
    parser = argparse.ArgumentParser(description="Show the book while it is edited.")
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args(arguments).port
    before, builds = snapshot(ROOT), Builds()
    handler = partial(Handler, builds=builds, directory=str(ROOT / "_build" / "html"))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise SystemExit(f"port {port} cannot be had ({error.strerror}); choose another with --port") from error
    print("Building the site", flush=True)
    build([])
    Thread(target=server.serve_forever, daemon=True).start()
    print(f"The book is at http://127.0.0.1:{server.server_port} and follows your edits (Ctrl-C stops it)", flush=True)
    with suppress(KeyboardInterrupt):
        follow(before, builds)


if __name__ == "__main__":
    main()
