"""Import: the .tflite file, exactly as deployed, becomes a checked Graph.

Field positions are those of TensorFlow Lite's schema.fbs, version 3. Anything that the engine
cannot run is refused here or in lowering.py, naming the operator and its index.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from thrum.compiler import schema, well_formed
from thrum.compiler.flatbuffer import Buffer, Table, empty_table
from thrum.compiler.graph import Graph, ModelError, Operator, Tensor
from thrum.compiler.operators import definition

_DATA_LAYOUT = {"int8": "b", "int16": "h", "int32": "i", "int64": "q"}
_MAX_ELEMENTS = 1 << 24


@dataclass(frozen=True)
class _OperatorCode:
    """Builtin operator, its version, and the name of a custom one."""

    code: int
    version: int
    custom: str

    @property
    def name(self) -> str:
        """Name in the schema, with the author's name of a custom operator."""
        name = schema.operator_name(self.code)
        return f"{name} {self.custom!r}" if name == "CUSTOM" else name


def read(data: bytes) -> Graph:
    """Parse and check a .tflite file."""
    if data[4:8] != b"TFL3":
        raise ModelError("not a TensorFlow Lite model: the identifier TFL3 is missing")
    root = Buffer(data).root()
    version = root.scalar(0, "uint32", 0)
    if version != schema.VERSION:
        raise ModelError(f"schema version {version}; Thrum reads version {schema.VERSION}")
    subgraphs = root.tables(2)
    if len(subgraphs) != 1:
        raise ModelError(f"{len(subgraphs)} subgraphs; Thrum runs models with exactly one")
    graph = _subgraph(root, subgraphs[0])
    _check_references(graph)
    well_formed.check(root)
    return graph


def _subgraph(root: Table, table: Table) -> Graph:
    codes = [_operator_code(code) for code in root.tables(1)]
    buffers = root.tables(4)
    return Graph(
        tensors=tuple(_tensor(i, item, buffers) for i, item in enumerate(table.tables(0))),
        operators=tuple(_operator(i, item, codes) for i, item in enumerate(table.tables(3))),
        inputs=table.vector(1, "int32"),
        outputs=table.vector(2, "int32"),
    )


def _operator_code(table: Table) -> _OperatorCode:
    """Old files keep the builtin operator in the deprecated one-byte field."""
    code = max(table.scalar(0, "int8", 0), table.scalar(3, "int32", 0))
    return _OperatorCode(int(code), int(table.scalar(2, "int32", 1)), table.text(1))


def _tensor(index: int, table: Table, buffers: tuple[Table, ...]) -> Tensor:
    name = table.text(3)
    where = f"tensor {index} ({name})"
    kind = table.scalar(1, "int8", 0)
    if kind not in schema.TENSOR_TYPES:
        known = ", ".join(schema.TENSOR_TYPES.values())
        raise ModelError(
            f"{where}: type {schema.type_name(int(kind))} is not supported, only {known} are: "
            "convert the model to int8"
        )
    shape = table.vector(0, "int32")
    if len(shape) > 8 or any(not 1 <= n <= _MAX_ELEMENTS for n in shape):
        raise ModelError(f"{where}: shape {shape} is not supported")
    scale, zero_point, axis = _quantization(where, table.table(4))
    bare = Tensor(name, schema.TENSOR_TYPES[kind], shape, scale, zero_point, axis)
    if bare.size > _MAX_ELEMENTS:
        raise ModelError(f"{where}: {bare.size} elements, at most {_MAX_ELEMENTS} are supported")
    data = _constant(where, bare, table.scalar(2, "uint32", 0), buffers)
    variable = data is None and bool(table.scalar(5, "bool", False))
    return Tensor(name, bare.type, shape, scale, zero_point, axis, data, variable)


def _quantization(
    where: str, table: Table | None
) -> tuple[tuple[float, ...], tuple[int, ...], int]:
    if table is None:
        return (), (), 0
    scale, zero_point = table.vector(2, "float32"), table.vector(3, "int64")
    if any(not (math.isfinite(s) and s > 0) for s in scale):
        raise ModelError(f"{where}: a quantization scale is not a positive number")
    if len(zero_point) != len(scale) or any(abs(z) > 1 << 31 for z in zero_point):
        raise ModelError(f"{where}: zero points do not fit the scales")
    return scale, zero_point, table.scalar(6, "int32", 0)


def _constant(
    where: str, tensor: Tensor, index: int, buffers: tuple[Table, ...]
) -> tuple[int, ...] | None:
    if index >= len(buffers):
        raise ModelError(f"{where}: buffer {index} does not exist")
    data = buffers[index].bytes(0)
    if not data:
        return None
    if tensor.type not in _DATA_LAYOUT:
        raise ModelError(f"{where}: {tensor.type} constants are not supported; quantize to int8")
    if len(data) != tensor.nbytes:
        raise ModelError(f"{where}: {len(data)} bytes of data, shape needs {tensor.nbytes}")
    return struct.unpack(f"<{tensor.size}{_DATA_LAYOUT[tensor.type]}", data)


def _operator(index: int, table: Table, codes: list[_OperatorCode]) -> Operator:
    position = table.scalar(0, "uint32", 0)
    if position >= len(codes):
        raise ModelError(f"operator {index}: operator code {position} does not exist")
    code = codes[position]
    known = definition(f"operator {index}", code.name)
    where = f"operator {index} ({known.name})"
    if not 1 <= code.version <= known.version:
        raise ModelError(
            f"{where}: version {code.version}, known up to {known.version}: convert the model with "
            "the TensorFlow that pyproject.toml pins"
        )
    return Operator(
        known.name,
        table.vector(1, "int32"),
        table.vector(2, "int32"),
        known.parse(where, table.table(4) or empty_table()),
        code.version,
    )


def _check_references(graph: Graph) -> None:
    """Every index exists, every tensor is written once, and before it is read."""
    count = len(graph.tensors)
    ready = {i for i, t in enumerate(graph.tensors) if t.data is not None or t.variable}
    if not graph.inputs or not graph.outputs or not graph.operators:
        raise ModelError("the model has no input, no output or no operator")
    ready |= set(_in_range("model input", graph.inputs, count, 0))
    for index, op in enumerate(graph.operators):
        for i in _in_range(graph.where(index), op.inputs, count, -1):
            if i not in ready and i != -1:
                raise ModelError(f"{graph.where(index)}: tensor {i} is read before it is written")
        for i in _in_range(graph.where(index), op.outputs, count, 0):
            if i in ready:
                raise ModelError(f"{graph.where(index)}: tensor {i} is written twice")
            ready.add(i)
    for i in _in_range("model output", graph.outputs, count, 0):
        if i not in ready:
            raise ModelError(f"model output: tensor {i} is never written")


def _in_range(where: str, indices: tuple[int, ...], count: int, low: int) -> tuple[int, ...]:
    for index in indices:
        if not low <= index < count:
            raise ModelError(f"{where}: tensor {index} does not exist")
    return indices
