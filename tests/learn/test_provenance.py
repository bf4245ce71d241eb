"""Where a file comes from: its command, its day, its versions."""

import datetime
import importlib.metadata

import numpy as np
import pytest

from audiocls.learn.provenance import provenance


def test_a_file_says_its_command_its_day_and_its_versions():
    about = provenance("audiocls train", "onnxruntime")
    assert about["command"] == "audiocls train" and about["date"] == datetime.date.today().isoformat()
    assert about["versions"]["numpy"] == np.__version__
    assert about["versions"]["onnxruntime"] == importlib.metadata.version("onnxruntime")


def test_a_library_that_is_not_there_is_named():
    with pytest.raises(importlib.metadata.PackageNotFoundError, match="no-such-library"):
        provenance("by test", "no-such-library")
