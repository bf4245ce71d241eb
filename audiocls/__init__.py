"""From a sound wave to a neural network that names the instrument.

One module an idea, one chapter a module: ``audio``, ``sampling``, ``amplitude``, ``fourier``, ``periodogram``,
``spectral_density``, ``mel``, ``cepstrum``, ``spectrogram``, ``mfcc``, then ``datasets``, ``networks``, ``training``,
``evaluation`` and ``classifier``. Submodules load when they are first used, so that ``import audiocls`` is cheap.

Conventions: ``y`` is a waveform of shape ``(..., n)`` in [-1, 1], ``sr`` its sampling rate in Hz and never has a
default; representations are ``(..., freq, time)``; every function works on the last axis and broadcasts over the rest.
"""

import importlib

__version__ = "0.1.0"

__all__ = [
    "amplitude",
    "audio",
    "augmentation",
    "card",
    "cepstrum",
    "classifier",
    "conventions",
    "datasets",
    "evaluation",
    "export",
    "fourier",
    "frontend",
    "mel",
    "mfcc",
    "networks",
    "periodogram",
    "plot",
    "results",
    "sampling",
    "spectral_density",
    "spectrogram",
    "training",
    "windows",
]


def __getattr__(name):
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted([*__all__, "__version__"])
