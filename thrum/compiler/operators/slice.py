"""SLICE: a block of a tensor."""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8_to_int8
from thrum.compiler.operators.shared.folded import constant
from thrum.compiler.operators.shared.part import MOST_AXES, Part, part


def check(node: Node) -> None:
    """int8 to int8; begin and size are constants that lie in the input and give the output."""
    check_int8_to_int8(node)
    shape = node.source.shape
    begins, sizes = _bounds(node)
    if not 1 <= len(shape) <= MOST_AXES:
        raise node.error(f"{len(shape)} axes, 1 to {MOST_AXES} are supported")
    ends = [begin + size for begin, size in zip(begins, sizes, strict=True)]
    if any(b < 0 or s < 1 or e > n for b, s, e, n in zip(begins, sizes, ends, shape, strict=True)):
        raise node.error(f"begin {begins} and size {sizes} do not lie in {shape}")
    if node.target.shape != sizes:
        raise node.error(f"output {node.target.shape}, expected {sizes}")


def _bounds(node: Node) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Begin and size; a size of -1 is all that is left."""
    shape, begins, sizes = node.source.shape, constant(node, 1), constant(node, 2)
    if begins is None or sizes is None or not len(begins) == len(sizes) == len(shape):
        raise node.error("begin and size must be constant int32, one for each axis")
    left = zip(begins, sizes, shape, strict=True)
    return begins, tuple(n - b if size == -1 else size for b, size, n in left)


def lower(node: Node) -> Part:
    """Neighbours on every axis."""
    begins, sizes = _bounds(node)
    return part(node, begins, sizes, (1,) * len(sizes))


OPERATOR = Definition(
    name="SLICE",
    version=3,
    inputs=3,
    add_call="AddSlice",
    limits="constant begin and size; 1 to 5 axes",
    check=check,
    lower=lower,
)
