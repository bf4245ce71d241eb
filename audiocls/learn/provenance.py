"""Provenance: which command made a file, with which versions, on which day.

Function: `provenance`.
"""

import datetime
import importlib.metadata
import platform

__all__ = ["provenance"]

LIBRARIES = ("audiocls", "numpy", "scipy", "keras", "tensorflow", "scikit-learn")


def provenance(command: str, *libraries: str) -> dict:
    """Say where a result or a classifier file comes from.

    Parameters
    ----------
    command : str, what a reader can type to make it again
    *libraries : str, others whose version matters, beside those that a trained network depends on

    Returns
    -------
    about : dict with "command", "date" and "versions"

    Raises
    ------
    ModuleNotFoundError
        If a library is not installed.

    Examples
    --------
    >>> about = provenance("audiocls evaluate --model svm", "onnxruntime")
    >>> sorted(about["versions"])
    ['audiocls', 'keras', 'numpy', 'onnxruntime', 'python', 'scikit-learn', 'scipy', 'tensorflow']
    """
    versions = {"python": platform.python_version()}
    versions |= {name: importlib.metadata.version(name) for name in (*LIBRARIES, *libraries)}
    return {"command": command, "date": datetime.date.today().isoformat(), "versions": versions}
