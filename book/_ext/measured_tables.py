"""Tables and pictures of the result files: no number on a page of the book is typed.

`read_results` reads a folder of result files. Each function in `TABLES` makes a `Table` of them, each in `FIGURES` a
list of `Bar`. All take what `read_results` returns, and leave out what was not measured. The site shows them
(``book/_ext/result_tables.py``); a new result file appears by itself.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from audiocls.book.rosetta import convention_table
from audiocls.datasets.freesound import read_table
from audiocls.learn.recipes import RECIPES
from audiocls.measure.evaluation import bootstrap_interval, paired_test
from audiocls.measure.results import MODELS, percent, percent_interval, read_json
from audiocls.plot import pretty

__all__ = ["FIGURES", "TABLES", "Bar", "Table", "read_results"]

_SPLITS = {"window": "by window", "clip": "by clip", "source": "by source"}
_OURS = ("cnn", "rnn")
_PAIRS = {
    "cnn": ("rnn", "svm-log-mel-borrowed", "svm-log-mel", "report-cnn"),
    "rnn": ("svm-log-mel-borrowed", "report-rnn"),
    "report-cnn": ("svm",),
}
_BASES = {"svm": "svm 64 bands", "cnn": "cnn", "rnn": "rnn"}  # rows of the ablation that the others are compared with
_CURVE = " of the sources"  # how the ablation names the rows of the learning curve
_CHOSEN_ON = 2  # folds of the first split on which networks and steps were chosen; see results/README.md


@dataclass(frozen=True)
class Table:
    """A table of text.

    Attributes
    ----------
    head : list of str
    rows : list of list of str, Markdown; the first cell of a row is its name
    kind : str, what the style sheet calls a table of this form, such as "results wrapped"
    """

    head: list[str]
    rows: list[list[str]]
    kind: str = "results"

    def markdown(self) -> str:
        """Write the table as Markdown.

        Returns
        -------
        text : str

        Examples
        --------
        >>> print(Table(["Model", "Clips"], [["SVM", "300"]]).markdown())
        | Model | Clips |
        | --- | --- |
        | SVM | 300 |
        """
        return "\n".join(f"| {' | '.join(cells)} |" for cells in [self.head, ["---"] * len(self.head), *self.rows])


@dataclass(frozen=True)
class Bar:
    """A value with its interval; without a value, a heading.

    Attributes
    ----------
    label : str
    value, low, high : float or None, shares
    kind : "window", "clip" or "source", which colour
    """

    label: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    kind: str = "source"


def read_results(folder: str | Path) -> dict[str, dict]:
    """Read all result files of a folder.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    results : dict, the name of a file without its suffix -> what it holds
        Networks come first, then baselines, then everything else.

    Examples
    --------
    >>> import tempfile
    >>> read_results(tempfile.mkdtemp())
    {}
    """
    found = {path.stem: read_json(path) for path in sorted(Path(folder).glob("*.json"))}
    orders = {"model": list(MODELS), "split": list(_SPLITS)}

    def place(name):
        return [[*order, found[name].get(key)].index(found[name].get(key)) for key, order in orders.items()]

    return {name: found[name] for name in sorted(found, key=place)}


def _name(model):
    return MODELS[model].title if model in MODELS else model


def _three(measured):
    return measured["mean"], *measured["interval"]


def _points(difference):
    return f"{100 * difference:+.1f}".replace("-", "\u2212")


def _real(results, models=None):
    """What was cross-validated on the real clips."""
    found = (r for r in results.values() if r.get("data") == "freesound" and r["split"] in _SPLITS)
    return [r for r in found if models is None or r["model"] in models]


def _by_source(results, models=None):
    return {r["model"]: r for r in _real(results, models) if r["split"] == "source"}


def _compared(results, what, models):
    """Clips or windows that models named correctly, by splits; a column for each split that was measured."""
    measured = _real(results, models)
    cells = {(r["model"], r["split"]): percent_interval(*_three(r[f"{what}_accuracy"])) for r in measured}
    splits = [s for s in _SPLITS if any(split == s for _, split in cells)]
    rows = [[_name(m), *(cells.get((m, s), "") for s in splits)] for m in dict.fromkeys(m for m, _ in cells)]
    return Table([f"{what.title()}s named correctly", *(_SPLITS[s] for s in splits)], rows)


def _networks(results):
    return _compared(results, "clip", RECIPES)


def _windows(results):
    return _compared(results, "window", RECIPES)


def _report(results):
    return _compared(results, "window", ["report-cnn", "report-rnn"])


def _baselines(results):
    return _compared(results, "clip", {r["model"] for r in _real(results)} - set(RECIPES))


def _more_numbers(results):
    rows = []
    for r in _real(results, RECIPES):
        shares = map(percent, (r.get("balanced_accuracy"), r["window_accuracy"].get("pooled")))
        numbers = str(r["seeds"]), f"{r['parameters']:,}", f"{np.median(r['fit_seconds']):.0f}"
        rows.append([_name(r["model"]), _SPLITS[r["split"]], *shares, *numbers])
    return Table(["Model", "Split", "Balanced", "Windows, pooled", "Seeds", "Parameters", "Seconds per fold"], rows)


def _calibration(results):
    """How far scores are from shares of right answers."""
    rows, keys = [], ("calibration_error", "calibration_error_at_temperature_1", "temperature")
    for r in (r for r in _real(results, RECIPES) if r["split"] != "window"):
        numbers = ("" if r.get(key) is None else f"{r[key]:.3f}" for key in keys)
        rows.append([_name(r["model"]), _SPLITS[r["split"]], *numbers])
    return Table(["Model", "Split", "Calibration error", "as the scores come", "Temperature"], rows)


def _sure(results):
    """Answers above a threshold."""
    measured = {m: r["answers"] for m, r in _by_source(results, _OURS).items() if r.get("answers")}
    rows = []
    for lines in zip(*measured.values(), strict=True):
        rows.append([f"{lines[0][0]:.1f}", *(percent(share) for line in lines for share in line[1:])])
    head = [cell for m in measured for cell in (f"{_name(m)}: answers", "of these right")]
    return Table(["Answer only from score", *head], rows)


def _per_fold(results):
    rows = []
    for model, r in _by_source(results, RECIPES).items():
        folds = r["per_fold"][0]
        rows.append([_name(model), *map(percent, [*folds, np.mean(folds[:_CHOSEN_ON]), np.mean(folds[_CHOSEN_ON:])])])
    return Table(["Model", *(f"Fold {k}" for k in range(1, 6)), "Mean of 1 and 2", "Mean of the others"], rows)


def _matrix(results, model):
    """The names of the classes, and the counts of clips (true, said)."""
    r = _by_source(results).get(model, {"labels": [], "confusion": []})
    return list(map(pretty, r["labels"])), np.array(r["confusion"], dtype=int)


def _recall(results):
    """Share of each class's clips that were named correctly."""
    matrices = {_name(model): _matrix(results, model) for model in _by_source(results, RECIPES)}
    shares = [counts.diagonal() / counts.sum(axis=1) for _, counts in matrices.values()]
    names = next(iter(matrices.values()), ([], []))[0]
    rows = [[name, *(percent(share, 0) for share in row)] for name, *row in zip(names, *shares, strict=True)]
    return Table(["Class", *matrices], rows)


