"""The real clips, from a folder of the reader's or from a server; the server here answers on this machine."""

import hashlib
import os
import re
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from audiocls import audio, datasets
from audiocls.datasets import freesound

BESIDE = Path(__file__).parents[3] / "shared" / "data" / "freesound10"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A table of three clips, and the bytes of each."""
    monkeypatch.delenv("AUDIOCLS_FREESOUND", raising=False)
    monkeypatch.delenv("AUDIOCLS_FREESOUND_URL", raising=False)
    monkeypatch.setenv("AUDIOCLS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    rows, sounds = [], {}
    for i, label in enumerate(("Flute", "Hi-hat", "Cello")):
        fname = f"{i:08x}.wav"
        audio.write(tmp_path / fname, np.full(800 * (i + 1), i / 10), 8000)
        sounds[fname] = (tmp_path / fname).read_bytes()
        (tmp_path / fname).unlink()
        rows.append(
            {
                "fname": fname,
                "label": label,
                "source": f"{label}-00",
                "seconds": (i + 1) / 10,
                "freesound_id": 100 + i,
                "license": ("Attribution", "Creative Commons 0")[i % 2],
                "sha256": hashlib.sha256(sounds[fname]).hexdigest(),
                "bytes": len(sounds[fname]),
                "folder": label.replace("-", "_"),
            }
        )
    pd.DataFrame(rows).to_csv(tmp_path / "small.csv", index=False)
    return tmp_path / "small.csv", sounds


class Server(ThreadingHTTPServer):
    """Serves the sounds; ``faults`` maps a file name to a list of answers to give first."""

    def __init__(self, sounds):
        self.sounds, self.faults, self.requests = sounds, {}, []
        self.closing = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/clips"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        fname = self.path.rsplit("/", 1)[-1]
        self.server.requests.append((self.path, self.headers["User-Agent"]))
        body = self.server.sounds[fname]
        fault = self.server.faults[fname].pop(0) if self.server.faults.get(fname) else None
        if fault == "hang":
            self.server.closing.wait()
            self.close_connection = True
            return
        status, headers = fault if isinstance(fault, tuple) else (200, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fault == "cut":
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(b"?" * len(body) if fault == "wrong" else body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server(small):
    with Server(small[1]) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.closing.set()
        running.shutdown()
        thread.join()


def load(small, server, **options):
    return freesound.load(table=small[0], base_url=server.url, **options)


def cached(tmp_path):
    return {path.name for path in (tmp_path / "cache" / "freesound").glob("*.wav*")}


def test_the_clips_are_downloaded_one_by_one_and_named_by_class_folder(small, server):
    clips = load(small, server)
    assert [len(y) for y, _, _ in clips] == [800, 1600, 2400]
    assert [path for path, _ in server.requests] == [
        "/clips/Flute/00000000.wav",
        "/clips/Hi_hat/00000001.wav",
        "/clips/Cello/00000002.wav",
    ]
    assert all(agent.startswith("audiocls/") for _, agent in server.requests)


def test_clips_that_are_here_are_not_downloaded_again(small, server, tmp_path):
    load(small, server)
    (tmp_path / "cache" / "freesound" / "00000001.wav").unlink()
    server.requests.clear()
    load(small, server)
    assert [path for path, _ in server.requests] == ["/clips/Hi_hat/00000001.wav"]


def test_the_url_may_come_from_the_environment(small, server, monkeypatch):
    monkeypatch.setenv("AUDIOCLS_FREESOUND_URL", server.url + "/")
    assert len(freesound.load(table=small[0])) == 3
    assert server.requests[0][0] == "/clips/Flute/00000000.wav"


def test_an_attribution_file_names_each_clip(small, server, tmp_path):
    load(small, server)
    text = (tmp_path / "cache" / "freesound" / "ATTRIBUTION.txt").read_text()
    assert "00000000.wav  https://freesound.org/s/100/  CC BY 3.0" in text
    assert "00000001.wav  https://freesound.org/s/101/  CC0 1.0" in text


def test_a_body_cut_short_is_asked_for_again(small, server):
    server.faults["00000001.wav"] = ["cut"]
    clips = load(small, server)
    assert len(clips.audio(1)[0]) == 1600
    assert len(server.requests) == 4


def test_a_download_that_keeps_being_cut_leaves_no_half_file_and_goes_on_later(small, server, tmp_path):
    server.faults["00000001.wav"] = ["cut"] * freesound.ATTEMPTS
    with pytest.raises(ConnectionError, match=r"Hi_hat/00000001\.wav: the connection was cut; 1 of 3 clips are in"):
        load(small, server)
    assert cached(tmp_path) == {"00000000.wav"}
    server.requests.clear()
    assert len(load(small, server).audio(2)[0]) == 2400
    assert len(server.requests) == 2


def test_an_interrupt_in_the_middle_leaves_no_half_file(small, server, tmp_path, monkeypatch):
    written = Path.write_bytes

    def interrupted(path, data):
        written(path, data[: len(data) // 2])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", interrupted)
        with pytest.raises(KeyboardInterrupt):
            load(small, server)
    assert cached(tmp_path) == set()
    assert len(load(small, server)) == 3


def test_a_half_file_from_elsewhere_is_not_trusted(small, server, tmp_path):
    folder = tmp_path / "cache" / "freesound"
    folder.mkdir(parents=True)
    (folder / "00000002.wav").write_bytes(small[1]["00000002.wav"][:100])
    assert len(load(small, server).audio(2)[0]) == 2400


def test_what_has_the_wrong_checksum_is_not_kept(small, server, tmp_path):
    server.faults["00000000.wav"] = ["wrong"]
    with pytest.raises(ConnectionError, match="wrong checksum; 0 of 3 clips"):
        load(small, server)
    assert cached(tmp_path) == set()


def test_a_missing_page_is_not_asked_for_twice(small, server):
    server.faults["00000000.wav"] = [(404, {})]
    with pytest.raises(ConnectionError, match=r"404 Not Found.*run it again to go on, or set AUDIOCLS_FREESOUND"):
        load(small, server)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_given_the_break_it_asks_for(small, server, monkeypatch, status):
    pauses = []
    monkeypatch.setattr("time.sleep", pauses.append)
    server.faults["00000000.wav"] = [(status, {"Retry-After": "17"}), (status, {})]
    assert len(load(small, server)) == 3
    assert pauses == [17.0, 2.0]


def test_a_break_may_be_a_date(small, server, monkeypatch):
    pauses = []
    monkeypatch.setattr("time.sleep", pauses.append)
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    server.faults["00000000.wav"] = [(429, {"Retry-After": formatdate(1_000_030, usegmt=True)})]
    load(small, server)
    assert pauses == [30.0]


def test_a_break_of_an_hour_is_reported_not_slept(small, server):
    server.faults["00000000.wav"] = [(429, {"Retry-After": "3600"})]
    with pytest.raises(ConnectionError, match="429 Too Many Requests, wait 3600"):
        load(small, server)
    assert len(server.requests) == 1


def test_a_break_that_no_one_can_read_is_reported(small, server):
    server.faults["00000000.wav"] = [(429, {"Retry-After": "soon"})]
    with pytest.raises(ConnectionError, match="Invalid Retry-After header: soon; 0 of 3 clips"):
        load(small, server)


def test_a_server_that_does_not_answer_is_asked_four_times(small, server, monkeypatch):
    monkeypatch.setattr(freesound, "TIMEOUT", 0.1)
    server.faults["00000000.wav"] = ["hang"] * freesound.ATTEMPTS
    with pytest.raises(ConnectionError, match=r"no answer in 0\.1 s; 0 of 3 clips"):
        load(small, server)
    assert len(server.requests) == freesound.ATTEMPTS == 4


def test_a_server_that_does_not_answer_at_first_is_asked_again(small, server, monkeypatch):
    monkeypatch.setattr(freesound, "TIMEOUT", 0.1)
    server.faults["00000000.wav"] = ["hang"]
    assert len(load(small, server)) == 3


def test_offline_the_error_is_one_line_that_says_what_to_do(small, monkeypatch):
    pauses = []
    monkeypatch.setattr("time.sleep", pauses.append)
    with pytest.raises(ConnectionError, match="no connection; 0 of 3 clips") as error:
        freesound.load(table=small[0], base_url="http://127.0.0.1:9")
    assert "AUDIOCLS_FREESOUND" in str(error.value)
    assert "\n" not in str(error.value)
    assert pauses == [2.0, 4.0]  # the first time it is asked again at once


def test_an_address_that_is_none_is_reported_at_once(small, monkeypatch):
    pauses = []
    monkeypatch.setattr("time.sleep", pauses.append)
    with pytest.raises(ConnectionError, match=r"No scheme supplied.*; 0 of 3 clips"):
        freesound.load(table=small[0], base_url="clips")
    assert pauses == []


@pytest.mark.parametrize("where", ["", "audio", "by folder", "by label"])
def test_a_folder_may_be_flat_or_hold_audio_or_one_folder_per_class(small, tmp_path, monkeypatch, where):
    table = pd.read_csv(small[0])
    for row in table.itertuples():
        folder = tmp_path / "mine" / {"by folder": row.folder, "by label": row.label}.get(where, where)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / row.fname).write_bytes(small[1][row.fname])
    monkeypatch.setenv("AUDIOCLS_FREESOUND", str(tmp_path / "mine"))
    clips = datasets.load("freesound", table=small[0])
    assert clips.name == "freesound"
    assert [len(y) for y, _, _ in clips] == [800, 1600, 2400]
    assert not (tmp_path / "cache").exists()


@pytest.fixture
def mine(small, tmp_path):
    (tmp_path / "mine").mkdir()
    for fname, data in small[1].items():
        (tmp_path / "mine" / fname).write_bytes(data)
    return tmp_path / "mine"


def test_a_folder_that_lacks_clips_is_an_error(small, mine):
    (mine / "00000001.wav").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks 1 of 3 clips, such as 00000001\.wav"):
        freesound.load(mine, table=small[0])


def test_a_clip_of_another_size_is_an_error_at_once(small, mine):
    (mine / "00000001.wav").write_bytes(b"RIFF")
    with pytest.raises(ValueError, match=r"00000001\.wav must have 3244 bytes, got 4"):
        freesound.load(mine, table=small[0])


def test_a_clip_of_the_right_size_but_other_content_is_an_error_when_read(small, mine):
    data = small[1]["00000001.wav"]
    (mine / "00000001.wav").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    clips = freesound.load(mine, table=small[0])
    clips.audio(0)
    with pytest.raises(ValueError, match=r"00000001\.wav must have sha256 .* got"):
        clips.audio(1)


def test_a_folder_that_is_not_there_is_an_error(small, tmp_path):
    with pytest.raises(FileNotFoundError, match="is not a folder; set AUDIOCLS_FREESOUND"):
        freesound.load(tmp_path / "nowhere", table=small[0])


def test_the_shipped_table_is_that_of_the_report():
    table = freesound.read_table()
    assert tuple(sorted(set(table["label"]))) == datasets.LABELS
    assert (table.groupby("label").size() == 30).all()
    assert table["license"].value_counts().to_dict() == {"Attribution": 226, "Creative Commons 0": 74}
    assert table["source"].nunique() == 118
    assert table["fname"].is_unique
    assert table["sha256"].is_unique
    assert table["sha256"].map(lambda digest: bool(re.fullmatch("[0-9a-f]{64}", digest))).all()
    assert (table["bytes"] - 44 == (table["seconds"] * 88200).round()).mean() > 0.9
    assert table["folder"].equals(table["label"].str.replace("-", "_"))


def test_the_table_is_read_without_sound_and_without_a_network(small, server):
    assert freesound.read_table(small[0])["seconds"].to_list() == [0.1, 0.2, 0.3]
    assert len(freesound.read_table()) == 300
    assert server.requests == []


def test_sources_are_runs_of_freesound_ids_with_gaps_up_to_sixty():
    table = freesound.read_table().sort_values(["label", "freesound_id"])
    begins = table.groupby("label")["freesound_id"].diff() > 60
    number = begins.groupby(table["label"]).cumsum()
    assert (table["label"] + number.map("-{:02d}".format)).equals(table["source"])


@pytest.mark.parametrize("seed", range(3))
def test_the_real_set_can_be_split_by_source_into_five_folds(seed):
    table = freesound.read_table()
    fold = datasets.Clips(table, str).folds(seed=seed)
    assert np.bincount(fold).min() >= 50
    assert (table.assign(fold=fold).groupby("source")["fold"].nunique() == 1).all()


def test_the_real_clips_are_the_ones_in_the_table():
    folder = os.environ.get("AUDIOCLS_FREESOUND") or BESIDE
    if not Path(folder).is_dir():
        pytest.skip("the real clips are not here; set AUDIOCLS_FREESOUND to a folder that has them")
    clips = freesound.load(folder)
    clips.prepare()
    y, sr = clips.audio(0)
    assert sr == 44100
    assert len(y) / sr == pytest.approx(clips.table.loc[0, "seconds"], abs=0.01)
