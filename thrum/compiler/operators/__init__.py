"""The operators that the ahead-of-time engine has: one file each, one line each in OPERATORS.

To add one:
1. a file here, named as the operator: its kernel's dataclass with `emit`, then parse, check, lower
   and OPERATOR (thrum/compiler/definition.py says what each must do);
2. its kernel, a header of the same name in lib/vibration/src/thrum/nn/;
3. its test, test/python/compiler/operators/test_<name>.py;
4. a line below.
"""

from __future__ import annotations

from thrum.compiler.definition import Definition
from thrum.compiler.graph import ModelError
from thrum.compiler.operators import (
    add,
    average_pool_2d,
    concatenation,
    conv_2d,
    depthwise_conv_2d,
    dequantize,
    expand_dims,
    fully_connected,
    hard_swish,
    leaky_relu,
    logistic,
    max_pool_2d,
    maximum,
    mean,
    minimum,
    mul,
    pack,
    pad,
    prelu,
    quantize,
    relu,
    relu6,
    reshape,
    resize_nearest_neighbor,
    shape,
    slice,
    softmax,
    strided_slice,
    svdf,
    tanh,
    transpose_conv,
)

OPERATORS: tuple[Definition, ...] = (
    add.OPERATOR,
    average_pool_2d.OPERATOR,
    concatenation.OPERATOR,
    conv_2d.OPERATOR,
    depthwise_conv_2d.OPERATOR,
    dequantize.OPERATOR,
    expand_dims.OPERATOR,
    fully_connected.OPERATOR,
    hard_swish.OPERATOR,
    leaky_relu.OPERATOR,
    logistic.OPERATOR,
    max_pool_2d.OPERATOR,
    maximum.OPERATOR,
    mean.OPERATOR,
    minimum.OPERATOR,
    mul.OPERATOR,
    pack.OPERATOR,
    pad.OPERATOR,
    prelu.OPERATOR,
    quantize.OPERATOR,
    relu.OPERATOR,
    relu6.OPERATOR,
    reshape.OPERATOR,
    resize_nearest_neighbor.OPERATOR,
    shape.OPERATOR,
    slice.OPERATOR,
    softmax.OPERATOR,
    strided_slice.OPERATOR,
    svdf.OPERATOR,
    tanh.OPERATOR,
    transpose_conv.OPERATOR,
)

_BY_NAME = {operator.name: operator for operator in OPERATORS}


def definition(where: str, name: str) -> Definition:
    """The definition of an operator; ModelError with the known names if there is none."""
    if name not in _BY_NAME:
        known = ", ".join(_BY_NAME)
        raise ModelError(f"{where}: {name} is not supported; build the model of {known}")
    return _BY_NAME[name]
