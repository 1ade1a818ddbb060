"""MEAN: the mean over neighbouring axes, by a multiplier that holds the division."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from thrum.compiler.cpp_text import listed
from thrum.compiler.definition import Definition, Options
from thrum.compiler.fixed_point import float32
from thrum.compiler.flatbuffer import Table
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8_to_int8, multiplier


@dataclass(frozen=True)
class Mean(Kernel):
    """Mean over the middle of (outer, reduced, inner)."""

    template = "MeanKernel"
    header = "mean"

    outer: int
    reduced: int
    inner: int
    offset: int  # the input's zero point, `reduced` times
    multiplier: int  # Q31, divided by `reduced`
    shift: int
    output_zero: int

    def describe(self) -> str:
        """The three sides."""
        return f"{self.outer} x {self.reduced} x {self.inner} values over the middle"

    def emit(self) -> Constants:
        """All fields on one line."""
        sides = self.outer, self.reduced, self.inner
        scale = self.offset, self.multiplier, self.shift, self.output_zero
        return "MeanLayer", [listed(*sides, *scale)]


def parse(where: str, table: Table) -> Options:
    """Whether reduced axes stay with length 1 (ReducerOptions); the values are the same."""
    return (("keep_dims", bool(table.scalar(0, "bool", False))),)


def check(node: Node) -> None:
    """int8 to int8 over constant axes that are neighbours."""
    check_int8_to_int8(node)
    outer, _, inner = _view(node)
    if node.target.size != outer * inner:
        raise node.error(f"the output does not have {outer * inner} values")


def lower(node: Node) -> Mean:
    """The division goes into the multiplier with as many bits as TFLM gives it."""
    outer, reduced, inner = _view(node)
    scale, zero = node.source.per_tensor
    output_scale, output_zero = node.target.per_tensor
    factor, shift = multiplier(node, scale / output_scale)
    bits = min(reduced.bit_length() - 1, 32, 31 + shift)
    if bits < 0:
        raise node.error(f"its scales give a multiplier of {float32(scale):g}")
    return Mean(
        outer,
        reduced,
        inner,
        zero * reduced,
        (factor << bits) // reduced,
        shift - bits,
        output_zero,
    )


def _view(node: Node) -> tuple[int, int, int]:
    """The input's shape as (outer, reduced, inner); ModelError where that cannot be."""
    shape, axes = node.source.shape, node.operand(1).data
    if not axes or any(not -len(shape) <= axis < len(shape) for axis in axes):
        raise node.error(f"the axes must be constant and exist in {shape}")
    chosen = sorted({axis % len(shape) for axis in axes})
    first, last = chosen[0], chosen[-1]
    if last - first + 1 != len(chosen):
        raise node.error(f"the axes {chosen} must be neighbours")
    return prod(shape[:first]), prod(shape[first : last + 1]), prod(shape[last + 1 :])


OPERATOR = Definition(
    name="MEAN",
    version=2,
    add_call="AddMean",
    check=check,
    lower=lower,
    parse=parse,
)
