"""MINIMUM: the smaller of two int8 values, see shared/larger.py."""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.larger import Larger, check_larger
from thrum.compiler.operators.shared.pairs import periods


class Minimum(Larger):
    """The smaller one."""

    template = "MinimumKernel"


def lower(node: Node) -> Minimum:
    """Sizes are all that the kernel needs."""
    return Minimum(node.target.size, periods(node))


OPERATOR = Definition(
    name="MINIMUM",
    version=2,
    inputs=2,
    add_call="AddMinimum",
    limits="as ADD; all tensors of one scale",
    check=check_larger,
    lower=lower,
)
