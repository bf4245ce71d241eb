"""Tables and pictures of the result files, made when the site is built: no number on the page is typed.

::

    :::{results-table} networks
    :::

    :::{results-figure} splits
    Caption.
    :::

The names are the keys of `TABLES` and `FIGURES`. Every file of ``results/`` is looked at, so a new one appears by
itself; a table of which nothing was measured yet says so.
"""

import html
import json
from importlib import resources
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from audiocls.measure import evaluation

SPACE = "\u00a0"
SPLITS = {"window": "by window", "clip": "by clip", "source": "by source"}
MODELS = {  # in the order in which they are shown
    "report-cnn": "The report’s CNN",
    "report-rnn": "The report’s RNN",
    "cnn": "The book’s CNN",
    "rnn": "The book’s RNN",
    "svm-log-mel-borrowed": "SVM, log-mel, with sound libraries",
    "svm-log-mel": "SVM, log-mel",
    "svm": "SVM, MFCC",
    "logistic": "Logistic regression, MFCC",
    "knn": "Nearest neighbours, MFCC",
    "duration": "Length of the clip alone",
    "majority": "Most frequent class",
}
NETWORKS = ("report-cnn", "report-rnn", "cnn", "rnn")
OURS = ("cnn", "rnn")
PAIRS = [
    ("cnn", "rnn"),
    ("cnn", "svm-log-mel-borrowed"),
    ("cnn", "svm-log-mel"),
    ("rnn", "svm-log-mel-borrowed"),
    ("cnn", "report-cnn"),
    ("rnn", "report-rnn"),
    ("report-cnn", "svm"),
]
ABLATION_BASE = {"svm": "svm 64 bands", "cnn": "cnn", "rnn": "rnn"}
OF_THE_SOURCES = " of the sources"
CHOSEN_ON = 2  # folds of the first split on which networks and steps were chosen; see results/README.md


class Table(NamedTuple):
    """A head, and rows of cells; a cell is text, and code where it stands between backticks."""

    head: list
    rows: list
    classes: tuple = ()


class Bar(NamedTuple):
    """A dot with its interval; without a value, a heading."""

    label: str
    value: float | None = None
    low: float = 0.0
    high: float = 0.0
    kind: str = "source"


class Results(NamedTuple):
    """Files of models, in the order of the page; the ablation; and files of other things, which are only listed."""

    measured: list
    ablation: dict
    others: list


