"""Fit docstrings to the page: a link to the chapter that teaches a function, and type lines taken literally.

The last line, "Taught in chapter 1, Sampling.", becomes a link; a chapter that is not written yet is named without one.
The line is taken out before napoleon reads the docstring, where it would count as part of the section above it, and
comes back as a paragraph of its own. Signs such as those of ``|y| <= 1`` mean something else in reStructuredText.
"""

import re

TAUGHT = re.compile(r"Taught in (?P<words>chapter (?P<number>\d+), [^.]+)\.")
MAGNITUDE = re.compile(r"(?<!`)\|(\w[^|`]*)\|(?!`)")
TYPE_LINE = re.compile(r"(?P<names>\w+(, \w+)*) : (?P<type>.*)")


def page_of_chapter(env, number):
    """Return the page of a chapter, or None while there is none."""
    return next((page for page in sorted(env.found_docs) if page.startswith(f"notebooks/{int(number):02d}_")), None)


def before_napoleon(app, what, name, obj, options, lines):  # noqa: PLR0917 (Sphinx calls it)
    """Escape magnitudes and type lines, and move the paragraph that begins with "Taught in chapter" to a store."""
    start = next((i for i, line in enumerate(lines) if TAUGHT.match(line.strip())), None)
    if start is not None:
        app.env.temp_data.setdefault("taught_in", {})[name] = " ".join(line.strip() for line in lines[start:]).strip()
        del lines[start:]
    in_example = False
    for i, line in enumerate(lines):
        in_example = line.lstrip().startswith(">>>") or (in_example and line.strip() != "")
        if match := TYPE_LINE.fullmatch(line):
            lines[i] = f"{match['names']} : " + re.sub(r"([|*])", r"\\\1", match["type"])
        elif not in_example:
            lines[i] = MAGNITUDE.sub(r"\|\1\|", line)


def after_napoleon(app, what, name, obj, options, lines):  # noqa: PLR0917 (Sphinx calls it)
    """Append the stored paragraph with its link."""
    text = app.env.temp_data.get("taught_in", {}).pop(name, None)
    if text is None:
        return
    page = page_of_chapter(app.env, TAUGHT.match(text)["number"])
    if page:
        text = TAUGHT.sub(lambda match: f"Taught in :doc:`{match['words']} </{page}>`.", text)
    lines += ["", ".. container:: taught-in", "", f"   {text}", ""]


def setup(app):
    """Register the two steps around napoleon, whose priority is Sphinx's default of 500."""
    app.connect("autodoc-process-docstring", before_napoleon, priority=400)
    app.connect("autodoc-process-docstring", after_napoleon, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
