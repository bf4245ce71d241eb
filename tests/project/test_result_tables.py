"""The page of results: every file is on it, its numbers are the files', and what the text says of them holds."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sphinx", reason="the book's packages are not installed")

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results"


@pytest.fixture(scope="module")
def tables():
    """The extension that makes tables and figures."""
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    try:
        import result_tables
    finally:
        sys.path.pop(0)
    return result_tables


@pytest.fixture(scope="module")
def results(tables):
    """All result files, and the ablation."""
    return tables.collect(RESULTS)


def read(name):
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def text_of(table):
    return " ".join(cell for row in [table.head, *table.rows] for cell in row)


def test_the_pages_ask_for_every_table_and_figure_and_no_other(tables):
    page = "".join((ROOT / "book" / f"{name}.md").read_text(encoding="utf-8") for name in ("results", "claims"))
    assert set(re.findall(r"\{results-table\} (\S+)", page)) == set(tables.TABLES)
    assert set(re.findall(r"\{results-figure\} (\S+)", page)) == set(tables.FIGURES)


def test_every_result_file_is_listed_with_its_command(tables, results):
    files = {row[0].strip("`"): row[1].strip("`") for row in tables.commands(results).rows}
    assert files == {path.name: read(path.stem)["command"] for path in RESULTS.glob("*.json")}


def test_every_accuracy_is_on_the_page(tables, results):
    shown = " ".join(text_of(make(results)) for make in (tables.networks, tables.baselines, tables.transfers))
    for result in results.measured:
        assert f"{100 * result['clip_accuracy']['mean']:.1f}\u00a0%" in shown, result["file"]
    rows = {
        name: row
        for model in ("svm", "cnn", "rnn", "others")
        for name, row in tables._ablation_rows(results.ablation, model).items()
    }
    curve = [name for name in results.ablation["rows"] if name.endswith(" of the sources")]
    assert {*rows, *curve} == set(results.ablation["rows"])


FULL = ["networks", "windows", "report", "baselines", "recall", "pairs", "sure", "learning-curve"]


@pytest.mark.parametrize("name", FULL)
def test_tables_are_rectangular_and_full(tables, results, name):
    table = tables.TABLES[name](results)
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.head)}


def test_the_numbers_are_those_of_the_files(tables, results):
    measured = read("freesound-cnn-source")
    low, high = (100 * v for v in measured["clip_accuracy"]["interval"])
    row = next(row for row in tables.networks(results).rows if row[0] == "The book\u2019s CNN")
    assert row[-1] == f"{100 * measured['clip_accuracy']['mean']:.1f}\u00a0% ({low:.1f} to {high:.1f})"
    diagonal = [int(row[k + 1]) for k, row in enumerate(tables.confusion(results, "cnn").rows)]
    assert sum(diagonal) / np.sum(measured["confusion"]) == pytest.approx(measured["clip_accuracy"]["mean"], abs=1e-4)


def test_pairs_are_taken_clip_by_clip(tables, results):
    """The clips of the package's table are in the order of the predictions, or the difference would be another."""
    accuracy = {r["model"]: 100 * r["clip_accuracy"]["mean"] for r in results.measured if r["split"] == "source"}
    row = tables.pairs(results).rows[0]
    assert float(row[1].replace("\u2212", "-")) == pytest.approx(accuracy["cnn"] - accuracy["rnn"], abs=0.06)


def test_a_new_file_appears_by_itself(tables, results, tmp_path):
    new = read("freesound-cnn-source") | {"model": "my-network", "command": "audiocls evaluate --model my-network"}
    (tmp_path / "freesound-my-network-source.json").write_text(json.dumps(new), encoding="utf-8")
    found = tables.collect(tmp_path)
    assert "my-network" in text_of(tables.baselines(found))
    assert "audiocls evaluate --model my-network" in text_of(tables.commands(found))
    assert tables.choices(found, "cnn").rows == []  # and a page without it says "Not measured yet."


def test_bars_are_drawn_where_the_numbers_are(tables):
    drawn = tables.draw([tables.Bar("A < B"), tables.Bar("by clip", 0.8, 0.7, 0.85, "clip")])
    assert "A &lt; B" in drawn
    assert 'style="left:70.0%;width:15.0%"' in drawn and 'class="dot" style="left:80.0%"' in drawn
    assert "80.0\u00a0%" in drawn and "70.0 to 85.0" in drawn


def test_what_the_text_claims_holds(tables, results):
    accuracy = {(r["model"], r["split"]): r["clip_accuracy"]["mean"] for r in results.measured}
    for model in ("report-cnn", "svm", "rnn"):
        assert accuracy[model, "clip"] > accuracy[model, "source"] + 0.05
    assert 0 <= accuracy["cnn", "clip"] - accuracy["cnn", "source"] < 0.02  # "loses hardly anything"
    assert read("freesound-report-cnn-window")["window_accuracy"]["mean"] > 0.9
    low, high = (float(end.replace("\u2212", "-")) for end in tables.pairs(results).rows[0][2].split(" to "))
    assert 0 < low < high  # "better than these recurrent ones", of the book's two networks
    assert accuracy["majority", "source"] < 0.1  # "below guessing"
    assert accuracy["duration", "clip"] > 0.2 > accuracy["duration", "source"]
    assert accuracy["cnn", "source"] == max(v for (m, s), v in accuracy.items() if s == "source")  # "the best network"
    assert all(
        abs(r["balanced_accuracy"] - r["clip_accuracy"]["mean"]) < 1e-3
        for r in results.measured
        if "balanced_accuracy" in r
    )
