"""PACK: numbers become a vector, as where a shape is put together. No kernel runs."""

from __future__ import annotations

from thrum.compiler.definition import Definition, Options
from thrum.compiler.flatbuffer import Table
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.folded import constant, refuse


def parse(where: str, table: Table) -> Options:
    """The new axis (PackOptions)."""
    return (("axis", table.scalar(1, "int32", 0)),)


def fold(node: Node) -> tuple[int, ...] | None:
    """The vector of single numbers."""
    parts = [constant(node, position) for position in range(len(node.operator.inputs))]
    values = tuple(part[0] for part in parts if part is not None and len(part) == 1)
    if len(values) != len(parts) or node.option("axis") != 0 or node.target.size != len(values):
        return None
    return values


OPERATOR = Definition(
    name="PACK",
    version=2,
    add_call="AddPack",
    limits="of shapes that are known at compile time; nothing runs",
    check=refuse,
    lower=refuse,
    parse=parse,
    fold=fold,
)
