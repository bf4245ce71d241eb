"""The book follows its editor: what is saved is built, and a page that is open learns of it."""

import importlib.util
import threading
import urllib.request
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Stop(Exception):
    """Ends what else would go on for ever."""


@pytest.fixture
def live():
    """The script."""
    spec = importlib.util.spec_from_file_location("book_live", ROOT / "book" / "live.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def address(live, tmp_path):
    """A site of one page and one picture, served; its builds; and its address."""
    (tmp_path / "page.html").write_text("<body><p>Old</p></body>", encoding="utf-8")
    (tmp_path / "wave.svg").write_text("<svg></body></svg>", encoding="utf-8")
    builds = live.Builds()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(live.Handler, builds=builds, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield builds, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def get(url):
    with urllib.request.urlopen(url) as answer:
        return answer.status, answer.headers, answer.read().decode()


def test_a_page_asks_for_the_build_after_its_own_and_a_file_is_served_as_it_is(address):
    builds, url = address
    builds.finished()
    _, headers, text = get(f"{url}/page.html?v=1")
    assert text.startswith("<body><p>Old</p><script>") and text.endswith("</script></body>")
    assert '"/built-after/1"' in text
    assert headers["Cache-Control"] == "no-store"
    assert get(f"{url}/wave.svg")[2] == "<svg></body></svg>"


def test_a_page_is_answered_when_there_is_a_newer_build_and_not_before(live, address, monkeypatch):
    builds, url = address
    monkeypatch.setattr(live.Builds.wait, "__defaults__", (0.05,))
    assert get(f"{url}/built-after/0")[0] == 204
    monkeypatch.setattr(live.Builds.wait, "__defaults__", (30,))
    threading.Timer(0.1, builds.finished).start()
    assert get(f"{url}/built-after/0")[0] == 200
    assert get(f"{url}/built-after/0")[0] == 200


@pytest.fixture
def edit(live, tmp_path, monkeypatch):
    """A function that makes a change in a small book and tells what was done about it."""
    for name in ("_config.yml", "book/intro.md", "notebooks/source/06_mel.py", "notebooks/06_mel.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")

    def edit(change, succeeds=True):
        done, builds = [], live.Builds()
        pauses = iter([lambda: change(tmp_path), lambda: None, Stop])

        def pause(seconds):
            step = next(pauses)
            if step is Stop:
                raise Stop
            step()

        def take_over(source, root):
            done.append(f"take over {source.name}")
            (root / "notebooks" / "06_mel.ipynb").write_text("new", encoding="utf-8")

        def build(changed, root):
            done.append(f"build {' '.join(sorted(path.name for path in changed))}")
            return succeeds

        monkeypatch.setattr(live.time, "sleep", pause)
        monkeypatch.setattr(live, "take_over", take_over)
        monkeypatch.setattr(live, "build", build)
        with pytest.raises(Stop):
            live.follow(live.snapshot(tmp_path), builds, tmp_path)
        return done, builds.count

    return edit


def test_nothing_is_built_while_nothing_changes(edit):
    assert edit(lambda root: (root / "book" / ".intro.md.swp").write_text("x", encoding="utf-8")) == ([], 0)


@pytest.mark.parametrize("name", ["_config.yml", "book/intro.md", "book/_static/new.svg", "results/new.json"])
def test_what_is_saved_is_built_once(edit, name):
    def save(root):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("new", encoding="utf-8")

    assert edit(save) == ([f"build {Path(name).name}"], 1)


def test_what_is_deleted_is_built_without(edit):
    assert edit(lambda root: (root / "book" / "intro.md").unlink()) == (["build intro.md"], 1)


def test_the_text_of_a_chapter_goes_into_its_notebook_and_is_built_once(edit):
    def save(root):
        (root / "notebooks" / "source" / "06_mel.py").write_text("new", encoding="utf-8")

    assert edit(save) == (["take over 06_mel.py", "build 06_mel.py"], 1)


def test_pages_are_not_loaded_again_after_a_build_that_failed(edit):
    def save(root):
        (root / "book" / "intro.md").write_text("{broken", encoding="utf-8")

    assert edit(save, succeeds=False) == (["build intro.md"], 0)


def test_a_port_that_is_taken_is_said_before_anything_is_built(live, address, monkeypatch):
    monkeypatch.setattr(live, "build", lambda changed: pytest.fail("built"))
    with pytest.raises(SystemExit, match="choose another with --port"):
        live.main(["--port", address[1].rpartition(":")[2]])
