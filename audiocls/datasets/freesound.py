"""The real set: three hundred recordings of ten instruments, from Freesound.

The clips of the 2019 report, a subset of FSDKaggle2018 with manually verified labels: 16-bit mono at 44.1 kHz, 1 to 26
seconds. ``freesound10.csv`` beside this module holds their labels, licences (226 CC BY, 74 CC0), Freesound ids, lengths
and checksums; the sound itself is not part of the package.

Where the sound comes from:

- ``AUDIOCLS_FREESOUND`` names a folder that has the clips: flat (such as the unpacked ``FSDKaggle2018.audio_train`` of
  the Zenodo record 2552860), in its subfolder ``audio``, or in one folder per class;
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
from importlib import resources
from pathlib import Path

from audiocls import __version__
from audiocls.atomic import replacing
from audiocls.datasets.clips import Clips, Table, cache_folder

__all__ = ["attribution", "load", "read_table"]

COMMIT = "2aca6936241ce4273e9acc02d738e029433aa9ec"
BASE_URL = f"https://raw.githubusercontent.com/seth814/Audio-Classification/{COMMIT}/wavfiles"
ZENODO = "FSDKaggle2018.audio_train.zip of zenodo.org/records/2552860"
ATTEMPTS = 4  # with breaks of 0, 2 and 4 s, unless the server names one
PATIENCE = 120  # seconds; a server that asks for a longer break is left alone
TIMEOUT = 30  # seconds without a byte


def load(path: str | Path | None = None, *, base_url: str | None = None, table: str | Path | None = None) -> Clips:
    """The recordings; downloaded if they are neither here nor in a folder of yours.

    While they are downloaded, a bar is drawn where there is a terminal to draw it on.

    Parameters
    ----------
    path : str, Path or None
        A folder that has the clips; None is ``AUDIOCLS_FREESOUND``, or a download to the user's cache.
    base_url : str or None
        Download ``base_url/folder/fname`` instead; None is ``AUDIOCLS_FREESOUND_URL``, or the pinned copy.
    table : str, Path or None
        Another table of the same columns; None is ``freesound10.csv``.

    Returns
    -------
    clips : Clips
        Named "freesound", with columns fname, label, source, seconds, freesound_id, license, sha256, bytes,
        folder.

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
    clips = read_table(table)
    path = path or os.environ.get("AUDIOCLS_FREESOUND")
    if path:
        files = _find(Path(path), clips)
    else:
        base_url = base_url or os.environ.get("AUDIOCLS_FREESOUND_URL") or BASE_URL
        files = _download(clips, cache_folder("freesound"), base_url)
    hashes = dict(zip(clips["fname"], clips["sha256"], strict=True))
    checked = functools.cache(lambda fname: _checked(files[fname], hashes[fname]))
    return Clips(clips, checked, name="freesound")


def read_table(path: str | Path | None = None) -> Table:
    """What is known of the recordings, without their sound: nothing is downloaded.

    Parameters
    ----------
    path : str, Path or None
        Another table of the same columns; None is ``freesound10.csv``.

    Returns
    -------
    table : pandas.DataFrame, one row per clip
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


def attribution(table: Table) -> str:
    """What to write beside the clips, or wherever they are heard: one line per clip.

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
    text = (resources.files(__package__) / "attribution.txt").read_text(encoding="utf-8") + "\n"
    names = {"Attribution": "CC BY 3.0", "Creative Commons 0": "CC0 1.0"}
    for row in table.itertuples():
        text += f"{row.fname}  https://freesound.org/s/{row.freesound_id}/  {names.get(row.license, row.license)}\n"
    return text