def collect(folder):
    """Read all result files of a folder."""
    found, ablation, others = [], {"rows": {}}, []
    for path in sorted(Path(folder).glob("*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        if "clip_accuracy" in result:
            found.append({"file": path.stem} | result)
        elif path.stem == "ablation":
            ablation = {"file": path.stem} | result
        else:
            others.append({"file": path.stem} | result)
    order = [*MODELS, *sorted({r["model"] for r in found} - set(MODELS))]
    splits = [*SPLITS, *sorted({r["split"] for r in found} - set(SPLITS))]
    found.sort(key=lambda r: (order.index(r["model"]), splits.index(r["split"])))
    return Results(found, ablation, others)


def share(value, digits=1):
    """Write a share as a percentage."""
    return "" if value is None else f"{100 * value:.{digits}f}{SPACE}%"


def interval(low, high):
    """Write an interval of shares, in percent."""
    return f"{100 * low:.1f} to {100 * high:.1f}"


def points(value):
    """Write a difference of shares, in percentage points, with its sign."""
    return f"{100 * value:+.1f}".replace("-", "\u2212")


def pretty(label):
    """Write the name of a class, or of a model."""
    return MODELS.get(label, label.replace("_", " "))


def accuracy(result, of="clip_accuracy"):
    """Write an accuracy with its interval."""
    measured = result[of]
    return f"{share(measured['mean'])} ({interval(*measured['interval'])})"


def _by(found, split):
    return {r["model"]: r for r in found if r["split"] == split}


def _compared(found, models, of="clip_accuracy", title="Clips named correctly"):
    """Models by splits; a column for each split that was measured."""
    splits = [s for s in SPLITS if any(r["split"] == s and r["model"] in models for r in found)]
    rows = []
    for model in dict.fromkeys(r["model"] for r in found if r["model"] in models and r["split"] in SPLITS):
        measured = {r["split"]: r for r in found if r["model"] == model}
        rows.append([pretty(model), *(accuracy(measured[s], of) if s in measured else "" for s in splits)])
    return Table([title, *(SPLITS[s] for s in splits)], rows)


def networks(results):
    """Networks by splits, clips counted."""
    return _compared(results.measured, NETWORKS)


def windows(results):
    """Networks by splits, windows counted."""
    return _compared(results.measured, NETWORKS, "window_accuracy", "Windows named correctly")


def report(results):
    """What the report claims of its networks, and what they do."""
    splits = {s: _by(results.measured, s) for s in SPLITS}
    rows = [
        [pretty(m), claimed, *(share(by[m]["window_accuracy"]["mean"]) if m in by else "" for by in splits.values())]
        for m, claimed in (("report-cnn", f"95{SPACE}%"), ("report-rnn", f"85{SPACE}%"))
    ]
    return Table(["Windows named correctly", "the report says", *SPLITS.values()], rows)


def baselines(results):
    """Everything that is no network, by splits."""
    return _compared(
        [r for r in results.measured if r["split"] in SPLITS], {r["model"] for r in results.measured} - set(NETWORKS)
    )


def more_numbers(results):
    """What else the files of the networks say, a row a file."""
    head = ["Model", "Split", "Balanced", "Windows, pooled", "Seeds", "Parameters", "Seconds a fold"]
    rows = [
        [
            pretty(r["model"]),
            SPLITS[r["split"]],
            share(r.get("balanced_accuracy")),
            share(r["window_accuracy"].get("pooled")),
            str(r["seeds"]),
            f"{r['parameters']:,}",
            f"{np.median(r['fit_seconds']):.0f}",
        ]
        for r in results.measured
        if r["split"] in SPLITS and r["model"] in NETWORKS
    ]
    return Table(head, rows)


def calibrated(results):
    """How far scores are from shares of right answers."""
    rows = [
        [
            pretty(r["model"]),
            SPLITS[r["split"]],
            f"{r['calibration_error']:.3f}",
            "" if (raw := r.get("calibration_error_at_temperature_1")) is None else f"{raw:.3f}",
            "" if r.get("temperature") is None else f"{r['temperature']:.2f}",
        ]
        for r in results.measured
        if r["model"] in NETWORKS and r["split"] in SPLITS and r["split"] != "window"
    ]
    return Table(["Model", "Split", "Calibration error", "as the scores come", "Temperature"], rows)


def sure(results):
    """Answers above a threshold, of our networks by source."""
    measured = {m: r for m, r in _by(results.measured, "source").items() if m in OURS and r.get("answers")}
    if not measured:
        return Table([], [])
    head = ["Answer only from score"]
    for model in measured:
        head += [f"{pretty(model)}: answers", "of these right"]
    rows = []
    for lines in zip(*(r["answers"] for r in measured.values()), strict=True):
        rows.append([f"{lines[0][0]:.1f}", *(share(v) for line in lines for v in line[1:])])
    return Table(head, rows)


def per_fold(results):
    """Accuracy in each fold of the first split by source; the recipe was chosen on the first two."""
    measured = {m: r for m, r in _by(results.measured, "source").items() if m in NETWORKS}
    rows = []
    for model, r in measured.items():
        folds = r["per_fold"][0]
        looked_at, others = np.mean(folds[:CHOSEN_ON]), np.mean(folds[CHOSEN_ON:])
        rows.append([pretty(model), *(share(v) for v in folds), share(looked_at), share(others)])
    head = ["Model", *(f"Fold {i}" for i in range(1, 6)), "Mean of 1 and 2", "Mean of the others"]
    return Table(head, rows)


def recall(results):
    """Share of each class's clips that were named correctly, of networks by source."""
    measured = {m: r for m, r in _by(results.measured, "source").items() if m in NETWORKS}
    rows = []
    for k, label in enumerate(next(iter(measured.values()))["labels"] if measured else []):
        counts = [np.array(r["confusion"][k]) for r in measured.values()]
        rows.append([pretty(label), *(share(row[k] / row.sum(), 0) for row in counts)])
    return Table(["Class", *map(pretty, measured)], rows)


def mistakes(results, model, most=8):
    """The commonest mistakes of a model by source: share of a class's clips that got one other name."""
    r = _by(results.measured, "source").get(model)
    if r is None:
        return Table([], [])
    table, labels = np.array(r["confusion"]), r["labels"]
    wrong = table * (1 - np.eye(len(labels), dtype=int))
    order = np.argsort(-wrong, axis=None, kind="stable")[:most]
    rows = []
    for i, j in zip(*np.unravel_index(order, table.shape), strict=True):
        if wrong[i, j]:
            rows.append([pretty(labels[i]), pretty(labels[j]), f"{table[i, j]} of {table[i].sum()}"])
    return Table(["The clip is", "the network says", "how often"], rows)


def confusion(results, model):
    """The whole confusion matrix of a model by source."""
    r = _by(results.measured, "source").get(model)
    if r is None:
        return Table([], [])
    rows = [[pretty(name), *map(str, row)] for name, row in zip(r["labels"], r["confusion"], strict=True)]
    return Table(["True class", *map(pretty, r["labels"])], rows, ("confusion",))


def transfers(results):
    """Trained on one set, tested on another."""
    rows = [
        [
            pretty(r["model"]),
            r["data"].split(" on ")[0],
            accuracy(r),
            share(r.get("balanced_accuracy")),
            str(r["seeds"]),
        ]
        for r in results.measured
        if r["split"] == "transfer"
    ]
    return Table(["Model", "Learns from", "Real clips named correctly", "Balanced", "Seeds"], rows)


def elsewhere(results):
    """What is right of recordings from other studios, class by class."""
    found = next((r for r in results.others if r["file"] == "elsewhere"), None)
    if found is None:
        return Table([], [])
    models, counts = found["models"], found["clips"]
    rows = [
        [pretty(label), str(counts[k]), *(share(measured["recall"][k], 0) for measured in models.values())]
        for k, label in enumerate(found["labels"])
    ]
    rows.append(["Mean", str(sum(counts)), *(share(measured["balanced_accuracy"]) for measured in models.values())])
    return Table(["Class", "Recordings", *map(pretty, models)], rows)


def _real():
    """Targets and sources of the real clips, which the package holds without their sound."""
    import pandas as pd

    return pd.read_csv(resources.files("audiocls.datasets") / "freesound10.csv")


def pairs(results):
    """Differences on the same clips, by source."""
    measured, clips = _by(results.measured, "source"), _real()
    rows = []
    for a, b in PAIRS:
        if a in measured and b in measured:
            labels = measured[a]["labels"]
            targets = np.array([labels.index(label) for label in clips["label"]])
            right = [np.array(measured[m]["predictions"]) == targets for m in (a, b)]
            difference = right[0].mean(axis=0) - right[1].mean(axis=0)
            low, high = evaluation.bootstrap_interval(difference, clips["source"])
            first, second = right[0][0], right[1][0]
            rows.append(
                [
                    f"{pretty(a)} minus {pretty(b)[0].lower() + pretty(b)[1:] if b in NETWORKS else pretty(b)}",
                    points(difference.mean()),
                    f"{points(low)} to {points(high)}",
                    f"{np.sum(first & ~second)} : {np.sum(second & ~first)}",
                    f"{p:.2f}" if (p := evaluation.paired_test(first, second)) >= 0.001 else "below 0.001",
                ]
            )
    return Table(["Pair", "Difference (points)", "95 % interval", "Only one is right", "McNemar’s p"], rows)


def _ablation_rows(ablation, model):
    def kind(name):
        word = name.split()[0]
        return word if word in ABLATION_BASE else "others"

    rows = ablation["rows"].items()
    return {name: row for name, row in rows if kind(name) == model and not name.endswith(OF_THE_SOURCES)}


def choices(results, model):
    """What one change does, a row a change."""
    rows, measured = [], _ablation_rows(results.ablation, model)
    others = any(row["other_studios"] is not None for row in measured.values())
    base = measured.get(ABLATION_BASE.get(model))
    for name, row in measured.items():
        mean, low, high = row["by_source"]
        change = "" if base is None or row is base else points(mean - base["by_source"][0])
        what = "as it is" if name == model else name.removeprefix(f"{model} ").removeprefix("together: ")
        if row is base and name != model:
            what += " (as it is)"
        measured_on = f"{share(mean)} ({interval(low, high)})"
        cells = [what, str(row["clips"]), measured_on, change, share(row["other_studios"])]
        rows.append(cells[: 5 if others else 3])
    head = [
        f"{model.upper()}: what differs" if model in ABLATION_BASE else "Scores averaged",
        "Clips",
        "By source",
        "Change (points)",
        "Notes from other studios",
    ]
    return Table(head[: 5 if others else 3], rows)


def _curve(ablation):
    """Rows of the learning curve, from few sources to all."""
    names = [name for name in ablation["rows"] if name.endswith(OF_THE_SOURCES)]
    base = ABLATION_BASE["svm"]
    rows = [(name.split(", ")[-1].removesuffix(OF_THE_SOURCES), ablation["rows"][name]) for name in names]
    return rows + ([("all", ablation["rows"][base])] if rows and base in ablation["rows"] else [])


def learning_curve(results):
    """What more recording sessions bring."""
    rows = [
        [f"{name} of them" if name != "all" else "all of them", f"{share(m)} ({interval(low, high)})"]
        for name, row in _curve(results.ablation)
        for m, low, high in [row["by_source"]]
    ]
    return Table(["Sources learnt from", "By source"], rows)


def commands(results):
    """Which command made which file, and when."""
    rows = [[f"`{r['file']}.json`", f"`{r['command']}`", r["date"]] for r in results.measured]
    for r in _listed(results):
        dates = sorted({row["date"] for row in r.get("rows", {}).values()}) or [r.get("date", "")]
        rows.append(
            [f"`{r['file']}.json`", f"`{r.get('command', '')}`", " to ".join(dict.fromkeys((dates[0], dates[-1])))]
        )
    return Table(["File", "Command", "Date"], rows, ("commands",))


def _listed(results):
    """The ablation, if there is one, and the files of other things."""
    return [*([results.ablation] if results.ablation["rows"] else []), *results.others]


def versions(results):
    """The programs that were used; a row a set of versions."""
    files = {}
    for r in [*results.measured, *_listed(results)]:
        text = ", ".join(f"{name} {number}" for name, number in r.get("versions", {}).items())
        files.setdefault(text, []).append(r["file"])
    rows = [
        [
            ", ".join(f"`{name}`" for name in names)
            if len(names) < len(max(files.values(), key=len))
            else "all others",
            text,
        ]
        for text, names in files.items()
        if text
    ]
    return Table(["Files", "Versions"], rows, ("commands",))


def splits_figure(results):
    """The networks' accuracy by each split."""
    bars = []
    for model in NETWORKS:
        measured = [r for r in results.measured if r["model"] == model and r["split"] in SPLITS]
        bars += [Bar(pretty(model))] * bool(measured)
        for r in measured:
            value = r["clip_accuracy"]
            bars.append(Bar(SPLITS[r["split"]], value["mean"], *value["interval"], kind=r["split"]))
    return bars


def source_figure(results):
    """Everything that was measured by source, best first."""
    measured = sorted(_by(results.measured, "source").values(), key=lambda r: -r["clip_accuracy"]["mean"])
    kinds = ["source" if r["model"] in NETWORKS else "clip" for r in measured]
    values = [r["clip_accuracy"] for r in measured]
    return [
        Bar(pretty(r["model"]), v["mean"], *v["interval"], kind=kind)
        for r, v, kind in zip(measured, values, kinds, strict=True)
    ]


def curve_figure(results):
    """The learning curve."""
    return [Bar(name, *row["by_source"]) for name, row in _curve(results.ablation)]


TABLES = {
    "networks": networks,
    "windows": windows,
    "report": report,
    "baselines": baselines,
    "more-numbers": more_numbers,
    "calibration": calibrated,
    "sure": sure,
    "per-fold": per_fold,
    "recall": recall,
    "mistakes-cnn": lambda results: mistakes(results, "cnn"),
    "mistakes-rnn": lambda results: mistakes(results, "rnn"),
    "confusion-cnn": lambda results: confusion(results, "cnn"),
    "confusion-rnn": lambda results: confusion(results, "rnn"),
    "transfers": transfers,
    "elsewhere": elsewhere,
    "pairs": pairs,
    "choices-svm": lambda results: choices(results, "svm"),
    "choices-cnn": lambda results: choices(results, "cnn"),
    "choices-rnn": lambda results: choices(results, "rnn"),
    "choices-others": lambda results: choices(results, "others"),
    "learning-curve": learning_curve,
    "commands": commands,
    "versions": versions,
}
FIGURES = {"splits": splits_figure, "by-source": source_figure, "learning-curve": curve_figure}


def draw(bars, chance=0.1):
    """Draw bars as rows of HTML: the numbers stay text, and the tracks are as wide as the page allows."""
    lines = []
    for bar in bars:
        if bar.value is None:
            lines.append(f'<div class="interval-group">{html.escape(bar.label)}</div>')
            continue
        left, middle, width = (f"{100 * v:.1f}%" for v in (bar.low, bar.value, bar.high - bar.low))
        lines.append(
            f'<div class="interval-row {bar.kind}"><span class="interval-label">{html.escape(bar.label)}</span>'
            f'<span class="interval-track" aria-hidden="true"><i class="chance" style="left:{100 * chance:.0f}%"></i>'
            f'<i class="bar" style="left:{left};width:{width}"></i><i class="dot" style="left:{middle}"></i></span>'
            f'<span class="interval-value">{share(bar.value)}'
            f'<span class="interval-spoken">, {interval(bar.low, bar.high)}</span></span></div>'
        )
    ticks = "".join(f'<i style="left:{tick}%">{tick}</i>' for tick in (0, 25, 50, 75, 100))
    lines.append(
        '<div class="interval-row axis" aria-hidden="true"><span class="interval-label"></span>'
        f'<span class="interval-track">{ticks}</span><span class="interval-value">%</span></div>'
    )
    return "\n".join(lines)


def _entry(text):
    if text == "0":
        return nodes.entry("", nodes.paragraph("", "", nodes.inline(text=text, classes=["zero"])))
    parts = text.split("`")
    kinds = [nodes.literal(text=part) if i % 2 else nodes.Text(part) for i, part in enumerate(parts)]
    return nodes.entry("", nodes.paragraph("", "", *kinds))


def _row(cells):
    return nodes.row("", *map(_entry, cells))


def table_node(table):
    """Build a table whose first column holds the names of the rows."""
    node = nodes.table(classes=["results", "colwidths-auto", *table.classes])
    group = nodes.tgroup(cols=len(table.head))
    for i in range(len(table.head)):
        column = nodes.colspec(colwidth=1)
        if i == 0:
            column["stub"] = 1
        group += column
    group += nodes.thead("", _row(table.head))
    group += nodes.tbody("", *map(_row, table.rows))
    node += group
    return node


class _FromResults(SphinxDirective):
    """What tables and figures share: the files, and that the page is made again when they change."""

    required_arguments = 1
    made: ClassVar = {}

    def results(self):
        folder = Path(self.env.srcdir, "results")
        self.env.note_dependency(str(folder))  # not a file: Sphinx reads the page at every build, so new files appear
        return collect(folder)

    def maker(self):
        try:
            return self.made[self.arguments[0]]
        except KeyError:
            raise ExtensionError(f"no {self.arguments[0]}; there are: {', '.join(self.made)}") from None


class ResultsTable(_FromResults):
    """A table of results."""

    made = TABLES

    def run(self):
        """Make the table, or say that there is nothing yet."""
        table = self.maker()(self.results())
        return [table_node(table) if table.rows else nodes.paragraph(text="Not measured yet.")]


class ResultsFigure(_FromResults):
    """Results as dots and bars; the content is the caption."""

    made = FIGURES
    has_content = True

    def run(self):
        """Make the figure."""
        figure = nodes.container(classes=["intervals"])
        figure += nodes.raw("", draw(self.maker()(self.results())), format="html")
        caption = nodes.container(classes=["intervals-caption"])
        self.state.nested_parse(self.content, self.content_offset, caption)
        figure += caption
        return [figure]


def setup(app):
    """Register the two directives."""
    app.add_directive("results-table", ResultsTable)
    app.add_directive("results-figure", ResultsFigure)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
