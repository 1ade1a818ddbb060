"""Do two recordings share samples? File names and positions do not matter."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from thrum.recordings.dataset import Counts

BLOCK = 256  # samples that must agree, one by one
_PIECE = 4096  # samples of the piece that is looked for as a changed copy
_STEP = 4  # of a piece: the step between the places that are tried
_ALIKE = 0.25  # public and synthetic recordings reach 0.13, copies of them usually 0.4 and more
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that its powers can be undone modulo 2^64


def shared(a: Counts, b: Counts) -> bool:
    """Whether 2 * BLOCK - 1 consecutive samples of a stand anywhere in b, both int16 (n, axes).

    A rolling hash looks for every block of a (they do not overlap) at every position of b. Blocks
    without a signal do not count: silence is no evidence.
    """
    if np.shares_memory(a, b):
        return True
    if min(len(a), len(b)) < BLOCK or a.shape[1] != b.shape[1]:
        return False
    starts = np.arange(0, len(a) - BLOCK + 1, BLOCK)
    starts = starts[[np.ptp(a[at : at + BLOCK]) > 0 for at in starts]]
    blocks = np.sort(_hashes(a)[starts])
    if not len(blocks):
        return False
    everywhere = _hashes(b)
    found = np.minimum(np.searchsorted(blocks, everywhere), len(blocks) - 1)
    return bool((blocks[found] == everywhere).any())


def alike(a: Counts, b: Counts) -> float:
    """Likeness, 0 to 1, of the middle of a with any place in b, even where every count differs.

    Peak of the phase correlation (Kuglin and Hines, 1975) of a piece of a with pieces of b, both
    int16 (n, axes). Gain, offset, sign, resolution and resampling hardly change it; that two
    recordings have the same tones does not raise it, because every frequency counts the same.
    """
    length = min(len(a), len(b), _PIECE)
    middle = (len(a) - length) // 2
    piece = _spectrum(a[np.newaxis, middle : middle + length])
    starts = sliding_window_view(b, length, axis=0)[:: length // _STEP].transpose(0, 2, 1)
    pieces = np.concatenate([starts, b[np.newaxis, -length:]])
    cross = (piece * np.conj(_spectrum(pieces))).sum(axis=2)
    cross /= np.maximum(np.abs(cross), 1e-9)
    return float(np.abs(np.fft.irfft(cross, axis=1)).max())


def leaks(a: Counts, b: Counts) -> bool:
    """Whether b holds samples of a, as they are or as a copy that was changed."""
    return shared(a, b) or (a.shape[1] == b.shape[1] and alike(a, b) > _ALIKE)


def _spectrum(pieces: Counts) -> NDArray[np.complex128]:
    """FFT of pieces (n, length, axes), padded to a power of two above twice the length."""
    size = 2 << (pieces.shape[1] - 1).bit_length()
    centred = pieces - pieces.mean(axis=1, keepdims=True)
    window = np.hanning(pieces.shape[1])[:, np.newaxis]
    return np.fft.rfft(centred * window, size, axis=1)


def _hashes(samples: Counts) -> NDArray[np.uint64]:
    """Sum of samples[i + j] * _BASE^j modulo 2^64 over a block, for every place i: uint64."""
    powers = _powers(_BASE, len(samples))
    undone = _powers(np.uint64(pow(int(_BASE), -1, 1 << 64)), len(samples))
    values = samples.astype(np.int64).view(np.uint64) @ _powers(_BASE, samples.shape[1])
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(values * powers)])
    places = len(samples) - BLOCK + 1
    return (total[BLOCK:] - total[:places]) * undone[:places]


def _powers(base: np.uint64, count: int) -> NDArray[np.uint64]:
    """base^0 to base^(count - 1) modulo 2^64."""
    factors = np.full(count, base)
    factors[0] = 1
    return np.cumprod(factors)