def _find(root, table):
    """The path of each clip in a folder that may be flat, have ``audio``, or one folder per class."""
    if not root.is_dir():
        raise FileNotFoundError(f"{root} is not a folder; set AUDIOCLS_FREESOUND to the one that has the clips")
    files, missing = {}, []
    for row in table.itertuples():
        places = (root / folder / row.fname for folder in ("", "audio", row.folder, row.label))
        if (found := next(filter(Path.is_file, places), None)) is None:
            missing.append(row.fname)
        elif (size := found.stat().st_size) != row.bytes:
            raise ValueError(f"{found} must have {row.bytes} bytes, got {size}; copy it again from {ZENODO}")
        files[row.fname] = found
    if missing:
        lacks = f"{root} lacks {len(missing)} of {len(table)} clips, such as {missing[0]}"
        raise FileNotFoundError(f"{lacks}; copy them from {ZENODO}, or unset AUDIOCLS_FREESOUND to download them")
    return files


def _checked(path, sha256):
    """The path, if the file's checksum is right."""
    if (found := hashlib.sha256(path.read_bytes()).hexdigest()) != sha256:
        raise ValueError(f"{path} must have sha256 {sha256[:12]}..., got {found[:12]}...; delete it and get it again")
    return path


def _download(table, folder, base_url):
    """Fetch the clips that are not in the folder yet; return the path of each."""
    files = {fname: folder / fname for fname in table["fname"]}
    sizes = {path.name: path.stat().st_size for path in files.values() if path.is_file()}
    wanted = [row for row in table.itertuples() if sizes.get(row.fname) != row.bytes]
    if not wanted:
        return files
    from tqdm import tqdm
    from urllib3.exceptions import HTTPError

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ATTRIBUTION.txt").write_text(attribution(table), encoding="utf-8")
    bar = {"unit": "B", "unit_scale": True, "desc": "freesound", "disable": None}
    with _session() as session, tqdm(total=sum(row.bytes for row in wanted), **bar) as shown:
        for row in wanted:
            url = f"{base_url.rstrip('/')}/{row.folder}/{row.fname}"
            try:
                with replacing(files[row.fname]) as part:
                    part.write_bytes(_body(session, url, row.sha256))
            except (OSError, ValueError, HTTPError) as error:
                done = f"{len(table) - len(wanted) + wanted.index(row)} of {len(table)} clips are in {folder}"
                hint = f"run it again to go on, or set AUDIOCLS_FREESOUND to a folder with {ZENODO}"
                raise ConnectionError(f"could not download {url}: {_reason(error)}; {done}: {hint}") from error
            shown.update(row.bytes)
    return files


def _session():
    """A session that asks a busy or silent server again after a break, unless it wants a long one."""
    import requests
    from urllib3 import Retry
    from urllib3.exceptions import MaxRetryError

    class Polite(Retry):
        def increment(self, method=None, url=None, response=None, *args, **options):
            if response is not None and (self.get_retry_after(response) or 0) > PATIENCE:
                raise MaxRetryError(None, url)  # whereupon the answer is returned as it is
            return super().increment(method, url, response, *args, **options)

    statuses = (429, 500, 502, 503, 504)
    retries = Polite(ATTEMPTS - 1, backoff_factor=1, status_forcelist=statuses, raise_on_status=False)
    session = requests.Session()
    session.headers["User-Agent"] = f"audiocls/{__version__} (teaching package; downloads each clip once)"
    for scheme in ("https://", "http://"):
        session.mount(scheme, requests.adapters.HTTPAdapter(max_retries=retries))
    return session


def _body(session, url, sha256):
    """The bytes of a file; it is asked for again if the connection is cut on the way."""
    import requests

    for attempt in range(ATTEMPTS):
        try:
            response = session.get(url, timeout=TIMEOUT)
            break
        except requests.exceptions.ChunkedEncodingError:
            if attempt == ATTEMPTS - 1:
                raise
    response.raise_for_status()
    if hashlib.sha256(response.content).hexdigest() != sha256:
        raise ValueError("what came has the wrong checksum")
    return response.content


def _reason(error):
    """A download's failure in a few words."""
    import requests

    if (answer := getattr(error, "response", None)) is not None:
        asked = answer.headers.get("Retry-After")
        return f"{answer.status_code} {answer.reason}" + (f", wait {asked}" if asked else "")
    if "timed out" in str(error):
        return f"no answer in {TIMEOUT} s"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection was cut"
    return "no connection" if isinstance(error, requests.ConnectionError) else str(error)
