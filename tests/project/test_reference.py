"""The reference: every public name says what it takes and gives, shows it, and names its chapter, which links it."""

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
from pathlib import Path

import pytest

import audiocls

ROOT = Path(__file__).resolve().parents[2]
TAUGHT = re.compile(r"Taught in (chapter \d+, [^.]+)\.")


def modules():
    """Give every public module but the command line, whose functions are its subcommands."""
    for found in pkgutil.walk_packages(audiocls.__path__, "audiocls."):
        if not found.name.rpartition(".")[2].startswith("_") and found.name != "audiocls.cli":
            yield importlib.import_module(found.name)


def public(module):
    """Give the functions and classes that a module defines, and the methods of its classes."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(thing):
            yield f"{module.__name__}.{name}", thing
        elif inspect.isclass(thing):
            yield f"{module.__name__}.{name}", thing
            for part, member in vars(thing).items():
                function = getattr(member, "__func__", member)
                if not part.startswith("_") and inspect.isfunction(function) and function.__module__ == module.__name__:
                    yield f"{module.__name__}.{name}.{part}", function


NAMES = {name: thing for module in modules() for name, thing in public(module)}


def taught_in(thing):
    """Return the numbers of the chapters that a docstring names."""
    match = TAUGHT.search(" ".join((thing.__doc__ or "").split()))
    return [int(number) for number in re.findall(r"chapter (\d+)", match[1])] if match else []


def gives_something(function):
    """Whether a function returns or yields a value."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    return any(isinstance(n, (ast.Return, ast.Yield, ast.YieldFrom)) and n.value is not None for n in ast.walk(tree))


def missing(name, thing):
    """List what the docstring lacks."""
    text = inspect.getdoc(thing) or ""
    sections = set(re.findall(r"^(\w+)\n-+$", text, re.MULTILINE))
    wanted = {"Examples"}
    if inspect.isfunction(thing):
        if set(inspect.signature(thing).parameters) - {"self", "cls"}:
            wanted.add("Parameters")
        if gives_something(thing) and not sections & {"Returns", "Yields"}:
            wanted.add("Returns")
    elif not issubclass(thing, Exception) and not sections & {"Attributes", "Parameters"}:
        wanted.add("Attributes")
    found = sorted(wanted - sections)
    if ">>>" not in text:
        found.append("an example that runs")
    is_method = name.rpartition(".")[0] in NAMES
    if not is_method and not taught_in(thing):
        found.append("Taught in chapter")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_docstring_is_complete(name):
    assert missing(name, NAMES[name]) == []


def test_every_chapter_named_is_one_of_the_book():
    chapters = {number for thing in NAMES.values() for number in taught_in(thing)}
    assert chapters == set(range(15))


@pytest.mark.parametrize("source", sorted((ROOT / "notebooks" / "source").glob("*.py")), ids=lambda path: path.stem)
def test_chapter_links_what_it_teaches(source):
    number, text = int(source.stem[:2]), source.read_text(encoding="utf-8")
    linked = {
        re.sub(r".*<|[>~]", "", target) for target in re.findall(r"\{(?:func|class|meth|mod|py:\w+)\}`([^`]+)`", text)
    }
    taught = [n for n, thing in NAMES.items() if number in taught_in(thing) and n.rpartition(".")[0] not in NAMES]
    assert [name for name in taught if name not in linked] == []
