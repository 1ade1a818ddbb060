"""The vibration of src/samplers/synthetic.cpp, sample by sample."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from thrum.derived import sine_table

TURNS = (262144, 786432, 5308416)  # turns per sample * 2^24
AMPLITUDES = (1200, 500, 300)


def samples(count: int, window: int = 256) -> npt.NDArray[np.int16]:
    """The first `count` samples since the board started."""
    quarter = sine_table(window)
    table = [quarter[i] if i < window // 2 else -quarter[i - window // 2] for i in range(window)]
    made, noise = [], 1
    for k in range(count):
        phases = [(k * turn & 0xFFFFFFFF) >> 16 & 255 for turn in TURNS]
        total = sum(
            table[phase * window // 256] * a for phase, a in zip(phases, AMPLITUDES, strict=True)
        )
        noise = (noise * 1664525 + 1013904223) & 0xFFFFFFFF
        made.append((total >> 15) + (noise >> 25))
    return np.array(made, np.int16)
