"""The page of the command line: every command, every option and default, and examples that the program understands."""

import argparse
import re
import shlex
from pathlib import Path

import pytest

from audiocls.cli import _parser

PAGE = (Path(__file__).resolve().parents[2] / "book" / "api" / "cli.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([a-z]+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))
COMMANDS = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction)).choices


def actions(command):
    return [action for action in COMMANDS[command]._actions if action.dest != "help"]


def rows(command):
    """What the page says of each option: the first column (without its value) and the second."""
    return {
        re.match(r"`([^ `]+)", first)[1]: (first, second)
        for first, second in re.findall(r"^\| (`[^|]+) \| ([^|]+) \|$", SECTIONS[command], re.MULTILINE)
    }


def test_every_command_has_its_section_in_the_order_of_the_help():
    assert list(SECTIONS) == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_there_and_no_other(command):
    names = [(a.option_strings or [a.metavar or a.dest.upper()])[0] for a in actions(command)]
    assert list(rows(command)) == names


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_says_what_the_help_says(command):
    for action in actions(command):
        first, second = rows(command)[(action.option_strings or [action.metavar or action.dest.upper()])[0]]
        if action.option_strings and action.nargs != 0:
            assert first == f"`{action.option_strings[0]} {action.metavar or action.dest.upper()}`"
        said = (action.help or "").split(" (default")[0]
        assert said in second.replace("`", "")
        if action.default not in (None, False) and action.option_strings:
            assert f"(default: {action.default})" in second
        for choice in action.choices or ():
            assert choice in second or f"`{choice}`" in second or "as for train" in second


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_are_understood(command):
    examples = re.findall(r"^audiocls .*$", SECTIONS[command], re.MULTILINE)
    assert len(examples) >= 2
    for example in examples:
        words = shlex.split(example.split(" | ")[0])[1:]
        assert _parser().parse_args(words).command == command


def test_the_page_and_the_program_tell_the_same_exit_statuses():
    assert all(f"{status} if" in PAGE for status in (0, 1, 2, 130))
