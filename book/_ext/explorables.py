"""The directive `explorable`: an experiment in the page, which works without a running kernel.

    ```{explorable} 01_sampling
    :title: Fold a frequency
    :alt: What the picture for readers without JavaScript shows.

    What to try, and what to notice.
    ```

It becomes a figure with a picture, ``book/_static/explorables/NAME.webp``, and the text as its caption. Scripts replace
the picture by the explorable; only pages that have one load them. `NEEDED` comes first on each, then NAME_data.js where
there is such a file, then NAME.js.
"""

from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

FOLDER = Path(__file__).resolve().parents[1] / "_static" / "explorables"
NEEDED = ("dsp.js", "sound.js", "core.js")
WITHOUT_SCRIPTS = "Where JavaScript runs, this picture is an experiment: you move its parts and hear what changes."


def files_of(name):
    """Return the scripts that a page with this explorable loads, in order."""
    data = f"{name}_data.js"
    return [*NEEDED, *([data] if (FOLDER / data).is_file() else []), f"{name}.js"]


class explorable_figure(nodes.General, nodes.Element):
    """The figure."""


class explorable_caption(nodes.Part, nodes.Element):
    """The text under it."""


class Explorable(SphinxDirective):
    """Put an explorable into a page."""

    required_arguments = 1
    has_content = True
    option_spec = {"title": directives.unchanged_required, "alt": directives.unchanged_required}  # noqa: RUF012

    def run(self):
        """Return the figure; a name without a script or a picture, or an option left out, is an error."""
        name = self.arguments[0]
        if missing := {"title", "alt"} - self.options.keys():
            raise self.error(f"the explorable {name} lacks {' and '.join(sorted(missing))}")
        for file in (FOLDER / f"{name}.js", FOLDER / f"{name}.webp"):
            if not file.is_file():
                raise self.error(f"there is no {file.name} in book/_static/explorables")
        self.assert_has_content()
        picture = nodes.image(uri=f"/book/_static/explorables/{name}.webp", alt=self.options["alt"])
        title = nodes.paragraph("", self.options["title"], classes=["explorable-title"])
        instead = nodes.container("", picture, nodes.paragraph("", WITHOUT_SCRIPTS), classes=["explorable-fallback"])
        text = explorable_caption("", *self.parse_content_to_nodes())
        figure = explorable_figure("", title, instead, text, name=name)
        self.set_source_info(figure)
        return [figure]


def start_figure(writer, node):
    """Open the figure; its name is the title's."""
    title = node[0].astext().replace("&", "&amp;").replace('"', "&quot;")
    writer.body.append(f'<figure class="explorable" data-explorable="{node["name"]}" aria-label="{title}">\n')


def end_figure(writer, node):
    """Close the figure."""
    writer.body.append("</figure>\n")


def start_caption(writer, node):
    """Open the caption."""
    writer.body.append("<figcaption>\n")


def end_caption(writer, node):
    """Close the caption."""
    writer.body.append("</figcaption>\n")


def nothing(writer, node):
    """Let other builders show what is inside."""


def load(app, pagename, templatename, context, doctree):
    """Add the scripts and the styles to a page that has an explorable."""
    names = [] if doctree is None else [node["name"] for node in doctree.findall(explorable_figure)]
    if len(set(names)) < len(names):
        raise ExtensionError(f"{pagename} holds an explorable twice")
    for file in dict.fromkeys(file for name in names for file in files_of(name)):
        app.add_js_file(f"explorables/{file}", loading_method="defer")
    if names:
        app.add_css_file("explorables/explorables.css", priority=900)


def setup(app):
    """Register the directive and what it needs."""
    other = {builder: (nothing, nothing) for builder in ("latex", "text", "man", "texinfo")}
    app.add_node(explorable_figure, html=(start_figure, end_figure), **other)
    app.add_node(explorable_caption, html=(start_caption, end_caption), **other)
    app.add_directive("explorable", Explorable)
    app.connect("html-page-context", load)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
