"""Settings of every test, doctest and notebook run: clips that tests render stay in the checkout's build folder."""

import os
from pathlib import Path

os.environ.setdefault("AUDIOCLS_CACHE", str(Path(__file__).parent / "_build" / "clips"))


def pytest_configure(config):
    """Have pytest-xdist keep the order of the files, which is made below; its own puts files of many tests first."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items):
    """Begin with files of slow tests and with the notebooks: none of them should start when all else is done."""
    slow = {item.path for item in items if item.path.suffix == ".ipynb" or item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
