"""Every offset of a .tflite file lies inside it, also of what the importer does not look at.

The interpreters read those parts, too: names, signatures, metadata. A file that passes here can be
unpacked as a whole. Standard library only.
"""

from __future__ import annotations

from thrum.compiler.flatbuffer import Table
from thrum.compiler.graph import ModelError

# Fields of each table in the order of schema.fbs. A number: a scalar of as many bytes; *n: a vector
# of such scalars, * a string; a name: a table, [name: a vector of them; -: what Thrum does not read
# and refuses; ?: the options of an operator, whose type is the field before.
_SCHEMA = """
Model: 4 [OperatorCode [SubGraph * [Buffer *4 [Metadata [SignatureDef - -
OperatorCode: 1 * 4 4
SubGraph: [Tensor *4 *4 [Operator * 4
Tensor: *4 1 4 * Quantization 1 - *4 1 - -
Quantization: *4 *4 *4 *8 1 - 4
Operator: 4 *4 *4 1 ? *1 1 *1 *4 - - 1 - 4
Buffer: *1 - -
Metadata: * 4
SignatureDef: [TensorMap [TensorMap * 4 4
TensorMap: * 4
1: 1 4 4 1 4 4 1
2: 1 4 4 4 1 4 4
5: 1 4 4 4 4 1
6: 4 1 1
8: 1 1 1 1 1 *1
9: 4
10: 4 1
11: 1 1
17: *4
21: 1
22:
27: 1
32: 4 4 4 4 4 1
38:
39:
48:
49: 1 4 4 1 1
52:
55: 1
59: 4 4
74: 1 1
75: 4
89:
91:
"""
_TABLES = {
    name: fields.split()
    for name, fields in (line.split(":") for line in _SCHEMA.strip().splitlines())
}


def check(root: Table) -> None:
    """ModelError if an offset leads out of the file, or to something that Thrum does not read."""
    waiting = [("Model", root)]
    while waiting:
        name, table = waiting.pop()
        for slot, kind in enumerate(_TABLES[name]):
            at = table.field(slot)
            if at:
                waiting += _field(table, slot, at, kind)


def _field(table: Table, slot: int, at: int, kind: str) -> list[tuple[str, Table]]:
    """Check one field; the tables that it leads to."""
    if kind == "-":
        raise ModelError(
            "the model has sparse, external or custom quantized data, or operators of StableHLO: "
            "convert it with the TensorFlow that pyproject.toml pins"
        )
    if kind.isdecimal():
        table.buffer.check(at, int(kind))
    elif kind.startswith("*"):
        table.check_vector(slot, int(kind[1:] or 1))
    elif kind.startswith("["):
        return [(kind[1:], item) for item in table.tables(slot)]
    elif kind == "?":
        return _options(table, slot)
    else:
        nested = table.table(slot)
        return [(kind, nested)] if nested else []
    return []


def _options(table: Table, slot: int) -> list[tuple[str, Table]]:
    number = str(table.scalar(slot - 1, "uint8", 0))
    nested = table.table(slot)
    if number == "0" or nested is None:
        return []
    if number not in _TABLES:
        raise ModelError(f"damaged model: options of type {number} belong to no operator here")
    return [(number, nested)]
