"""The reference: `__all__` says what is public, each public name is explained, and every link leads to one."""

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
BOOK = ROOT / "book"
CHAPTERS = {int(path.stem[:2]): path for path in sorted((ROOT / "notebooks" / "source").glob("[0-9][0-9]_*.py"))}
PAGES = [*CHAPTERS.values(), *sorted(BOOK.rglob("*.md"))]
TAUGHT = re.compile(r"Taught in (chapters? \d+[^.]*)\.")
ROLE = re.compile(r"\{(func|class|meth|attr|mod|data|exc|doc|py:\w+)\}`(?:[^`<]*<)?~?!?([^`>]+)>?`")
MODULES = {
    name: importlib.import_module(name)
    for name in ["audiocls", *(found.name for found in pkgutil.walk_packages(audiocls.__path__, "audiocls."))]
    if not name.rpartition(".")[2].startswith("_")
}


def public(module):
    """Give the functions and classes that a module offers and defines, and the methods of its classes."""
    for name in getattr(module, "__all__", ()):
        thing = getattr(module, name)
        if getattr(thing, "__module__", None) != module.__name__:
            continue  # a constant, or what stands in another module
        yield f"{module.__name__}.{name}", thing
        for part, member in vars(thing).items() if inspect.isclass(thing) else ():
            function = getattr(member, "__func__", member)
            if not part.startswith("_") and inspect.isfunction(function) and function.__module__ == module.__name__:
                yield f"{module.__name__}.{name}.{part}", function


# The command line is explained by its help, which the page of the command line shows.
NAMES = {name: thing for key in MODULES if key != "audiocls.cli" for name, thing in public(MODULES[key])}


def taught_in(thing):
    """Return the numbers of the chapters that a docstring names."""
    match = TAUGHT.search(" ".join((thing.__doc__ or "").split()))
    return [int(number) for number in re.findall(r"\d+", match[1].split(". Source")[0])] if match else []


def gives_something(function):
    """Whether a function returns or yields a value."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    return any(isinstance(n, (ast.Return, ast.Yield, ast.YieldFrom)) and n.value is not None for n in ast.walk(tree))


def missing(thing):
    """List what the docstring lacks: a function is shown at work, a class says what it holds."""
    text = inspect.getdoc(thing) or ""
    sections = set(re.findall(r"^(\w+)\n-+$", text, re.MULTILINE))
    wanted = set()
    if inspect.isfunction(thing):
        wanted.add("Examples")
        if set(inspect.signature(thing).parameters) - {"self", "cls"}:
            wanted.add("Parameters")
        if gives_something(thing) and not sections & {"Returns", "Yields"}:
            wanted.add("Returns")
    elif not issubclass(thing, Exception) and not sections & {"Attributes", "Parameters"}:
        wanted.add("Attributes")
    found = sorted(wanted - sections)
    if "Examples" in wanted | sections and ">>>" not in text:
        found.append("an example that runs")
    return found if text else ["a docstring"]


def offered(target):
    """Whether a dotted name is a public module, a name that its module offers, or a part of such a class."""
    if target in MODULES:
        return bool(getattr(MODULES[target], "__all__", ()))
    module, _, name = target.rpartition(".")
    if module in MODULES:
        return name in getattr(MODULES[module], "__all__", ())
    return offered(module) and module not in MODULES and hasattr(NAMES.get(module), name)


@pytest.mark.parametrize("name", [name for name, module in MODULES.items() if not hasattr(module, "__path__")])
def test_a_module_says_what_is_public_and_has_it(name):
    module = MODULES[name]
    assert isinstance(getattr(module, "__all__", None), list), "write __all__ after the imports"
    assert [each for each in module.__all__ if not hasattr(module, each)] == []


@pytest.mark.parametrize("name", NAMES)
def test_docstring_is_complete(name):
    assert missing(NAMES[name]) == []


@pytest.mark.parametrize("name", [name for name, thing in NAMES.items() if taught_in(thing)])
def test_a_chapter_that_is_said_to_teach_a_name_uses_or_links_it(name):
    word = name.rpartition(".")[2]
    for number in taught_in(NAMES[name]):
        text = CHAPTERS[number].read_text(encoding="utf-8")
        code = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
        linked = name in {target for _, target in ROLE.findall(text)}
        assert linked or re.search(rf"\b{word}\b", code), f"chapter {number} does not; drop the line from the docstring"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_link_into_the_package_and_the_book_leads_somewhere(page):
    lost = []
    for kind, target in ROLE.findall(page.read_text(encoding="utf-8")):
        if kind == "doc":
            path = ROOT / target.lstrip("/") if target.startswith("/") else page.parent / target
            there = any(path.with_name(path.name + suffix).is_file() for suffix in (".md", ".ipynb"))
        else:
            there = offered(target)
        lost += [] if there else [f"{kind} {target}"]
    assert lost == []


def test_every_module_that_offers_something_has_its_page_and_no_page_shows_another():
    shown = [
        name
        for path in sorted((BOOK / "api").glob("*.md"))
        for name in re.findall(r"auto(?:module|function):: ([\w.]+)", path.read_text(encoding="utf-8"))
    ]
    offering = {name for name, module in MODULES.items() if getattr(module, "__all__", ())} - {"audiocls"}
    assert sorted(shown) == sorted((offering - {"audiocls.cli"}) | {"audiocls.cli.main"})
