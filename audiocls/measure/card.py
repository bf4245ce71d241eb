"""Model cards: what a classifier file was trained on, how good it is, and what it must not be used for.

The facts come from the classifier file itself and from result files; only the intended use is prose.

Function: `model_card`.

Taught in chapter 14, Deployment. Source: Mitchell and others, Model cards for model reporting, 2019,
doi:10.1145/3287560.3287596.
"""

_USE = """\
## Intended use

Teaching: to hear, see and measure what such a network can and cannot do. It names which of its classes fits a short
recording of **one** of these instruments best.

It must not be used where a wrong answer does harm. Its scores add up to 1 whatever it hears: for an instrument outside
the list, for several at once, for speech or noise it still names one of its classes, and only sometimes says that it is
not sure.
"""


def _percent(accuracy):
    low, high = accuracy["interval"]
    return f"{accuracy['mean']:.1%} ({low:.1%} to {high:.1%})"


def model_card(classifier, measured=()):
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
    facts = classifier.facts
    if not facts:
        raise ValueError("the classifier file says nothing of its training; make it with audiocls train")
    for result in measured:
        if (result["model"], result["data"]) != (facts["model"], facts["data"]):
            raise ValueError(
                f"the card is of {facts['model']} on {facts['data']}, got a result of {result['model']} on "
                f"{result['data']}; leave it out"
            )
    borrowed = facts["borrowed_clips"]
    extra = f", and for half of each batch {borrowed:,} clips of the sound libraries" if borrowed else ""
    lines = [
        f"# Card of the classifier `{facts['model']}`",
        "",
        f"- **Classes**: {', '.join(classifier.labels)}",
        f"- **Input**: windows of {classifier.length / classifier.sr:g} s at {classifier.sr:,} Hz, one every "
        f"{classifier.hop / classifier.sr:g} s; a clip's scores are the mean of its windows', by their votes",
        f"- **Votes**: {_voting(classifier)}",
        f"- **Trained on**: all {facts['clips']} clips of `{facts['data']}`{extra}",
        f"- **Weights**: {facts['parameters']:,}",
        f"- **Not sure**: a clip whose highest score is below {classifier.sure_from:.0%}",
        f"- **Temperature**: {facts['temperature']:g}, by which the scores are softened to be worth what they say",
        f"- **Seed**: {facts['seed']}, {facts['date']}",
        f"- **Command**: `{facts['command']}`",
        f"- **Versions**: {', '.join(f'{name} {version}' for name, version in facts['versions'].items())}",
        "",
        "## Scores",
        "",
        "The shipped network has learnt from all clips, so nothing here can test it. The same recipe, cross-validated:",
        "",
        "| split by | folds x seeds | clips right (95 % interval) | windows right | calibration error "
        "| answered, and right of these | command |",
        "|---|---|---|---|---|---|---|",
    ]
    for result in measured:
        lines.append(
            f"| {result['split']} | {result['folds']} x {result['seeds']} | {_percent(result['clip_accuracy'])} "
            f"| {result['window_accuracy']['mean']:.1%} | {result['calibration_error']:.3f} "
            f"| {_answered(result, classifier.sure_from)} | `{result['command']}` |"
        )
    for result in measured:
        rights = ", ".join(f"{right:.0%}" for seed in result["per_fold"] for right in seed)
        lines += ["", f"Fold by fold, split by {result['split']}: {rights} of the clips right."]
    lines += ["", "## Known failures", ""]
    for result in measured:
        said = "; ".join(f"{true} taken for {taken} ({share:.0%})" for share, true, taken in _worst(result))
        lines.append(f"- Split by {result['split']}, most frequent: {said}.")
    return "\n".join([*lines, "", _USE])


def _voting(classifier):
    power, attack = classifier.vote_power, classifier.attack_votes
    if (power, attack) == (0, 1):
        return "all windows that sound count alike"
    return f"a window counts as its RMS to the power of {power:g}; the one of the attack {attack:g} times as much"


def _answered(result, sure_from):
    """What share of the clips gets an answer at this threshold, and how many of the answers are right."""
    for threshold, answered, right in result["answers"]:
        if threshold == sure_from:
            return f"{answered:.0%}, {right:.1%}"
    return "all"


def _worst(result, most=3):
    """The most frequent confusions, as shares of the true class."""
    labels, found = result["labels"], []
    for true, row in zip(labels, result["confusion"], strict=True):
        found += [(n / sum(row), true, taken) for taken, n in zip(labels, row, strict=True) if taken != true and n]
    return sorted(found, reverse=True)[:most]
