"""PAD: zeros around a tensor of up to four axes."""

from __future__ import annotations

from dataclasses import dataclass

from thrum.compiler.cpp_text import braced, listed
from thrum.compiler.definition import Definition
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8_to_int8, check_same_quantization

_AXES = 4


@dataclass(frozen=True)
class Pad(Kernel):
    """Sides of the input, and the zeros before and behind it on each axis."""

    template = "PadKernel"
    header = "pad"

    sides: tuple[int, ...]
    before: tuple[int, ...]
    behind: tuple[int, ...]
    zero: int

    def describe(self) -> str:
        """Sides and zeros."""
        sides = zip(self.before, self.sides, self.behind, strict=True)
        return " x ".join(f"({a} + {n} + {b})" for a, n, b in sides)

    def emit(self) -> Constants:
        """Three rows of four, and the zero point."""
        rows = [line for row in (self.sides, self.before, self.behind) for line in braced(row)]
        return "PadLayer", [*rows, listed(self.zero)]


def check(node: Node) -> None:
    """int8 to int8 of one scale, the constant zeros before and behind every axis."""
    check_int8_to_int8(node)
    check_same_quantization(node, node.source)
    shape = node.source.shape
    if not 1 <= len(shape) <= _AXES:
        raise node.error(f"{len(shape)} axes, 1 to {_AXES} are supported")
    pads = node.operand(1)
    if pads.type != "int32" or pads.data is None or pads.shape != (len(shape), 2):
        raise node.error(f"the padding must be {len(shape)} x 2 constant int32")
    if any(not 0 <= n < 1 << 24 for n in pads.data):
        raise node.error("the padding must not be negative")
    expected = tuple(n + a + b for n, a, b in zip(shape, *_sides(node), strict=True))
    if node.target.shape != expected:
        raise node.error(f"output {node.target.shape}, expected {expected}")


def _sides(node: Node) -> tuple[tuple[int, ...], tuple[int, ...]]:
    data = node.operand(1).data or ()
    return data[::2], data[1::2]


def lower(node: Node) -> Pad:
    """Four axes, the first ones of length 1 where there are fewer."""
    shape = node.source.shape
    missing = _AXES - len(shape)
    before, behind = ((0,) * missing + side for side in _sides(node))
    return Pad((1,) * missing + shape, before, behind, node.target.per_tensor[1])


OPERATOR = Definition(
    name="PAD",
    version=2,
    inputs=2,
    add_call="AddPad",
    limits="1 to 4 axes; the scale stays",
    check=check,
    lower=lower,
)
