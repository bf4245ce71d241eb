"""Settings of every test, doctest and notebook run: clips that tests render stay in the checkout's build folder."""

import os
from pathlib import Path

os.environ.setdefault("AUDIOCLS_CACHE", str(Path(__file__).parent / "_build" / "clips"))
