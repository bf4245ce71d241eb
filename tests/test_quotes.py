"""Numbers in the text come from where they were measured, or the text is refused."""

import json

import pytest

from audiocls.quotes import fill, printed_quote, result_quote


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
