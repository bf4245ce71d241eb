"""Occlusion: hide a part of the picture and see how far the score falls.

The plainest way to ask where a network looks. It says what this network needs in this picture, not why, and what it
says depends on the size of the patch and on what is put in its place.

Function: `occlude`.

Taught in chapter 11, CNN. Source: Zeiler and Fergus, Visualizing and understanding convolutional networks, 2014,
doi:10.1007/978-3-319-10590-1_53, section 4.2.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["occlude"]


def occlude(
    score: Callable[[np.ndarray], ArrayLike], picture: ArrayLike, *,
    bands: int, frames: int, step: int = 2, fill: float | None = None,
) -> np.ndarray:  # fmt: skip
    """Cover a picture with a patch at one place after another, and say how far each score falls.

    Parameters
    ----------
    score : callable, pictures (m, bands, time) to scores (m, classes)
    picture : np.ndarray [shape=(bands, time), float]
    bands, frames : int > 0, size of the patch, at most that of the picture
    step : int > 0, no larger than the patch, from one place of it to the next; the last places touch the edges
    fill : float or None, what the patch shows (None: the smallest value of the picture)

    Returns
    -------
    fall : np.ndarray [shape=(classes, bands, time), float64]
        Score of the whole picture minus score of the covered one, the mean over all patches that cover the point.
        Positive: the score needs what is there. Negative: it would be higher without.

    Raises
    ------
    ValueError
        If the picture has not two axes, the patch does not fit into it, or step would leave points uncovered.

    Examples
    --------
    >>> picture = np.array([[0.0, 0.0, 1.0, 0.0]])
    >>> occlude(lambda X: X.sum(axis=-1), picture, bands=1, frames=1, step=1)
    array([[[0., 0., 1., 0.]]])

    Taught in chapter 11, CNN. Source: Zeiler and Fergus, Visualizing and understanding convolutional networks, 2014.
    """
    picture = np.asarray(picture)
    fits = picture.ndim == 2 and bands <= picture.shape[0] and frames <= picture.shape[1]
    if not fits or not 1 <= step <= min(bands, frames):
        got = f"got a patch of {bands} x {frames}, a picture of {picture.shape} and step {step}"
        raise ValueError(f"a patch must fit into a picture (bands, time), and step be 1 to its shorter side, {got}")
    patches = []
    for band in _places(picture.shape[0], bands, step):
        for frame in _places(picture.shape[1], frames, step):
            where = np.zeros(picture.shape, dtype=bool)
            where[band : band + bands, frame : frame + frames] = True
            patches.append(where)
    hidden = np.array(patches)
    covered = np.where(hidden, picture.min() if fill is None else np.asarray(fill, dtype=picture.dtype), picture)
    falls = np.asarray(score(picture[None]), dtype=np.float64) - np.asarray(score(covered), dtype=np.float64)
    return np.einsum("pc,pbt->cbt", falls, hidden) / hidden.sum(axis=0)


def _places(length, size, step):
    """Where the patch begins along one axis."""
    return sorted({*range(0, length - size + 1, step), length - size})
