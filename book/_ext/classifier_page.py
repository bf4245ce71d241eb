"""The directive `classifier`: the shipped networks in the page, run by onnxruntime-web in the reader's browser.

The text of the directive stands there for readers without JavaScript. When the site is built, this extension copies
into ``_static/classifier``

- the networks of the package, the same files that Python reads, and what they say of themselves (``models.js``),
- one rendered clip of each class and a piano, as WAV files to try,
- the runtime: three files of the npm package `RUNTIME`, checked by sha256 and kept in the cache.

Where npm or the network is missing, the site is built all the same, and the page says what is missing.
"""

import json
from dataclasses import asdict
from pathlib import Path
from shutil import copyfile

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from audiocls import audio, datasets
from audiocls.classifier import PRETRAINED, SHIPPED, Classifier
from audiocls.datasets import packages, rendered
from audiocls.datasets.clips import cache_folder
from audiocls.learn.recipes import RECIPES

SCRIPTS = ("explorables/dsp.js", "classifier/models.js", "classifier/hearing.js", "classifier/classifier.js")
RUNTIME = packages.Package(
    "npm",
    "onnxruntime-web",
    "1.30.0",
    (
        "package/dist/ort.wasm.min.js",
        "package/dist/ort-wasm-simd-threaded.mjs",
        "package/dist/ort-wasm-simd-threaded.wasm",
    ),
    "d2228df7e4616bc3348bf504ee888f3bec43789a273f0a63f3e68d203ce3bf71",
    "MIT",
)
NEVER_TAUGHT = "Piano"
LONGEST = 3.0  # seconds of an example
logger = logging.getLogger(__name__)


class classifier_place(nodes.General, nodes.Element):
    """The place that the script fills."""


class ClassifierHere(SphinxDirective):
    """Put the classifier into a page."""

    has_content = True

    def run(self):
        """Return its place, with the text that is shown without scripts."""
        self.assert_has_content()
        return [classifier_place("", *self.parse_content_to_nodes())]


def start(writer, node):
    """Open the place."""
    writer.body.append('<div class="classifier-page">\n')


def end(writer, node):
    """Close the place."""
    writer.body.append("</div>\n")


def nothing(writer, node):
    """Let other builders show what is inside."""


def load(app, pagename, templatename, context, doctree):
    """Add the scripts and the styles to the page that has the classifier."""
    if doctree is not None and any(doctree.findall(classifier_place)):
        for script in SCRIPTS:
            app.add_js_file(script, loading_method="defer", priority=900)
        app.add_css_file("classifier/classifier.css", priority=900)


def _copy_runtime(folder):
    """Copy onnxruntime-web; return what the page says where that is not possible, else an empty text."""
    try:
        source = packages.fetch(RUNTIME, cache_folder("runtime") / f"{RUNTIME.name}-{RUNTIME.version}")
    except (ValueError, OSError) as error:
        logger.info("The classifier page is built without its runtime: %s", error)
        return (
            f"The classifier is missing here: {RUNTIME.name} {RUNTIME.version} could not be fetched from npm when this "
            "site was built. In Python it works: audiocls predict FILE."
        )
    (folder / "runtime").mkdir(exist_ok=True)
    for file in source.iterdir():
        copyfile(file, folder / "runtime" / file.name)
    return ""


def _write_examples(folder):
    """Write the rendered clips; return their names, labels and whether the networks know the class."""
    others = rendered.load(classes={NEVER_TAUGHT: rendered.OTHERS[NEVER_TAUGHT]}, per_class=1)
    examples = []
    for clips, taught in ((datasets.load("rendered").one_per_class(), True), (others, False)):
        for i, label in enumerate(clips.table["label"]):
            y, sr = clips.audio(i)
            file = f"examples/{label}.wav"
            (folder / "examples").mkdir(exist_ok=True)
            audio.write(folder / file, y[: round(LONGEST * sr)], sr)
            examples.append({"file": file, "label": label, "taught": taught})
    return examples


def _models(folder):
    """Copy the networks; return what each says of itself."""
    about = {}
    for name in SHIPPED:
        copyfile(PRETRAINED / f"{name}.onnx", folder / f"{name}.onnx")
        model = Classifier(name)
        sizes = {"sr": model.sr, "length": model.length, "voting": asdict(model.voting)}
        about[name] = {"title": RECIPES[name].title, "file": f"{name}.onnx", "labels": model.labels, **sizes}
    return about


def supply(app, exception):
    """Put everything that the page loads into the finished site."""
    if exception is not None or app.builder.name != "html":
        return
    folder = Path(app.outdir, "_static", "classifier")
    folder.mkdir(parents=True, exist_ok=True)
    missing = _copy_runtime(folder)
    facts = {"models": _models(folder), "examples": _write_examples(folder)}
    facts |= {"runtime": None if missing else "runtime", "missing": missing}
    (folder / "models.js").write_text(f"window.audioclsModels = {json.dumps(facts)};\n", encoding="utf-8")


def setup(app):
    """Register the directive and what it needs."""
    other = {builder: (nothing, nothing) for builder in ("latex", "text", "man", "texinfo")}
    app.add_node(classifier_place, html=(start, end), **other)
    app.add_directive("classifier", ClassifierHere)
    app.connect("html-page-context", load)
    app.connect("build-finished", supply)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
