"""TANH: the hyperbolic tangent of every value: a table, see shared/lookup.py."""

from __future__ import annotations

from thrum.compiler import fixed_point
from thrum.compiler.definition import Definition
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.lookup import Lookup, check_lookup
from thrum.compiler.operators.shared.sigmoid import sigmoid_table


def lower(node: Node) -> Lookup:
    """To scale 1/128 and zero point 0."""
    return sigmoid_table(node, fixed_point.tanh, bits=24, expected=(1 / 128, 0))


OPERATOR = Definition(
    name="TANH",
    version=2,
    inputs=1,
    add_call="AddTanh",
    limits="a table of 256; output scale 1/128",
    check=check_lookup,
    lower=lower,
)
