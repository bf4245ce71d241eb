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
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main", "parser"]

PROGRESS_FROM = 60.0  # seconds of sound; shorter files are answered before a bar could be read


def _complain(message):
    print(f"audiocls: {' '.join(str(message).split())}", file=sys.stderr)


def _complain_of(file, error):
    _complain(error if str(file) in str(error) else f"{file}: {error}")


def _expanded(files):
    """Replace patterns such as ``*.wav`` by the files they fit: the Windows command prompt leaves that to programs."""
    found = []
    for file in files:
        fitting = [] if os.path.exists(file) else sorted(glob.glob(file))
        found += fitting or [file]
    return found


def _each_file(files, work):
    """Do the work on every file; return 1 if any failed, else 0."""
    status = 0
    for file in files:
        try:
            work(file)
        except BrokenPipeError:
            raise
        except (ValueError, OSError) as error:
            _complain_of(file, error)
            status = 1
    return status


def _rounded(found):
    scores = {label: round(score, 6) for label, score in found.scores.items()}
    answer = {"label": found.label, "score": scores[found.label], "scores": scores}
    return answer | {"seconds": round(found.seconds, 3), "sure": found.sure}


def _predict(arguments):
    from audiocls import audio
    from audiocls.classifier import Classifier

    classifier = Classifier(arguments.model)
    block = "█" if "█".encode(sys.stdout.encoding or "utf-8", "replace") != b"?" else "#"

    def answer(file):
        seconds = audio.info(file).seconds
        if seconds >= PROGRESS_FROM and sys.stderr.isatty():
            from tqdm import tqdm

            with tqdm(total=round(seconds), unit="s", desc=Path(file).name, leave=False) as bar:
                found = classifier.predict_file(file, progress=bar.update)
        else:
            found = classifier.predict_file(file)
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

    return _each_file(_expanded(arguments.files), answer)


def _features(arguments):
    from audiocls.features import extract_files

    def answer(each):
        if each.error:
            _complain_of(each.file, each.error)
        else:
            print(f"{each.path}  {each.shape[0]} x {each.shape[1]}", flush=True)

    options = {"target_sr": arguments.sr, "jobs": arguments.jobs, "n_mfcc": arguments.n_mfcc}
    extracted = extract_files(_expanded(arguments.files), arguments.out, progress=answer, **options)
    return int(any(each.error for each in extracted))


def _data(arguments):
    from audiocls import datasets

    clips = datasets.load(arguments.name)
    clips.prepare()
    print(clips)
    print(clips.describe().to_string(float_format="%.1f"))
    print(f"Sound: {clips.path(0).parent}")
    return 0


def _train(arguments):
    from audiocls import datasets
    from audiocls.learn.training import train_classifier

    if not Path(arguments.out).parent.is_dir():
        raise ValueError(f"{arguments.out}: its folder does not exist; create it first")
    options = {"seed": arguments.seed, "command": arguments.command_line, "verbose": 2 if arguments.verbose else 0}
    train_classifier(datasets.load(arguments.data), arguments.model, arguments.out, **options)
    print(f"Wrote {arguments.out}; try: audiocls predict --model {arguments.out} clip.wav")
    return 0


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
    return 0


def _calibrate(arguments):
    from audiocls.measure.calibration import calibrate_by
    from audiocls.measure.results import read_json

    options = {"wrong_costs": arguments.wrong_costs, "command": arguments.command_line}
    voting = calibrate_by(arguments.file, read_json(arguments.result), **options)
    print(f"Wrote {arguments.file}: temperature {voting.temperature:.2f}, sure from {voting.sure_from:.0%}")
    return 0


def _card(arguments):
    from audiocls.atomic import replacing
    from audiocls.classifier import Classifier
    from audiocls.measure.card import model_card
    from audiocls.measure.results import read_json

    text = model_card(Classifier(arguments.model), [read_json(path) for path in arguments.results])
    with replacing(arguments.out) as part:
        part.write_text(text, encoding="utf-8")
    print(f"Wrote {arguments.out}")
    return 0


def _count(text):
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, got {number}")
    return number