def _confusion(results, *, model):
    names, counts = _matrix(results, model)
    rows = [[name, *map(str, row)] for name, row in zip(names, counts, strict=True)]
    return Table(["True class", *names], rows, "results confusion")


def _mistakes(results, *, model, most=8):
    """The commonest mistakes: how many clips of a class got one other name."""
    names, counts = _matrix(results, model)
    wrong = [cell for cell in zip(*np.nonzero(counts), strict=True) if cell[0] != cell[1]]
    worst = sorted(wrong, key=lambda cell: -counts[cell])[:most]
    rows = [[names[i], names[j], f"{counts[i, j]} of {counts[i].sum()}"] for i, j in worst]
    return Table(["The clip is", "the network says", "how often"], rows)


def _transfers(results):
    """Trained on one set, tested on another."""
    found = [r for r in results.values() if r.get("split") == "transfer"]
    shares = [percent_interval(*_three(r["clip_accuracy"])) for r in found]
    rows = [[_name(r["model"]), r["data"].split(" on ")[0], share] for r, share in zip(found, shares, strict=True)]
    return Table(["Model", "Learns from", "Real clips named correctly"], rows)


def _elsewhere(results):
    """Recordings from other studios, class by class."""
    r = results.get("elsewhere", {"labels": [], "clips": [], "models": {}})
    models, rows = r["models"].values(), []
    for k, label in enumerate(r["labels"]):
        rows.append([pretty(label), str(r["clips"][k]), *(percent(m["recall"][k], 0) for m in models)])
    mean = ["Mean", str(sum(r["clips"])), *(percent(m["balanced_accuracy"]) for m in models)]
    return Table(["Class", "Recordings", *map(_name, r["models"])], [*rows, mean] if rows else [])


def _pairs(results):
    """Differences on the same clips: those of the package's table, in its order."""
    measured, clips, rows = _by_source(results), read_table(), []
    for a, b in ((a, b) for a, others in _PAIRS.items() for b in others if {a, b} <= set(measured)):
        targets = [measured[a]["labels"].index(label) for label in clips["label"]]
        first, second = (np.array(measured[m]["predictions"]) == targets for m in (a, b))
        difference = first.mean(axis=0) - second.mean(axis=0)
        low, high = bootstrap_interval(difference, clips["source"])
        cells = [_points(difference.mean()), f"{_points(low)} to {_points(high)}"]
        cells.append(f"{np.sum(first[0] & ~second[0])} : {np.sum(second[0] & ~first[0])}")
        cells.append(f"{p:.2f}" if (p := paired_test(first[0], second[0])) >= 0.001 else "below 0.001")
        rows.append([f"{_name(a)} minus {_name(b).replace('The', 'the')}", *cells])
    return Table(["Pair", "Difference (points)", "95 % interval", "Only one is right", "McNemar’s p"], rows)


