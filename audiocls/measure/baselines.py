"""Baselines: what a network must beat to have earned its place.

Each looks at a clip as a whole, through a few numbers, and needs seconds where a network needs minutes. They are split,
scored and stored like the networks (`audiocls.measure.results.measure`), so that they stand on the same folds.

==========================  ==========================================================================================
``majority``                the class that is most frequent in training, whatever is heard
``duration``                the length of the clip, and nothing of its sound
``logistic, svm, knn``      13 MFCCs: their means and standard deviations over time, and those of their differences
``svm-log-mel``             64 log-mel bands: means, deviations, maxima, deviations of the differences, and the length
``svm-log-mel-borrowed``    the same, learning from the sound libraries too, as the book's networks do
==========================  ==========================================================================================

Functions
---------
describe, statistics : the numbers a baseline looks at
untrained : what decides, before it has learnt
scores : what it says of clips

Taught in chapter 13, Evaluation.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from audiocls import sampling
from audiocls.datasets.clips import Clips
from audiocls.learn.frontend import FrontEnd
from audiocls.learn.recipes import RECIPES
from audiocls.mfcc import delta
from audiocls.waveform import check_option

__all__ = ["BASELINES", "Baseline", "describe", "describe_all", "scores", "statistics", "untrained"]

_QUIET_DB = 60.0  # frames this far below the clip's loudest point say nothing of its sound

Features = Literal["nothing", "duration", "mfcc", "log_mel"]
Decides = Literal["majority", "logistic", "svm", "knn"]


@dataclass(frozen=True)
class Baseline:
    """What a baseline looks at, and what decides.

    Attributes
    ----------
    title : str, what tables call it
    features : "nothing", "duration", "mfcc" or "log_mel"
    decides : "majority", "logistic", "svm" or "knn"
    borrows : bool, does it learn from the sound libraries too?

    Examples
    --------
    >>> BASELINES["svm"].features, BASELINES["svm"].decides
    ('mfcc', 'svm')

    Taught in chapter 13, Evaluation.
    """

    title: str
    features: Features
    decides: Decides
    borrows: bool = False


BASELINES = {  # in the order in which tables show them
    "svm-log-mel-borrowed": Baseline("SVM, log-mel, with sound libraries", "log_mel", "svm", borrows=True),
    "svm-log-mel": Baseline("SVM, log-mel", "log_mel", "svm"),
    "svm": Baseline("SVM, MFCC", "mfcc", "svm"),
    "logistic": Baseline("Logistic regression, MFCC", "mfcc", "logistic"),
    "knn": Baseline("Nearest neighbours, MFCC", "mfcc", "knn"),
    "duration": Baseline("Length of the clip alone", "duration", "knn"),
    "majority": Baseline("Most frequent class", "nothing", "majority"),
}


def describe(y: np.ndarray, sr: float, features: Features) -> np.ndarray:
    """Sum up a clip in a few numbers.

    Parameters
    ----------
    y : np.ndarray [shape=(n,), float], mono
    sr : int, in Hz
    features : "nothing", "duration", "mfcc" or "log_mel"

    Returns
    -------
    numbers : np.ndarray [shape=(k,), float64]; k is 1, 1, 52 or 257

    Raises
    ------
    ValueError
        If there are no such features.

    Examples
    --------
    >>> describe(np.zeros(8_000), 16_000, "duration")
    array([-0.69314718])

    Taught in chapter 13, Evaluation.
    """
    check_option("features", features, Features)
    if features == "nothing":
        return np.zeros(1)
    if features == "duration":
        return np.log([len(y) / sr])
    front_ends = {"mfcc": FrontEnd(kind="mfcc", seconds=1.0, n_features=13), "log_mel": RECIPES["cnn"].front_end}
    return statistics(y, sr, front_ends[features])


def statistics(y: ArrayLike, sr: float, front_end: FrontEnd) -> np.ndarray:
    """Sum up what a front end makes of a clip, over time.

    Parameters
    ----------
    y : np.ndarray [shape=(n,), float], mono
    sr : int, in Hz
    front_end : FrontEnd

    Returns
    -------
    numbers : np.ndarray [shape=(4 bands,) or (4 bands + 1,), float64], see the table of this module

    Examples
    --------
    >>> statistics(np.zeros(8_000), 16_000, FrontEnd(kind="mfcc", seconds=1.0, n_features=20)).shape
    (80,)

    Taught in chapter 13, Evaluation.
    """
    y = sampling.resample(np.asarray(y, dtype=np.float32), orig_sr=sr, target_sr=front_end.sr)
    X = front_end(y)
    if front_end.kind == "mfcc":
        return np.concatenate([part(of, axis=1) for of in (X, delta(X)) for part in (np.mean, np.std)]).astype(float)
    X = X[:, X.max(axis=0) > -_QUIET_DB]
    changes = np.diff(X, axis=1) if X.shape[1] > 1 else np.zeros_like(X)
    over_time = [X.mean(axis=1), X.std(axis=1), X.max(axis=1), changes.std(axis=1)]
    return np.concatenate([*over_time, [np.log(X.shape[1])]]).astype(float)


def describe_all(clips: Clips, features: Features) -> np.ndarray:
    """Sum up every clip of a set.

    Parameters
    ----------
    clips : Clips
    features : as in `describe`

    Returns
    -------
    X : np.ndarray [shape=(len(clips), k), float64]

    Raises
    ------
    ValueError
        If there are no such features.

    Examples
    --------
    >>> from audiocls import datasets
    >>> describe_all(datasets.load("rendered", per_class=1), "duration").shape
    (10, 1)
    """
    return np.array([describe(*clips.audio(i), features) for i in range(len(clips))])


def untrained(decides: Decides) -> Any:
    """Return an untrained scikit-learn classifier.

    Parameters
    ----------
    decides : "majority", "logistic", "svm" or "knn"

    Returns
    -------
    model : with fit and predict

    Examples
    --------
    >>> model = untrained("svm").fit([[0.0], [0.1], [5.0]], ["drum", "drum", "flute"])
    >>> model.predict([[4.0]]).tolist()
    ['flute']

    Taught in chapter 13, Evaluation. Source: Pedregosa and others, scikit-learn, 2011.
    """
    from sklearn.dummy import DummyClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    if decides == "majority":
        return DummyClassifier(strategy="prior")
    model = {"logistic": LogisticRegression(max_iter=2_000), "svm": SVC(C=3.0), "knn": KNeighborsClassifier(5)}
    return make_pipeline(StandardScaler(), model[decides])


def scores(model: Any, X: np.ndarray) -> np.ndarray:
    """Score clips with a trained classifier: its probabilities, or the softmax of the decisions of one that has none.

    Parameters
    ----------
    model : from `untrained`, and trained
    X : np.ndarray [shape=(n, k), float]

    Returns
    -------
    scores : np.ndarray [shape=(n, classes), float]

    Examples
    --------
    >>> model = untrained("majority").fit([[0.0]] * 4, [0, 1, 1, 1])
    >>> scores(model, [[5.0]])
    array([[0.25, 0.75]])
    """
    from scipy.special import softmax

    return model.predict_proba(X) if hasattr(model, "predict_proba") else softmax(model.decision_function(X), axis=1)
