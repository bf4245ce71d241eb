import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from audiocls import audio, sampling
from audiocls.cli import main, parser
from audiocls.learn.recipes import RECIPES
from audiocls.measure.baselines import BASELINES


@pytest.fixture
def wav(tmp_path):
    path = tmp_path / "note.wav"
    audio.write(path, sampling.tone(440.0, sr=44_100, seconds=1.0, amplitude=0.5), 44_100)
    return path


def test_predict_prints_ranked_scores(wav, capsys):
    assert main(["predict", str(wav)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{wav}  (1.00 s)"
    shares = [float(line.split("%")[0].split()[-1]) for line in lines[1:]]
    assert len(shares) == 10 and shares == sorted(shares, reverse=True)


def test_predict_json_is_one_object_a_line_as_documented(wav, capsys):
    assert main(["predict", "--json", str(wav), str(wav)]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(answers) == 2
    assert set(answers[0]) == {"file", "label", "score", "scores", "seconds", "sure"}
    assert answers[0]["score"] == max(answers[0]["scores"].values()) == answers[0]["scores"][answers[0]["label"]]
    assert answers[0]["seconds"] == 1.0


def _wav_header(*, sr=44_100, data=b"", promised=None, subtype=1, bits=16):
    promised = len(data) if promised is None else promised
    block = bits // 8
    return (
        b"RIFF" + (36 + promised).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
        + subtype.to_bytes(2, "little") + (1).to_bytes(2, "little") + sr.to_bytes(4, "little")
        + (sr * block).to_bytes(4, "little") + block.to_bytes(2, "little") + bits.to_bytes(2, "little")
        + b"data" + promised.to_bytes(4, "little") + data
    )  # fmt: skip


SOUND = np.zeros(2000, np.int16).tobytes()
BAD = {
    "empty.wav": b"",
    "text.wav": b"I am a letter, not a sound.\n" * 20,
    "truncated.wav": _wav_header(data=SOUND, promised=400_000),
    "no_samples.wav": _wav_header(),
    "nan.wav": _wav_header(data=np.array([0, np.nan, 0.5] * 50, np.float32).tobytes(), subtype=3, bits=32),
    "one_hertz.wav": _wav_header(sr=1, data=SOUND),
    "megahertz.wav": _wav_header(sr=1_000_000, data=SOUND),
}


@pytest.mark.parametrize("name", [*BAD, "missing.wav", "folder.wav"])
def test_a_bad_file_gets_one_line_and_the_others_are_answered(name, wav, tmp_path, capsys):
    bad = tmp_path / name
    if name in BAD:
        bad.write_bytes(BAD[name])
    elif name == "folder.wav":
        bad.mkdir()
    assert main(["predict", "--json", str(bad), str(wav)]) == 1
    out, err = capsys.readouterr()
    assert [json.loads(line)["file"] for line in out.splitlines()] == [str(wav)]
    assert len(err.splitlines()) == 1 and str(bad) in err and "Traceback" not in err


def test_a_file_without_read_permission_gets_one_line(wav, capsys, monkeypatch):
    def refuse(path, *arguments, **options):
        if path == wav:
            raise PermissionError(errno.EACCES, "Permission denied")
        return open(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    assert main(["predict", str(wav)]) == 1
    err = capsys.readouterr().err
    assert err == f"audiocls: {wav}: cannot be opened (Permission denied); check its permissions\n"


def test_a_file_that_has_no_valid_scores_is_named(wav, tmp_path, capsys):
    audio.write(tmp_path / "loud.wav", np.full(16_000, 1e20), 16_000, subtype="FLOAT")
    assert main(["predict", "--json", str(tmp_path / "loud.wav"), str(wav)]) == 1
    out, err = capsys.readouterr()
    assert [json.loads(line)["file"] for line in out.splitlines()] == [str(wav)]
    assert err.startswith(f"audiocls: {tmp_path / 'loud.wav'}: ") and "got a peak of 1e+20" in err


def test_a_rate_that_is_none_is_refused_for_each_file(wav, tmp_path, capsys):
    assert main(["features", str(wav), "--sr", "0", "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(f"audiocls: {wav}: ")


def _run(*arguments, **options):
    return subprocess.Popen([sys.executable, "-m", "audiocls", *map(str, arguments)], stderr=subprocess.PIPE, **options)


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_has_seen_enough_is_no_error(wav, options):
    reader, writer = os.pipe()
    os.close(reader)
    process = _run("predict", *options, wav, wav, stdout=writer)
    os.close(writer)
    assert process.communicate()[1] == b"" and process.returncode == 0


def test_bars_are_drawn_where_the_terminal_has_no_blocks(wav):
    process = _run("predict", wav, stdout=subprocess.PIPE, env=os.environ | {"PYTHONIOENCODING": "cp1252"})
    out, err = process.communicate()
    assert (process.returncode, err) == (0, b"") and b"%  ###" in out and b"?" not in out


def test_names_that_the_terminal_cannot_show_are_still_answered(wav):
    named = wav.rename(wav.with_name("\N{MUSICAL SYMBOL G CLEF}.wav"))
    process = _run("predict", named, stdout=subprocess.PIPE, env=os.environ | {"PYTHONIOENCODING": "cp1252"})
    out, err = process.communicate()
    assert (process.returncode, err) == (0, b"") and b"?.wav  (1.00 s)" in out


def test_patterns_stand_for_the_files_they_fit(wav, tmp_path, capsys):
    odd = wav.with_name("[1].wav")
    odd.write_bytes(wav.read_bytes())
    assert main(["predict", "--json", str(tmp_path / "n*.wav"), str(odd)]) == 0
    assert [json.loads(line)["file"] for line in capsys.readouterr().out.splitlines()] == [str(wav), str(odd)]
    assert main(["predict", str(tmp_path / "x*.wav")]) == 1
    assert "x*.wav: no such file" in capsys.readouterr().err


@pytest.mark.parametrize("top", ["-1", "0", "many"])
def test_top_must_be_a_positive_number(wav, top, capsys):
    with pytest.raises(SystemExit) as exit:
        main(["predict", str(wav), "--top", top])
    assert exit.value.code == 2 and top in capsys.readouterr().err


def test_silence_is_answered_with_a_warning(tmp_path, capsys):
    audio.write(tmp_path / "silent.wav", np.zeros(16_000), 16_000)
    assert main(["predict", "--json", str(tmp_path / "silent.wav")]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["label"] and not json.loads(out)["sure"] and "warning: every sample is zero" in err
    assert main(["predict", str(tmp_path / "silent.wav")]) == 0
    assert "not sure: silence" in capsys.readouterr().out


def test_a_model_that_cannot_be_read_gets_one_line(wav, tmp_path, capsys):
    (tmp_path / "broken.onnx").write_bytes(b"\x00" * 100)
    assert main(["predict", "--model", str(tmp_path / "broken.onnx"), str(wav)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_features_are_written_as_coefficients_by_frames(wav, tmp_path, capsys):
    assert main(["features", str(wav), "--out", str(tmp_path / "mfcc")]) == 0
    assert np.load(tmp_path / "mfcc" / "note.wav.npy").shape == (13, 99)


def test_features_of_two_files_of_one_name_are_not_written_over_each_other(wav, tmp_path, capsys):
    (tmp_path / "b").mkdir()
    other = tmp_path / "b" / wav.name
    other.write_bytes(wav.read_bytes())
    assert main(["features", str(wav), str(other), "--out", str(tmp_path / "mfcc")]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1) and "got note.wav more than once" in err
    assert not (tmp_path / "mfcc").exists()


def test_an_unknown_data_set_gets_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["data", "birds"]) == 1
    assert "no data set, folder or CSV file named 'birds'" in capsys.readouterr().err


def test_predict_needs_neither_tensorflow_nor_keras(wav):
    code = (
        "import sys; from audiocls.cli import main; main(sys.argv[1:]); "
        "print(sorted({'tensorflow', 'keras', 'matplotlib', 'pandas', 'librosa', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, "predict", str(wav)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("words", [["--help"], ["predict", "--help"], ["predict", "--top", "3", "clip.wav"]])
def test_parsing_the_words_of_predict_imports_no_recipes(words):
    code = (
        "import atexit, sys; from audiocls.cli import parser; "
        "atexit.register(lambda: print(sorted({'audiocls.learn', 'scipy.fft'} & set(sys.modules)))); "
        "parser().parse_args(sys.argv[1:])"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_names_every_model_and_no_other_is_taken(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "1000")  # no name is broken at its hyphens
    for command, names in (("train", set(RECIPES)), ("evaluate", {*RECIPES, *BASELINES})):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert names == set(re.findall(r"[\w-]+", capsys.readouterr().out)) & {*RECIPES, *BASELINES}
        out = ["--out", "a.onnx"]
        assert {parser().parse_args([command, "--model", name, *out]).model for name in names} == names
        for name in {"svms", *RECIPES, *BASELINES} - names:
            with pytest.raises(SystemExit) as exit:
                main([command, "--model", name, *out])
            assert exit.value.code == 2 and f"invalid choice: '{name}'" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_ten_minutes_of_sound_take_less_than_400_megabytes(tmp_path):
    path, sr = tmp_path / "long.wav", 44_100
    audio.write(path, np.random.default_rng(0).uniform(-0.1, 0.1, 600 * sr).astype(np.float32), sr)
    code = "import sys; from audiocls.cli import main; main(sys.argv[1:]); print(open('/proc/self/status').read())"
    run = [sys.executable, "-c", code, "predict", "--json", str(path)]
    answer, *status = subprocess.run(run, capture_output=True, text=True, check=True).stdout.splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    assert json.loads(answer)["seconds"] == 600.0
    assert peak < 400_000, f"peak memory {peak / 1000:.0f} MB"
