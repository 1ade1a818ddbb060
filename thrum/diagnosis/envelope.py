"""Envelope spectra of a whitened recording, in orders of the shaft.

Whitened: every line of the spectrum gets the same size and keeps its phase (cepstrum
pre-whitening), so that shaft, gears and mains fall silent beside the shocks of a bearing; this
served Smith and Randall 2015 best of their three methods. Beside the whole band, the narrower band
of the largest spectral kurtosis is looked at (Antoni 2007, "Fast computation of the kurtogram").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import median_filter
from scipy.stats import gamma

Floats = NDArray[np.float64]

_PARTS = (2, 3, 4, 6, 8, 12, 16)  # bands that half the rate is divided into
_USED = 0.9  # of half the rate: above, the anti-aliasing filter has left nothing
_BLOCKS = 10  # whose kurtosis is taken by itself, the median counts: one knock is no bearing
_FLOOR_ORDERS, _FLOOR_BINS = 0.6, 8  # on each side of a line, for its noise floor
_SILENT = 1e-30  # of a line of the spectrum
_HIGHEST_ORDER = 60.0
TURNS = (12.0, 48.0, 192.0)  # coarse for lines that slip smears, fine for lines side by side


@dataclass(frozen=True)
class Band:
    """A part of the frequencies in Hz, and the spectral kurtosis in it (0: Gaussian noise)."""

    low_hz: float
    high_hz: float
    kurtosis: float


@dataclass(frozen=True, eq=False)
class EnvelopeSpectrum:
    """Power of the squared envelope over orders, averaged over so many pieces of `turns` each.

    above: over the local noise floor. depth: amplitude of a line over the mean squared envelope.
    decades: by so many powers of ten noise alone is unlikely to reach this line.
    """

    band: Band
    turns: float
    pieces: int
    orders: Floats
    above: Floats
    depth: Floats
    decades: Floats
    axis: int = 0  # of the recording

    @property
    def step(self) -> float:
        """Orders between two lines."""
        return float(self.orders[1])


class Whitened:
    """A whitened recording, from which envelopes of bands are taken.

    white = False leaves it as it is.
    """

    def __init__(
        self, samples: Floats, rate_hz: float, axis: int = 0, *, white: bool = True
    ) -> None:
        self._axis, self._white = axis, white
        spectrum = fft.rfft(samples - samples.mean())
        size = np.abs(spectrum)
        size[0] = np.inf  # the mean
        least = max(1e-9 * float(np.max(size[1:], initial=0.0)), _SILENT)
        self._lines = spectrum / np.maximum(size, least) if white else spectrum
        self._rate_hz = rate_hz
        self._samples = len(samples)

    def envelope(self, low_hz: float, high_hz: float) -> tuple[Floats, float]:
        """Squared envelope of a band, its mean 1, and its rate in Hz."""
        at = [round(hz / self._rate_hz * self._samples) for hz in (low_hz, high_hz)]
        part = self._lines[max(1, at[0]) : at[1]]
        squared = np.abs(fft.ifft(part)) ** 2
        mean, rate_hz = float(squared.mean()), self._rate_hz * len(part) / self._samples
        return (squared / mean if mean > 0 else np.ones(len(squared))), rate_hz

    def bands(self, narrowest_hz: float) -> list[Band]:
        """The whole band, and the narrower one of the largest spectral kurtosis."""
        top = _USED * self._rate_hz / 2
        found = [self._band(0.0, top)]
        narrow = [
            self._band(top * i / parts, top * (i + 1) / parts)
            for parts in _PARTS
            if top / parts >= narrowest_hz
            for i in range(parts)
        ]
        return [*found, *sorted(narrow, key=lambda band: -band.kurtosis)[:1]]

    def _band(self, low_hz: float, high_hz: float) -> Band:
        squared, _ = self.envelope(low_hz, high_hz)
        blocks = np.array_split(squared, min(_BLOCKS, max(1, len(squared) // 64)))
        each = [float((b**2).mean() / max(b.mean() ** 2, 1e-300)) - 2 for b in blocks]
        return Band(low_hz, high_hz, float(np.median(each)))

    def spectrum(self, band: Band, shaft_hz: float, turns: float) -> EnvelopeSpectrum | None:
        """Averaged over pieces of so many turns that overlap by half; None if none fits."""
        squared, rate_hz = self.envelope(band.low_hz, band.high_hz)
        length = round(rate_hz * turns / shaft_hz)
        if length > len(squared) or length < 8:
            return None
        window = np.hanning(length + 1)[:-1]
        starts = range(0, len(squared) - length + 1, max(1, length // 2))
        power = np.mean(
            [np.abs(fft.rfft((squared[s : s + length] - 1) * window)) ** 2 for s in starts], axis=0
        )
        orders = fft.rfftfreq(length, 1 / rate_hz) / shaft_hz
        kept = orders <= _HIGHEST_ORDER
        orders, power = orders[kept], power[kept] * 4 / window.sum() ** 2
        above = power / np.maximum(noise_floor(orders, power, len(starts)), _SILENT)
        return EnvelopeSpectrum(
            band,
            turns,
            len(starts),
            orders,
            above,
            np.sqrt(power),
            -gamma.logsf(above * len(starts), len(starts)) / np.log(10),
            self._axis,
        )


def noise_floor(orders: Floats, power: Floats, pieces: int) -> Floats:
    """Mean power of the noise near each line, from the median, which lines do not move."""
    wide = max(_FLOOR_BINS, round(_FLOOR_ORDERS / max(float(orders[1]), 1e-9)))
    median = median_filter(power, 2 * wide + 1, mode="reflect")
    return np.asarray(median * pieces / gamma.median(pieces), np.float64)
