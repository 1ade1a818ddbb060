"""Where every activation lives: offsets in one arena, shared by tensors that never meet.

Standard library only. The network's inputs and output are the caller's buffers and take no place.
Variables have memory of their own, because their values are needed by the next run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from thrum.compiler.graph import Graph
from thrum.compiler.kernel import Alias
from thrum.compiler.lowering import Step

ALIGNMENT = 4


@dataclass(frozen=True)
class Slot:
    """Bytes of one activation: offset in the arena, first and last step that needs them."""

    tensor: int
    offset: int
    nbytes: int
    first: int
    last: int


@dataclass(frozen=True)
class Plan:
    """Slots by tensor, the tensor whose bytes each alias shares, and the arena's size.

    variables: offset of each in the memory that lasts, of state_bytes.
    """

    slots: tuple[Slot, ...]
    roots: dict[int, int]
    nbytes: int
    variables: dict[int, int]
    state_bytes: int

    def text(self) -> list[str]:
        """The plan as lines for people."""
        return [
            f"tensor {s.tensor}: {s.nbytes} B at {s.offset}, steps {s.first} to {s.last}"
            for s in self.slots
        ]


def plan(graph: Graph, steps: Sequence[Step]) -> Plan:
    """Greedy by size: the largest tensor first, each at the lowest offset that is free."""
    roots = _roots(graph, steps)
    callers = {roots.get(tensor, tensor) for tensor in (*graph.inputs, *graph.outputs)}
    variables, state_bytes = _variables(graph, steps)
    callers |= variables.keys()
    lives = {t: life for t, life in _lives(steps, roots).items() if t not in callers}
    slots: list[Slot] = []
    for tensor in sorted(lives, key=lambda t: (-graph.tensors[t].nbytes, t)):
        first, last = lives[tensor]
        nbytes = graph.tensors[tensor].nbytes
        busy = sorted(
            (s.offset, s.offset + s.nbytes) for s in slots if s.first <= last and first <= s.last
        )
        slots.append(Slot(tensor, _lowest_gap(busy, nbytes), nbytes, first, last))
    total = max((_aligned(s.offset + s.nbytes) for s in slots), default=0)
    slots.sort(key=lambda s: s.first)
    return Plan(tuple(slots), roots, total, variables, state_bytes)


def _variables(graph: Graph, steps: Sequence[Step]) -> tuple[dict[int, int], int]:
    """Offset of each variable that a step reads, and the bytes of all."""
    offsets: dict[int, int] = {}
    end = 0
    for tensor in sorted({t for step in steps for t in step.inputs if graph.tensors[t].variable}):
        offsets[tensor] = end
        end = _aligned(end + graph.tensors[tensor].nbytes)
    return offsets, end


def _aligned(nbytes: int) -> int:
    return -(-nbytes // ALIGNMENT) * ALIGNMENT


def _lowest_gap(busy: list[tuple[int, int]], nbytes: int) -> int:
    offset = 0
    for start, end in busy:
        if offset + nbytes <= start:
            break
        offset = max(offset, _aligned(end))
    return offset


def _roots(graph: Graph, steps: Sequence[Step]) -> dict[int, int]:
    """Aliases share the bytes of their source, except where they are the network's output."""
    roots: dict[int, int] = {}
    for step in steps:
        if isinstance(step.kernel, Alias) and step.output not in graph.outputs:
            roots[step.output] = roots.get(step.inputs[0], step.inputs[0])
    return roots


def _lives(steps: Sequence[Step], roots: dict[int, int]) -> dict[int, tuple[int, int]]:
    """First step that writes and last step that reads each tensor's bytes."""
    lives: dict[int, tuple[int, int]] = {}
    for step in steps:
        for tensor in (*step.inputs, step.output):
            root = roots.get(tensor, tensor)
            first, _ = lives.get(root, (step.index, 0))
            lives[root] = first, step.index
    return lives
