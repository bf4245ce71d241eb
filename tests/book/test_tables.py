"""The tables of results: every file is shown, the numbers are the files', and what the text says of them holds."""

import os
import re
from io import StringIO
from pathlib import Path

import measured_tables as tables
import numpy as np
import pytest

from audiocls.book.rosetta import convention_table
from audiocls.measure.results import percent, percent_interval, read_json, write_json

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results"

if not RESULTS.exists():
    pytest.skip("the results are part of the checkout only", allow_module_level=True)


@pytest.fixture(scope="module")
def results():
    return tables.read_results(RESULTS)


@pytest.fixture(scope="module")
def measured(results):
    """What was measured of models, by model and split."""
    return {(r["model"], r["split"]): r for r in results.values() if "clip_accuracy" in r and r["split"] != "transfer"}


@pytest.fixture
def result_tables(monkeypatch):
    """The extension that shows them."""
    pytest.importorskip("myst_parser", reason="the book's packages are not installed")
    monkeypatch.syspath_prepend(str(ROOT / "book" / "_ext"))
    return pytest.importorskip("result_tables")


@pytest.fixture(scope="module")
def shown(results):
    """Every table, by its name."""
    return {name: make(results) for name, make in tables.TABLES.items()}


def test_the_pages_ask_for_every_table_and_figure_and_no_other():
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.md"))
    assert set(re.findall(r"\{results-table\} (\S+)", text)) == set(tables.TABLES)
    assert set(re.findall(r"\{results-figure\} (\S+)", text)) == set(tables.FIGURES)


@pytest.mark.parametrize("name", tables.TABLES)
def test_a_table_is_rectangular_and_full_and_without_results_empty(shown, name):
    table = shown[name]
    assert table.rows and {len(row) for row in table.rows} == {len(table.head)}
    assert all(isinstance(cell, str) and "|" not in cell for row in [table.head, *table.rows] for cell in row)
    assert tables.TABLES[name]({}).rows == []


@pytest.mark.parametrize("name", tables.FIGURES)
def test_a_figure_has_its_bars_in_their_intervals_and_without_results_none(results, name):
    bars = [bar for bar in tables.FIGURES[name](results) if bar.value is not None]
    assert len(bars) >= 4 and all(0 <= bar.low <= bar.value <= bar.high <= 1 for bar in bars)
    assert tables.FIGURES[name]({}) == []


def test_every_result_file_is_listed_with_its_command(shown):
    files = {row[0].strip("`"): row[1].strip("`") for row in shown["commands"].rows}
    assert files == {path.name: read_json(path)["command"] for path in RESULTS.glob("*.json")}


def test_every_accuracy_is_shown_with_its_interval(results, shown):
    cells = {cell for name in ("networks", "baselines", "transfers") for row in shown[name].rows for cell in row}
    for name, r in results.items():
        if "clip_accuracy" in r:
            assert percent_interval(r["clip_accuracy"]["mean"], *r["clip_accuracy"]["interval"]) in cells, name


def test_every_row_of_the_ablation_is_shown_once(results, shown):
    rows = sum(len(shown[f"choices-{model}"].rows) for model in ("svm", "cnn", "rnn", "others"))
    curve = len(tables.FIGURES["learning-curve"](results)) - 1  # the last is a row of the SVM's table too
    assert rows + curve == len(results["ablation"]["rows"])


def test_the_numbers_are_those_of_the_files(shown, measured):
    found = measured["cnn", "source"]["clip_accuracy"]
    row = next(row for row in shown["networks"].rows if row[0] == "The book’s CNN")
    assert row[-1] == percent_interval(found["mean"], *found["interval"])
    counts = np.array([row[1:] for row in shown["confusion-cnn"].rows], dtype=int)
    assert counts.tolist() == measured["cnn", "source"]["confusion"]
    recall = [row[3] for row in shown["recall"].rows]
    assert recall == [percent(n, 0) for n in counts.diagonal() / counts.sum(axis=1)]
    assert shown["mistakes-cnn"].rows[0][2] == f"{(counts - np.diag(counts.diagonal())).max()} of 30"


def test_pairs_are_taken_clip_by_clip(shown, measured):
    """The clips of the package's table are in the order of the predictions, or the difference would be another."""
    row = shown["pairs"].rows[0]
    means = [measured[model, "source"]["clip_accuracy"]["mean"] for model in ("cnn", "rnn")]
    assert float(row[1].replace("\u2212", "-")) == pytest.approx(100 * (means[0] - means[1]), abs=0.06)


