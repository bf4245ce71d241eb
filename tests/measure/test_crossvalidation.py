"""The book's promise: nothing is scored, and nothing is tuned, by what was learnt.

Accuracy cannot test it: a network may be wrong although it has seen the answer. So these tests follow the sound itself.
Every sample of a marked clip says which clip it is from and where it stands there. A front end that does nothing hands
the samples on, and recorders in the place of `fit` and of the network write down which ones arrive.
"""

import dataclasses
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from audiocls import audio
from audiocls.datasets.clips import Clips
from audiocls.learn import batches, training
from audiocls.learn.batches import prepare
from audiocls.learn.recipes import RECIPES
from audiocls.measure import baselines, calibration, crossvalidation, results
from audiocls.measure.crossvalidation import HeldOut
from audiocls.windows import Voting

SR = 16_000
CLASSES, SOURCES, PER_SOURCE = 3, 4, 2  # 24 clips
LENT = 40  # the number of the first clip that is lent


def marked(clip, n=320):
    """A waveform whose samples say which clip it is and where they stand."""
    return ((clip + 1) / 64 + np.arange(n) / 2**20).astype(np.float32)


def read_marks(X):
    """The clips, and the clips with their places, that samples come from; what is not positive is silence."""
    X = np.asarray(X, dtype=np.float64)
    scaled = X[X > 0] * 64
    clip = np.floor(scaled).astype(int) - 1
    place = np.rint((scaled - clip - 1) * 2**14).astype(int)
    return set(clip.tolist()), set(zip(clip.tolist(), place.tolist(), strict=True))


@dataclasses.dataclass(frozen=True)
class NoFrontEnd:
    """Hands every eighth sample on as it is: windows of 32 samples become 4 frames of one band."""

    sr: int = SR
    length: int = 32
    shape: tuple = (4, 1)

    def absolute(self, y):
        return np.asarray(y)[..., None, ::8]

    def relative(self, X):
        return X

    def __call__(self, windows):
        return self.absolute(windows)


class Recorder:
    """In the place of a network: knows what it has learnt from, and what it was asked to score."""

    made: ClassVar[list] = []

    def __init__(self, time, features, classes):
        self.classes, self.learnt, self.scored = classes, set(), set()
        self.labels, self.weights, self.own, self.lent = {}, {}, 0, 0
        Recorder.made.append(self)

    def count_params(self):
        return 0

    def predict(self, X, **_):
        self.scored |= read_marks(X)[1]
        return np.full((len(X), self.classes), 1 / self.classes, dtype=np.float32)


def record_fit(network, batches, *, steps, epochs, progress=None, **_):
    """In the place of `fit`: write down every sample of every batch, with the label that came with it."""
    for _ in range(steps * epochs):
        X, labels, weight = next(batches)
        for window, label, w in zip(X, labels, weight, strict=True):
            clips, places = read_marks(window)
            assert len(clips) == 1, "a window is from one clip"
            (clip,) = clips
            network.learnt |= places
            network.labels[clip], network.weights[clip] = label, w
            network.lent += clip >= LENT
            network.own += clip < LENT
    return {}


def clips_of(places):
    return {clip for clip, _ in places}


def make_clips(folder, numbers, *, lent=False):
    rows = []
    for i in numbers:
        audio.write(folder / f"{i}.wav", marked(i, 320 + 16 * (i % 3)), SR, subtype="FLOAT")
        label, source = f"class {i % CLASSES}", f"session {i // (CLASSES * PER_SOURCE)} of {i % CLASSES}"
        rows.append({"fname": f"{i}.wav", "label": label, "source": source, "seconds": 0.02})
    return Clips(pd.DataFrame(rows), lambda fname: folder / fname)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return make_clips(tmp_path_factory.mktemp("marked"), range(CLASSES * SOURCES * PER_SOURCE))


@pytest.fixture(scope="module")
def lent(tmp_path_factory):
    return make_clips(tmp_path_factory.mktemp("lent"), range(LENT, LENT + 6))


@pytest.fixture
def recorded(monkeypatch):
    """Networks that are recorders; what they were fed with is in them."""
    Recorder.made = []
    monkeypatch.setattr(training, "fit", record_fit)
    monkeypatch.setattr(training, "seed_everything", lambda seed: None)
    monkeypatch.setattr(training, "learning_rate", lambda start, steps, anneal: start)
    return Recorder.made


def recipe(name="cnn", **changes):
    quick = {"build": Recorder, "front_end": NoFrontEnd(), "augment": lambda X, rng: X, "min_max": False}
    if RECIPES[name].fresh:
        quick |= {"steps": 40, "epochs": 2}
    quick |= {"voting": Voting(hop_seconds=16 / SR), "borrowed_per_class": 0, "mask_silence": False}
    return dataclasses.replace(RECIPES[name], **(quick | changes))


