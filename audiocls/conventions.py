"""The conventions of MFCC: ten switches on which libraries disagree, and what two of them choose.

Two libraries asked for "13 MFCC" of one sound return numbers that have nothing in common. Each difference is one of ten
switches: pre-emphasis, framing, window, spectrum, mel scale, corners and height of the triangles, logarithm, lifter,
first coefficient. `mfcc.mfcc` takes each of them as an option; "psf" and "librosa" name the full sets.

Conventions. Sizes are in samples, frequencies in Hz. Settings are complete and immutable: no choice is left to the code
that uses them, so that another implementation (the classifier's graph) can be built from them.

Function: `settings`; classes: `Options` (what may be chosen), `Settings` (what has been chosen). `PSF` and `LIBROSA`
hold the two sets. `audiocls.book.rosetta` lists the switches side by side.
"""

import difflib
from dataclasses import dataclass
from typing import Literal, TypedDict, Unpack, get_origin

from audiocls.fourier import WindowName
from audiocls.mel import MelEdges, MelNorm, MelScale
from audiocls.waveform import check_option, check_rate

__all__ = ["LIBROSA", "PSF", "Convention", "Options", "Settings", "settings"]

Convention = Literal["psf", "librosa"]
Framing = Literal["pad_end", "center"]
Spectrum = Literal["power/n_fft", "power", "magnitude"]
Logarithm = Literal["ln", "db"]
FirstCoefficient = Literal["energy", "dct"]


class Options(TypedDict, total=False):
    """What may be chosen beside a convention. Whatever is left out is as the convention says.

    Attributes
    ----------
    n_mfcc : int > 0, how many coefficients; by default 13 ("psf") or 20 ("librosa"), but no more than n_mels
    n_mels : int > 0, how many filters; 26 or 128
    win_length, hop_length, n_fft : int > 0, in samples; they follow from the rate, see `settings`
    fmin, fmax : float, in Hz, where the first filter begins and the last ends; 0 and sr / 2
    pre_emphasis : float, the share of the sample before that is subtracted; 0 for none
    framing : {"pad_end", "center"}
        "pad_end": zeros after the end fill the last frame, t = 1 + ceil(max(n - win_length, 0) / hop_length), and the
        rest of n_fft is zeros. "center": zeros around both ends, frame j is centred on sample j * hop_length,
        t = 1 + n // hop_length for an even n_fft.
    window : {"boxcar", "hann", "hamming", "blackman", "blackmanharris"}, see `fourier.window`
    spectrum : {"power/n_fft", "power", "magnitude"}
    scale : {"htk", "slaney"}, see `mel.hz_to_mel`
    edges : {"hz", "bins", "mel"}, see `mel.mel_filterbank`
    norm : {None, "slaney"}, see `mel.mel_filterbank`
    log : {"ln", "db"}, natural logarithm or 10 log10
    lifter : float >= 0, of `mfcc.lifter_weights`; 0 for none
    c0 : {"energy", "dct"}
        The first coefficient: the logarithm of the total of the frame's spectrum, or what the cosine transform gives.
    floor : float >= 0
        Energies below it are raised to it; 0 raises exact zeros only, to 2.2e-16, whose natural logarithm is -36.04.
    top_db : float or None, in dB; each clip's log mel energies end this far below its loudest one (log="db" only)
    """

    n_mfcc: int
    n_mels: int
    win_length: int
    hop_length: int
    n_fft: int
    fmin: float
    fmax: float
    pre_emphasis: float
    framing: Framing
    window: WindowName
    spectrum: Spectrum
    scale: MelScale
    edges: MelEdges
    norm: MelNorm
    log: Logarithm
    lifter: float
    c0: FirstCoefficient
    floor: float
    top_db: float | None