def test_the_switches_are_the_packages_with_what_was_measured_of_each(results, shown):
    rows = shown["switches"].rows
    known = [[f"`{row[key]}`" for key in ("switch", "psf", "librosa")] + [row["changes"]] for row in convention_table()]
    assert [row[:4] for row in rows] == known
    scale = results["rosetta"]["switches"]["scale"]
    assert rows[4][4:] == [f"{scale['rms']:.1f}", f"{scale['lowest']:.2f} ($c_{{{scale['at']}}}$)"]
    assert rows[3][5] == "1.00"  # the spectrum's: no coefficient stands out


def test_a_new_file_appears_by_itself(tmp_path):
    new = read_json(RESULTS / "freesound-cnn-source.json") | {
        "model": "my-network",
        "command": "audiocls evaluate mine",
    }
    write_json(tmp_path / "freesound-my-network-source.json", new)
    found = tables.read_results(tmp_path)
    assert tables.TABLES["baselines"](found).rows[0][0] == "my-network"
    assert tables.TABLES["commands"](found).rows[0][1] == "`audiocls evaluate mine`"


def test_networks_come_first_then_baselines_then_everything_else(results):
    models = list(dict.fromkeys(r.get("model") for r in results.values()))
    assert models[:4] == ["report-cnn", "report-rnn", "cnn", "rnn"]
    assert models[-2:] == ["majority", None]


def test_bars_are_drawn_where_the_numbers_are(result_tables):
    drawn = result_tables.draw([tables.Bar("A < B"), tables.Bar("by clip", 0.8, 0.7, 0.85, "clip")])
    assert "A &lt; B" in drawn
    assert 'style="left:70.0%;width:15.0%"' in drawn and 'class="dot" style="left:80.0%"' in drawn
    assert '80.0\u00a0%<span class="interval-spoken">(70.0 to 85.0)</span>' in drawn


@pytest.fixture
def build(result_tables, tmp_path):
    """A book with one table, and a function that builds it and returns the pages that were read."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace

    (tmp_path / "results").mkdir()
    write_json(tmp_path / "results" / "freesound-cnn-source.json", read_json(RESULTS / "freesound-cnn-source.json"))
    (tmp_path / "index.md").write_text("# Results\n\n:::{results-table} recall\n:::\n\n```{toctree}\nother\n```\n")
    (tmp_path / "other.md").write_text("# Other\n")
    options = {"extensions": ["myst_parser", "result_tables"], "myst_enable_extensions": ["colon_fence"]}

    def run():
        with docutils_namespace():
            out = tmp_path / "_build"
            app = Sphinx(tmp_path, None, out, out / "trees", "html", options, status=StringIO(), warning=StringIO())
            read = []
            app.connect("source-read", lambda app, name, source: read.append(name))
            app.build()
        return read, (out / "index.html").read_text(encoding="utf-8")

    return run


def test_a_page_is_read_again_when_a_result_changes_or_appears_and_only_then(build, tmp_path):
    read, page = build()
    assert sorted(read) == ["index", "other"]
    assert re.search(r'<th class="head stub"><p>Class</p></th>', page) and page.count('<th class="stub">') == 10
    assert build()[0] == []
    path = tmp_path / "results" / "freesound-cnn-source.json"
    os.utime(path)
    assert build()[0] == ["index"]
    write_json(path.with_stem("freesound-rnn-source"), read_json(path) | {"model": "rnn"})
    read, page = build()
    assert read == ["index"] and "The book’s RNN" in page
    assert build()[0] == []


def test_what_the_text_claims_holds(shown, measured):
    accuracy = {key: r["clip_accuracy"]["mean"] for key, r in measured.items()}
    for model in ("report-cnn", "svm", "rnn"):
        assert accuracy[model, "clip"] > accuracy[model, "source"] + 0.05
    assert 0 <= accuracy["cnn", "clip"] - accuracy["cnn", "source"] < 0.02  # "loses hardly anything"
    assert measured["report-cnn", "window"]["window_accuracy"]["mean"] > 0.9
    low, high = (float(end.replace("\u2212", "-")) for end in shown["pairs"].rows[0][2].split(" to "))
    assert 0 < low < high  # "better than these recurrent ones", of the book's two networks
    assert accuracy["majority", "source"] < 0.1  # "below guessing"
    assert accuracy["duration", "clip"] > 0.2 > accuracy["duration", "source"]
    assert accuracy["cnn", "source"] == max(v for (m, s), v in accuracy.items() if s == "source")  # "the best network"
    assert all(
        abs(r["balanced_accuracy"] - r["clip_accuracy"]["mean"]) < 1e-3
        for r in measured.values()
        if r.get("balanced_accuracy")
    )
