"""Log band powers in integers, vectorized over windows: the twin of lib/vibration's features.cpp.

The arithmetic is specified at the top of features.h and fft.h; every function here gives the same
integers as its C++ counterpart on every input (test/python/test_twin.py proves it).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from thrum.config import Config
from thrum.derived import sine_table

I16 = npt.NDArray[np.int16]
I32 = npt.NDArray[np.int32]
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


def log_bands(windows: I16, cfg: Config) -> U16:
    """Log2 band powers, Q8 uint16 (n, bands), of int16 windows (n, axes, length), axes summed."""
    count, axes, length = windows.shape
    _, power = band_power(windows.swapaxes(0, 1).reshape(axes * count, length), cfg.features.bands)
    total = clear(count, cfg.features.bands)
    for axis in range(axes):
        of_axis = slice(axis * count, (axis + 1) * count)
        total = accumulate(total, BandPower(power.power[of_axis], power.exponent[of_axis]))
    return log_power(total, cfg.features.floor_log2)


def band_power(samples: I16, bands: int) -> tuple[WindowStats, BandPower]:
    """Band powers and statistics of one axis: samples int16 (n, length)."""
    stats, power, exponent = spectrum(samples)
    points, count = power.shape
    log2_bins = (points // bands).bit_length() - 1
    drop = max(0, log2_bins - 2)
    power = power >> drop
    power = np.minimum(power.reshape(bands, -1, count).sum(axis=1), 2**32 - 1).T
    silent = stats.peak == 0
    exponent = np.where(silent, -128, exponent + drop)
    return stats, BandPower(np.where(silent[:, None], 0, power), exponent)


def spectrum(samples: I16) -> tuple[WindowStats, I64, I64]:
    """Statistics of one axis, |X|^2 of its bins (length / 2, n) and their exponents (n,).

    samples: int16 (n, length). The powers of a silent window mean nothing.
    """
    count, length = samples.shape
    stats, d, up = _normalize(samples)
    table = _Table.of(length)
    z = _round_shift(d.astype(np.int32) * table.hann, 15).reshape(count, length // 2, 2)
    re, im = np.ascontiguousarray(z[:, table.order].transpose(2, 1, 0))
    re, im, down = _fft(re, im, table)
    re, im, shift = _scale_block(re, im)
    return stats, _split(re, im, table), 2 * (down + shift - up) - 2


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


@dataclass(frozen=True, eq=False)
class _Table:
    """Constants of one window length, shaped for arrays that have the windows as last axis.

    NumPy's innermost loop then runs over windows, of which there are many.
    """

    hann: I32
    order: I64
    stages: tuple[tuple[I32, I32], ...]  # real and imaginary parts of the twiddles, (half, 1)
    cosine: I32  # of the split, (points / 2 - 1, 1)
    sine: I32

    @staticmethod
    @functools.cache
    def of(length: int) -> _Table:
        """For windows of this length."""
        sine, points = np.array(sine_table(length), np.int32)[:, None], length // 2
        quarter = sine[length // 4 :, 0]
        steps = [np.arange(half) * (points // half) for half in _halves(points)]
        k = np.arange(1, points // 2)
        return _Table(
            (32768 - np.concatenate([quarter, quarter[:-1][:0:-1]])) >> 1,
            _bit_reversal(points),
            tuple((sine[step + points // 2], -sine[step]) for step in steps),
            sine[points // 2 + k],
            sine[k],
        )


def _halves(points: int) -> list[int]:
    return [1 << k for k in range(points.bit_length() - 1)]


def _fft(re: I32, im: I32, table: _Table) -> tuple[I32, I32, I64]:
    """re and im are (points, n). 32 bits hold the sum of two products of 14 and 16 bits."""
    points, count = re.shape
    shifts = np.zeros(count, np.int64)
    for half, (wr, wi) in zip(_halves(points), table.stages, strict=True):
        re, im, shift = _scale_block(re, im)
        shifts += shift
        r, i = (v.reshape(-1, 2, half, count) for v in (re, im))
        tr = _round_shift(r[:, 1] * wr - i[:, 1] * wi, 15)
        ti = _round_shift(r[:, 1] * wi + i[:, 1] * wr, 15)
        re, im = np.empty_like(re), np.empty_like(im)
        for v, out, t in ((r, re, tr), (i, im, ti)):
            pairs = out.reshape(v.shape)
            np.add(v[:, 0], t, out=pairs[:, 0])
            np.subtract(v[:, 0], t, out=pairs[:, 1])
    return re, im, shifts


def _scale_block(re: I32, im: I32) -> tuple[I32, I32, I64]:
    largest = np.maximum((re ^ (re >> 15)).max(axis=0), (im ^ (im >> 15)).max(axis=0))
    shift = np.maximum(0, bit_length(largest) - BLOCK_BITS)
    if not shift.any():
        return re, im, shift
    narrow = shift.astype(np.int32)
    return _round_shift(re, narrow), _round_shift(im, narrow), shift


def _split(re: I32, im: I32, table: _Table) -> I64:
    """|2X|^2 of the bins 0 to points - 1 of the real FFT, bin 0 as 0: (points, n)."""
    points = len(re)
    k = np.arange(1, points // 2)
    even_re, even_im = re[k] + re[points - k], im[k] - im[points - k]
    odd_re, odd_im = re[k] - re[points - k], im[k] + im[points - k]
    tr = _round_shift(odd_re * table.cosine + odd_im * table.sine, 15)
    ti = _round_shift(odd_im * table.cosine - odd_re * table.sine, 15)
    power = np.zeros(re.shape, np.int64)
    power[k] = _square(even_re + ti) + _square(even_im - tr)
    power[points - k] = _square(even_re - ti) + _square(even_im + tr)
    power[points // 2] = 4 * (_square(re[points // 2]) + _square(im[points // 2]))
    return power


def _square(value: I32) -> I64:
    wide = value.astype(np.int64)
    return wide * wide


def _log2(value: I64) -> I64:
    bits = bit_length(value)
    mantissa = np.where(
        bits > 16, value >> np.maximum(bits - 16, 0), value << np.maximum(16 - bits, 0)
    )
    segment, fraction = (mantissa >> 10) & 31, mantissa & 1023
    rise = LOG2_TABLE[segment + 1] - LOG2_TABLE[segment]
    return ((bits - 1) << 8) + LOG2_TABLE[segment] + ((rise * fraction + 512) >> 10)


def _round_shift(value: Any, shift: Any) -> Any:
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
