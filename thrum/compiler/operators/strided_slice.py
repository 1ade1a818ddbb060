"""STRIDED_SLICE: some sides of a shape. No kernel runs."""

from __future__ import annotations

from thrum.compiler.definition import Definition, Options
from thrum.compiler.flatbuffer import Table
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.folded import constant, refuse

_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


def parse(where: str, table: Table) -> Options:
    """The masks: bit 0 is the first axis (StridedSliceOptions)."""
    return tuple((name, table.scalar(slot, "int32", 0)) for slot, name in enumerate(_MASKS))


def fold(node: Node) -> tuple[int, ...] | None:
    """The part of a vector; None where it is not known at compile time."""
    values, bounds = constant(node, 0), _bounds(node)
    if values is None or bounds is None or len(node.operand(0).shape) != 1:
        return None
    begin, end, step = bounds
    first = None if _masked(node, "begin_mask") else begin
    if _masked(node, "shrink_axis_mask"):
        found = _single(values, first or 0)
    else:
        found = values[first : None if _masked(node, "end_mask") else end : step]
    return found if found and len(found) == node.target.size else None


def _bounds(node: Node) -> tuple[int, int, int] | None:
    """Begin, end and step, where each is one known number and no mask adds axes."""
    parts = [constant(node, position) for position in (1, 2, 3)]
    known = [part[0] for part in parts if part is not None and len(part) == 1]
    if len(known) != 3 or known[2] == 0:
        return None
    if node.option("ellipsis_mask") or node.option("new_axis_mask"):
        return None
    return known[0], known[1], known[2]


def _masked(node: Node, name: str) -> bool:
    """Whether a mask is set for the only axis."""
    return bool(int(node.option(name)) & 1)


def _single(values: tuple[int, ...], at: int) -> tuple[int, ...]:
    """One value, counted from the end where `at` is negative; nothing beyond the ends."""
    at += len(values) if at < 0 else 0
    return values[at : at + 1] if at >= 0 else ()


OPERATOR = Definition(
    name="STRIDED_SLICE",
    version=4,
    add_call="AddStridedSlice",
    check=refuse,
    lower=refuse,
    parse=parse,
    fold=fold,
)
