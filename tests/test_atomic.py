"""Files are replaced whole or not at all."""

import os

import pytest

from audiocls.atomic import replacing


def test_an_exception_leaves_the_old_content_and_nothing_else(tmp_path):
    path = tmp_path / "answer.txt"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing(path) as part:
        part.write_text("half of the n")
        raise KeyboardInterrupt
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_what_was_there_is_replaced_by_the_whole_of_what_was_written(tmp_path):
    path = tmp_path / "answer.txt"
    path.write_text("old and longer")
    with replacing(str(path)) as part:
        part.write_text("new")
        assert path.read_text() == "old and longer"
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_regular_file_is_never_replaced(tmp_path, kind):
    path = tmp_path / "answer.txt"
    if kind == "pipe" and not hasattr(os, "mkfifo"):
        pytest.skip("Windows has no named pipes in folders")
    path.mkdir() if kind == "folder" else os.mkfifo(path)
    with pytest.raises(FileExistsError, match=r"answer\.txt: exists and is no regular file"), replacing(path):
        pytest.fail("nothing may be written first")
    assert list(tmp_path.iterdir()) == [path] and not path.is_file()
