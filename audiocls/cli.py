"""The command line: ``audiocls predict | features | data | train | evaluate | calibrate | card``.

A user's mistake gets one line on stderr and exit status 1, never a traceback; the other files are still answered.

Taught in chapter 14, Deployment.
"""

import argparse
import glob
import json
import os
import shlex
import sys
import tomllib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

__all__ = ["main", "parser"]

PROGRESS_FROM = 60.0  # seconds of sound; shorter files are answered before a bar could be read


def _complain(message):
    print(f"audiocls: {' '.join(str(message).split())}", file=sys.stderr)


def _complain_of(file, error):
    _complain(error if str(file) in str(error) else f"{file}: {error}")


def _expanded(files):
    """Replace patterns such as ``*.wav`` by the files they fit: the Windows command prompt leaves that to programs."""
    fitting = {file: [] if os.path.exists(file) else sorted(glob.glob(file)) for file in files}
    return [found for file in files for found in fitting[file] or [file]]


def _rounded(found):
    scores = {label: round(score, 6) for label, score in found.scores.items()}
    answer = {"label": found.label, "score": scores[found.label], "scores": scores}
    return answer | {"seconds": round(found.seconds, 3), "sure": found.sure}


def _predict(arguments):
    from tqdm import tqdm

    from audiocls import audio
    from audiocls.classifier import Classifier

    classifier = Classifier(arguments.model)
    block = "█" if "█".encode(sys.stdout.encoding or "utf-8", "replace") != b"?" else "#"

    def answer(file):
        seconds = audio.info(file).seconds
        quiet = seconds < PROGRESS_FROM or not sys.stderr.isatty()
        with tqdm(total=round(seconds), unit="s", desc=Path(file).name, leave=False, disable=quiet) as bar:
            found = classifier.predict_file(file, progress=bar.update)
        if found.silent:
            _complain(f"{file}: warning: every sample is zero, so the answer says nothing; check the recording")
        if arguments.json:
            print(json.dumps({"file": str(file), **_rounded(found)}), flush=True)
        else:
            why = "silence" if found.silent else f"no score reaches {classifier.voting.sure_from:.0%}"
            doubt = "" if found.sure else f"  not sure: {why}"
            print(f"{file}  ({found.seconds:.2f} s){doubt}")
            for label, score in list(found.scores.items())[: arguments.top]:
                print(f"  {label:<18} {score:6.1%}  {block * round(30 * score)}")

    failed = False
    for file in _expanded(arguments.files):
        try:
            answer(file)
        except BrokenPipeError:
            raise
        except (ValueError, OSError) as error:
            _complain_of(file, error)
            failed = True
    return failed


def _features(arguments):
    from audiocls.features import extract_files

    def answer(each):
        if each.error:
            _complain_of(each.file, each.error)
        else:
            print(f"{each.path}  {each.shape[0]} x {each.shape[1]}", flush=True)

    options = {"target_sr": arguments.sr, "jobs": arguments.jobs, "n_mfcc": arguments.n_mfcc}
    extracted = extract_files(_expanded(arguments.files), arguments.out, progress=answer, **options)
    return any(each.error for each in extracted)


def _data(arguments):
    from audiocls import datasets

    clips = datasets.load(arguments.name)
    clips.prepare()
    print(clips, clips.describe().to_string(float_format="%.1f"), f"Sound: {clips.path(0).parent}", sep="\n")


def _train(arguments):
    from audiocls import datasets
    from audiocls.learn.training import train_classifier

    if not Path(arguments.out).parent.is_dir():
        raise ValueError(f"{arguments.out}: its folder does not exist; create it first")
    options = {"seed": arguments.seed, "command": arguments.command_line, "verbose": 2 if arguments.verbose else 0}
    train_classifier(datasets.load(arguments.data), arguments.model, arguments.out, **options)
    print(f"Wrote {arguments.out}; try: audiocls predict --model {arguments.out} clip.wav")


