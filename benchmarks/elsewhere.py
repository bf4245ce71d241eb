"""What is right on recordings from other studios? ``python -m benchmarks.elsewhere`` writes results/elsewhere.json

Each model learns from all real clips and from phrases that the five SoundFonts play, then names recordings that it has
learnt nothing of: single notes of seven instruments and hits of the three drums (`datasets.libraries`, ``notes`` and
``kits``). They were recorded by other people in other rooms, close and dry, as sample libraries are. The shipped
networks have learnt from these too, so this measures the recipe, not them.

Balanced accuracy is the mean over the ten classes of the share that is right; of a drum, the mean over the kits. There
is no interval: of each pitched instrument there are one or two packages, and how much players differ they cannot tell.

Reverberation, the number of steps and the drum kits' part in training were chosen with an eye on such recordings
(``benchmarks/ablation.py``, the column "other studios"), so the figures may flatter the networks a little.
"""

import functools
import time
from pathlib import Path

import numpy as np

from audiocls import datasets
from audiocls.datasets import LABELS, libraries
from audiocls.learn import training
from audiocls.learn.batches import prepare, waveform
from audiocls.learn.provenance import provenance
from audiocls.learn.recipes import RECIPES
from audiocls.measure import baselines, evaluation
from audiocls.measure.results import write_json

OUT = Path(__file__).resolve().parents[1] / "results" / "elsewhere.json"
BASELINE = baselines.BASELINES["svm-log-mel-borrowed"]


def _network(name, real, fonts, test):
    recipe = RECIPES[name]
    groups = [fname.split("/")[0] for fname in fonts.table["fname"]]
    lent = prepare(fonts, recipe, groups=groups, keep_waves=False)
    model, _ = training.train(prepare(real, recipe), recipe, classes=len(LABELS), borrowed=lent)
    scores, clip, votes = training.score_clips(
        model, [waveform(*test.audio(i), recipe) for i in range(len(test))], recipe
    )
    return evaluation.clip_scores(scores, clip, len(test), weights=votes).argmax(axis=1)


def _machine(_name, real, fonts, test):
    described = functools.partial(baselines.describe_all, features=BASELINE.features)
    model = baselines.untrained(BASELINE.decides)
    model.fit(np.concatenate([described(real), described(fonts)]), np.concatenate([real.targets, fonts.targets]))
    return model.predict(described(test))


def _recall(right, test, k):
    """Share that is right of a class: the mean over its recorded libraries, each a player or a kit."""
    of_class = test.targets == k
    return float(np.mean([right[of_class & (test.sources == s)].mean() for s in sorted(set(test.sources[of_class]))]))


def main():
    """Measure the two networks and the support vector machine, one after the other."""
    real = datasets.load("freesound")
    fonts = libraries.load(per_class=RECIPES["cnn"].borrowed_per_class, recorded=False)
    test = datasets.combine({"notes": libraries.notes(), "kits": libraries.kits()})
    result = {"command": "python -m benchmarks.elsewhere", "labels": list(LABELS), "models": {}}
    result["clips"] = np.bincount(test.targets, minlength=len(LABELS)).tolist()
    for name, name_clips in (("cnn", _network), ("rnn", _network), ("svm-log-mel-borrowed", _machine)):
        began = time.perf_counter()
        named = name_clips(name, real, fonts, test)
        recall = [_recall(named == test.targets, test, k) for k in range(len(LABELS))]
        result["models"][name] = {
            "balanced_accuracy": round(float(np.mean(recall)), 4),
            "recall": [round(share, 4) for share in recall],
            "confusion": evaluation.confusion(np.eye(len(LABELS))[named], test.targets).tolist(),
            "seconds": round(time.perf_counter() - began),
        }
        print(name, result["models"][name]["balanced_accuracy"], flush=True)
        write_json(OUT, result | provenance(result["command"]))


if __name__ == "__main__":
    main()
