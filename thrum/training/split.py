"""The arrays that training sees, split by machine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thrum.reference.baseline import ranked

F32 = npt.NDArray[np.float32]
I8 = npt.NDArray[np.int8]
I32 = npt.NDArray[np.int32]

DEVIATION_SCALE = 1 / 32  # of the network's input: z in Q5
_FOLDS = 10  # machines: one fold to test, one to stop early, the rest to train


@dataclass(frozen=True, eq=False)
class Part:
    """Ranked deviations in sigma, float32 (n, bands), and labels int8 (n,)."""

    x: F32
    y: I8

    @staticmethod
    def of(z: npt.NDArray[np.uint8], y: I8) -> Part:
        """From deviations uint8 (n, bands) in Q5, in any order of bands."""
        return Part(ranked(z).astype(np.float32) * np.float32(DEVIATION_SCALE), y)


@dataclass(frozen=True, eq=False)
class Split:
    """No machine is in two parts.

    own: what the user's recordings add to the training; it counts beside the synthetic machines and
    takes nothing from the balance of their classes.
    """

    train: Part
    stop: Part
    test: Part
    own: Part | None = None


def split(z: npt.NDArray[np.uint8], label: I8, machine: I32) -> Split:
    """Split decisions by machine: z uint8 (n, bands) in Q5, label (n,), machine (n,)."""
    fold = machine % _FOLDS

    def part(chosen: npt.NDArray[np.bool_]) -> Part:
        return Part.of(z[chosen], label[chosen])

    return Split(train=part(fold > 1), stop=part(fold == 1), test=part(fold == 0))


def digest(parts: Split) -> str:
    """SHA-256 of everything that training learns from or stops by, 64 hexadecimal digits."""
    found = hashlib.sha256()
    for part in (parts.train, parts.stop, parts.test, parts.own):
        for array in (part.x, part.y) if part is not None else ():
            found.update(f"{array.dtype} {array.shape}".encode() + array.tobytes())
    return found.hexdigest()