@pytest.mark.parametrize("name", ["cnn", "report-cnn"])
@pytest.mark.parametrize("by", ["source", "clip"])
def test_no_clip_is_scored_by_a_network_that_has_learnt_from_its_group(recorded, clips, name, by):
    found = crossvalidation.cross_validate(clips, recipe(name), by=by, n_folds=3)
    group = clips.sources if by == "source" else np.arange(len(clips))
    assert len(recorded) == 3
    for k, network in enumerate(recorded):
        learnt, scored = clips_of(network.learnt), clips_of(network.scored)
        assert learnt and scored and not {group[i] for i in learnt} & {group[i] for i in scored}
        assert learnt | scored == set(range(len(clips)))
        assert scored == set(found.clip[found.fold == k].tolist())
    counted = [clip for network in recorded for clip in clips_of(network.scored)]
    assert sorted(counted) == list(range(len(clips))), "every clip is scored by one network"


@pytest.mark.parametrize("name", ["cnn", "report-cnn"])
def test_every_window_is_learnt_under_the_name_of_its_clip(recorded, clips, name):
    crossvalidation.cross_validate(clips, recipe(name), by="clip", n_folds=2)
    for network in recorded:
        assert all(label.argmax() == clips.targets[clip] for clip, label in network.labels.items())


def test_a_split_by_window_has_clips_on_both_sides(recorded, clips):
    """The report's mistake is there to be measured."""
    found = crossvalidation.cross_validate_windows(clips, recipe(), n_folds=3)
    for network in recorded:
        assert len(clips_of(network.learnt) & clips_of(network.scored)) > len(clips) / 2
    assert len(np.unique(found.fold[found.clip == 0])) > 1


@pytest.mark.parametrize("name", ["cnn", "report-cnn"])
def test_no_window_is_scored_by_a_network_that_has_learnt_from_it(clips, name, monkeypatch):
    learnt, scored = [], []

    def train(examples, recipe, *, windows, **_):
        learnt.append(set(zip(*(part.tolist() for part in windows), strict=True)))
        return Recorder(4, 1, CLASSES), {}

    def score_windows(network, waves, clip, start, recipe):
        scored.append(list(zip(clip.tolist(), start.tolist(), strict=True)))
        return np.full((len(clip), CLASSES), 1 / CLASSES), np.ones(len(clip))

    monkeypatch.setattr(training, "train", train)
    monkeypatch.setattr(training, "score_windows", score_windows)
    unlike = recipe(name)
    if name == "report-cnn":  # windows drawn at random may fall on one place: here they must not
        monkeypatch.setattr(
            crossvalidation, "draw_once", lambda examples, *_: crossvalidation.scored_windows(examples.waves, unlike)
        )
    crossvalidation.cross_validate_windows(clips, unlike, n_folds=3)
    everything = [window for fold in scored for window in fold]
    assert len(everything) == len(set(everything)) > 100
    for known, asked in zip(learnt, scored, strict=True):
        assert not known & set(asked) and known | set(asked) == set(everything)


@pytest.mark.parametrize("by", ["source", "clip"])
def test_what_is_borrowed_is_learnt_in_every_fold_and_never_scored(recorded, clips, lent, by):
    learning = recipe(borrowed_share=0.25)
    more = prepare(lent, learning, groups=["font"] * len(lent), keep_waves=False)
    crossvalidation.cross_validate(clips, learning, by=by, n_folds=3, borrowed=more)
    for network in recorded:
        learnt, scored = clips_of(network.learnt), clips_of(network.scored)
        assert {clip for clip in learnt if clip >= LENT} == set(range(LENT, LENT + len(lent)))
        assert not any(clip >= LENT for clip in scored) and not learnt & scored
        assert network.lent / (network.lent + network.own) == 0.25


def test_a_transfer_learns_from_one_set_and_scores_the_other(recorded, clips, lent):
    found = crossvalidation.transfer(clips, lent, recipe())
    (network,) = recorded
    assert clips_of(network.learnt) == set(range(len(clips)))
    assert clips_of(network.scored) == set(range(LENT, LENT + len(lent))) and set(found.clip) == set(range(len(lent)))


