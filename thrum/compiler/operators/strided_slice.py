"""STRIDED_SLICE: some values of a tensor, at equal distances on each axis.

Of a shape that is known at compile time no kernel runs.
"""

from __future__ import annotations

from thrum.compiler.definition import Definition, Options
from thrum.compiler.flatbuffer import Table
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8_to_int8
from thrum.compiler.operators.shared.folded import constant
from thrum.compiler.operators.shared.part import Part, part

_MOST_AXES = 4  # of TFLM
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


def check(node: Node) -> None:
    """int8 to int8; constant bounds that give the output."""
    if node.operand(0).type == "int32":
        raise node.error("a shape that is not known at compile time; give the model a fixed input")
    check_int8_to_int8(node)
    if node.option("ellipsis_mask") or node.option("new_axis_mask"):
        raise node.error("neither an ellipsis nor new axes are supported")
    shrunk = int(node.option("shrink_axis_mask"))
    sides = [len(found) for k, found in enumerate(_ranges(node)) if not shrunk >> k & 1]
    if 0 in sides or node.target.shape != tuple(sides):
        raise node.error(f"output {node.target.shape}, expected {tuple(sides)}")


def _ranges(node: Node) -> list[range]:
    """Indices of the input, for each axis."""
    shape = node.source.shape
    bounds = [constant(node, position) for position in (1, 2, 3)]
    if not 1 <= len(shape) <= _MOST_AXES or any(
        bound is None or len(bound) != len(shape) for bound in bounds
    ):
        raise node.error(
            f"begin, end and strides must be constant int32 for each of 1 to {_MOST_AXES} axes"
        )
    begins, ends, steps = (bound or () for bound in bounds)
    if 0 in steps:
        raise node.error("a stride is 0")
    axes = zip(range(len(shape)), shape, begins, ends, steps, strict=True)
    return [_range(node, *axis) for axis in axes]


def _range(node: Node, axis: int, side: int, begin: int, end: int, step: int) -> range:
    """As TFLM's StartForAxis and StopForAxis; Python's slices do the same."""

    def masked(name: str) -> bool:
        return bool(int(node.option(name)) >> axis & 1)

    first = None if masked("begin_mask") else begin
    found = range(*slice(first, None if masked("end_mask") else end, step).indices(side))
    if not masked("shrink_axis_mask"):
        return found
    if not 0 <= found.start < side:
        raise node.error(f"index {begin} of axis {axis} does not exist")
    return range(found.start, found.start + 1)


def lower(node: Node) -> Part:
    """First index, count and distance on each axis."""
    ranges = _ranges(node)
    return part(
        node,
        tuple(found.start for found in ranges),
        tuple(map(len, ranges)),
        tuple(found.step for found in ranges),
    )


OPERATOR = Definition(
    name="STRIDED_SLICE",
    version=4,
    inputs=4,
    add_call="AddStridedSlice",
    limits="constant bounds, also backwards; 1 to 4 axes; neither ellipsis nor new axes",
    check=check,
    lower=lower,
    parse=parse,
    fold=fold,
)