def _evaluate(arguments):
    from audiocls import datasets
    from audiocls.measure import results

    clips, model = datasets.load(arguments.data), arguments.model
    test = datasets.load(arguments.on) if arguments.on else None
    name = f"{clips.name}-{model}-on-{test.name}" if test else f"{clips.name}-{model}-{arguments.split}"
    out = Path(arguments.out or f"results/{name}.json")
    if not out.parent.is_dir():
        raise ValueError(f"{out}: its folder does not exist; create it first or choose another file with --out")
    options = {"seeds": arguments.seeds, "command": arguments.command_line}
    if test:
        result = results.measure_transfer(clips, test, model, **options)
    else:
        result = results.measure(clips, model, by=arguments.split, n_folds=arguments.folds, **options)
    results.write_json(out, result)
    for what in ("window_accuracy", "clip_accuracy"):
        low, high = result[what]["interval"]
        print(f"{what.replace('_', ' ')}: {result[what]['mean']:.3f}  (95 % interval {low:.3f} to {high:.3f})")
    print(f"Wrote {out}")


def _calibrate(arguments):
    from audiocls.measure.calibration import calibrate_by
    from audiocls.measure.results import read_json

    options = {"wrong_costs": arguments.wrong_costs, "command": arguments.command_line}
    voting = calibrate_by(arguments.file, read_json(arguments.result), **options)
    print(f"Wrote {arguments.file}: temperature {voting.temperature:.2f}, sure from {voting.sure_from:.0%}")


def _card(arguments):
    from audiocls.atomic import replacing
    from audiocls.classifier import Classifier
    from audiocls.measure.card import model_card
    from audiocls.measure.results import read_json

    text = model_card(Classifier(arguments.model), [read_json(path) for path in arguments.results])
    with replacing(arguments.out) as part:
        part.write_text(text, encoding="utf-8")
    print(f"Wrote {arguments.out}")


def _count(text):
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, got {number}")
    return number


class _Models:
    """The names of models as choices, imported when they are looked at: `audiocls predict` starts without recipes."""

    def __init__(self, *, baselines):
        self.baselines = baselines

    def __iter__(self):
        from audiocls.learn.recipes import RECIPES
        from audiocls.measure.results import MODELS

        return iter(MODELS if self.baselines else RECIPES)


_RUN = {"predict": _predict, "features": _features, "data": _data, "train": _train}
_RUN |= {"evaluate": _evaluate, "calibrate": _calibrate, "card": _card}
_WORDS = {"count": _count, "int": int, "float": float, "splits": ("source", "clip", "window")}
_WORDS |= {"networks": _Models(baselines=False), "models": _Models(baselines=True)}


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command line; ``cli.toml`` has its commands, options and help."""
    from audiocls.classifier import SHIPPED

    text = (resources.files("audiocls") / "cli.toml").read_text(encoding="utf-8")
    program = argparse.ArgumentParser(prog="audiocls", description="Which instrument plays in a short recording?")
    commands = program.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, options in tomllib.loads(text.replace("SHIPPED", ", ".join(SHIPPED))).items():
        command = commands.add_parser(name, help=options.pop("help"))
        command.set_defaults(run=_RUN[name])
        for option, words in options.items():
            meant = {key: _WORDS[words[key]] for key in ("type", "choices") if key in words}
            command.add_argument(option, **words | meant)
    return program


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : list of str or None, the arguments (None: those of the process)

    Returns
    -------
    status : int, 0 if all went well, 1 if anything could not be done; argparse itself exits with 2 for wrong usage

    Taught in chapter 14, Deployment.
    """
    argv = sys.argv[1:] if argv is None else argv
    arguments = parser().parse_args(argv)
    arguments.command_line = shlex.join(["audiocls", *argv])
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a file's name may have letters that the terminal cannot show
    try:
        failed = arguments.run(arguments)  # a command returns whether a file failed, or nothing
        sys.stdout.flush()
        return 1 if failed else 0
    except BrokenPipeError:  # the reader of our output, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is flushed at exit
        return 0
    except KeyboardInterrupt:
        _complain("interrupted")
        return 130
    except (ValueError, OSError, ImportError) as error:
        _complain(error)
        return 1
