"""Do two recordings share samples? File names and positions do not matter."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from thrum.recordings.dataset import Counts

BLOCK = 256  # samples that must agree, one by one
_PIECE = 4096  # samples of the piece that is looked for as a changed copy
_STEP = 4  # of a piece: the step between the places that are tried
_AT_ONCE = 64  # pieces that are transformed together
ALIKE = 0.25  # public and synthetic recordings reach 0.13, copies of them usually 0.4 and more
Hashes = NDArray[np.uint64]
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
    blocks = np.sort(block_hashes(a))
    if not len(blocks):
        return False
    everywhere = hashes(b)
    found = np.minimum(np.searchsorted(blocks, everywhere), len(blocks) - 1)
    return bool((blocks[found] == everywhere).any())


def block_hashes(samples: Counts) -> Hashes:
    """Hashes of the blocks of int (n, axes) that have a signal; they do not overlap."""
    if len(samples) < BLOCK:
        return np.empty(0, np.uint64)
    starts = np.arange(0, len(samples) - BLOCK + 1, BLOCK)
    moving = [bool(np.ptp(samples[at : at + BLOCK]) > 0) for at in starts]
    return hashes(samples)[starts[moving]]


def alike(a: Counts, b: Counts) -> float:
    """Likeness, 0 to 1, of the middle of a with any place in b, even where every count differs.

    Peak of the phase correlation (Kuglin and Hines, 1975) of a piece of a with pieces of b, both
    int16 (n, axes). Gain, offset, sign, resolution and resampling hardly change it; that two
    recordings have the same tones does not raise it, because every frequency counts the same.
    """
    piece = middle_of(a, len(b))
    length = len(piece)
    spectrum = _spectrum(piece[np.newaxis])
    starts = sliding_window_view(b, length, axis=0)[:: length // _STEP].transpose(0, 2, 1)
    found = [_likeness(spectrum, starts[k : k + _AT_ONCE]) for k in range(0, len(starts), _AT_ONCE)]
    return max(*found, _likeness(spectrum, b[np.newaxis, -length:]))


def middle_of(a: Counts, most: int = _PIECE) -> Counts:
    """The piece of a recording that is looked for, of so many samples at most."""
    length = min(len(a), most, _PIECE)
    middle = (len(a) - length) // 2
    return a[middle : middle + length]


def _likeness(spectrum: NDArray[np.complex128], pieces: Counts) -> float:
    cross = (spectrum * np.conj(_spectrum(pieces))).sum(axis=2)
    cross /= np.maximum(np.abs(cross), 1e-9)
    return float(np.abs(np.fft.irfft(cross, axis=1)).max())


def leaks(a: Counts, b: Counts) -> bool:
    """Whether b holds samples of a, as they are or as a copy that was changed."""
    return shared(a, b) or (a.shape[1] == b.shape[1] and alike(a, b) > ALIKE)


def _spectrum(pieces: Counts) -> NDArray[np.complex128]:
    """FFT of pieces (n, length, axes), padded to a power of two above twice the length."""
    size = 2 << (pieces.shape[1] - 1).bit_length()
    centred = pieces - pieces.mean(axis=1, keepdims=True)
    window = np.hanning(pieces.shape[1])[:, np.newaxis]
    return np.fft.rfft(centred * window, size, axis=1)


def hashes(samples: Counts) -> Hashes:
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
