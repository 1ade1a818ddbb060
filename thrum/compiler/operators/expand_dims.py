"""EXPAND_DIMS: one more axis of length 1, so the same bytes as RESHAPE gives."""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.operators.reshape import check, lower

OPERATOR = Definition(
    name="EXPAND_DIMS",
    version=1,
    inputs=2,
    add_call="AddExpandDims",
    limits="the bytes stay; nothing runs",
    check=check,
    lower=lower,
)
