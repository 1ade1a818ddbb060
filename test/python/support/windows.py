"""Windows for the tests of features: at the edges of the arithmetic, and random ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def adversarial(length: int, axes: int) -> npt.NDArray[np.int16]:
    """Windows at the edges of the arithmetic: silence, DC, saturation, impulses, pure tones."""
    n = np.arange(length)
    sign = np.where(n % 2 == 0, 1, -1)
    square = np.where(n < length // 2, 32767, -32768)
    one_low = np.where(n == 7, -32768, 32767)
    rows = [0 * n, 0 * n + 32767, 0 * n - 32768, sign * 32767, sign * -32768, square, one_low]
    rows += [-one_low.clip(-32767), (n == 0) * 32767, (n == length // 2) * -32768, (n == 3) * 1]
    rows += [sign, (n % 4 < 2) * 65535 - 32768, n - length // 2, (n * 257) % 65536 - 32768]
    for cycles in (0.5, 1, 3.37, length / 4, length / 2 - 1):
        for amplitude in (1, 100, 32767):
            rows.append(np.rint(amplitude * np.sin(2 * np.pi * cycles * n / length + 0.3)))
    stacked = np.stack(rows).clip(-32768, 32767).astype(np.int16)
    return np.stack([np.roll(stacked, axis, axis=0) for axis in range(axes)], axis=1)


def random_windows(count: int, axes: int, length: int, seed: int) -> npt.NDArray[np.int16]:
    """Noise of every loudness from one count to hard clipping, coloured and offset at random."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((count, axes, length))
    noise += rng.uniform(0, 1, (count, 1, 1)) * np.cumsum(noise, axis=2)
    gain = 2.0 ** rng.uniform(-1, 16, (count, axes, 1))
    offset = rng.integers(-32768, 32768, (count, axes, 1)) * rng.integers(0, 2, (count, 1, 1))
    return np.rint(noise * gain + offset).clip(-32768, 32767).astype(np.int16)
