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
    """The part of a vector."""
    values = constant(node, 0)
    parts = [constant(node, position) for position in (1, 2, 3)]
    if values is None or len(node.operand(0).shape) != 1:
        return None
    if any(part is None or len(part) != 1 for part in parts):
        return None
    if node.option("ellipsis_mask") or node.option("new_axis_mask"):
        return None
    begin, end, step = (part[0] for part in parts if part)
    if step == 0:
        return None
    first = None if int(node.option("begin_mask")) & 1 else begin
    if int(node.option("shrink_axis_mask")) & 1:
        at = (first or 0) + (len(values) if (first or 0) < 0 else 0)
        found = values[at : at + 1] if at >= 0 else ()
    else:
        found = values[first : None if int(node.option("end_mask")) & 1 else end : step]
    return found if found and len(found) == node.target.size else None


OPERATOR = Definition(
    name="STRIDED_SLICE",
    version=4,
    add_call="AddStridedSlice",
    check=refuse,
    lower=refuse,
    parse=parse,
    fold=fold,
)
