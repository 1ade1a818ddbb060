"""C++ text of each kernel's constants: the struct whose Get() the kernel header packs."""

from __future__ import annotations

import functools
from itertools import chain

from thrum.codegen.text import braced
from thrum.compiler.kernels import (
    Add,
    AddTerm,
    Alias,
    AveragePool,
    Conv,
    Dense,
    Depthwise,
    DequantizeOutput,
    Kernel,
    Lookup,
    MaxPool,
    Mean,
    QuantizeInput,
    SoftmaxPair,
    SoftmaxRow,
    Weighted,
    WindowShape,
)

_IN = " " * 8

Constants = tuple[str, list[str]]


def kernel_class(kernel: Kernel) -> str:
    """Kernel template of lib/vibration that runs it."""
    return f"{type(kernel).__name__}Kernel"


@functools.singledispatch
def describe(kernel: Kernel) -> str:
    """Shape of the operator in a few words."""
    raise TypeError(f"{type(kernel).__name__} is not a kernel")


@functools.singledispatch
def constants(kernel: Kernel) -> Constants:
    """Type of the layer's constants and the lines of their initializer."""
    raise TypeError(f"{type(kernel).__name__} has no constants")


@describe.register
def _(kernel: Alias) -> str:
    return "same bytes"


@describe.register
def _(kernel: Dense) -> str:
    return f"{len(kernel.weights[0])} -> {len(kernel.weights)}, {_granularity(kernel)}"


@constants.register
def _(kernel: Dense) -> Constants:
    shape = f"{len(kernel.weights[0])}, {len(kernel.weights)}, {len(kernel.multiplier)}"
    rows = [line for row in kernel.weights for line in braced(row, _IN + " ")]
    rows[0] = _IN + "{" + rows[0].lstrip()
    rows[-1] = rows[-1][:-1] + "},"
    return f"DenseLayer<{shape}>", [
        *rows,
        *_scales(kernel),
        _line(kernel.output_zero, kernel.low, kernel.high),
    ]


@describe.register(Conv)
@describe.register(Depthwise)
def _(kernel: Conv | Depthwise) -> str:
    return f"{_shapes(kernel.shape)}, {_granularity(kernel)}"


@constants.register
def _(kernel: Conv) -> Constants:
    return _conv(kernel, kernel.shape, list(chain(*kernel.weights)))


@constants.register
def _(kernel: Depthwise) -> Constants:
    return _conv(kernel, kernel.shape, list(chain(*zip(*kernel.weights, strict=True))))


def _conv(kernel: Weighted, shape: WindowShape, weights: list[int]) -> Constants:
    counts = f"{len(weights)}, {len(kernel.bias)}, {len(kernel.multiplier)}"
    return f"ConvLayer<{counts}>", [
        *braced(shape.numbers(), _IN),
        *braced(weights, _IN),
        *_scales(kernel),
    ]


@describe.register(MaxPool)
@describe.register(AveragePool)
def _(kernel: MaxPool | AveragePool) -> str:
    return _shapes(kernel.shape)


@constants.register(MaxPool)
@constants.register(AveragePool)
def _(kernel: MaxPool | AveragePool) -> Constants:
    return "PoolLayer", braced(kernel.shape.numbers(), _IN)


@describe.register
def _(kernel: SoftmaxPair) -> str:
    return f"2 classes, {len(kernel.table)} entries"


@constants.register
def _(kernel: SoftmaxPair) -> Constants:
    return f"SoftmaxPairLayer<{len(kernel.table)}>", [
        _line(kernel.first),
        *braced(kernel.table, _IN),
    ]


@describe.register
def _(kernel: SoftmaxRow) -> str:
    return f"{kernel.rows} x {kernel.classes} classes"


@constants.register
def _(kernel: SoftmaxRow) -> Constants:
    return "SoftmaxRowLayer", [
        _line(kernel.rows, kernel.classes, kernel.multiplier, kernel.shift, kernel.diff_min)
    ]


@describe.register
def _(kernel: Lookup) -> str:
    return f"{kernel.size} values"


@constants.register
def _(kernel: Lookup) -> Constants:
    return f"LookupLayer<{kernel.size}>", braced(kernel.table, _IN)


@describe.register
def _(kernel: Add) -> str:
    return f"{kernel.size} values"


@constants.register
def _(kernel: Add) -> Constants:
    return "AddLayer", [
        _line(kernel.size),
        *map(_term, (kernel.first, kernel.second, kernel.sum)),
        _line(kernel.low, kernel.high),
    ]


@describe.register
def _(kernel: Mean) -> str:
    return f"{kernel.outer} x {kernel.reduced} x {kernel.inner} values over the middle"


@constants.register
def _(kernel: Mean) -> Constants:
    return "MeanLayer", [
        _line(
            kernel.outer,
            kernel.reduced,
            kernel.inner,
            kernel.offset,
            kernel.multiplier,
            kernel.shift,
            kernel.output_zero,
        )
    ]


@describe.register(QuantizeInput)
@describe.register(DequantizeOutput)
def _(kernel: QuantizeInput | DequantizeOutput) -> str:
    return f"{kernel.size} values, float32 outside"


@constants.register(QuantizeInput)
@constants.register(DequantizeOutput)
def _(kernel: QuantizeInput | DequantizeOutput) -> Constants:
    return f"FloatLayer<{kernel.size}>", [f"{_IN}{kernel.scale!r}f, {kernel.zero},"]


def _line(*values: int) -> str:
    return _IN + ", ".join(map(str, values)) + ","


def _term(term: AddTerm) -> str:
    return f"{_IN}{{{term.zero}, {term.multiplier}, {term.shift}}},"


def _scales(kernel: Weighted) -> list[str]:
    return [
        line
        for values in (kernel.bias, kernel.multiplier, kernel.shift)
        for line in braced(values, _IN)
    ]


def _granularity(kernel: Weighted) -> str:
    return "per tensor" if len(kernel.multiplier) == 1 else "per channel"


def _shapes(shape: WindowShape) -> str:
    source, target, window = (
        " x ".join(map(str, part)) for part in (shape.input, shape.output, shape.window)
    )
    return f"{source} -> {target}, window {window}"
