"""MAXIMUM: the larger of two int8 values, see shared/larger.py."""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.larger import Larger, check_larger
from thrum.compiler.operators.shared.pairs import periods


class Maximum(Larger):
    """The larger one."""

    template = "MaximumKernel"


def lower(node: Node) -> Maximum:
    """Sizes are all that the kernel needs."""
    return Maximum(node.target.size, periods(node))


OPERATOR = Definition(
    name="MAXIMUM",
    version=2,
    inputs=2,
    add_call="AddMaximum",
    limits="as ADD; all tensors of one scale",
    check=check_larger,
    lower=lower,
)
