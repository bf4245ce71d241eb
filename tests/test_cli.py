import json
import os
import subprocess
import sys

import numpy as np
import pytest

from audiocls import audio, sampling
from audiocls.cli import main


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
    assert set(answers[0]) == {"file", "label", "score", "scores", "seconds"}
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


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read every file, and Windows has no chmod")
def test_a_file_without_read_permission_gets_one_line(wav, capsys):
    wav.chmod(0)
    assert main(["predict", str(wav)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_silence_is_answered_with_a_warning(tmp_path, capsys):
    audio.write(tmp_path / "silent.wav", np.zeros(16_000), 16_000)
    assert main(["predict", "--json", str(tmp_path / "silent.wav")]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["label"] and "warning: every sample is zero" in err


def test_a_model_that_cannot_be_read_gets_one_line(wav, tmp_path, capsys):
    (tmp_path / "broken.onnx").write_bytes(b"\x00" * 100)
    assert main(["predict", "--model", str(tmp_path / "broken.onnx"), str(wav)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_features_are_written_as_coefficients_by_frames(wav, tmp_path, capsys):
    assert main(["features", str(wav), "--out", str(tmp_path / "mfcc")]) == 0
    assert np.load(tmp_path / "mfcc" / "note.wav.npy").shape == (13, 99)


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


def test_a_card_says_how_the_network_was_trained_and_what_it_is_worth(tmp_path, capsys):
    measured = {
        "model": "cnn", "data": "freesound", "split": "source", "folds": 5, "seeds": 1, "command": "audiocls evaluate",
        "clip_accuracy": {"mean": 0.7, "interval": [0.6, 0.8]}, "window_accuracy": {"mean": 0.65},
        "calibration_error": 0.1, "labels": ["Cello", "Flute"], "confusion": [[6, 4], [1, 9]],
    }  # fmt: skip
    (tmp_path / "measured.json").write_text(json.dumps(measured))
    assert main(["card", str(tmp_path / "measured.json"), "--out", str(tmp_path / "card.md")]) == 0
    card = (tmp_path / "card.md").read_text()
    assert "70.0% (60.0% to 80.0%)" in card and "audiocls train" in card
    assert "Cello taken for Flute (40%); Flute taken for Cello (10%)" in card


def test_a_card_refuses_results_of_another_model(tmp_path, capsys):
    (tmp_path / "measured.json").write_text(json.dumps({"model": "rnn", "data": "freesound"}))
    assert main(["card", str(tmp_path / "measured.json"), "--out", str(tmp_path / "card.md")]) == 1
    assert "got a result of rnn on freesound" in capsys.readouterr().err
    assert not (tmp_path / "card.md").exists()
