"""What each choice is worth: one change at a time, on the same clips and folds.

    python -m benchmarks.ablation            # every row that results/ablation.json does not have yet
    python -m benchmarks.ablation NAME ...   # these rows, again

Two numbers a row: clips of the real set named correctly when split by source, and the mean recall over the seven
classes of recorded notes (`datasets.libraries.notes`), which come from other studios and are learnt from only where the
name says so. The rows "svm ..." take a minute each and use all five folds of the first split; the rows "cnn ..." and
"rnn ..." take five minutes or more each and use its first two folds. So compare rows of one model. The recipe was
chosen on these two folds: the result files say how it does on the other three.
"""

import dataclasses
import datetime
import functools
import sys
import time
from pathlib import Path

import numpy as np

from audiocls import baselines, evaluation, networks, training
from audiocls.datasets import libraries, load
from audiocls.examples import join, prepare
from audiocls.frontend import FrontEnd
from audiocls.results import read_json, write_json

OUT = Path(__file__).resolve().parents[1] / "results" / "ablation.json"
CNN, RNN = training.RECIPES["cnn"], training.RECIPES["rnn"]
FONTS = ("TimGM6mb", *libraries.FONTS)
LOG_MEL = CNN.front_end

SVM = {  # name: (front end, libraries learnt from beside the real clips)
    "svm 13 MFCC": (FrontEnd(kind="mfcc", seconds=1.0, bands=13), ()),
    "svm 20 MFCC": (FrontEnd(kind="mfcc", seconds=1.0, bands=20), ()),
    "svm 40 bands": (dataclasses.replace(LOG_MEL, bands=40), ()),
    "svm 64 bands": (LOG_MEL, ()),
    "svm 96 bands": (dataclasses.replace(LOG_MEL, bands=96), ()),
    "svm frames of 25 ms every 10 ms": (dataclasses.replace(LOG_MEL, frame_seconds=0.025, step_seconds=0.010), ()),
    "svm frames of 64 ms every 20 ms": (dataclasses.replace(LOG_MEL, frame_seconds=0.064), ()),
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


def _plain(build):
    """The same network without dropout."""
    return functools.partial(build, dropout=0.0)


NETWORKS = {  # name: (recipe, libraries)
    "cnn": (CNN, FONTS),
    "cnn real clips alone": (CNN, ()),
    "cnn half the steps": (dataclasses.replace(CNN, steps=CNN.steps // 2), FONTS),
    "cnn a tenth of each batch borrowed": (dataclasses.replace(CNN, borrowed_share=0.1), FONTS),
    "cnn without label smoothing": (dataclasses.replace(CNN, smoothing=0.0), FONTS),
    "cnn without dropout": (dataclasses.replace(CNN, build=_plain(networks.build_cnn)), FONTS),
    "cnn with notes": (CNN, (*FONTS, "notes")),
    "rnn": (RNN, FONTS),
    "rnn real clips alone": (RNN, ()),
    "rnn with notes": (RNN, (*FONTS, "notes")),
}


@functools.cache
def _real():
    return load("freesound")


@functools.cache
def _library(name):
    found = libraries.load(per_class=CNN.borrowed_per_class)
    return found.select([fname.split("/")[0] == name for fname in found.table["fname"]])


@functools.cache
def _statistics(name, front_end):
    clips = _real() if name == "real" else _library(name)
    return np.array([baselines.statistics(*clips.audio(i), front_end) for i in range(len(clips))]), clips.targets


@functools.cache
def _examples(name):
    clips = _real() if name == "real" else _library(name)
    return prepare(clips, CNN, groups=None if name == "real" else [name] * len(clips))  # all rows share a front end


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
        model = baselines.classifier("svm")
        model.fit(
            np.concatenate([X[train], *(x for x, _ in more)]), np.concatenate([targets[train], *(t for _, t in more)])
        )
        test = fold == k
        right[test] = model.predict(X[test]) == targets[test]
        recall.append(_recall(model.predict(notes), notes_targets))
    return right, np.arange(len(targets)), recall


def _network_row(recipe, borrowed):
    real, notes = _examples("real"), _examples("notes")
    more = [_examples(name) for name in borrowed]
    lent = join(more) if more else None
    fold = _real().folds(by="source", n_folds=5, seed=0)
    right, tested, recall = [], [], []
    for k in (0, 1):
        model, _ = training.fit(real.select(np.flatnonzero(fold != k)), recipe, classes=10, seed=k, borrowed=lent)
        test = np.flatnonzero(fold == k)
        right.append(_clip_scores(model, real.select(test), recipe).argmax(axis=1) == real.targets[test])
        tested.append(test)
        recall.append(_recall(_clip_scores(model, notes, recipe).argmax(axis=1), notes.targets))
    return np.concatenate(right).astype(float), np.concatenate(tested), recall


def _clip_scores(model, examples, recipe):
    scores, clip, votes = training.score_clips(model, examples.waves, recipe)
    return evaluation.clip_scores(scores, clip, len(examples), weights=votes)


def _recall(predicted, targets):
    return float(np.mean([np.mean(predicted[targets == k] == k) for k in np.unique(targets)]))


def main(names):
    """Measure rows and add them to the result file, one by one."""
    table = {**SVM, **{name: (LOG_MEL, (), share) for name, share in CURVE.items()}, **NETWORKS}
    if unknown := set(names) - set(table):
        raise SystemExit(f"no row {', '.join(sorted(unknown))}; there are: {', '.join(table)}")
    result = read_json(OUT) if OUT.is_file() else {"command": "python -m benchmarks.ablation", "rows": {}}
    for name in names or [name for name in table if name not in result["rows"]]:
        began = time.perf_counter()
        right, clips, recall = (_network_row if name in NETWORKS else _svm_row)(*table[name])
        low, high = evaluation.bootstrap_interval(right, _real().sources[clips])
        result["rows"][name] = {
            "clips": len(right),
            "by_source": [round(float(v), 4) for v in (right.mean(), low, high)],
            "other_studios": None if "notes" in table[name][1] else round(float(np.mean(recall)), 4),
            "seconds": round(time.perf_counter() - began),
            "date": datetime.date.today().isoformat(),
        }
        result["versions"] = training.versions()
        write_json(OUT, result)
        print(name, result["rows"][name], flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