_CHOICES = {name: hint for name, hint in Options.__annotations__.items() if get_origin(hint) is Literal}
# What other libraries call an option: python_speech_features first, then librosa.
_ELSEWHERE = {
    "numcep": "n_mfcc", "nfilt": "n_mels", "nfft": "n_fft", "winlen": "win_length, in samples",
    "winstep": "hop_length, in samples", "lowfreq": "fmin", "highfreq": "fmax", "preemph": "pre_emphasis",
    "ceplifter": "lifter", "appendEnergy": 'c0="energy" or c0="dct"', "winfunc": "window",
    "htk": 'scale="htk" or scale="slaney"', "mel_norm": "norm", "power": "spectrum",
    "center": 'framing="center" or framing="pad_end"', "amin": "floor",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every choice behind an MFCC: ten switches, what the logarithm's floor is, and the sizes.

    Log mel energies are what stands before the cosine transform: they do not depend on n_mfcc, lifter and c0.

    Attributes
    ----------
    sr : float > 0, in Hz
    n_mfcc, ..., top_db : every key of `Options`

    Raises
    ------
    ValueError
        If a choice is unknown or a size out of range.

    Examples
    --------
    >>> settings(16000).win_length, settings(44100).n_fft
    (400, 2048)

    Taught in chapter 10, MFCC. Source: Davis and Mermelstein, 1980, doi:10.1109/TASSP.1980.1163420;
    python_speech_features 0.6; librosa 0.11.
    """

    sr: float
    n_mfcc: int
    n_mels: int
    win_length: int
    hop_length: int
    n_fft: int
    fmin: float
    fmax: float
    pre_emphasis: float
    framing: Framing
    window: WindowName
    spectrum: Spectrum
    scale: MelScale
    edges: MelEdges
    norm: MelNorm
    log: Logarithm
    lifter: float
    c0: FirstCoefficient
    floor: float
    top_db: float | None

    def __post_init__(self):
        for name, choices in _CHOICES.items():
            check_option(name, getattr(self, name), choices)
        if self.win_length < 1 or self.hop_length < 1:
            got = f"{self.win_length} and {self.hop_length} at sr={self.sr}"
            raise ValueError(f"win_length and hop_length must be at least 1 sample, got {got}; pass longer ones")
        if self.n_fft < self.win_length:
            frame = self.win_length
            raise ValueError(
                f"n_fft must hold the frame of {frame} samples, got n_fft={self.n_fft}, which drops the rest"
            )
        if not 1 <= self.n_mfcc <= self.n_mels:
            raise ValueError(f"n_mfcc must lie between 1 and n_mels = {self.n_mels}, got {self.n_mfcc}")
        if self.lifter < 0:
            raise ValueError(f"lifter must not be negative, got {self.lifter}; 0 turns it off")

    def frame_count(self, n: int) -> int:
        """The number of frames t that n samples give.

        Parameters
        ----------
        n : int > 0, in samples

        Returns
        -------
        t : int

        Examples
        --------
        >>> settings(16_000).frame_count(16_000)
        99
        """
        if self.framing == "center":
            return 1 + (n + self.n_fft // 2 * 2 - self.n_fft) // self.hop_length
        return 1 + -(-max(n - self.win_length, 0) // self.hop_length)


PSF: Options = {
    "n_mfcc": 13, "n_mels": 26, "pre_emphasis": 0.97, "framing": "pad_end", "window": "boxcar",
    "spectrum": "power/n_fft", "scale": "htk", "edges": "bins", "norm": None, "log": "ln", "lifter": 22,
    "c0": "energy", "floor": 0.0, "top_db": None,
}  # fmt: skip
LIBROSA: Options = {
    "n_mfcc": 20, "n_mels": 128, "pre_emphasis": 0.0, "framing": "center", "window": "hann", "spectrum": "power",
    "scale": "slaney", "edges": "hz", "norm": "slaney", "log": "db", "lifter": 0, "c0": "dct", "floor": 1e-10,
    "top_db": 80.0,
}  # fmt: skip


def settings(sr: float, *, convention: Convention = "psf", **options: Unpack[Options]) -> Settings:
    """Complete a convention with the sizes that follow from the sampling rate, and with your own choices.

    Parameters
    ----------
    sr : float > 0, in Hz
    convention : {"psf", "librosa"}
        "psf": frames of 25 ms every 10 ms, half a sample rounded up; n_fft the next power of two that holds a frame.
        "librosa": frames of 2048 samples every 512, whatever the rate.
    **options
        As in `Options`, to flip one switch at a time.

    Returns
    -------
    settings : Settings

    Raises
    ------
    ValueError
        If sr is not positive, the convention unknown, or as `Settings`.
    TypeError
        If there is no such option. The message names the nearest one, and what another library's name is called here.

    Examples
    --------
    >>> s = settings(22050)
    >>> s.win_length, s.hop_length, s.n_fft
    (551, 221, 1024)
    >>> settings(22050, convention="librosa", hop_length=256).win_length
    2048
    >>> settings(22050, numcep=20)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    TypeError: there is no option numcep: here it is n_mfcc. The options are n_mfcc, n_mels, win_length, ...

    Taught in chapter 10, MFCC. Source: python_speech_features 0.6, mfcc; librosa 0.11, feature.mfcc.
    """
    check_rate(sr)
    check_option("convention", convention, Convention)
    for name in options:
        _check_name(name)
    if convention == "psf":
        win_length, hop_length = int(0.025 * sr + 0.5), int(0.01 * sr + 0.5)
        own: Options = {**PSF, "win_length": win_length, "hop_length": hop_length, **options}
        own.setdefault("n_fft", 1 << max(own["win_length"] - 1, 1).bit_length())
    else:
        own = {**LIBROSA, "n_fft": 2048, "hop_length": 512, **options}
        own.setdefault("win_length", own["n_fft"])
    own.setdefault("fmin", 0.0)
    own.setdefault("fmax", sr / 2)
    if "n_mfcc" not in options:
        own["n_mfcc"] = min(own["n_mfcc"], own["n_mels"])
    return Settings(sr=sr, **own)


def _check_name(name):
    if name in Options.__annotations__:
        return
    near = difflib.get_close_matches(name, Options.__annotations__, n=1)
    advice = (
        f": here it is {_ELSEWHERE[name]}." if name in _ELSEWHERE else f": did you mean {near[0]}?" if near else "."
    )
    raise TypeError(f"there is no option {name}{advice} The options are {', '.join(Options.__annotations__)}")
