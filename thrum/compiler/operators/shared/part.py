"""SLICE and STRIDED_SLICE of values: thrum::PartLayer."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from thrum.compiler.cpp_text import braced, listed
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node

MOST_AXES = 5


@dataclass(frozen=True)
class Part(Kernel):
    """Values at start + sum of index * pitch, for as many indices as each axis counts."""

    template = "PartKernel"
    header = "part"

    start: int
    counts: tuple[int, ...]
    pitches: tuple[int, ...]

    def describe(self) -> str:
        """Sides of the output."""
        return f"{' x '.join(map(str, self.counts))} values"

    def emit(self) -> Constants:
        """The start and two rows of five."""
        rows = [line for row in (self.counts, self.pitches) for line in braced(row)]
        return "PartLayer", [listed(self.start), *rows]


def part(
    node: Node, begins: tuple[int, ...], counts: tuple[int, ...], steps: tuple[int, ...]
) -> Part:
    """Of the input: first index, number of indices and their distance on each axis."""
    shape = node.source.shape
    below = [prod(shape[axis + 1 :]) for axis in range(len(shape))]
    start = sum(begin * size for begin, size in zip(begins, below, strict=True))
    pitches = tuple(step * size for step, size in zip(steps, below, strict=True))
    missing = MOST_AXES - len(shape)
    return Part(start, (1,) * missing + counts, (0,) * missing + pitches)
