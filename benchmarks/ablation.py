"""What each choice is worth: one change at a time, on the same clips and folds.

    python -m benchmarks.ablation            # every row that results/ablation.json does not have yet
    python -m benchmarks.ablation NAME ...   # these rows, again

Two numbers a row: clips of the real set named correctly when split by source, and the mean recall over the seven
classes of recorded notes (`datasets.libraries.notes`), which come from other studios and are learnt from only where the
name says so. The rows "svm ..." take a minute each and use all five folds of the first split; the rows "cnn ..." and
"rnn ..." take some minutes each, learn for a quarter of the steps of the recipe, without its reverberation and its drum
kits, give every window one vote unless they say otherwise, and use the first two folds. So compare rows of one model,
and mind the intervals: a difference of a few clips says nothing. The recipe was chosen on these two folds: the result
files say how it does on the other three. The rows "together ..." average the scores of result files.
"""

import dataclasses
import datetime
import functools
import sys
import time
from pathlib import Path

import numpy as np

from audiocls.datasets import libraries, load
from audiocls.learn import augmentation, batches, training
from audiocls.learn.batches import join, prepare
from audiocls.learn.frontend import FrontEnd
from audiocls.learn.provenance import provenance
from audiocls.learn.recipes import RECIPES
from audiocls.measure import baselines, evaluation
from audiocls.measure.results import read_json, write_json
from audiocls.windows import Voting

OUT = Path(__file__).resolve().parents[1] / "results" / "ablation.json"
FONTS = ("TimGM6mb", *libraries.FONTS)
LOG_MEL = RECIPES["cnn"].front_end
PER_CLASS = RECIPES["cnn"].borrowed_per_class

SVM = {  # name: (front end, libraries learnt from beside the real clips)
    "svm 13 MFCC": (FrontEnd(kind="mfcc", seconds=1.0, n_features=13), ()),
    "svm 20 MFCC": (FrontEnd(kind="mfcc", seconds=1.0, n_features=20), ()),
    "svm 26 MFCC": (FrontEnd(kind="mfcc", seconds=1.0, n_features=26), ()),
    "svm 40 bands": (dataclasses.replace(LOG_MEL, n_features=40), ()),
    "svm 64 bands": (LOG_MEL, ()),
    "svm 96 bands": (dataclasses.replace(LOG_MEL, n_features=96), ()),
    "svm frames of 25 ms every 10 ms": (dataclasses.replace(LOG_MEL, win_seconds=0.025, hop_seconds=0.010), ()),
    "svm frames of 64 ms every 20 ms": (dataclasses.replace(LOG_MEL, win_seconds=0.064), ()),
    "svm 44,100 Hz": (dataclasses.replace(LOG_MEL, sr=44_100), ()),
    **{f"svm with {font}": (LOG_MEL, (font,)) for font in FONTS},
    "svm with all fonts": (LOG_MEL, FONTS),
    "svm with all fonts and notes": (LOG_MEL, (*FONTS, "notes")),
}
CURVE = {  # name: share of the training sources of each class
    "svm 64 bands, a quarter of the sources": 0.25,
    "svm 64 bands, half of the sources": 0.5,
    "svm 64 bands, three quarters of the sources": 0.75,
}


def _unchanged(X, rng):
    """No augmentation."""
    return X


IN_ITS_ROOM = [step for step in augmentation.STEPS if step is not augmentation.reverberate]
_dry = functools.partial(augmentation.augment, steps=IN_ITS_ROOM)


def _stretch(X, rng, *, furthest=1.25):
    """Half of the windows are played faster or slower, at the same pitch."""
    batch, _, time = X.shape
    speed = np.where(rng.random(batch) < 0.5, furthest ** rng.uniform(-1, 1, size=batch), 1.0)
    place = np.minimum(np.arange(time) * speed[:, None], time - 1)
    before = np.floor(place).astype(int)
    part = (place - before)[:, None, :].astype(X.dtype)
    earlier, later = (
        np.take_along_axis(X, frames[:, None, :], axis=2) for frames in (before, np.minimum(before + 1, time - 1))
    )
    return earlier + part * (later - earlier)


SHORT = 1000  # steps of a network's row, fewer than the recipe's: rows are compared with each other
_PLAIN = {"steps": SHORT, "augment": _dry, "voting": Voting(hop_seconds=0.5)}
CNN, RNN = (dataclasses.replace(RECIPES[name], **_PLAIN) for name in ("cnn", "rnn"))


