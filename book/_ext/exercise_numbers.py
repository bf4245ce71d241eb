"""Number exercises by chapter: the second exercise of chapter 1 is Exercise 1.2, whatever other chapters hold."""

import re

CHAPTER = re.compile(r"notebooks/(\d\d)_")


def renumber(app, env):
    """Replace the numbers through the whole book that Sphinx has given."""
    for page, numbers in env.toc_fignumbers.items():
        if match := CHAPTER.match(page):
            exercises = numbers.get("exercise", {})
            for i, (name, _) in enumerate(sorted(exercises.items(), key=lambda item: item[1]), start=1):
                exercises[name] = (int(match[1]), i)


def setup(app):
    """Register the step: after Sphinx has stored its own numbers, before it writes the pages.

    At the next build Sphinx gives its own numbers again, and writes every page anew whose stored numbers are others.
    """
    app.connect("env-check-consistency", renumber)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
