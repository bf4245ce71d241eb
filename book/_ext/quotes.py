"""Numbers in the book's text, taken from where they were measured instead of typed.

Text holds references, and `fill` puts the numbers in their place::

    {result}`freesound-cnn-source: clip_accuracy/mean: .1%`
    {printed}`right: (\\d+) of`
    {printed}`06_mel: dropped: (\\d+) of`

The first reads a value of that file in ``results``: the file, the way to the value (keys, or positions in a list, with
``/`` between), and how to write it (a Python format). The second finds what a cell of the same notebook printed: a
regular expression with one group. In a page that is no notebook, the notebook's name comes first.

The chapters are filled when their notebooks are made (``notebooks/build.py``, which also checks that the stored text
still fits), the other pages when the site is built (``book/_ext/quoted_results.py``).

Functions
---------
fill : replace all references in a text
result_quote, printed_quote : the text for one reference
printed_texts : what the cells of a stored notebook printed

Taught in chapter 13, Evaluation.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from audiocls.measure.results import read_json

__all__ = ["REFERENCE", "fill", "printed_quote", "printed_texts", "result_quote"]

REFERENCE = re.compile(r"\{(result|printed)\}`([^`]+)`")


def result_quote(reference: str, folder: str | Path) -> str:
    """Return a value of a result file, written as the reference says.

    Parameters
    ----------
    reference : str, "FILE: KEY/KEY/...: FORMAT"
    folder : str or Path, where the result files are

    Returns
    -------
    text : str; a percent sign stands after a space that does not break, as in the rest of the book

    Raises
    ------
    ValueError
        If the reference has not three parts, or the file, the value or the format does not exist.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "small.json").write_text('{"clips": 300, "interval": [0.71, 0.88]}')
    >>> result_quote("small: interval/0: .2f", folder)
    '0.71'

    Taught in chapter 13, Evaluation.
    """
    parts = [part.strip() for part in reference.split(":")]
    if len(parts) != 3:
        raise ValueError(f"a result reference must be 'FILE: KEY/KEY: FORMAT', got {reference!r}")
    name, way, spec = parts
    try:
        value = read_json(Path(folder, f"{name}.json"))
        for key in way.split("/"):
            value = value[int(key)] if isinstance(value, list) else value[key]
        text = format(value, spec)
    except (OSError, KeyError, IndexError, TypeError, ValueError) as error:
        raise ValueError(f"no such result: {reference!r} ({error!r}); look into {name}.json") from error
    return text.replace("%", "\u00a0%")


def printed_quote(pattern: str, outputs: Sequence[str]) -> str:
    """Return what a cell printed.

    Parameters
    ----------
    pattern : str, a regular expression with one group, which is returned
    outputs : sequence of str, what the cells printed

    Returns
    -------
    text : str

    Raises
    ------
    ValueError
        If the pattern has not one group, nothing fits it, or it fits two different texts.

    Examples
    --------
    >>> printed_quote(r"right: (\\d+)", ["7 clips", "right: 5 of 7"])
    '5'

    Taught in chapter 13, Evaluation.
    """
    compiled = re.compile(pattern)
    if compiled.groups != 1:
        raise ValueError(f"a pattern must have one group, got {compiled.groups} in {pattern!r}")
    found = {match[1] for output in outputs for match in compiled.finditer(output)}
    if len(found) != 1:
        raise ValueError(f"one printed text must fit {pattern!r}, got {sorted(found) or 'none'}")
    return found.pop()


def printed_texts(notebook: str | Path) -> list[str]:
    """Return what the cells of a stored notebook printed.

    Parameters
    ----------
    notebook : str or Path, an .ipynb file

    Returns
    -------
    texts : list of str, one per stream, in order

    Raises
    ------
    FileNotFoundError
        If there is no such notebook.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "small.ipynb")
    >>> stream = {"output_type": "stream", "text": ["right: ", "5 of 7"]}
    >>> _ = path.write_text(json.dumps({"cells": [{"outputs": [stream]}, {"source": "text"}]}))
    >>> printed_texts(path)
    ['right: 5 of 7']
    """
    cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
    return ["".join(output["text"]) for cell in cells for output in cell.get("outputs", ()) if "text" in output]


def fill(text: str, *, folder: str | Path, outputs: Sequence[str] = (), notebooks: str | Path | None = None) -> str:
    """Replace every reference in a text.

    Parameters
    ----------
    text : str
    folder : str or Path, where the result files are
    outputs : sequence of str, what the cells of the same notebook printed
    notebooks : str, Path or None
        A folder of notebooks: the text belongs to none of them, and names the one that printed before each pattern.

    Returns
    -------
    text : str

    Raises
    ------
    ValueError
        As `result_quote` and `printed_quote`, and if there is no such notebook.

    Examples
    --------
    >>> fill(r"It named {printed}`right: (\\d+)` clips.", folder=".", outputs=["right: 5 of 7"])
    'It named 5 clips.'

    Taught in chapter 13, Evaluation.
    """

    def quote(match):
        kind, reference = match.groups()
        if kind == "result":
            return result_quote(reference, folder)
        if notebooks is None:
            return printed_quote(reference, outputs)
        name, colon, pattern = reference.partition(":")
        path = Path(notebooks, f"{name.strip()}.ipynb")
        if not (colon and path.is_file()):
            raise ValueError(f"a printed reference must be 'NOTEBOOK: PATTERN', got {reference!r}; see {path.parent}")
        return printed_quote(pattern.strip(), printed_texts(path))

    return REFERENCE.sub(quote, text)
