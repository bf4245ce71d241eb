"""Recipes: everything that makes a network what it is.

A `Recipe` says what a network is fed, what else it learns from and how long it learns. `RECIPES` holds four:
``report-cnn`` and ``report-rnn`` follow the 2019 report, ``cnn`` and ``rnn`` are the book's. Whatever reads a recipe
(batches, training, cross-validation, export) stands above this module.

Taught in chapter 11, CNN. The report's recipe is measured in chapter 13, Evaluation.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from audiocls.learn import networks
from audiocls.learn.augmentation import augment
from audiocls.learn.frontend import FrontEnd
from audiocls.windows import Voting

__all__ = ["RECIPES", "Recipe"]


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes
    ----------
    title : str, what tables call the network
    build : callable, (time, features, classes) -> keras.Model
    front_end : FrontEnd, what turns a window of sound into what the network reads
    voting : Voting, which windows are scored and what each counts for its clip
    steps : int > 0, batches to learn from; or 0: as many as make ``epochs`` rounds over the windows drawn once
    epochs : int > 0, the steps are divided into so many
    batch_size : int > 0
    learning_rate : float > 0, at the start
    anneal : bool, True: the learning rate falls to zero along a cosine; False: it stays
    weight_decay : float >= 0
    fresh : bool
        True: each batch is drawn anew, all classes alike, and changed by ``augment``; the front end is log-mel.
        False, as in the report: as many windows as the sound is long, drawn once; rare classes weigh more.
    at_onset : float in [0, 1], share of the fresh windows that begin in the first half second of their clip
    augment : callable, (X, rng) -> X, what `audiocls.learn.augmentation` does to each fresh window; X as there
    smoothing : float in [0, 1), share of each label that is spread over all classes
    borrowed_per_class : int >= 0
        If not 0, a part of each batch comes from `audiocls.datasets.libraries`: so many phrases per class from each
        SoundFont, recorded notes, and recorded drum kits where they can be had.
    borrowed_share : float in [0, 1), that part
    mask_silence : bool, as in the report: leave out every sample whose envelope is under 0.0005
    min_max : bool, as in the report: scale all inputs by the smallest and largest value in the training windows

    Examples
    --------
    >>> RECIPES["cnn"].steps, RECIPES["report-cnn"].mask_silence
    (4000, True)

    Taught in chapter 11, CNN.
    """

    title: str
    build: Callable
    front_end: FrontEnd
    voting: Voting
    steps: int = 0
    epochs: int = 10
    batch_size: int = 32
    learning_rate: float = 1e-3
    anneal: bool = True
    weight_decay: float = 0.0
    fresh: bool = True
    at_onset: float = 0.3
    augment: Callable = augment
    smoothing: float = 0.0
    borrowed_per_class: int = 0
    borrowed_share: float = 0.5
    mask_silence: bool = False
    min_max: bool = False


_REPORT = Recipe(
    "The report’s CNN", networks.build_report_cnn, FrontEnd(kind="mfcc", seconds=0.1, n_features=13),
    Voting(hop_seconds=0.1), anneal=False, fresh=False, mask_silence=True, min_max=True,
)  # fmt: skip
_BOOK = Recipe(
    "The book’s CNN", networks.build_cnn,
    FrontEnd(kind="log_mel", seconds=2.0, n_features=64, win_seconds=0.032, hop_seconds=0.020),
    Voting(hop_seconds=0.5, power=1.0, attack=8.0), steps=4000, learning_rate=2e-3, weight_decay=1e-3,
    smoothing=0.05, borrowed_per_class=60,
)  # fmt: skip
RECIPES = {
    "report-cnn": _REPORT,
    "report-rnn": replace(_REPORT, title="The report’s RNN", build=networks.build_report_rnn),
    "cnn": _BOOK,
    "rnn": replace(_BOOK, title="The book’s RNN", build=networks.build_rnn),
}
