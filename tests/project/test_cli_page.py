"""The page of the command line: a section for every command, its table of options, and examples that are understood."""

import re
import shlex
from pathlib import Path

import pytest

from audiocls.cli import parser

pytest.importorskip("sphinx", reason="the book's packages are not installed")

BOOK = Path(__file__).resolve().parents[2] / "book"
PAGE = (BOOK / "api" / "cli.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([a-z]+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))


@pytest.fixture
def command_line(monkeypatch):
    """The extension that makes the tables."""
    monkeypatch.syspath_prepend(str(BOOK / "_ext"))
    return pytest.importorskip("command_line")


def test_every_command_has_its_section_and_its_table_in_the_order_of_the_help(command_line):
    assert list(SECTIONS) == list(command_line.commands())
    for command, text in SECTIONS.items():
        assert re.findall(r"\{cli-options\} (\S+)", text) == [command]


@pytest.mark.parametrize("command", SECTIONS)
def test_every_option_says_what_it_means(command_line, command):
    options = command_line.commands()[command]._actions
    assert [option.dest for option in options if not option.help] == [], "write its help in audiocls/cli.toml"


def test_a_table_spells_options_as_one_types_them(command_line):
    rows = dict(command_line.options("predict").rows)
    assert list(rows)[:2] == ["`FILE`", "`--model MODEL`"]
    assert "`--json`" in rows and "default: 10" in rows["`--top N`"]
    assert "required" in dict(command_line.options("features").rows)["`--out FOLDER`"]
    split = dict(command_line.options("evaluate").rows)["`--split SPLIT`"]
    assert all(word in split for word in ("source", "clip", "window", "default: source"))
    assert "`--data`" in dict(command_line.options("evaluate").rows)["`--on DATA`"]


@pytest.mark.parametrize("command", SECTIONS)
def test_the_examples_are_understood(command):
    examples = re.findall(r"^audiocls .*$", SECTIONS[command], re.MULTILINE)
    assert len(examples) >= 2
    for example in examples:
        words = shlex.split(example.split(" | ")[0])[1:]
        assert parser().parse_args(words).command == command


def test_the_page_and_the_program_tell_the_same_exit_statuses():
    assert all(f"{status} if" in PAGE for status in (0, 1, 2, 130))
