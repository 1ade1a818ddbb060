"""SOFTMAX: over the last axis; two classes by table, more by TFLM's algorithm."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

from thrum.compiler.cpp_text import braced, listed
from thrum.compiler.definition import Definition, Options
from thrum.compiler.fixed_point import Softmax
from thrum.compiler.flatbuffer import Table
from thrum.compiler.graph import ModelError
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8, check_same_size

_MAX_CLASSES = 256  # the sum of the exponentials stays within TFLM's fixed point


@dataclass(frozen=True)
class SoftmaxPair(Kernel):
    """Two-class softmax: probability of class 0 = table[z0 - z1 - first], the ends saturate."""

    template = "SoftmaxPairKernel"
    header = "softmax"

    first: int
    table: tuple[int, ...]

    def describe(self) -> str:
        """Length of the table."""
        return f"2 classes, {len(self.table)} entries"

    def emit(self) -> Constants:
        """The smallest difference and the table."""
        layer = f"SoftmaxPairLayer<{len(self.table)}>"
        return layer, [listed(self.first), *braced(self.table)]


@dataclass(frozen=True)
class SoftmaxRow(Kernel):
    """n-class softmax by TFLM's fixed-point algorithm, on rows of `classes`."""

    template = "SoftmaxRowKernel"
    header = "softmax"

    rows: int
    classes: int
    multiplier: int
    shift: int
    diff_min: int

    def describe(self) -> str:
        """Rows and classes."""
        return f"{self.rows} x {self.classes} classes"

    def emit(self) -> Constants:
        """All fields on one line."""
        scale = self.multiplier, self.shift, self.diff_min
        return "SoftmaxRowLayer", [listed(self.rows, self.classes, *scale)]


class SoftmaxWide(SoftmaxRow):
    """The same with int16 outputs."""

    template = "SoftmaxWideKernel"


def parse(where: str, table: Table) -> Options:
    """The factor of the exponent (SoftmaxOptions)."""
    beta = float(table.scalar(0, "float32", 0.0))
    if not (math.isfinite(beta) and beta > 0):
        raise ModelError(f"{where}: beta {beta:g} is not a positive number")
    return (("beta", beta),)


def check(node: Node) -> None:
    """int8 to as many int8 with the scale of probabilities."""
    check_same_size(node)
    check_int8(node.where, "the input", node.source)
    if node.target.type == "int16":
        near = [abs(65536 * scale - 1) <= 0.001 for scale in node.target.scale]
        if near != [True] or node.target.zero_point != (-32768,):
            raise node.error("an int16 output must have scale 1/65536 and zero point -32768")
    else:
        check_int8(node.where, "the output", node.target)
        if node.target.per_tensor != (1 / 256, -128):
            raise node.error("the output must have scale 1/256 and zero point -128")
    classes = _classes(node)
    if classes > _MAX_CLASSES:
        raise node.error(f"{classes} classes; at most {_MAX_CLASSES} are supported")


def lower(node: Node) -> SoftmaxPair | SoftmaxRow:
    """A table where there are two classes and one row."""
    beta, scale = float(node.option("beta")), node.source.per_tensor[0]
    row = Softmax(beta, scale)
    if row.shift < 0 or row.multiplier == 0:
        raise node.error(f"input scale {scale} is too small for TFLM's softmax")
    classes = _classes(node)
    wide = node.target.type == "int16"
    if node.source.size == classes == 2 and not wide:
        return _softmax_pair(beta, scale)
    rows = node.source.size // classes
    form = SoftmaxWide if wide else SoftmaxRow
    return form(rows, classes, row.multiplier, row.shift, row.diff_min)


def _classes(node: Node) -> int:
    return node.source.shape[-1] if node.source.shape else 1


@functools.cache
def _softmax_pair(beta: float, scale: float) -> SoftmaxPair:
    """The probability of class 0 for every z0 - z1, without the equal values at both ends."""
    row = Softmax(beta, scale)
    full = [row([max(d, 0), max(-d, 0)])[0] for d in range(-255, 256)]
    first, last = 0, len(full) - 1
    while first < last and full[first + 1] == full[0]:
        first += 1
    while last > first and full[last - 1] == full[-1]:
        last -= 1
    return SoftmaxPair(first - 255, tuple(full[first : last + 1]))


OPERATOR = Definition(
    name="SOFTMAX",
    version=2,
    inputs=1,
    add_call="AddSoftmax",
    limits="the last axis, at most 256 classes; int8 to int8 or int16; two classes by a table",
    kernels=("Cortex-M4", "AVR"),
    check=check,
    lower=lower,
    parse=parse,
)
