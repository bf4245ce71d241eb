"""Files that are written whole or not at all: an interrupted program leaves what was there before.

Function: `replacing`.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["replacing"]


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a temporary path to write to; it takes the place of path when the block has ended well.

    Parameters
    ----------
    path : str or Path

    Yields
    ------
    part : Path in the same folder; removed if the block raises

    Raises
    ------
    FileExistsError
        If path is a folder, a device or anything else that is no regular file.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "answer.txt"
    >>> with replacing(path) as part:
    ...     _ = part.write_text("42")
    >>> path.read_text(), len(list(path.parent.iterdir()))
    ('42', 1)

    Taught in chapter 14, Deployment.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        raise FileExistsError(f"{path}: exists and is no regular file; choose another name")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
