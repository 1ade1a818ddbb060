"""Networks of a few operators without Keras: any shapes, scales and options, in milliseconds."""

from __future__ import annotations

import math
import struct
from dataclasses import replace
from typing import Any

import numpy as np
from networks import Network

from thrum.compiler import schema, tflite
from thrum.compiler.graph import Graph, Operator, Option, Tensor

_FIELDS = {
    "align_corners": "alignCorners",
    "alpha": "alpha",
    "axis": "axis",
    "activation": "fusedActivationFunction",
    "begin_mask": "beginMask",
    "beta": "beta",
    "depth_multiplier": "depthMultiplier",
    "dilation_h": "dilationHFactor",
    "dilation_w": "dilationWFactor",
    "ellipsis_mask": "ellipsisMask",
    "end_mask": "endMask",
    "filter_h": "filterHeight",
    "filter_w": "filterWidth",
    "half_pixel_centers": "halfPixelCenters",
    "keep_dims": "keepDims",
    "new_axis_mask": "newAxisMask",
    "padding": "padding",
    "rank": "rank",
    "shrink_axis_mask": "shrinkAxisMask",
    "stride_h": "strideH",
    "stride_w": "strideW",
}
_OPTIONS = {
    "ADD": "AddOptions",
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "CONCATENATION": "ConcatenationOptions",
    "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "FULLY_CONNECTED": "FullyConnectedOptions",
    "LEAKY_RELU": "LeakyReluOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "MAXIMUM": "MaximumMinimumOptions",
    "MINIMUM": "MaximumMinimumOptions",
    "MUL": "MulOptions",
    "PAD": "PadOptions",
    "MEAN": "ReducerOptions",
    "RESIZE_NEAREST_NEIGHBOR": "ResizeNearestNeighborOptions",
    "SOFTMAX": "SoftmaxOptions",
    "STRIDED_SLICE": "StridedSliceOptions",
    "SVDF": "SVDFOptions",
    "TRANSPOSE_CONV": "TransposeConvOptions",
}
_NUMBERS = {
    name: number
    for names in (schema.ACTIVATIONS, schema.PADDINGS, schema.TENSOR_TYPES)
    for number, name in names.items()
}


def int8(
    *shape: int, scale: float | tuple[float, ...] = 0.05, zero: int = 0, axis: int = 0
) -> Tensor:
    """An activation, or weights without their data; scales are rounded to float32."""
    scales = scale if isinstance(scale, tuple) else (scale,)
    exact = tuple(float(np.float32(s)) for s in scales)
    return Tensor("", "int8", shape, exact, (zero,) * len(exact), axis)


def typed(kind: str, *shape: int, scale: float = 0.05, zero: int = 0) -> Tensor:
    """An activation of another integer type."""
    return replace(int8(*shape, scale=scale, zero=zero), type=kind)


def weights(rng: np.random.Generator, tensor: Tensor) -> Tensor:
    """Random data from -127 to 127 for an int8 tensor."""
    data = rng.integers(-127, 128, tensor.size)
    return replace(tensor, data=tuple(map(int, data)))


def int32(*values: int) -> Tensor:
    """A constant vector, such as a bias or axes."""
    return Tensor("", "int32", (len(values),), data=values)


def float32(*shape: int) -> Tensor:
    """A float32 activation."""
    return Tensor("", "float32", shape)


def operator(
    code: str, inputs: tuple[int, ...], output: int, version: int = 2, /, **options: Option
) -> Operator:
    """One operator between tensors; its options in the order of its parse function."""
    return Operator(code, inputs, (output,), tuple(options.items()), version)


def one(code: str, tensors: list[Tensor], version: int = 2, /, **options: Option) -> Graph:
    """One operator: the first tensor is its input, the last its output, others are constants."""
    output = len(tensors) - 1
    step = operator(code, tuple(range(output)), output, version, **options)
    return Graph(tuple(tensors), (step,), (0,), (output,))


def network(graph: Graph) -> Network:
    """The graph as a .tflite file; the importer gives the same graph from it."""
    made = Network(_file(graph), graph)
    assert tflite.read(made.data) == graph
    return made


def _file(graph: Graph) -> bytes:
    from tensorflow.lite.python import schema_py_generated as tfl
    from tensorflow.lite.tools import flatbuffer_utils

    model, subgraph = tfl.ModelT(), tfl.SubGraphT()
    model.version, model.subgraphs = schema.VERSION, [subgraph]
    model.buffers = [tfl.BufferT()]
    model.operatorCodes = [_code(tfl, op) for op in graph.operators]
    subgraph.inputs, subgraph.outputs = list(graph.inputs), list(graph.outputs)
    subgraph.tensors = [_tensor(tfl, model, tensor) for tensor in graph.tensors]
    subgraph.operators = [_operator(tfl, k, op) for k, op in enumerate(graph.operators)]
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def _code(tfl: Any, op: Operator) -> Any:
    code = tfl.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BUILTIN_OPERATORS.index(op.code)
    code.version = op.version
    return code


def _tensor(tfl: Any, model: Any, tensor: Tensor) -> Any:
    made = tfl.TensorT()
    made.name, made.shape, made.type = tensor.name, list(tensor.shape), _NUMBERS[tensor.type]
    made.isVariable = tensor.variable
    if tensor.scale:
        made.quantization = tfl.QuantizationParametersT()
        made.quantization.scale = list(tensor.scale)
        made.quantization.zeroPoint = list(tensor.zero_point)
        made.quantization.quantizedDimension = tensor.axis
    if tensor.data is not None:
        buffer = tfl.BufferT()
        kind = {"int8": "b", "int16": "h", "int32": "i", "int64": "q"}[tensor.type]
        buffer.data = list(struct.pack(f"<{math.prod(tensor.shape)}{kind}", *tensor.data))
        made.buffer = len(model.buffers)
        model.buffers.append(buffer)
    return made


def _operator(tfl: Any, index: int, op: Operator) -> Any:
    made = tfl.OperatorT()
    made.opcodeIndex = index
    made.inputs, made.outputs = list(op.inputs), list(op.outputs)
    if op.code in _OPTIONS:
        name = _OPTIONS[op.code]
        made.builtinOptionsType = getattr(tfl.BuiltinOptions, name)
        made.builtinOptions = getattr(tfl, f"{name}T")()
        for key, value in op.options:
            number = _NUMBERS[value] if isinstance(value, str) else value
            setattr(made.builtinOptions, _FIELDS[key], number)
    return made
