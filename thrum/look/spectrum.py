"""Amplitude spectrum of a whole recording, and its strongest line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LONGEST = 2**20  # samples of one spectrum
_FEWEST = 8


def amplitudes(samples: Floats, rate_hz: float) -> tuple[Floats, Floats]:
    """Frequencies in Hz and amplitudes in the unit of the samples, whose mean is removed.

    A Hann window; of longer recordings the first 2^20 samples.
    """
    part = samples[:_LONGEST] - samples[:_LONGEST].mean()
    window = np.hanning(len(part) + 1)[:-1] if len(part) >= _FEWEST else np.ones(len(part))
    scale = 2 / max(float(window.sum()), 1e-12)
    spectrum = np.asarray(np.abs(np.fft.rfft(part * window)) * scale, np.float64)
    return np.asarray(np.fft.rfftfreq(len(part), 1 / rate_hz), np.float64), spectrum


def strongest_hz(samples: Floats, rate_hz: float) -> float:
    """Frequency of the largest amplitude, between the bins by a parabola; 0 if there is none."""
    frequencies, spectrum = amplitudes(samples, rate_hz)
    if len(spectrum) < 2:
        return 0.0
    at = 1 + int(np.argmax(spectrum[1:]))
    if not 1 < at < len(spectrum) - 1:
        return float(frequencies[at])
    left, top, right = np.log(np.maximum(spectrum[at - 1 : at + 2], 1e-300))
    bend = left - 2 * top + right
    shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    return float((at + shift) * frequencies[1])
