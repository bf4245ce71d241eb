"""Your own clips: a folder with one subfolder per class, or a CSV file that names them.

Any format that `audio.read` takes, any sampling rate and length.

- ``from_folders``: ``clips/Flute/a.wav``, ``clips/Violin/b.flac``, ...
- ``from_csv``: columns fname and label, and source if you know it
"""

from pathlib import Path

from audiocls import audio
from audiocls.datasets.clips import Clips

__all__ = ["from_csv", "from_folders"]

SUFFIXES = {".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff"}


def from_folders(path: str | Path) -> Clips:
    """Clips from a folder with one subfolder per class; the subfolder's name is the label.

    A clip's source is the clip itself, for a folder does not say what was recorded together: clips of one session will
    be on both sides of a split, and scores will look better than they are. Use `from_csv` with a source column if you
    know the sessions.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    clips : Clips, sorted by label and file name and named like the folder; fname is relative to path

    Raises
    ------
    ValueError
        If there is no such folder, or no sound in its subfolders, or a file that cannot be read.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> root = Path(tempfile.mkdtemp())
    >>> for label in ("Flute", "Violin"):
    ...     (root / label).mkdir()
    ...     audio.write(root / label / "a.wav", np.zeros(8000), 16000)
    >>> from_folders(root).table["fname"].to_list()
    ['Flute/a.wav', 'Violin/a.wav']

    Taught in chapter 9, Data set.
    """
    import pandas as pd

    root = Path(path)
    if not root.is_dir():
        raise ValueError(f"{root} is not a folder; give one with a subfolder for each class")
    files = sorted(file for file in root.glob("*/**/*") if _is_sound(file))
    if not files:
        loose = any(map(_is_sound, root.iterdir()))
        hint = "its sounds must be moved into one subfolder per class" if loose else "it has no sound in subfolders"
        raise ValueError(f"no clips in {root}: {hint}, as in {root.name}/Flute/a.wav ({', '.join(sorted(SUFFIXES))})")
    where = {file.relative_to(root).as_posix(): file for file in files}
    table = pd.DataFrame([(name, name.split("/")[0], name) for name in where], columns=["fname", "label", "source"])
    return _clips(table, where, root)


def from_csv(path: str | Path) -> Clips:
    """Clips from a CSV file with columns ``fname`` and ``label``, and optionally ``source``.

    The files lie beside the CSV file or in a folder ``audio`` beside it. Without a source column each clip is its own
    source, and a split by source is a split by clip. Other columns are kept.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    clips : Clips, in the order of the file and named like it

    Raises
    ------
    ValueError
        If the file cannot be read as CSV, lacks a column, has an empty or repeated entry, or names a file that is not
        there or cannot be read.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> root = Path(tempfile.mkdtemp())
    >>> audio.write(root / "a.wav", np.zeros(8000), 16000)
    >>> _ = (root / "clips.csv").write_text("fname,label\\na.wav,Flute\\n")
    >>> from_csv(root / "clips.csv").table.loc[0, "seconds"]
    np.float64(0.5)

    Taught in chapter 9, Data set.
    """
    import pandas as pd

    path = Path(path)
    try:
        table = pd.read_csv(path, dtype={"fname": str, "label": str, "source": str}, skipinitialspace=True)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        reason = str(error).strip().splitlines()[-1]
        raise ValueError(f"{path} cannot be read as a CSV file ({reason}); it must begin with fname,label") from error
    for column in ("fname", "label"):
        if column not in table.columns:
            raise ValueError(f"{path} needs a column {column}, got {', '.join(map(str, table.columns))}")
    table["source"] = table.get("source", table["fname"])
    if len(table) == 0:
        raise ValueError(f"{path} names no clips; add a row fname,label for each")
    where = {}
    for row, (fname, label, source) in enumerate(table[["fname", "label", "source"]].itertuples(index=False), start=2):
        if not all(isinstance(value, str) for value in (fname, label, source)):
            raise ValueError(f"{path} row {row} has an empty fname, label or source; fill it in")
        if fname in where:
            raise ValueError(f"{path} row {row} names {fname} a second time; a clip has one label")
        found = [file for file in (path.parent / fname, path.parent / "audio" / fname) if file.is_file()]
        if not found:
            raise ValueError(f"{path} row {row}: no file {fname} beside the CSV file or in its folder audio")
        where[fname] = found[0]
    return _clips(table, where, path)


def _is_sound(file):
    return file.suffix.lower() in SUFFIXES and not file.name.startswith(".")


def _clips(table, where, path):
    """Clips of a table and their files, each file's length read from its header; path gives them their name."""
    table["seconds"] = [audio.info(where[fname]).seconds for fname in table["fname"]]
    return Clips(table, where.__getitem__, name=path.absolute().name)
