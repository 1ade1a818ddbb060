"""Log bands as a spectrum: mg per band, the usual range, and the bands that moved most."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.dashboard.records import Record
from thrum.reference.baseline import Baseline

Floats = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]

USUAL = 3.0  # sigma around the learned mean that the page shades
LOUDEST = 3  # bands that an alarm names
_MOST_TIMES = 99_999.0
_SCALE = float(1 << 20)  # of Baseline.scale


def band_mg(log2_power: Floats, length: int, mg_per_count: float) -> Floats:
    """RMS in mg of log2 band powers of a window of `length` samples.

    Parseval's theorem for a Hann window, whose squares sum to 3/8 length:
    mean square = 2 |X|^2 / (length * 3/8 length).
    """
    return np.sqrt(16 / 3 * np.exp2(log2_power)) / length * mg_per_count


def spectrum(
    cfg: Config, log_bands: U16, z: U8, baseline: Baseline | None, mg_per_count: float, t: int
) -> Record:
    """Record of log bands (bands,) of a window or an average, with its z and the usual range."""
    length = cfg.window.length
    now = log_bands / 256
    record: Record = {
        "kind": "spectrum",
        "t": t,
        "width": cfg.sample.rate_hz / 2 / cfg.features.bands,
        "mg": _rounded(band_mg(now, length, mg_per_count)),
        "z": None,
    }
    if baseline is not None:
        mean, reach = baseline.mean / 256, USUAL * _SCALE / baseline.scale / 256
        record["z"] = [round(float(value), 2) for value in z / 32]
        record["usual"] = _rounded(band_mg(mean, length, mg_per_count))
        record["low"] = _rounded(band_mg(mean - reach, length, mg_per_count))
        record["high"] = _rounded(band_mg(mean + reach, length, mg_per_count))
    return record


def loudest(cfg: Config, averages: U16, baseline: Baseline) -> str:
    """The bands that moved most, written as in telemetry.cpp. Unlike z they are not clipped.

    And how many times the learned level each is, which a board does not say.
    """
    bands, rate = cfg.features.bands, cfg.sample.rate_hz
    distance = np.abs(averages.astype(np.int64) - baseline.mean)
    moved = (distance * baseline.scale + (1 << 14)) >> 15  # Q5
    order = sorted(range(bands), key=lambda band: (-int(moved[band]), band))
    words = []
    for band in order[:LOUDEST]:
        low, high = band * rate // (2 * bands), (band + 1) * rate // (2 * bands)
        sign = "+" if averages[band] > baseline.mean[band] else "-"
        sigma = f"{sign}{hundredths(int(moved[band]), 5):.2f} sigma"
        times = 2 ** ((int(averages[band]) - int(baseline.mean[band])) / 256 / 2)  # of log2 power
        words.append(f"{low}-{high} Hz {sigma} x{min(times, _MOST_TIMES):.2f}")
    return ", ".join(words)


def hundredths(value: int, fraction_bits: int) -> float:
    """A fixed-point number with two decimals, rounded as the firmware's telemetry does."""
    half = (1 << fraction_bits) >> 1
    return ((value * 100 + half) >> fraction_bits) / 100


def _rounded(values: Floats) -> list[float]:
    """Round to four significant digits, more than a screen shows."""
    return [float(f"{value:.4g}") for value in values]