def _with(recipe, **options):
    """The recipe with another network: options of its builder."""
    return dataclasses.replace(recipe, build=functools.partial(recipe.build, **options))


def _heard(recipe, **options):
    """The recipe with another front end."""
    return dataclasses.replace(recipe, front_end=dataclasses.replace(recipe.front_end, **options))


NETWORKS = {  # name: (recipe, libraries)
    "cnn": (CNN, FONTS),
    "cnn real clips alone": (CNN, ()),
    **{f"cnn with {font} alone": (CNN, (font,)) for font in ("TimGM6mb", "MuseScoreGeneral")},
    "cnn with notes": (CNN, (*FONTS, "notes")),
    "cnn with drum kits": (CNN, (*FONTS, "kits")),
    "cnn a tenth of each batch borrowed": (dataclasses.replace(CNN, borrowed_share=0.1), FONTS),
    "cnn learnt from fonts first": (CNN, FONTS),
    "cnn learnt to tell clips apart first": (CNN, FONTS),
    "cnn taught by three": (CNN, FONTS),
    "cnn twice the steps": (dataclasses.replace(CNN, steps=2 * SHORT), FONTS),
    "cnn windows of 1 s": (_heard(CNN, seconds=1.0), FONTS),
    "cnn windows of 4 s": (_heard(CNN, seconds=4.0), FONTS),
    "cnn windows from the onset alone": (dataclasses.replace(CNN, at_onset=1.0), FONTS),
    "cnn windows from anywhere": (dataclasses.replace(CNN, at_onset=0.0), FONTS),
    "cnn first window of a clip alone": (dataclasses.replace(CNN, voting=Voting(hop_seconds=1_000.0)), FONTS),
    **{
        f"cnn {name}": (dataclasses.replace(CNN, voting=Voting(hop_seconds=0.5, power=power, attack=attack)), FONTS)
        for name, power, attack in (
            ("as it is, again", 0.0, 1.0),
            ("loud windows count more", 1.0, 1.0),
            ("loud windows and the attack count more", 1.0, 8.0),
            ("attack counts 4 times", 0.0, 4.0),
            ("attack counts 16 times", 0.0, 16.0),
        )
    },
    "cnn 96 bands": (_heard(CNN, n_features=96), FONTS),
    "cnn 40 bands": (_heard(CNN, n_features=40), FONTS),
    "cnn with reverberation": (dataclasses.replace(CNN, augment=augmentation.augment), FONTS),
    "cnn reverberation, 4 times the steps": (
        dataclasses.replace(CNN, augment=augmentation.augment, steps=4 * SHORT),
        FONTS,
    ),
    "cnn without augmentation": (dataclasses.replace(CNN, augment=_unchanged), FONTS),
    "cnn masks alone": (dataclasses.replace(CNN, augment=augmentation.mask), FONTS),
    "cnn equalizer alone": (dataclasses.replace(CNN, augment=augmentation.equalize), FONTS),
    "cnn noise floor alone": (dataclasses.replace(CNN, augment=augmentation.add_noise_floor), FONTS),
    "cnn played faster or slower": (
        dataclasses.replace(CNN, augment=functools.partial(augmentation.augment, steps=[_stretch, *IN_ITS_ROOM])),
        FONTS,
    ),
    "cnn mixup": (CNN, FONTS),
    "cnn without label smoothing": (dataclasses.replace(CNN, smoothing=0.0), FONTS),
    "cnn without dropout": (_with(CNN, dropout=0.0), FONTS),
    "cnn without weight decay": (dataclasses.replace(CNN, weight_decay=0.0), FONTS),
    "cnn mean over time": (_with(CNN, pool=("mean",)), FONTS),
    "cnn maximum over time": (_with(CNN, pool=("max",)), FONTS),
    "cnn attention over time": (_with(CNN, pool=("attention",)), FONTS),
    "cnn half the filters": (_with(CNN, filters=(8, 16, 32, 48)), FONTS),
    "cnn twice the filters": (_with(CNN, filters=(32, 64, 128, 192)), FONTS),
    "rnn": (RNN, FONTS),
    "rnn real clips alone": (RNN, ()),
    "rnn with notes": (RNN, (*FONTS, "notes")),
    "rnn with reverberation": (dataclasses.replace(RNN, augment=augmentation.augment), FONTS),
    "rnn reverberation, twice the steps": (
        dataclasses.replace(RNN, augment=augmentation.augment, steps=2 * SHORT),
        FONTS,
    ),
    "rnn without augmentation": (dataclasses.replace(RNN, augment=_unchanged), FONTS),
    "rnn mixup": (RNN, FONTS),
    "rnn mean over time": (_with(RNN, pool=("mean",)), FONTS),
    "rnn half the units": (_with(RNN, units=48), FONTS),
}
TOGETHER = {  # name: models of the result files whose scores are averaged, all folds of the first split
    "together: cnn and rnn": ("cnn", "rnn"),
    "together: cnn and svm": ("cnn", "svm-log-mel-borrowed"),
    "together: cnn, rnn and svm": ("cnn", "rnn", "svm-log-mel-borrowed"),
}


