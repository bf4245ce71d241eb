"""Numbers in the text come from where they were measured, or the text is refused."""

import json
from pathlib import Path

import pytest
from quotes import REFERENCE, fill, printed_quote, printed_texts, result_quote


@pytest.fixture
def folder(tmp_path):
    """Results with one file."""
    measured = {"clip_accuracy": {"mean": 0.7967, "interval": [0.7066, 0.875]}, "rows": {"svm 13 MFCC": {"clips": 300}}}
    (tmp_path / "measured.json").write_text(json.dumps(measured), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "reference, text",
    [
        ("measured: clip_accuracy/mean: .1%", "79.7\u00a0%"),
        ("measured: clip_accuracy/interval/1: .2f", "0.88"),
        ("measured: rows/svm 13 MFCC/clips: d", "300"),
    ],
)
def test_a_result_is_quoted_as_the_reference_says(folder, reference, text):
    assert result_quote(reference, folder) == text


@pytest.mark.parametrize(
    "reference, message",
    [
        ("measured clip_accuracy", "must be 'FILE: KEY/KEY: FORMAT'"),
        ("absent: clip_accuracy/mean: .1%", "look into absent.json"),
        ("measured: clip_accuracy/median: .1%", "KeyError"),
        ("measured: clip_accuracy/interval/2: .1%", "IndexError"),
        ("measured: clip_accuracy/mean: d", "Unknown format"),
        ("measured: clip_accuracy: .1%", "TypeError"),
    ],
)
def test_a_reference_that_leads_nowhere_is_an_error(folder, reference, message):
    with pytest.raises(ValueError, match=message):
        result_quote(reference, folder)


def test_a_printed_number_is_quoted():
    assert printed_quote(r"right: (\d+)", ["5 clips\n", "right: 7 of 9\n", "again, right: 7\n"]) == "7"


@pytest.mark.parametrize(
    "pattern, message",
    [(r"(\d+) of", "got none"), (r"clip (\d)", r"got \['1', '2'\]"), (r"clip \d", "got 0")],
)
def test_a_pattern_that_fits_nothing_or_two_things_is_an_error(pattern, message):
    with pytest.raises(ValueError, match=message):
        printed_quote(pattern, ["clip 1", "clip 2"])


def test_all_references_of_a_text_are_filled(folder):
    text = "Right: {result}`measured: clip_accuracy/mean: .0%`, of {printed}`of (\\d+)`; {term}`stays <decibel>`."
    assert fill(text, folder=folder, outputs=["7 of 9"]) == "Right: 80\u00a0%, of 9; {term}`stays <decibel>`."


@pytest.fixture
def notebooks(tmp_path):
    """A folder with one notebook, which printed in two cells; its first cell is text."""
    stream = {"output_type": "stream", "name": "stdout", "text": ["dropped: 591 of\n", "1,103 samples\n"]}
    value = {"output_type": "execute_result", "data": {"text/plain": ["7"]}}
    cells = [{"cell_type": "markdown", "source": []}, {"cell_type": "code", "outputs": [value, stream]}]
    (tmp_path / "06_mel.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return tmp_path


def test_a_page_quotes_what_a_notebook_printed(folder, notebooks):
    assert printed_texts(notebooks / "06_mel.ipynb") == ["dropped: 591 of\n1,103 samples\n"]
    text = "It drops {printed}`06_mel: dropped: (\\d+) of` of {printed}`06_mel: ([\\d,]+) samples`."
    assert fill(text, folder=folder, notebooks=notebooks) == "It drops 591 of 1,103."


@pytest.mark.parametrize("reference", ["dropped (\\d+)", "07_cepstrum: dropped: (\\d+)", "06_mel: kept: (\\d+)"])
def test_a_page_that_quotes_what_nothing_printed_is_refused(folder, notebooks, reference):
    with pytest.raises(ValueError, match=r"NOTEBOOK: PATTERN|must fit"):
        fill(f"{{printed}}`{reference}`", folder=folder, notebooks=notebooks)


ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path for path in (ROOT / "book").rglob("*.md") if REFERENCE.search(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_number_that_a_page_quotes_is_there(page):
    filled = fill(page.read_text(encoding="utf-8"), folder=ROOT / "results", notebooks=ROOT / "notebooks")
    assert not REFERENCE.search(filled)
