"""Velocity RMS in mm/s from acceleration in g, in double precision.

v_rms^2 is the sum over the lines of a spectrum of P(f) / (2 pi f)^2, P the one-sided power of
acceleration, corrected for the window's power. ISO 20816-1 judges 10 Hz to 1 kHz; where rate or
length allow less, the range says so. The firmware is to give the same number of the same window.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import gamma

Floats = NDArray[np.float64]

G_MM_S2 = 9806.65  # one g in mm/s^2
LOW_HZ, HIGH_HZ = 10.0, 1000.0  # ISO 20816-1, broad band
FIRST_BIN = 2  # below, the leakage of the mean through a Hann window dominates
_PIECE_S = 4.0  # length of a piece: lines every 0.25 Hz
_QUIET = 0.25  # of the lines hold noise alone
_OF_NYQUIST = 0.9  # above, the anti-aliasing filter has left nothing
_NOISY = 0.5  # share of the power that may be noise before a reader is warned
_TINY = 1e-300  # in place of a division by 0
_LEAST_G = 1e-12  # of RMS: silence


@dataclass(frozen=True)
class Velocity:
    """Of one axis. noise: share of the velocity's power that looks like a sensor's white noise."""

    rms_mm_s: float
    low_hz: float  # the first frequency that counts
    high_hz: float
    peak_g: float
    crest: float  # peak over RMS of acceleration; 0 for silence
    noise: float
    warnings: tuple[str, ...] = ()


def of_power(power_g2: Floats, step_hz: float, low_hz: float, high_hz: float) -> float:
    """Velocity RMS in mm/s of one-sided powers in g^2 per line, lines every step_hz from 0 Hz.

    A sine on the edge of the range spreads to its neighbours, so one more line counts on each side.
    """
    bins = np.arange(len(power_g2))
    hz = bins * step_hz
    used = (bins >= FIRST_BIN) & (hz > low_hz - 1.5 * step_hz) & (hz < high_hz + 1.5 * step_hz)
    if not used.any():
        return 0.0
    return float(G_MM_S2 * np.sqrt(np.sum(power_g2[used] / (2 * np.pi * hz[used]) ** 2)))


def hann_power(samples: Floats, length: int) -> Floats:
    """One-sided power per line in g^2, averaged over Hann windows that overlap by half."""
    window = np.hanning(length + 1)[:-1]
    starts = _starts(len(samples), length)
    pieces = (samples[at : at + length] for at in starts)
    power = sum(np.abs(np.fft.rfft((p - p.mean()) * window)) ** 2 for p in pieces)
    power = (
        np.asarray(power, np.float64)
        * 2
        / max(length * float(np.sum(window**2)) * len(starts), _TINY)
    )
    power[0] /= 2
    if length % 2 == 0:
        power[-1] /= 2
    return power


def _starts(samples: int, length: int) -> range:
    return range(0, samples - length + 1, max(1, length // 2))


def velocity(samples: Floats, rate_hz: float, from_hz: float = LOW_HZ) -> Velocity:
    """Velocity, peak and crest factor of one axis in g; from_hz: 2 for machines below 600 r/min."""
    centred = samples - (samples.mean() if len(samples) else 0.0)
    peak = float(np.max(np.abs(centred), initial=0.0))
    rms = float(np.sqrt(np.sum(centred**2) / max(1, len(centred))))
    crest = peak / rms if rms > _LEAST_G else 0.0
    length = min(len(samples), round(_PIECE_S * rate_hz))
    step = rate_hz / max(1, length)
    low, high = max(from_hz, FIRST_BIN * step), min(HIGH_HZ, _OF_NYQUIST * rate_hz / 2)
    if length < 2 * FIRST_BIN + 1 or low >= high:
        return Velocity(0.0, low, high, peak, crest, 0.0, ("too short or too slow for a velocity",))
    power = hann_power(centred, length)
    rms_mm_s = of_power(power, step, low, high)
    pieces = len(_starts(len(samples), length))
    noise = _noise_share(power, pieces, (step, low, high), rms_mm_s)
    warnings = tuple(_warnings(from_hz, low, high, noise))
    return Velocity(rms_mm_s, low, high, peak, crest, noise, warnings)


def _noise_share(
    power: Floats, pieces: int, band: tuple[float, float, float], rms_mm_s: float
) -> float:
    """As if the quietest quarter of the lines were a sensor's white noise, alike at all of them.

    White noise of density n gives v = n / (2 pi) * sqrt(1 / low - 1 / high).
    """
    if rms_mm_s <= 0:
        return 0.0
    step, low, high = band
    used = power[max(FIRST_BIN, int(low / step)) : int(high / step) + 1]
    floor = float(np.quantile(used, _QUIET)) * pieces / float(gamma.ppf(_QUIET, pieces))
    return min(1.0, (of_power(np.full_like(power, floor), *band) / rms_mm_s) ** 2)


def _warnings(wanted: float, low: float, high: float, noise: float) -> list[str]:
    found = []
    if low > wanted:
        found.append(
            f"velocity counts from {low:.3g} Hz on: the recording is too short for {wanted:g} Hz"
        )
    if high < HIGH_HZ:
        found.append(f"velocity counts up to {high:.3g} Hz: the rate is too low for 1 kHz")
    if noise > _NOISY:
        found.append(f"velocity may be mostly noise: {noise:.0%} of its power looks like it")
    return found
