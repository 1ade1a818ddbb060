"""MAXIMUM and MINIMUM: thrum::SelectLayer."""

from __future__ import annotations

from dataclasses import dataclass

from thrum.compiler.cpp_text import listed
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_same_quantization
from thrum.compiler.operators.shared.pairs import check_pair, operands


@dataclass(frozen=True)
class Larger(Kernel):
    """The larger or the smaller of two values; all three tensors have one scale."""

    header = "larger"
    pair = True

    size: int
    periods: tuple[int, int]

    def describe(self) -> str:
        """Number of values."""
        return f"{self.size} values"

    def emit(self) -> Constants:
        """The sizes."""
        return "LargerLayer", [listed(self.size, *self.periods)]


def check_larger(node: Node) -> None:
    """check_pair, and one scale and zero point for all."""
    check_pair(node)
    for tensor in operands(node):
        check_same_quantization(node, tensor)
