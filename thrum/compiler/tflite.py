"""Import: the .tflite file, exactly as deployed, becomes a checked Graph.

Field positions are those of TensorFlow Lite's schema.fbs, version 3. Anything that the engine
cannot run is refused here or in model/lower, naming the operator and its index.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

from thrum.compiler.flatbuffer import Buffer, Table
from thrum.compiler.graph import Graph, ModelError, Operator, Option, Tensor

_SCHEMA_VERSION = 3
_TYPES = {0: "float32", 2: "int32", 9: "int8"}
_ACTIVATIONS = {0: "NONE", 1: "RELU", 2: "RELU_N1_TO_1", 3: "RELU6"}
_PADDINGS = {0: "SAME", 1: "VALID"}
_DATA_LAYOUT = {"int8": "b", "int32": "i"}
_MAX_ELEMENTS = 1 << 24

# The highest version of an operator whose meaning for int8 is known here.
_VERSIONS = {
    "ADD": 2,
    "AVERAGE_POOL_2D": 2,
    "CONV_2D": 3,
    "DEPTHWISE_CONV_2D": 3,
    "DEQUANTIZE": 2,
    "EXPAND_DIMS": 1,
    "FULLY_CONNECTED": 12,  # per channel; 4 and 5 per tensor
    "LOGISTIC": 2,
    "MAX_POOL_2D": 2,
    "MEAN": 2,
    "QUANTIZE": 2,
    "RELU": 2,
    "RELU6": 2,
    "RESHAPE": 1,
    "SOFTMAX": 2,
    "TANH": 2,
}

Options = tuple[tuple[str, Option], ...]


def read(data: bytes) -> Graph:
    """Parse and check a .tflite file."""
    if data[4:8] != b"TFL3":
        raise ModelError("not a TensorFlow Lite model: the identifier TFL3 is missing")
    root = Buffer(data).root()
    version = root.scalar(0, "uint32", 0)
    if version != _SCHEMA_VERSION:
        raise ModelError(f"schema version {version}; Thrum reads version {_SCHEMA_VERSION}")
    subgraphs = root.tables(2)
    if len(subgraphs) != 1:
        raise ModelError(f"{len(subgraphs)} subgraphs; Thrum runs models with exactly one")
    graph = _subgraph(root, subgraphs[0])
    _check_references(graph)
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


def _operator_code(table: Table) -> tuple[int, int]:
    """Builtin operator and version; old files keep the former in the deprecated one-byte field."""
    code = max(table.scalar(0, "int8", 0), table.scalar(3, "int32", 0))
    return int(code), int(table.scalar(2, "int32", 1))


def _tensor(index: int, table: Table, buffers: tuple[Table, ...]) -> Tensor:
    name = table.text(3)
    where = f"tensor {index} ({name})"
    kind = table.scalar(1, "int8", 0)
    if kind not in _TYPES:
        raise ModelError(f"{where}: type {kind} is not supported, only int8, int32 and float32 are")
    shape = table.vector(0, "int32")
    if len(shape) > 8 or any(not 1 <= n <= _MAX_ELEMENTS for n in shape):
        raise ModelError(f"{where}: shape {shape} is not supported")
    scale, zero_point, axis = _quantization(where, table.table(4))
    bare = Tensor(name, _TYPES[kind], shape, scale, zero_point, axis)
    if bare.size > _MAX_ELEMENTS:
        raise ModelError(f"{where}: {bare.size} elements, at most {_MAX_ELEMENTS} are supported")
    data = _constant(where, bare, table.scalar(2, "uint32", 0), buffers)
    return Tensor(name, bare.type, shape, scale, zero_point, axis, data)


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


def _operator(index: int, table: Table, codes: list[tuple[int, int]]) -> Operator:
    position = table.scalar(0, "uint32", 0)
    if position >= len(codes):
        raise ModelError(f"operator {index}: operator code {position} does not exist")
    code, version = codes[position]
    if code not in OPERATORS:
        known = ", ".join(name for name, _ in OPERATORS.values())
        raise ModelError(f"operator {index}: {_name(code)} is not supported; known: {known}")
    name, options = OPERATORS[code]
    where = f"operator {index} ({name})"
    if not 1 <= version <= _VERSIONS[name]:
        raise ModelError(
            f"{where}: version {version}, known up to {_VERSIONS[name]}: convert the model with "
            "the TensorFlow that pyproject.toml pins"
        )
    return Operator(
        name,
        table.vector(1, "int32"),
        table.vector(2, "int32"),
        options(where, table.table(4) or _EMPTY),
        version,
    )


def _name(code: int) -> str:
    return f"{_COMMON.get(code, 'builtin operator')} (code {code})"


def _check_references(graph: Graph) -> None:
    """Every index exists, every tensor is written once, and before it is read."""
    count = len(graph.tensors)
    ready = {i for i, tensor in enumerate(graph.tensors) if tensor.data is not None}
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


def _choice(where: str, what: str, value: int, known: dict[int, str]) -> str:
    if value not in known:
        raise ModelError(f"{where}: {what} {value} is not supported, only {list(known.values())}")
    return known[value]


def _activation(where: str, table: Table, slot: int) -> tuple[str, Option]:
    value = table.scalar(slot, "int8", 0)
    return "activation", _choice(where, "fused activation", value, _ACTIVATIONS)


def _no_options(where: str, table: Table) -> Options:
    return ()


def _fully_connected(where: str, table: Table) -> Options:
    if table.scalar(1, "int8", 0) != 0:
        raise ModelError(f"{where}: shuffled weights are not supported")
    return (_activation(where, table, 0),)


def _softmax(where: str, table: Table) -> Options:
    return (("beta", float(table.scalar(0, "float32", 0.0))),)


def _add(where: str, table: Table) -> Options:
    return (_activation(where, table, 0),)


def _mean(where: str, table: Table) -> Options:
    return (("keep_dims", bool(table.scalar(0, "bool", False))),)


def _window(where: str, table: Table) -> Options:
    """Padding and strides, which convolutions and pools have in common."""
    padding = _choice(where, "padding", table.scalar(0, "int8", 0), _PADDINGS)
    return (
        ("padding", padding),
        ("stride_w", table.scalar(1, "int32", 0)),
        ("stride_h", table.scalar(2, "int32", 0)),
    )


def _pool(where: str, table: Table) -> Options:
    return (
        *_window(where, table),
        ("filter_w", table.scalar(3, "int32", 0)),
        ("filter_h", table.scalar(4, "int32", 0)),
        _activation(where, table, 5),
    )


def _conv(where: str, table: Table) -> Options:
    return (
        *_window(where, table),
        _activation(where, table, 3),
        ("dilation_w", table.scalar(4, "int32", 1)),
        ("dilation_h", table.scalar(5, "int32", 1)),
    )


def _depthwise(where: str, table: Table) -> Options:
    return (
        *_window(where, table),
        ("depth_multiplier", table.scalar(3, "int32", 0)),
        _activation(where, table, 4),
        ("dilation_w", table.scalar(5, "int32", 1)),
        ("dilation_h", table.scalar(6, "int32", 1)),
    )


_EMPTY = Table(Buffer(struct.pack("<HHi", 4, 4, 4)), 4)  # a table without fields
_COMMON = {
    0: "ADD",
    1: "AVERAGE_POOL_2D",
    2: "CONCATENATION",
    3: "CONV_2D",
    4: "DEPTHWISE_CONV_2D",
    6: "DEQUANTIZE",
    9: "FULLY_CONNECTED",
    14: "LOGISTIC",
    17: "MAX_POOL_2D",
    18: "MUL",
    19: "RELU",
    20: "RELU_N1_TO_1",
    21: "RELU6",
    22: "RESHAPE",
    25: "SOFTMAX",
    28: "TANH",
    32: "CUSTOM",
    34: "PAD",
    40: "MEAN",
    41: "SUB",
    47: "EXP",
    70: "EXPAND_DIMS",
    114: "QUANTIZE",
    117: "HARD_SWISH",
}
OPERATORS: dict[int, tuple[str, Callable[[str, Table], Options]]] = {
    0: ("ADD", _add),
    1: ("AVERAGE_POOL_2D", _pool),
    3: ("CONV_2D", _conv),
    4: ("DEPTHWISE_CONV_2D", _depthwise),
    6: ("DEQUANTIZE", _no_options),
    9: ("FULLY_CONNECTED", _fully_connected),
    14: ("LOGISTIC", _no_options),
    17: ("MAX_POOL_2D", _pool),
    19: ("RELU", _no_options),
    21: ("RELU6", _no_options),
    22: ("RESHAPE", _no_options),
    25: ("SOFTMAX", _softmax),
    28: ("TANH", _no_options),
    40: ("MEAN", _mean),
    70: ("EXPAND_DIMS", _no_options),
    114: ("QUANTIZE", _no_options),
}
