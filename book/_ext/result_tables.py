"""The directives ``{results-table} NAME`` and ``{results-figure} NAME``, which show what `measured_tables` makes.

The content of a figure is its caption. A page is made again when a result file changes, or when there is a new one.
"""

import html
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from measured_tables import FIGURES, TABLES, read_results
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from audiocls.measure.results import percent, percent_interval

TICKS = "".join(f'<i style="left:{tick}%">{tick}</i>' for tick in (0, 25, 50, 75, 100))
AXIS = (
    '<div class="interval-row axis" aria-hidden="true"><span class="interval-label"></span>'
    f'<span class="interval-track">{TICKS}</span><span class="interval-value">%</span></div>'
)


def draw(bars, chance=0.1):
    """Draw bars as rows of HTML: the numbers stay text, and the tracks are as wide as the page allows."""
    lines = []
    for bar in bars:
        label = html.escape(bar.label)
        if bar.value is None:
            lines.append(f'<div class="interval-group">{label}</div>')
            continue
        left, middle, width, guess = (f"{100 * v:.1f}%" for v in (bar.low, bar.value, bar.high - bar.low, chance))
        value, spoken = percent(bar.value), percent_interval(bar.value, bar.low, bar.high).partition(" ")[2]
        lines.append(
            f'<div class="interval-row {bar.kind}"><span class="interval-label">{label}</span>'
            f'<span class="interval-track" aria-hidden="true"><i class="chance" style="left:{guess}"></i>'
            f'<i class="bar" style="left:{left};width:{width}"></i><i class="dot" style="left:{middle}"></i></span>'
            f'<span class="interval-value">{value}<span class="interval-spoken">{spoken}</span></span></div>'
        )
    return "\n".join([*lines, AXIS])


def table_nodes(directive, table):
    """Parse a table, whose first column holds the names of the rows."""
    parsed = directive.parse_text_to_nodes(table.markdown())
    parsed[0]["classes"] += ["colwidths-auto", *table.kind.split()]
    next(parsed[0].findall(nodes.colspec))["stub"] = 1
    for entry in parsed[0].findall(lambda node: isinstance(node, nodes.entry) and node.astext() == "0"):
        entry["classes"].append("zero")
    return parsed


class ResultsTable(SphinxDirective):
    """A table of results."""

    required_arguments = 1
    makers: ClassVar = TABLES

    def made(self):
        """Make what the argument names from the result files, which the page depends on."""
        if self.arguments[0] not in self.makers:
            raise ExtensionError(f"no {self.arguments[0]}; there are: {', '.join(self.makers)}")
        folder = Path(self.env.srcdir, "results")
        for count, file in enumerate(folder.glob("*.json"), start=1):
            self.env.note_dependency(str(file))
            self.env.metadata[self.env.docname]["result_files"] = count
        return self.makers[self.arguments[0]](read_results(folder))

    def run(self):
        """Make the table, or say that there is nothing yet."""
        table = self.made()
        return table_nodes(self, table) if table.rows else [nodes.paragraph(text="Not measured yet.")]


class ResultsFigure(ResultsTable):
    """Results as dots and bars."""

    makers = FIGURES
    has_content = True

    def run(self):
        """Make the figure."""
        caption = nodes.container("", *self.parse_content_to_nodes(), classes=["intervals-caption"])
        return [nodes.container("", nodes.raw("", draw(self.made()), format="html"), caption, classes=["intervals"])]


def with_new_files(app, env, added, changed, removed):
    """Name the pages that were made when there were fewer result files, or more."""
    count = len(list(Path(env.srcdir, "results").glob("*.json")))
    return [page for page, known in env.metadata.items() if known.get("result_files", count) != count]


def setup(app):
    """Register the two directives, and what looks for new files."""
    app.add_directive("results-table", ResultsTable)
    app.add_directive("results-figure", ResultsFigure)
    app.connect("env-get-outdated", with_new_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
