"""Any function of one int8 value as a table of 256, which TFLM's arithmetic fills: lookup.h.

LOGISTIC, TANH, RELU, RELU6 and QUANTIZE from int8 to int8 are such functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from thrum.compiler.cpp_text import braced
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8_to_int8, check_same_size


@dataclass(frozen=True)
class Lookup(Kernel):
    """output = table[input + 128] for `size` values."""

    template = "LookupKernel"
    header = "lookup"

    size: int
    table: tuple[int, ...]

    def describe(self) -> str:
        """Number of values."""
        return f"{self.size} values"

    def emit(self) -> Constants:
        """The table."""
        return f"LookupLayer<{self.size}>", braced(self.table)


def check_lookup(node: Node) -> None:
    """ModelError unless int8 becomes as many int8, each tensor with one scale."""
    check_same_size(node)
    check_int8_to_int8(node)


def lookup(node: Node, function: Callable[[int], int]) -> Lookup:
    """The table of a function; its values are saturated to int8."""
    table = tuple(max(-128, min(127, function(x))) for x in range(-128, 128))
    return Lookup(node.target.size, table)
