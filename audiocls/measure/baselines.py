"""Baselines: what a network must beat to have earned its place.

Each looks at a clip as a whole, through a few numbers, and needs seconds where a network needs minutes. They are split,
scored and stored like the networks (`results.measure`), so that they stand on the same folds.

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
classifier : what decides
cross_validate : scores of clips that were not learnt from

Taught in chapter 13, Evaluation.
"""

import time
from typing import NamedTuple

import numpy as np

from audiocls import sampling
from audiocls.datasets import LABELS, libraries
from audiocls.learn.frontend import FrontEnd
from audiocls.learn.training import RECIPES
from audiocls.measure.crossvalidation import Predictions
from audiocls.mfcc import delta

_QUIET_DB = 60.0  # frames this far below the clip's loudest point say nothing of its sound


class Baseline(NamedTuple):
    """What a baseline looks at ("nothing", "duration", "mfcc", "log_mel"), what decides, and does it borrow?

    Attributes
    ----------
    features : "nothing", "duration", "mfcc" or "log_mel"
    decides : "majority", "logistic", "svm" or "knn"
    borrows : bool, does it learn from the sound libraries too?

    Examples
    --------
    >>> BASELINES["svm"]
    Baseline(features='mfcc', decides='svm', borrows=False)

    Taught in chapter 13, Evaluation.
    """

    features: str
    decides: str
    borrows: bool = False


BASELINES = {
    "majority": Baseline("nothing", "majority"),
    "duration": Baseline("duration", "knn"),
    "logistic": Baseline("mfcc", "logistic"),
    "svm": Baseline("mfcc", "svm"),
    "knn": Baseline("mfcc", "knn"),
    "svm-log-mel": Baseline("log_mel", "svm"),
    "svm-log-mel-borrowed": Baseline("log_mel", "svm", borrows=True),
}


def describe(y, sr, features):
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
    if features == "nothing":
        return np.zeros(1)
    if features == "duration":
        return np.log([len(y) / sr])
    front_ends = {"mfcc": FrontEnd(kind="mfcc", seconds=1.0, bands=13), "log_mel": RECIPES["cnn"].front_end}
    if features not in front_ends:
        raise ValueError(f'features must be "nothing", "duration", "mfcc" or "log_mel", got {features!r}')
    return statistics(y, sr, front_ends[features])


def statistics(y, sr, front_end):
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
    >>> statistics(np.zeros(8_000), 16_000, FrontEnd(kind="mfcc", seconds=1.0, bands=20)).shape
    (80,)

    Taught in chapter 13, Evaluation.
    """
    y = sampling.resample(np.asarray(y, dtype=np.float32), orig_sr=sr, target_sr=front_end.sr)
    X = front_end(y)
    if front_end.kind == "mfcc":
        return np.concatenate([part(of, axis=1) for of in (X, delta(X)) for part in (np.mean, np.std)]).astype(float)
    X = X[:, X.max(axis=0) > -_QUIET_DB]
    changes = np.diff(X, axis=1) if X.shape[1] > 1 else np.zeros_like(X)
    return np.concatenate(
        [X.mean(axis=1), X.std(axis=1), X.max(axis=1), changes.std(axis=1), [np.log(X.shape[1])]]
    ).astype(float)


def _described(clips, features):
    return np.array([describe(*clips.audio(i), features) for i in range(len(clips))])


def classifier(decides):
    """Return an untrained scikit-learn classifier.

    Parameters
    ----------
    decides : "majority", "logistic", "svm" or "knn"

    Returns
    -------
    model : with fit and predict

    Examples
    --------
    >>> model = classifier("svm").fit([[0.0], [0.1], [5.0]], ["drum", "drum", "flute"])
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


def _scores(model, X):
    """Probabilities; of the SVM, whose decisions are none, the softmax of the decisions."""
    from scipy.special import softmax

    return model.predict_proba(X) if hasattr(model, "predict_proba") else softmax(model.decision_function(X), axis=1)


def cross_validate(clips, baseline, *, by="source", n_folds=5, seed=0):
    """Score every clip with a classifier that has not learnt from it.

    Parameters
    ----------
    clips : Clips
    baseline : Baseline
    by : "source" or "clip", what stays on one side of a split
    n_folds : int >= 2
    seed : int, of the folds

    Returns
    -------
    predictions : training.Predictions; a clip is its own only window

    Raises
    ------
    ValueError
        If by is "window", or the clips cannot be split so, or have other classes than the libraries it borrows from.

    Examples
    --------
    >>> from audiocls import datasets
    >>> clips = datasets.load("rendered", per_class=2)
    >>> found = cross_validate(clips, BASELINES["majority"], by="clip", n_folds=2)
    >>> found.scores.shape
    (20, 10)

    Taught in chapter 13, Evaluation.
    """
    fold = clips.folds(by=by, n_folds=n_folds, seed=seed)
    X, targets = _described(clips, baseline.features), clips.targets
    more, more_targets = np.zeros((0, X.shape[1])), np.zeros(0, dtype=int)
    if baseline.borrows:
        if clips.labels != LABELS:
            raise ValueError(f"the libraries have the classes {', '.join(LABELS)}, got {', '.join(clips.labels)}")
        borrowed = libraries.load(per_class=RECIPES["cnn"].borrowed_per_class)
        more, more_targets = _described(borrowed, baseline.features), borrowed.targets
    scores, seconds = np.empty((len(clips), len(clips.labels)), dtype=np.float32), []
    for k in range(n_folds):
        began, test = time.perf_counter(), fold == k
        model = classifier(baseline.decides)
        model.fit(np.concatenate([X[~test], more]), np.concatenate([targets[~test], more_targets]))
        scores[test] = _scores(model, X[test])
        seconds.append(time.perf_counter() - began)
    everything = np.ones(len(clips), dtype=bool)
    return Predictions(scores, np.arange(len(clips)), everything, fold, 0, seconds)
