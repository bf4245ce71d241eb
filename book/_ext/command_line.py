"""Show the options of one command, as `audiocls/cli.toml` declares them: what the help says stands nowhere else.

::

    :::{cli-options} predict
    :::
"""

import argparse
import re

from measured_tables import Table
from result_tables import table_nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from audiocls import cli


def commands():
    """Return the parser of each command, by its name."""
    return next(a for a in cli.parser()._actions if isinstance(a, argparse._SubParsersAction)).choices


def spelling(action):
    """Write an option as one types it."""
    value = action.metavar or action.dest.upper()
    if not action.option_strings:
        return value
    return action.option_strings[0] if action.nargs == 0 else f"{action.option_strings[0]} {value}"


def meaning(action):
    """Write what an option does, which values it takes, and which if none is given."""
    text = (action.help or "") % (vars(action) | {"choices": ", ".join(action.choices or ())})
    parts = [text]
    if not all(choice in text for choice in action.choices or ()):
        parts.append(f"one of {', '.join(action.choices)}")
    if action.option_strings and action.default not in (None, False) and "default" not in text:
        parts.append(f"default: {action.default}")
    if action.option_strings and action.required:
        parts.append("required")
    plain = re.sub(r"([\\*_`<>$|\[\]])", r"\\\1", "; ".join(filter(None, parts)))
    return re.sub(r"--[a-z-]+", r"`\g<0>`", plain)


def options(command):
    """Make the table of a command's options."""
    actions = [action for action in commands()[command]._actions if action.dest != "help"]
    return Table(["Argument", "Meaning"], [[f"`{spelling(a)}`", meaning(a)] for a in actions], "results wrapped")


class CommandLineOptions(SphinxDirective):
    """The options of the command that is the argument."""

    required_arguments = 1

    def run(self):
        """Make their table."""
        if self.arguments[0] not in commands():
            raise ExtensionError(f"no command {self.arguments[0]}; there are: {', '.join(commands())}")
        self.env.note_dependency(cli.__file__.replace(".py", ".toml"))
        return table_nodes(self, options(self.arguments[0]))


def setup(app):
    """Register the directive."""
    app.add_directive("cli-options", CommandLineOptions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
