"""From a sound wave to a neural network that names the instrument.

One module per idea, in the order of the book: ``sampling``, ``amplitude``, ``fourier``, ``periodogram``,
``spectral_density``, ``mel``, ``cepstrum``, ``spectrogram``, ``mfcc``. Below them stand ``waveform``, ``audio`` and
``player``; after them the rooms ``datasets`` (clips), ``learn`` (networks) and ``measure`` (is it any good?), and
``classifier``, which names the instrument. Modules load when they are first used, so that ``import audiocls`` is cheap.

Conventions: ``y`` is a waveform of shape ``(..., n)`` in [-1, 1], ``sr`` its sampling rate in Hz and never has a
default; representations are ``(..., freq, time)``; every function works on the last axis and broadcasts over the rest.
"""

import importlib
import pkgutil

__version__ = "0.1.0"

__all__ = [found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")]


def __getattr__(name):
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__():
    return [*__all__, "__version__"]
