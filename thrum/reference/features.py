"""Log band powers in integers, vectorized over windows: the twin of lib/vibration's features.cpp.

The arithmetic is specified at the top of features.h and fft.h; every function here gives the same
integers as its C++ counterpart on every input (test/python/test_twin.py proves it).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thrum.config import Config

I16 = npt.NDArray[np.int16]
I64 = npt.NDArray[np.int64]
U16 = npt.NDArray[np.uint16]

BLOCK_BITS = 13  # components are scaled to at most 2^13 before a stage
LOG2_TABLE = np.rint(256 * np.log2(1 + np.arange(33) / 32)).astype(np.int64)


@dataclass(frozen=True)
class WindowStats:
    """Facts of each window in counts: arrays of shape (windows,)."""

    mean: I64
    peak: I64
    rms: I64
    clipped: I64


@dataclass(frozen=True)
class BandPower:
    """power * 2^exponent in counts squared: (windows, bands) and (windows,)."""

    power: I64
    exponent: I64


def sine_table(length: int) -> I64:
    """sin(2 pi i / length) in Q15 for i = 0 to 3/4 length, 1.0 stored as 32767."""
    angle = 2 * np.pi * np.arange(3 * length // 4 + 1) / length
    return np.clip(np.rint(32768 * np.sin(angle)), -32767, 32767).astype(np.int64)


def log_bands(windows: I16, cfg: Config) -> U16:
    """Log2 band powers, Q8 uint16 (n, bands), of int16 windows (n, axes, length), axes summed."""
    total = clear(len(windows), cfg.features.bands)
    for axis in range(windows.shape[1]):
        _, power = band_power(windows[:, axis], cfg.features.bands)
        total = accumulate(total, power)
    return log_power(total, cfg.features.floor_log2)


def band_power(samples: I16, bands: int) -> tuple[WindowStats, BandPower]:
    """Band powers and statistics of one axis: samples int16 (n, length)."""
    count, length = samples.shape
    stats, d, up = _normalize(samples)
    sine = sine_table(length)
    hann = (32768 - np.concatenate([sine[length // 4 :], sine[length // 4 : -1][:0:-1]])) >> 1
    z = _round_shift(d * hann, 15).reshape(count, length // 2, 2)
    z, down = _fft(z, sine)
    z, shift = _scale_block(z)
    log2_bins = (length // 2 // bands).bit_length() - 1
    drop = max(0, log2_bins - 2)
    power = _split(z, sine) >> drop
    power = np.minimum(power.reshape(count, bands, -1).sum(axis=2), 2**32 - 1)
    silent = stats.peak == 0
    exponent = np.where(silent, -128, 2 * (down + shift - up) - 2 + drop)
    return stats, BandPower(np.where(silent[:, None], 0, power), exponent)


def clear(count: int, bands: int) -> BandPower:
    """The empty sum."""
    return BandPower(np.zeros((count, bands), np.int64), np.full(count, -128, np.int64))


def accumulate(a: BandPower, b: BandPower) -> BandPower:
    """Sum of two axes at the larger exponent, saturating at 32 bits."""
    common = np.maximum(a.exponent, b.exponent)
    total = _shift_right(a.power, (common - a.exponent)[:, None])
    total = total + _shift_right(b.power, (common - b.exponent)[:, None])
    return BandPower(np.minimum(total, 2**32 - 1), common)


def log_power(total: BandPower, floor_log2: int) -> U16:
    """log2(power + 2^floor_log2) in Q8: uint16 (n, bands)."""
    exponent = np.maximum(total.exponent, floor_log2 - 31)
    power = _shift_right(total.power, (exponent - total.exponent)[:, None])
    floor = np.left_shift(1, np.maximum(floor_log2 - exponent, 1) - 1)
    return (_log2((power >> 1) + floor[:, None]) + (exponent[:, None] + 1) * 256).astype(np.uint16)


def bit_length(value: I64) -> I64:
    """Number of bits up to the highest one that is set, elementwise, for 0 <= value < 2^53."""
    return np.frexp(value.astype(np.float64))[1].astype(np.int64)


def _normalize(samples: I16) -> tuple[WindowStats, I64, I64]:
    x = samples.astype(np.int64)
    length = x.shape[1]
    mean = (x.sum(axis=1) + length // 2) >> (length.bit_length() - 1)
    d = np.clip(x - mean[:, None], -32767, 32767)
    peak = np.abs(d).max(axis=1)
    up = np.where(peak == 0, 0, 15 - bit_length(peak))
    d = d << up[:, None]
    square = ((d * d) >> 10).sum(axis=1) << (11 - length.bit_length())
    rms = _round_shift(np.sqrt(square.astype(np.float64)).astype(np.int64), up)
    return WindowStats(mean, peak, rms, (np.abs(x) >= 32767).sum(axis=1)), d, up


def _fft(z: I64, sine: I64) -> tuple[I64, I64]:
    count, points, _ = z.shape
    order = _bit_reversal(points)
    z = z[:, order]
    shifts = np.zeros(count, np.int64)
    half = 1
    while half < points:
        z, shift = _scale_block(z)
        shifts += shift
        angle = np.arange(half) * (points // half)
        wr, wi = sine[angle + points // 2], -sine[angle]
        pairs = z.reshape(count, -1, 2, half, 2)
        a, b = pairs[:, :, 0], pairs[:, :, 1]
        t = np.stack(
            [
                _round_shift(b[..., 0] * wr - b[..., 1] * wi, 15),
                _round_shift(b[..., 0] * wi + b[..., 1] * wr, 15),
            ],
            axis=-1,
        )
        z = np.stack([a + t, a - t], axis=2).reshape(count, points, 2)
        half *= 2
    return z, shifts


def _scale_block(z: I64) -> tuple[I64, I64]:
    largest = (z ^ (z >> 15)).max(axis=(1, 2))
    shift = np.maximum(0, bit_length(largest) - BLOCK_BITS)
    return _round_shift(z, shift[:, None, None]), shift


def _split(z: I64, sine: I64) -> I64:
    """|2X|^2 of the bins 0 to points - 1 of the real FFT, bin 0 as 0: (n, points)."""
    points = z.shape[1]
    k = np.arange(1, points // 2)
    a, b = z[:, k], z[:, points - k]
    even = np.stack([a[..., 0] + b[..., 0], a[..., 1] - b[..., 1]], axis=-1)
    odd_re, odd_im = a[..., 0] - b[..., 0], a[..., 1] + b[..., 1]
    wr, wi = sine[points // 2 + k], sine[k]
    tr = _round_shift(odd_re * wr + odd_im * wi, 15)
    ti = _round_shift(odd_im * wr - odd_re * wi, 15)
    power = np.zeros(z.shape[:2], np.int64)
    power[:, k] = (even[..., 0] + ti) ** 2 + (even[..., 1] - tr) ** 2
    power[:, points - k] = (even[..., 0] - ti) ** 2 + (even[..., 1] + tr) ** 2
    power[:, points // 2] = 4 * (z[:, points // 2] ** 2).sum(axis=1)
    return power


def _log2(value: I64) -> I64:
    bits = bit_length(value)
    mantissa = np.where(
        bits > 16, value >> np.maximum(bits - 16, 0), value << np.maximum(16 - bits, 0)
    )
    segment, fraction = (mantissa >> 10) & 31, mantissa & 1023
    rise = LOG2_TABLE[segment + 1] - LOG2_TABLE[segment]
    return ((bits - 1) << 8) + LOG2_TABLE[segment] + ((rise * fraction + 512) >> 10)


def _round_shift(value: I64, shift: I64 | int) -> I64:
    half = np.left_shift(1, shift) >> 1
    return np.right_shift(value + half, shift)


def _shift_right(value: I64, shift: I64) -> I64:
    return np.right_shift(value, np.minimum(shift, 63))


def _bit_reversal(points: int) -> I64:
    bits = points.bit_length() - 1
    index = np.arange(points)
    return sum(((index >> b) & 1) << (bits - 1 - b) for b in range(bits)) + np.zeros(
        points, np.int64
    )
