"""The clips: three hundred sounds of ten instruments, rendered, recorded or your own.

Every set is a `Clips`: a table with one row per clip, and the sound of each, read when it is asked for. What follows in
the book does not know which set it has.

- ``load(name_or_path)``: ``"rendered"`` (always there), ``"freesound"`` (the real recordings), or clips of your own
- ``LABELS``: the ten classes of both sets
- ``folds``: which fold a clip is tested in
- ``combine``: one set of several
- modules: ``clips``; ``rendered`` with its ``soundfont`` and ``sampler``; ``freesound``; ``folder``; ``libraries`` with
  its ``packages``, from which training borrows
"""

from pathlib import Path
from typing import Any

from audiocls.datasets import folder, freesound, libraries, rendered
from audiocls.datasets.clips import Clips, combine, folds

__all__ = ["LABELS", "Clips", "combine", "folder", "folds", "freesound", "libraries", "load", "rendered"]

LABELS = tuple(sorted(rendered.CLASSES))


def load(name_or_path: str | Path, **options: Any) -> Clips:
    """Load a set of clips by its name, or from a folder or CSV file of your own.

    Parameters
    ----------
    name_or_path : str or Path
        ``"rendered"``, ``"freesound"``, ``"libraries"``, a folder with one subfolder per class, or a CSV file with
        fname and label.
    **options
        Passed to `rendered.load`, `freesound.load`, `libraries.load`, `folder.from_folders` or `folder.from_csv`.

    Returns
    -------
    clips : Clips, with the name it was asked for by, or that of the folder or file

    Raises
    ------
    ValueError
        If there is no such set, folder or CSV file.

    Examples
    --------
    >>> clips = load("rendered")
    >>> clips.name, len(clips), clips.labels[0]
    ('rendered', 300, 'Acoustic_guitar')
    >>> load("birds")
    Traceback (most recent call last):
    ValueError: no data set, folder or CSV file named 'birds'; use rendered, freesound, libraries or your own clips'
    path

    Taught in chapter 9, Data set.
    """
    named = {"rendered": rendered, "freesound": freesound, "libraries": libraries}
    if isinstance(name_or_path, str) and name_or_path in named:
        return named[name_or_path].load(**options)
    path = Path(name_or_path)
    if path.is_dir():
        return folder.from_folders(path, **options)
    if path.is_file():
        return folder.from_csv(path, **options)
    raise ValueError(f"no data set, folder or CSV file named '{path}'; use {', '.join(named)} or your own clips' path")
