"""Sources are run as notebooks, not imported in search of doctests."""

collect_ignore_glob = ["source/*", "build.py"]