@functools.cache
def _real():
    return load("freesound")


@functools.cache
def _library(name):
    if name == "kits":
        return libraries.kits()
    found = libraries.load(per_class=PER_CLASS)
    return found.select([fname.split("/")[0] == name for fname in found.table["fname"]])


@functools.cache
def _statistics(name, front_end):
    clips = _real() if name == "real" else _library(name)
    return np.array([baselines.statistics(*clips.audio(i), front_end) for i in range(len(clips))]), clips.targets


@functools.lru_cache(maxsize=16)
def _examples(name, front_end):
    """Clips ready for a network; the length of its windows does not matter here."""
    clips = _real() if name == "real" else _library(name)
    recipe = dataclasses.replace(CNN, front_end=front_end)
    groups = {"real": None, "kits": clips.sources}.get(name, [name] * len(clips))
    return prepare(clips, recipe, groups=groups)


def _some_sources(train, share):
    """Keep a share of the training sources of each class, at least one, at random."""
    rng, kept = np.random.default_rng(0), np.zeros(len(train), dtype=bool)
    for k in range(10):
        sources = np.unique(_real().sources[train & (_real().targets == k)].astype(str))
        chosen = rng.permutation(sources)[: max(1, round(share * len(sources)))]
        kept |= train & (_real().targets == k) & np.isin(_real().sources.astype(str), chosen)
    return kept


def _svm_row(front_end, borrowed, share=1.0):
    X, targets = _statistics("real", front_end)
    notes, notes_targets = _statistics("notes", front_end)
    more = [_statistics(name, front_end) for name in borrowed]
    fold = _real().folds(by="source", n_folds=5, seed=0)
    right, recall = np.zeros(len(targets)), []
    for k in range(5):
        train = _some_sources(fold != k, share)
        model = baselines.untrained("svm")
        model.fit(
            np.concatenate([X[train], *(x for x, _ in more)]), np.concatenate([targets[train], *(t for _, t in more)])
        )
        test = fold == k
        right[test] = model.predict(X[test]) == targets[test]
        recall.append(_recall(model.predict(notes), notes_targets))
    return right, np.arange(len(targets)), recall


def _learn(train, lent, recipe, seed, *, start=None, change=None):
    """Train by a recipe, as `training.train` does; here a network may go on from another, and batches be changed.

    change takes the batches (X, labels, weight) and the random generator that draws them, and gives other batches.
    """
    rng = np.random.default_rng(seed)
    count = round(recipe.batch_size * recipe.borrowed_share) if lent is not None else 0
    sets = [(train, recipe.batch_size - count)] + ([(lent, count)] if count else [])
    training.seed_everything(seed)
    network = recipe.build(*recipe.front_end.shape, len(set(train.targets.tolist())))
    if start is not None:
        network.set_weights(start.get_weights())
    drawn = batches.labelled(
        batches.fresh_batches(sets, recipe, rng), network.output_shape[-1], smoothing=recipe.smoothing
    )
    steps = recipe.steps // recipe.epochs
    training.fit(
        network,
        change(drawn, rng) if change else drawn,
        steps=steps,
        epochs=recipe.epochs,
        rate=training.learning_rate(recipe.learning_rate, steps * recipe.epochs, anneal=recipe.anneal),
        weight_decay=recipe.weight_decay,
    )
    return network


