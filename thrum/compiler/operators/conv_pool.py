"""CONV_2D, DEPTHWISE_CONV_2D, MAX_POOL_2D and AVERAGE_POOL_2D on one image in NHWC order."""

from __future__ import annotations

from thrum.compiler.graph import Graph, ModelError, Operator, Tensor
from thrum.compiler.kernels import AveragePool, Conv, Depthwise, MaxPool, WindowShape
from thrum.compiler.operators.checks import (
    activation_range,
    check_reach,
    constant_bias,
    constant_weights,
    input_activation,
    int8_tensor,
    multipliers,
    operand,
)

_MAX_SIDE = 65535


def conv(where: str, graph: Graph, op: Operator) -> Conv:
    """Weights (outputs, y, x, inputs)."""
    weights = operand(where, graph, op, 1)
    if len(weights.shape) != 4 or weights.shape[3] != _image(where, graph, op)[3]:
        raise ModelError(
            f"{where}: weights {weights.shape} do not fit the input; "
            "grouped convolutions are not supported"
        )
    outputs, height, width, depth = weights.shape
    data = constant_weights(where, weights, outputs, 0)
    size = height * width * depth
    rows = tuple(data[k * size : (k + 1) * size] for k in range(outputs))
    shape = _shape(where, graph, op, height, width, outputs)
    kernel = Conv(rows, *_scales(where, graph, op, weights, rows), shape)
    check_reach(where, kernel)
    return kernel


def depthwise(where: str, graph: Graph, op: Operator) -> Depthwise:
    """Weights (1, y, x, outputs); output k sees input channel k // depth_multiplier."""
    weights = operand(where, graph, op, 1)
    if len(weights.shape) != 4 or weights.shape[0] != 1:
        raise ModelError(f"{where}: weights {weights.shape} are not (1, y, x, channels)")
    _, height, width, outputs = weights.shape
    if outputs % _image(where, graph, op)[3]:
        raise ModelError(f"{where}: {outputs} outputs are no multiple of the input channels")
    data = constant_weights(where, weights, outputs, 3)
    rows = tuple(data[k::outputs] for k in range(outputs))
    shape = _shape(where, graph, op, height, width, outputs)
    kernel = Depthwise(rows, *_scales(where, graph, op, weights, rows), shape)
    check_reach(where, kernel)
    return kernel


def max_pool(where: str, graph: Graph, op: Operator) -> MaxPool:
    """Largest value of each channel in the window."""
    return MaxPool(_pool_shape(where, graph, op))


def average_pool(where: str, graph: Graph, op: Operator) -> AveragePool:
    """Mean of each channel in the window, rounded away from zero; the border counts fewer."""
    return AveragePool(_pool_shape(where, graph, op))


def _scales(
    where: str, graph: Graph, op: Operator, weights: Tensor, rows: tuple[tuple[int, ...], ...]
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Bias with the input's zero point folded in, multipliers, shifts."""
    scale, zero = int8_tensor(where, "the input", input_activation(where, graph, op))
    output_scale, _ = int8_tensor(where, "the output", graph.tensors[op.outputs[0]])
    bias = constant_bias(where, graph, op, len(rows))
    folded = tuple(b - zero * sum(row) for b, row in zip(bias, rows, strict=True))
    return folded, *multipliers(where, scale, weights, output_scale)


def _image(where: str, graph: Graph, op: Operator) -> tuple[int, int, int, int]:
    shape = input_activation(where, graph, op).shape
    if len(shape) != 4 or shape[0] != 1:
        raise ModelError(f"{where}: the input must be one image (1, y, x, channels), is {shape}")
    return 1, shape[1], shape[2], shape[3]


def _pool_shape(where: str, graph: Graph, op: Operator) -> WindowShape:
    return _shape(
        where,
        graph,
        op,
        int(op.option("filter_h")),
        int(op.option("filter_w")),
        _image(where, graph, op)[3],
    )


def _shape(
    where: str, graph: Graph, op: Operator, height: int, width: int, channels: int
) -> WindowShape:
    _, zero = int8_tensor(where, "the input", input_activation(where, graph, op))
    target = graph.tensors[op.outputs[0]]
    output_scale, output_zero = int8_tensor(where, "the output", target)
    _, in_y, in_x, in_c = _image(where, graph, op)
    options = dict(op.options)
    step_y, step_x = int(options.get("dilation_h", 1)), int(options.get("dilation_w", 1))
    stride_y, stride_x = int(options["stride_h"]), int(options["stride_w"])
    out_y, top = _side(where, options["padding"], in_y, height, stride_y, step_y)
    out_x, left = _side(where, options["padding"], in_x, width, stride_x, step_x)
    if target.shape != (1, out_y, out_x, channels):
        raise ModelError(f"{where}: output {target.shape}, expected {(1, out_y, out_x, channels)}")
    low, high = activation_range(where, options["activation"], output_scale, output_zero)
    return WindowShape(
        (in_y, in_x, in_c),
        (out_y, out_x, channels),
        (height, width),
        (stride_y, stride_x),
        (step_y, step_x),
        (top, left),
        zero,
        output_zero,
        low,
        high,
    )


def _side(
    where: str, padding: object, length: int, window: int, stride: int, step: int
) -> tuple[int, int]:
    """Output length and padding before the first value, along one axis."""
    if not all(1 <= value <= _MAX_SIDE for value in (length, window, stride, step)):
        raise ModelError(
            f"{where}: window {window}, stride {stride} and dilation {step} on "
            f"{length} values; each must be 1 to {_MAX_SIDE}"
        )
    reach = (window - 1) * step + 1
    if padding == "VALID":
        return (length - reach) // stride + 1, 0
    output = -(-length // stride)
    return output, max(0, (output - 1) * stride + reach - length) // 2