@pytest.mark.parametrize("by", ["source", "clip"])
@pytest.mark.parametrize("borrows", [False, True])
def test_no_baseline_scores_a_clip_whose_group_it_has_learnt_from(monkeypatch, clips, lent, by, borrows):
    group, models = clips.sources if by == "source" else np.arange(len(clips)), []

    class Model:
        def __init__(self):
            self.learnt = self.scored = None
            models.append(self)

        def fit(self, X, targets):
            self.learnt = X[:, 0].astype(int).tolist()
            assert [c % CLASSES for c in self.learnt] == targets.tolist()

        def predict_proba(self, X):
            self.scored = X[:, 0].astype(int).tolist()
            return np.full((len(X), CLASSES), 1 / CLASSES)

    def number(y, sr, features):
        return np.array([min(read_marks(y)[0])], dtype=float)

    monkeypatch.setattr(baselines, "describe", number)
    monkeypatch.setattr(baselines, "untrained", lambda decides: Model())
    monkeypatch.setattr(batches, "LABELS", clips.labels)
    monkeypatch.setattr(crossvalidation.libraries, "load", lambda **_: lent)
    baseline = dataclasses.replace(baselines.BASELINES["svm"], borrows=borrows)
    crossvalidation.cross_validate_baseline(clips, baseline, by=by, n_folds=3)
    assert sorted(c for model in models for c in model.scored) == list(range(len(clips)))
    for model in models:
        own = [c for c in model.learnt if c < LENT]
        assert not {group[c] for c in own} & {group[c] for c in model.scored}
        assert len(model.learnt) - len(own) == borrows * len(lent)


def held_out(n=12, folds=3):
    """Two windows per clip; the scores say which clip they are of."""
    clip = np.repeat(np.arange(n), 2)
    first = (1 + clip) / (2 * n)
    return HeldOut(np.stack([first, 1 - first], axis=1), clip, np.ones(2 * n), clip % folds, 0, (0.0,) * folds)


def test_the_temperature_of_a_fold_is_fitted_to_the_other_folds(monkeypatch, toy_clips):
    n, found, fitted = 12, held_out(), []
    some = toy_clips.select(np.arange(n))

    def best_temperature(window_scores, clip, targets, *, votes):
        heard = np.rint(2 * n * window_scores[:, 0]).astype(int) - 1
        assert np.array_equal(targets[clip], some.targets[heard]), "each window is tuned by the target of its clip"
        fitted.append(set(heard.tolist()))
        return 1.0 + len(fitted)

    softened = {}

    def soften(scores, temperature):
        softened[temperature] = set((np.rint(2 * n * scores[:, 0]).astype(int) - 1).tolist())
        return scores

    monkeypatch.setattr(crossvalidation, "cross_validate_baseline", lambda *_, **__: found)
    monkeypatch.setattr(calibration, "best_temperature", best_temperature)
    monkeypatch.setattr(calibration, "soften", soften)
    monkeypatch.setattr(
        results, "_summary", lambda runs, clips, _, calibrate: {"found": calibrate(runs[0], clips.targets)}
    )
    results.measure(some, "majority", by="clip", n_folds=3)
    assert len(softened) == 3 and set.union(*softened.values()) == set(range(n))
    for temperature, scored in softened.items():
        tuned = fitted[round(temperature) - 2]
        assert not tuned & scored and tuned | scored == set(range(n))


def test_a_split_by_window_that_leaves_clips_out_is_refused_before_training(recorded, clips):
    long = recipe("report-cnn", front_end=NoFrontEnd(length=320))  # about as many windows as clips
    with pytest.raises(ValueError, match=r"got none from \d+ of 24 clips"):
        crossvalidation.cross_validate_windows(clips, long, n_folds=2)
    assert not recorded


def test_a_split_that_is_none_is_an_error(recorded, clips):
    with pytest.raises(ValueError, match="got 'room'"):
        crossvalidation.cross_validate(clips, recipe(), by="room")
    assert not recorded


def test_sets_of_other_classes_are_no_transfer(clips, toy_clips):
    with pytest.raises(ValueError, match="both sets must have the same classes"):
        crossvalidation.transfer(clips, toy_clips, recipe())


@pytest.mark.slow
def test_clips_that_anyone_can_tell_apart_are_told_apart(toy_clips, toy_recipe):
    from audiocls.measure.evaluation import accuracy, clip_scores

    longer = dataclasses.replace(toy_recipe, steps=240)  # reverberated windows take longer to learn from
    found = crossvalidation.cross_validate(toy_clips, longer, by="source", n_folds=3)
    scores = clip_scores(found.scores, found.clip, len(toy_clips), weights=found.votes)
    assert accuracy(scores, toy_clips.targets) > 0.9


@pytest.mark.slow
def test_a_split_by_window_leaves_no_window_unscored(toy_clips):
    report = dataclasses.replace(RECIPES["report-cnn"], epochs=1)
    found = crossvalidation.cross_validate_windows(toy_clips, report, n_folds=3)
    np.testing.assert_allclose(found.scores.sum(axis=1), 1.0, atol=1e-4)
    assert len(found.scores) == sum(map(len, prepare(toy_clips, report).waves)) // report.front_end.length