def _words(names):
    return ", ".join(names[:-1]) + f" or {names[-1]}"


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command line, whose help is also the reference page."""
    from audiocls.classifier import SHIPPED
    from audiocls.learn.recipes import RECIPES
    from audiocls.measure.baselines import BASELINES

    program = argparse.ArgumentParser(prog="audiocls", description="Which instrument plays in a short recording?")
    commands = program.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name, run, about):
        made = commands.add_parser(name, help=about)
        made.set_defaults(run=run)
        return made.add_argument

    file = f"{_words([*SHIPPED, 'the path of an ONNX file'])} (default: cnn)"
    clips = "rendered, freesound, or the folder or CSV file of your own clips"

    add = command("predict", _predict, "score which instrument plays in each file")
    add("files", nargs="+", metavar="FILE", help="WAV, FLAC, OGG, MP3 or AIFF, or a pattern such as *.wav")
    add("--model", default="cnn", help=file)
    add("--json", action="store_true", help="one JSON object per line")
    add("--top", type=_count, default=10, metavar="N", help="show the N highest scores (default: 10)")

    add = command("features", _features, "write the MFCCs of each file as a NumPy array")
    add("files", nargs="+", metavar="FILE", help="a sound file of any rate, or a pattern such as *.wav")
    add("--out", required=True, metavar="FOLDER", help="gets FILE.npy, coefficients x frames")
    add("--sr", type=int, default=16_000, help="rate to resample to first, in Hz (default: 16000)")
    add("--n-mfcc", type=int, default=13, help="number of coefficients (default: 13)")
    add("--jobs", type=_count, default=1, metavar="N", help="files worked on at a time (default: 1)")

    add = command("data", _data, "download or render a data set and list it")
    add("name", help=clips)

    add = command("train", _train, "train a network on all clips of a data set")
    add("--data", default="rendered", help=f"{clips} (default: rendered)")
    add("--model", default="cnn", choices=RECIPES, metavar="MODEL", help=f"{_words([*RECIPES])} (default: cnn)")
    add("--out", required=True, metavar="FILE.onnx", help="the classifier file to write")
    add("--seed", type=int, default=0, help="of all random numbers (default: 0)")
    add("--verbose", action="store_true", help="print a line per epoch")

    either = f"a network, {_words([*RECIPES])}, or a baseline, {_words([*BASELINES])} (default: cnn)"
    add = command("evaluate", _evaluate, "cross-validate a network or a baseline and write a result file")
    add("--data", default="rendered", help=f"{clips} (default: rendered)")
    add("--model", default="cnn", choices=RECIPES | BASELINES, metavar="MODEL", help=either)
    add("--on", metavar="DATA", help="learn from all clips of --data, and test on this set instead")
    sides = {"choices": ("source", "clip", "window"), "metavar": "SPLIT"}
    add("--split", default="source", **sides, help="what stays on one side: source, clip or window (default: source)")
    add("--folds", type=int, default=5, help="parts that the clips are divided into (default: 5)")
    add("--seeds", type=int, default=1, help="repeat with other folds and other random numbers (default: 1)")
    add("--out", metavar="FILE.json", help="the result file to write (default: results/DATA-MODEL-SPLIT.json)")

    add = command("calibrate", _calibrate, "write a measured temperature and threshold into a classifier file")
    add("file", metavar="FILE.onnx", help="a file from audiocls train; it is replaced in one step")
    add("result", metavar="RESULT.json", help="what audiocls evaluate wrote for this model and data set")
    costs = "how many right answers a wrong one costs, which sets the threshold (default: 1.5)"
    add("--wrong-costs", type=float, default=1.5, metavar="COSTS", help=costs)

    add = command("card", _card, "write the card of a classifier file from result files")
    add("results", nargs="*", metavar="RESULT.json", help="what audiocls evaluate wrote for this model")
    add("--model", default="cnn", help=file)
    add("--out", required=True, metavar="FILE.md", help="the card to write")
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
        status = arguments.run(arguments)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader of our output, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is flushed at exit
        return 0
    except KeyboardInterrupt:
        _complain("interrupted")
        return 130
    except (ValueError, OSError, ImportError) as error:
        _complain(error)
        return 1