def _fonts_first(train, lent, recipe, seed):
    """Learn from fonts alone for the first half of the steps, from real clips alone for the second."""
    half = dataclasses.replace(recipe, steps=recipe.steps // 2)
    return _learn(train, None, half, seed, start=_learn(lent, None, half, seed))


def _clips_first(train, lent, recipe, seed):
    """Learn without labels for the first half of the steps: which clip is it from? (Dosovitskiy and others, 2014.)"""
    half = dataclasses.replace(recipe, steps=recipe.steps // 2)
    found = _learn(dataclasses.replace(train, targets=np.arange(len(train))), None, half, seed)
    start = recipe.build(*recipe.front_end.shape, 10)
    for layer, learnt in zip(start.layers[:-1], found.layers[:-1], strict=True):
        layer.set_weights(learnt.get_weights())
    return _learn(train, lent, half, seed, start=start)


def _taught(train, lent, recipe, seed):
    """Learn what three networks say that differ in their random numbers, not the classes (Hinton and others, 2015)."""
    teachers = [_learn(train, lent, recipe, seed + 10 * i) for i in range(3)]

    def ask(drawn, rng):
        for X, _, weight in drawn:
            yield X, np.mean([teacher(X, training=False) for teacher in teachers], axis=0), weight

    return _learn(train, lent, recipe, seed, change=ask)


def _mixed(train, lent, recipe, seed, *, parameter=0.3):
    """Mix each window with another, and its label in the same proportion (Zhang and others, mixup, 2018)."""

    def mix(drawn, rng):
        for X, labels, weight in drawn:
            share = rng.beta(parameter, parameter, size=len(X)).astype(np.float32)
            other = rng.permutation(len(X))
            mixed = share[:, None, None] * X + (1 - share[:, None, None]) * X[other]
            yield mixed, share[:, None] * labels + (1 - share[:, None]) * labels[other], weight

    return _learn(train, lent, recipe, seed, change=mix)


LEARN = {
    "cnn learnt from fonts first": _fonts_first,
    "cnn learnt to tell clips apart first": _clips_first,
    "cnn taught by three": _taught,
    "cnn mixup": _mixed,
    "rnn mixup": _mixed,
}


def _network_row(recipe, borrowed, learn):
    front_end = dataclasses.replace(recipe.front_end, seconds=2.0)
    real, notes = _examples("real", front_end), _examples("notes", front_end)
    more = [_examples(name, front_end) for name in borrowed]
    lent = join(more) if more else None
    fold = _real().folds(by="source", n_folds=5, seed=0)
    right, tested, recall = [], [], []
    for k in (0, 1):
        model = learn(real.select(np.flatnonzero(fold != k)), lent, recipe, seed=k)
        test = np.flatnonzero(fold == k)
        right.append(_clip_scores(model, real.select(test), recipe).argmax(axis=1) == real.targets[test])
        tested.append(test)
        recall.append(_recall(_clip_scores(model, notes, recipe).argmax(axis=1), notes.targets))
    return np.concatenate(right).astype(float), np.concatenate(tested), recall


def _together_row(*models):
    scores = sum(np.array(read_json(OUT.parent / f"freesound-{model}-source.json")["scores"]) for model in models)
    return (scores.argmax(axis=1) == _real().targets).astype(float), np.arange(len(scores)), []


def _clip_scores(model, examples, recipe):
    scores, clip, votes = training.score_clips(model, examples.waves, recipe)
    return evaluation.clip_scores(scores, clip, len(examples), weights=votes)


def _recall(predicted, targets):
    return float(np.mean([np.mean(predicted[targets == k] == k) for k in np.unique(targets)]))


def _measure(name):
    """Return what a row is made of, the function of its kind applied to its settings."""
    if name in TOGETHER:
        return _together_row(*TOGETHER[name])
    if name in NETWORKS:
        return _network_row(*NETWORKS[name], LEARN.get(name, _learn))
    return _svm_row(*SVM.get(name, (LOG_MEL, ())), share=CURVE.get(name, 1.0))


def main(names):
    """Measure rows and add them to the result file, one by one."""
    table = [*SVM, *CURVE, *NETWORKS, *TOGETHER]
    if unknown := set(names) - set(table):
        raise SystemExit(f"no row {', '.join(sorted(unknown))}; there are: {', '.join(table)}")
    result = read_json(OUT) if OUT.is_file() else {"command": "python -m benchmarks.ablation", "rows": {}}
    for name in names or [name for name in table if name not in result["rows"]]:
        began = time.perf_counter()
        right, clips, recall = _measure(name)
        low, high = evaluation.bootstrap_interval(right, _real().sources[clips])
        heard_notes = not recall or name.endswith("notes")
        rows = result["rows"] | {
            name: {
                "clips": len(right),
                "by_source": [round(float(v), 4) for v in (right.mean(), low, high)],
                "other_studios": None if heard_notes else round(float(np.mean(recall)), 4),
                "seconds": round(time.perf_counter() - began),
                "date": datetime.date.today().isoformat(),
            }
        }
        result["rows"] = {key: rows[key] for key in table if key in rows}
        result["versions"] = provenance(result["command"])["versions"]
        write_json(OUT, result)
        print(name, result["rows"][name], flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
