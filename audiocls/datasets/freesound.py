"""The real set: three hundred recordings of ten instruments, from Freesound.

The clips of the 2019 report, a subset of FSDKaggle2018 with manually verified labels: 16-bit mono at 44.1 kHz, 1 to 26
seconds. ``freesound10.csv`` beside this module holds their labels, licences (226 CC BY, 74 CC0), Freesound ids, lengths
and checksums; the sound itself is not part of the package.

Where the sound comes from:

- ``AUDIOCLS_FREESOUND`` names a folder that has the clips: flat (such as the unpacked ``FSDKaggle2018.audio_train`` of
  the Zenodo record 2552860), in its subfolder ``audio``, or in a folder a class;
- else they are downloaded once, one at a time, from a public copy pinned to one commit. An interrupted download goes on
  where it stopped, for a file takes its name only when its checksum is right.

A clip's checksum is compared when the clip is first read in a process; at loading only its size is.

``source`` groups neighbouring Freesound ids (gaps up to 60): uploads that follow each other come from one session more
often than not. It is a proxy, not a fact.

- ``load``: the clips
- ``read_table``: what is known of them, without their sound
- ``attribution``: the line for each clip that its licence asks for
"""

import functools
import hashlib
import os
import time
from email.utils import parsedate_to_datetime
from importlib import resources
from pathlib import Path

from audiocls.datasets.clips import Clips, cache_folder

BASE_URL = (
    "https://raw.githubusercontent.com/seth814/Audio-Classification/2aca6936241ce4273e9acc02d738e029433aa9ec/wavfiles"
)
ZENODO = "FSDKaggle2018.audio_train.zip of zenodo.org/records/2552860"
ATTEMPTS = 4  # a file, with breaks of 1, 2 and 4 s unless the server names one
PATIENCE = 120  # seconds; a server that asks for a longer break is left alone
TIMEOUT = 30  # seconds without a byte


def load(path=None, *, base_url=None, table=None, progress=True):
    """The recordings; downloaded if they are neither here nor in a folder of yours.

    Parameters
    ----------
    path : str, path-like or None
        A folder that has the clips; None is ``AUDIOCLS_FREESOUND``, or a download to the user's cache.
    base_url : str or None
        Download ``base_url/folder/fname`` instead; None is ``AUDIOCLS_FREESOUND_URL``, or the pinned copy.
    table : path-like or None
        Another table of the same columns; None is ``freesound10.csv``.
    progress : bool
        Draw a bar while downloading, where there is a terminal to draw it on.

    Returns
    -------
    clips : Clips
        With columns fname, label, source, seconds, freesound_id, license, sha256, bytes, folder.

    Raises
    ------
    FileNotFoundError
        If the folder lacks clips.
    ValueError
        If a clip has another size or checksum than the table says.
    ConnectionError
        If a clip cannot be downloaded.

    Examples
    --------
    >>> clips = load("path/to/FSDKaggle2018.audio_train")  # doctest: +SKIP
    >>> clips.describe().loc["Hi-hat", "sources"]  # doctest: +SKIP
    np.int64(6)

    Taught in chapter 9, Data set. Source: Fonseca et al., FSDKaggle2018, doi:10.5281/zenodo.2552860.
    """
    table = read_table(table)
    path = path or os.environ.get("AUDIOCLS_FREESOUND")
    if path:
        files = _find(Path(path), table)
    else:
        base_url = base_url or os.environ.get("AUDIOCLS_FREESOUND_URL") or BASE_URL
        files = _download(table, cache_folder("freesound"), base_url, progress=progress)
    hashes = dict(zip(table["fname"], table["sha256"], strict=True))
    checked = functools.cache(lambda fname: _checked(files[fname], hashes[fname]))
    return Clips(table, checked)


def read_table(path=None):
    """What is known of the recordings, without their sound: nothing is downloaded.

    Parameters
    ----------
    path : path-like or None
        Another table of the same columns; None is ``freesound10.csv``.

    Returns
    -------
    table : pandas.DataFrame, one row a clip
        With columns fname, label, source, seconds, freesound_id, license, sha256, bytes, folder.

    Examples
    --------
    >>> table = read_table()
    >>> len(table), table["label"][0], float(table["seconds"][0])
    (300, 'Acoustic_guitar', 7.12)

    Taught in chapter 9, Data set.
    """
    import pandas as pd

    return pd.read_csv(resources.files(__package__) / "freesound10.csv" if path is None else path)