def _ablation(results):
    return results.get("ablation", {}).get("rows", {})


def _choices(results, *, model):
    """What one change does; a column that would be empty is left out."""
    rows, base = [], _ablation(results).get(_BASES.get(model))
    for name, row in _ablation(results).items():
        kind, _, what = name.partition(" ")
        if (kind if kind in _BASES else "others") == model and not name.endswith(_CURVE):
            if row is base:
                what = f"{what} (as it is)" if what else "as it is"
            change = "" if row is base or base is None else _points(row["by_source"][0] - base["by_source"][0])
            measured = percent_interval(*row["by_source"])
            rows.append([what, str(row["clips"]), measured, change, percent(row["other_studios"])])
    first = f"{model.upper()}: what differs" if base else "Scores averaged"
    head = [first, "Clips", "By source", "Change (points)", "Notes from other studios"]
    kept = [k for k in range(len(head)) if any(row[k] for row in rows)]
    return Table([head[k] for k in kept], [[row[k] for k in kept] for row in rows])


def _switches(results):
    """The ten choices in which two libraries' MFCC differ, and what each does."""
    rows = []
    for row in convention_table() if "rosetta" in results else []:
        effect = results["rosetta"]["switches"][row["switch"]]
        lowest = f"{effect['lowest']:.2f}"
        of = "" if lowest == "1.00" else f" ($c_{{{effect['at']}}}$)"
        options = [f"`{row[key]}`" for key in ("switch", "psf", "librosa")]
        rows.append([*options, row["changes"], f"{effect['rms']:.1f}", lowest + of])
    head = ["`audiocls` option", "psf", "librosa", "What it changes", "Change (rms)", "Lowest correlation"]
    return Table(head, rows, "results wrapped")


def _commands(results):
    """Which command made which file, and when."""
    rows = []
    for name, r in results.items():
        dates = [r["date"]] if "date" in r else [row["date"] for row in r["rows"].values()]
        rows.append([f"`{name}.json`", f"`{r['command']}`", " to ".join(dict.fromkeys((min(dates), max(dates))))])
    return Table(["File", "Command", "Date"], rows, "results wrapped")


def _versions(results):
    """The programs that were used; one row per set of versions."""
    files = {}
    for name, r in results.items():
        text = ", ".join(f"{program} {number}" for program, number in r["versions"].items())
        files.setdefault(text, []).append(f"`{name}`")
    most = max(files.values(), key=len, default=[])
    rows = [["all others" if names is most else ", ".join(names), text] for text, names in files.items()]
    return Table(["Files", "Versions"], rows, "results wrapped")


def _splits_figure(results):
    """The networks' accuracy by each split."""
    bars = []
    for model in RECIPES:
        measured = [Bar(_SPLITS[r["split"]], *_three(r["clip_accuracy"]), r["split"]) for r in _real(results, [model])]
        bars += [Bar(_name(model)), *measured] if measured else []
    return bars


def _by_source_figure(results):
    """Everything that was measured by source, best first."""
    found = sorted(_by_source(results).items(), key=lambda item: -item[1]["clip_accuracy"]["mean"])
    kinds = {model: "source" if model in RECIPES else "clip" for model, _ in found}
    return [Bar(_name(model), *_three(r["clip_accuracy"]), kinds[model]) for model, r in found]


def _learning_curve_figure(results):
    """What more recording sessions bring, from few to all."""
    rows = _ablation(results)
    parts = {name.split(", ")[-1].removesuffix(_CURVE): name for name in rows if name.endswith(_CURVE)}
    parts |= {"all": _BASES["svm"]} if parts else {}
    return [Bar(label, *rows[name]["by_source"]) for label, name in parts.items()]


def _named(*makers):
    return {make.__name__[1:].removesuffix("_figure").replace("_", "-"): make for make in makers}


TABLES = _named(_networks, _windows, _report, _baselines, _more_numbers, _calibration, _sure, _per_fold, _recall)
TABLES |= _named(_transfers, _elsewhere, _pairs, _switches, _commands, _versions)
for _make, _models in ((_confusion, _OURS), (_mistakes, _OURS), (_choices, (*_BASES, "others"))):
    TABLES |= {f"{_make.__name__[1:]}-{model}": partial(_make, model=model) for model in _models}
FIGURES = _named(_splits_figure, _by_source_figure, _learning_curve_figure)
