import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from audiocls import audio, sampling
from audiocls.cli import main
from audiocls.features import extract, extract_files
from audiocls.mfcc import mfcc
from audiocls.waveform import to_mono


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    """Seven files of other rates, lengths and numbers of channels, and between them one that is none."""
    folder, rng = tmp_path_factory.mktemp("sound"), np.random.default_rng(0)
    made = []
    for i, sr in enumerate((16_000, 44_100, 8_000, 48_000, 16_000, 22_050, 44_100)):
        y = rng.uniform(-0.5, 0.5, (1 + i % 2, sr * (i + 2) // 4))
        made.append(folder / f"noise{i}.wav")
        audio.write(made[-1], y, sr)
    made.insert(3, folder / "letter.wav")
    made[3].write_text("I am a letter, not a sound.")
    return made


def contents(folder):
    """What lies in a folder: names and bytes."""
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


@pytest.fixture(scope="module")
def one_by_one(paths, tmp_path_factory):
    """The arrays that a plain loop writes."""
    folder = tmp_path_factory.mktemp("one")
    return extract_files(paths, folder, target_sr=16_000, jobs=1), contents(folder)


def test_features_of_a_file_are_those_of_its_waveform_at_the_rate_asked_for(paths):
    y, sr = audio.read(paths[1])
    expected = mfcc(sampling.resample(to_mono(y), orig_sr=sr, target_sr=8_000), 8_000, n_mfcc=5)
    np.testing.assert_array_equal(extract(paths[1], target_sr=8_000, n_mfcc=5), expected)


def test_every_file_that_is_one_gets_an_array_and_the_other_a_reason(paths, one_by_one):
    extracted, arrays = one_by_one
    assert [each.file for each in extracted] == [str(path) for path in paths]
    assert [each.error is None for each in extracted] == [path.stem != "letter" for path in paths]
    assert "letter.wav" in extracted[3].error
    assert sorted(arrays) == sorted(f"{path.name}.npy" for path in paths if path.stem != "letter")
    for each in extracted[:3]:
        np.testing.assert_array_equal(np.load(each.path, allow_pickle=False), extract(each.file, target_sr=16_000))
        assert np.load(each.path).shape == each.shape


def test_two_jobs_write_the_same_bytes_and_tell_in_the_order_of_the_files(paths, one_by_one, tmp_path):
    pytest.importorskip("joblib")
    reported = []
    extracted = extract_files(paths, tmp_path, target_sr=16_000, jobs=2, progress=reported.append)
    assert reported == extracted
    assert [(each.shape, each.error) for each in extracted] == [(each.shape, each.error) for each in one_by_one[0]]
    assert contents(tmp_path) == one_by_one[1]


@pytest.mark.parametrize("processes", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_workers_of_a_dask_cluster_write_the_same_bytes(paths, one_by_one, tmp_path, processes):
    joblib, distributed = pytest.importorskip("joblib"), pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "processes": processes}
    reported = []
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        with distributed.get_task_stream(client) as tasks, joblib.parallel_config(backend="dask"):
            extracted = extract_files(paths, tmp_path, target_sr=16_000, jobs=None, progress=reported.append)
        assert {task["worker"] for task in tasks.data if "_write" in task["key"]} <= set(client.ncores())
        assert sum("_write" in task["key"] for task in tasks.data) > 0
    assert reported == extracted
    assert [(each.shape, each.error) for each in extracted] == [(each.shape, each.error) for each in one_by_one[0]]
    assert contents(tmp_path) == one_by_one[1]


def test_without_joblib_one_job_runs_and_two_say_what_to_install(paths, tmp_path):
    code = (
        "import sys; sys.modules['joblib'] = None; from audiocls.cli import main; "
        "sys.exit(main(['features', *sys.argv[1:]]))"
    )
    run = [sys.executable, "-c", code, str(paths[0]), "--out", str(tmp_path / "mfcc")]
    two = subprocess.run([*run, "--jobs", "2"], capture_output=True, text=True, check=False)
    assert (two.returncode, two.stdout) == (1, "")
    assert two.stderr == ('audiocls: more than one job needs joblib; pip install "audiocls[learn]"\n')
    assert not (tmp_path / "mfcc").exists()
    one = subprocess.run(run, capture_output=True, text=True, check=True)
    assert one.stdout.endswith("noise0.wav.npy  13 x 49\n") and one.stderr == ""


def test_the_command_line_answers_with_two_jobs_what_it_answers_with_one(paths, tmp_path, capsys):
    pytest.importorskip("joblib")
    said = []
    for jobs in ("1", "2"):
        out = tmp_path / jobs
        assert main(["features", *map(str, paths), "--out", str(out), "--jobs", jobs, "--n-mfcc", "4"]) == 1
        printed, complained = capsys.readouterr()
        assert complained.count("\n") == 1 and str(paths[3]) in complained
        said.append(printed.replace(str(out), ""))
    assert said[0] == said[1] and said[0].count("  4 x ") == 7
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


@pytest.mark.parametrize("jobs", [0, -1, 1.5])
def test_jobs_that_are_no_number_of_files_are_refused(paths, tmp_path, jobs):
    with pytest.raises(ValueError, match="jobs must be a whole number from 1"):
        extract_files(paths, tmp_path, target_sr=16_000, jobs=jobs)


def test_files_of_one_name_are_refused_before_anything_is_written(paths, tmp_path):
    with pytest.raises(ValueError, match=r"got noise0\.wav more than once"):
        extract_files([paths[0], paths[0]], tmp_path / "mfcc", target_sr=16_000)
    assert not (tmp_path / "mfcc").exists()