def attribution(table):
    """What to write beside the clips, or wherever they are heard: one line a clip.

    Parameters
    ----------
    table : pandas.DataFrame with columns fname, freesound_id and license

    Returns
    -------
    text : str

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"fname": "a.wav", "freesound_id": 24291, "license": "Attribution"}
    >>> print(attribution(pd.DataFrame([row])).splitlines()[-1])
    a.wav  https://freesound.org/s/24291/  CC BY 3.0

    Taught in chapter 9, Data set.
    """
    lines = [
        "Clips from FSDKaggle2018 (Fonseca et al., 2018, doi 10.5281/zenodo.2552860), uploaded to Freesound by the",
        "users that these pages name. CC BY clips may be used by anyone who names them; CC0 clips ask for nothing.",
        "",
    ]
    names = {"Attribution": "CC BY 3.0", "Creative Commons 0": "CC0 1.0"}
    for row in table.itertuples():
        lines.append(f"{row.fname}  https://freesound.org/s/{row.freesound_id}/  {names.get(row.license, row.license)}")
    return "\n".join(lines) + "\n"


def _find(root, table):
    """The path of each clip in a folder that may be flat, have ``audio``, or a folder a class."""
    if not root.is_dir():
        raise FileNotFoundError(f"{root} is not a folder; set AUDIOCLS_FREESOUND to the one that has the clips")
    files, missing = {}, []
    for row in table.itertuples():
        folders = (root, root / "audio", root / row.folder, root / row.label)
        found = next((folder / row.fname for folder in folders if (folder / row.fname).is_file()), None)
        if found is None:
            missing.append(row.fname)
        elif (size := found.stat().st_size) != row.bytes:
            raise ValueError(f"{found} must have {row.bytes} bytes, got {size}; copy it again from {ZENODO}")
        else:
            files[row.fname] = found
    if missing:
        raise FileNotFoundError(
            f"{root} lacks {len(missing)} of {len(table)} clips, such as {missing[0]}; copy them from {ZENODO}, "
            "or unset AUDIOCLS_FREESOUND to download them"
        )
    return files


def _checked(path, sha256):
    """The path, if the file's checksum is right."""
    if (found := hashlib.sha256(path.read_bytes()).hexdigest()) != sha256:
        raise ValueError(f"{path} must have sha256 {sha256[:12]}..., got {found[:12]}...; delete it and get it again")
    return path


def _download(table, folder, base_url, *, progress):
    """Fetch the clips that are not in the folder yet; return the path of each."""
    files = {fname: folder / fname for fname in table["fname"]}
    wanted = [row for row in table.itertuples() if not _has_size(files[row.fname], row.bytes)]
    if not wanted:
        return files
    import pooch
    from tqdm import tqdm

    pooch.get_logger().setLevel("WARNING")  # the bar tells what a line for each file would
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ATTRIBUTION.txt").write_text(attribution(table), encoding="utf-8")
    bar = {"unit": "B", "unit_scale": True, "desc": "freesound", "disable": None if progress else True}
    with tqdm(total=sum(row.bytes for row in wanted), **bar) as shown:
        for row in wanted:
            url = f"{base_url.rstrip('/')}/{row.folder}/{row.fname}"
            try:
                pooch.retrieve(url, row.sha256, fname=row.fname, path=folder, downloader=_get)
            except (OSError, ValueError) as error:
                done = len(table) - len(wanted) + wanted.index(row)
                raise ConnectionError(
                    f"could not download {url}: {_reason(error)}; {done} of {len(table)} clips are in {folder}: "
                    f"run it again to go on, or set AUDIOCLS_FREESOUND to a folder with {ZENODO}"
                ) from error
            shown.update(row.bytes)
    return files


def _has_size(path, size):
    return path.is_file() and path.stat().st_size == size


def _get(url, output_file, _pooch):
    """Download one file for pooch, with the breaks that a busy server asks for."""
    import requests

    from audiocls import __version__

    headers = {"User-Agent": f"audiocls/{__version__} (teaching package; downloads each clip once)"}
    for attempt in range(ATTEMPTS):
        pause = 2.0**attempt
        try:
            with requests.get(url, headers=headers, timeout=TIMEOUT) as response:
                if response.ok:
                    Path(output_file).write_bytes(response.content)
                    return
                pause = _asked_pause(response.headers.get("Retry-After"), default=pause)
                response.raise_for_status()
        except requests.RequestException as error:  # no network, a timeout, a body cut short, or a status of error
            status = getattr(error.response, "status_code", None)
            passing = status is None or status == 429 or status >= 500
            if not passing or attempt == ATTEMPTS - 1 or pause > PATIENCE:
                raise
        time.sleep(pause)


def _asked_pause(retry_after, *, default):
    """Seconds to wait, from a Retry-After header: a number of seconds, or a date."""
    if not retry_after:
        return default
    if retry_after.isdigit():
        return float(retry_after)
    try:
        return max(parsedate_to_datetime(retry_after).timestamp() - time.time(), 0.0)
    except ValueError:
        return default


def _reason(error):
    """A download's failure in a few words."""
    import requests

    response = getattr(error, "response", None)
    if response is not None:
        wait = response.headers.get("Retry-After")
        return f"{response.status_code} {response.reason}" + (f", wait {wait}" if wait else "")
    if isinstance(error, requests.Timeout):
        return f"no answer in {TIMEOUT} s"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection was cut"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    if isinstance(error, ValueError):
        return "what came has the wrong checksum"
    return str(error)
