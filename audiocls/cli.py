"""The command line: ``audiocls predict | train | evaluate | data | features | card``.

A user's mistake gets one line on stderr and exit status 1, never a traceback; the other files are still answered.

Taught in chapter 14, Deployment.
"""

import argparse
import glob
import json
import os
import shlex
import sys
from pathlib import Path

PROGRESS_FROM = 60.0  # seconds of sound; shorter files are answered before a bar could be read
MODELS = ("cnn", "rnn", "report-cnn", "report-rnn")
BASELINES = ("majority", "duration", "logistic", "svm", "knn", "svm-log-mel", "svm-log-mel-borrowed")


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
            scores = {label: round(score, 6) for label, score in found.scores.items()}
            print(
                json.dumps(
                    {
                        "file": str(file),
                        "label": found.label,
                        "score": scores[found.label],
                        "scores": scores,
                        "seconds": round(found.seconds, 3),
                        "sure": found.sure,
                    }
                ),
                flush=True,
            )
        else:
            why = "silence" if found.silent else f"no score reaches {classifier.sure_from:.0%}"
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

    extracted = extract_files(
        _expanded(arguments.files),
        arguments.out,
        target_sr=arguments.sr,
        jobs=arguments.jobs,
        report=answer,
        n_mfcc=arguments.n_mfcc,
    )
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
    train_classifier(
        datasets.load(arguments.data),
        arguments.model,
        arguments.out,
        data=Path(arguments.data).name,
        seed=arguments.seed,
        command=arguments.command_line,
        verbose=2 if arguments.verbose else 0,
    )
    print(f"Wrote {arguments.out}; try: audiocls predict --model {arguments.out} clip.wav")
    return 0


def _evaluate(arguments):
    from audiocls import datasets
    from audiocls.measure import results

    data, model = Path(arguments.data).name, arguments.model
    on = Path(arguments.on).name if arguments.on else None
    name = f"{data}-{model}-on-{on}" if on else f"{data}-{model}-{arguments.split}"
    out = Path(arguments.out or f"results/{name}.json")
    if not out.parent.is_dir():
        raise ValueError(f"{out}: its folder does not exist; create it first or choose another file with --out")
    clips, options = datasets.load(arguments.data), {"model": model, "seeds": arguments.seeds}
    options["command"] = arguments.command_line
    if on:
        result = results.measure_transfer(clips, datasets.load(arguments.on), data=f"{data} on {on}", **options)
    else:
        result = results.measure(clips, data=data, split=arguments.split, n_folds=arguments.folds, **options)
    results.write_json(out, result)
    for what in ("window_accuracy", "clip_accuracy"):
        low, high = result[what]["interval"]
        print(f"{what.replace('_', ' ')}: {result[what]['mean']:.3f}  (95 % interval {low:.3f} to {high:.3f})")
    print(f"Wrote {out}")
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


def _parser():
    parser = argparse.ArgumentParser(prog="audiocls", description="Which instrument plays in a short recording?")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    predict = commands.add_parser("predict", help="score which instrument plays in each file")
    predict.add_argument("files", nargs="+", metavar="FILE", help="WAV, FLAC, OGG, MP3 or AIFF")
    predict.add_argument("--model", default="cnn", help="cnn, rnn or the path of an ONNX file (default: cnn)")
    predict.add_argument("--json", action="store_true", help="one JSON object a line")
    predict.add_argument("--top", type=_count, default=10, metavar="N", help="show the N highest scores (default: 10)")
    predict.set_defaults(run=_predict)

    features = commands.add_parser("features", help="write the MFCCs of each file as a NumPy array")
    features.add_argument("files", nargs="+", metavar="FILE")
    features.add_argument("--out", required=True, metavar="FOLDER", help="gets FILE.npy, coefficients x frames")
    features.add_argument("--sr", type=int, default=16_000, help="rate to resample to first, in Hz (default: 16000)")
    features.add_argument("--n-mfcc", type=int, default=13, help="coefficients (default: 13)")
    features.add_argument("--jobs", type=_count, default=1, metavar="N", help="files worked on at a time (default: 1)")
    features.set_defaults(run=_features)

    data = commands.add_parser("data", help="download or render a data set and list it")
    data.add_argument("name", help="rendered, freesound, or the folder or CSV file of your own clips")
    data.set_defaults(run=_data)

    train = commands.add_parser("train", help="train a network on all clips of a data set")
    train.add_argument("--data", default="rendered", help="rendered, freesound or a path (default: rendered)")
    train.add_argument("--model", default="cnn", choices=MODELS)
    train.add_argument("--out", required=True, metavar="FILE.onnx")
    train.add_argument("--seed", type=int, default=0)
    train.add_argument("--verbose", action="store_true", help="print a line an epoch")
    train.set_defaults(run=_train)

    evaluate = commands.add_parser("evaluate", help="cross-validate a network or a baseline and write a result file")
    evaluate.add_argument("--data", default="rendered", help="rendered, freesound or a path (default: rendered)")
    evaluate.add_argument("--model", default="cnn", choices=(*MODELS, *BASELINES))
    evaluate.add_argument("--on", metavar="DATA", help="train on all of --data and test on this set instead")
    evaluate.add_argument("--split", default="source", choices=("source", "clip", "window"))
    evaluate.add_argument("--folds", type=int, default=5)
    evaluate.add_argument("--seeds", type=int, default=1, help="repeat with other folds and other random numbers")
    evaluate.add_argument("--out", metavar="FILE.json", help="default: results/DATA-MODEL-SPLIT.json")
    evaluate.set_defaults(run=_evaluate)

    card = commands.add_parser("card", help="write the card of a classifier file from result files")
    card.add_argument("results", nargs="*", metavar="RESULT.json", help="what audiocls evaluate wrote for this model")
    card.add_argument("--model", default="cnn", help="cnn, rnn or the path of an ONNX file (default: cnn)")
    card.add_argument("--out", required=True, metavar="FILE.md")
    card.set_defaults(run=_card)
    return parser


def main(argv=None):
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
    arguments = _parser().parse_args(argv)
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
