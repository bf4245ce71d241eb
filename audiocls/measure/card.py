"""Model cards: what a classifier file was trained on, how good it is, and what it must not be used for.

The facts come from the classifier file itself and from result files; ``card.md`` beside this module has the prose.

Function: `model_card`.

Taught in chapter 14, Deployment. Source: Mitchell and others, Model cards for model reporting, 2019,
doi:10.1145/3287560.3287596.
"""

from collections.abc import Sequence
from importlib import resources

from audiocls.classifier import Classifier
from audiocls.measure.results import percent, percent_interval

__all__ = ["model_card"]


def model_card(classifier: Classifier, measured: Sequence[dict] = ()) -> str:
    """Write the card of a classifier as Markdown.

    Parameters
    ----------
    classifier : Classifier
    measured : sequence of dict, result files of the same model and data (`audiocls.measure.results`)

    Returns
    -------
    card : str

    Raises
    ------
    ValueError
        If the file does not say how it was trained, or a result is of another model or data set.

    Examples
    --------
    >>> from audiocls.classifier import Classifier
    >>> print(model_card(Classifier("cnn")).splitlines()[0])
    # Card of the classifier `cnn`

    Taught in chapter 14, Deployment.
    """
    facts, voting = classifier.facts, classifier.voting
    if not facts:
        raise ValueError("the classifier file says nothing of its training; make it with audiocls train")
    for result in measured:
        if (result["model"], result["data"]) != (facts["model"], facts["data"]):
            got = f"got a result of {result['model']} on {result['data']}"
            raise ValueError(f"the card is of {facts['model']} on {facts['data']}, {got}; leave it out")
    borrowed = facts["borrowed_clips"]
    about = {
        "labels": ", ".join(classifier.labels),
        "seconds": classifier.length / classifier.sr,
        "borrowed": f", and for half of each batch {borrowed:,} clips of the sound libraries" if borrowed else "",
        "sure_from": percent(voting.sure_from, 0),
        "calibrated_by": facts.get("calibrated_by", "nothing yet"),
        "versions": ", ".join(f"{name} {version}" for name, version in facts["versions"].items()),
        "rows": "\n".join(_row(result, voting.sure_from) for result in measured),
        "folds": "\n\n".join(_folds(result) for result in measured),
        "failures": "\n".join(_failures(result) for result in measured),
    }
    template = resources.files("audiocls.measure").joinpath("card.md").read_text(encoding="utf-8")
    return template.format(sr=classifier.sr, voting=voting, facts=facts, **about)


def _row(result, sure_from):
    clips, windows = result["clip_accuracy"], result["window_accuracy"]["mean"]
    cells = [result["split"], f"{result['folds']} x {result['seeds']}"]
    cells += [percent_interval(clips["mean"], *clips["interval"]), percent(windows)]
    cells += [f"{result['calibration_error']:.3f}", _answered(result, sure_from), f"`{result['command']}`"]
    return f"| {' | '.join(cells)} |"


def _folds(result):
    rights = ", ".join(percent(right, 0) for seed in result["per_fold"] for right in seed)
    return f"Fold by fold, split by {result['split']}: {rights} of the clips right."


def _failures(result):
    said = "; ".join(f"{true} taken for {taken} ({percent(share, 0)})" for share, true, taken in _worst(result))
    return f"- Split by {result['split']}, most frequent: {said}."


def _answered(result, sure_from):
    """What share of the clips gets an answer at this threshold, and how many of the answers are right."""
    said = {threshold: f"{percent(answered, 0)}, {percent(right)}" for threshold, answered, right in result["answers"]}
    return said.get(sure_from, "not measured" if sure_from else "all")


def _worst(result, most=3):
    """The most frequent confusions, as shares of the true class."""
    labels, found = result["labels"], []
    for true, row in zip(labels, result["confusion"], strict=True):
        found += [(n / sum(row), true, taken) for taken, n in zip(labels, row, strict=True) if taken != true and n]
    return sorted(found, reverse=True)[:most]
