"""A layer whose packed weights for Cortex-M4 stand in the header: compiler/cortex_m4.py."""

from __future__ import annotations

from collections.abc import Sequence

from thrum.compiler.cortex_m4 import (
    Row,
    depthwise_is_simple,
    depthwise_scales,
    depthwise_words,
    row_of,
    stream_words,
    sum_words,
    way,
)
from thrum.compiler.cpp_text import braced
from thrum.compiler.kernel import Kernel
from thrum.compiler.operators.conv_2d import Conv
from thrum.compiler.operators.depthwise_conv_2d import Depthwise
from thrum.compiler.operators.fully_connected import Dense

Weights = Dense | Conv | Depthwise
_INDENT = " " * 4


def packed_layer(index: int, kernel: Kernel) -> list[str]:
    """Layer, kernel and constants of an operator; [] where a Cortex-M4 runs the portable loops."""
    if isinstance(kernel, Depthwise):
        return _depthwise(index, kernel)
    if not isinstance(kernel, Dense | Conv):
        return []
    row = row_of(kernel)
    if way(row) == "DensePortable":
        return []
    if isinstance(kernel, Conv):
        window = len(kernel.weights[0])
        kind = f"PackedConv<{window}, {_scales(kernel)}>"
        by = f"{way(row)}<cortex_m4::PackedRow<Layer{index}>>"
        name = f"ConvByRows<Layer{index}, {by}, {window}>"
        layer = _layer(index, kind, [*_shape(kernel), f"{_INDENT * 2}{{{_row(row)}}},"])
        return [*layer, *_constants(index, name, _words(row))]
    kind = f"PackedDense<{row.inputs}, {_scales(kernel)}>"
    name = f"{way(row)}<Layer{index}>"
    if kernel.batch > 1:
        name = f"Batched<{name}, {kernel.batch}, {row.inputs}, {len(row.weights)}>"
    layer = _layer(index, kind, [f"{_INDENT * 2}{_row(row)},"])
    return [*layer, *_constants(index, name, _words(row))]


def _depthwise(index: int, kernel: Depthwise) -> list[str]:
    weights = sum(map(len, kernel.weights))
    kind = f"PackedDepthwise<{weights}, {_scales(kernel)}>"
    simple = f"{_INDENT * 2}{int(depthwise_is_simple(kernel))},"
    parts = [
        *_hexadecimal(depthwise_words(kernel)),
        *(line for values in depthwise_scales(kernel) for line in _numbers(values)),
    ]
    name = f"DepthwiseKernel<Layer{index}>"
    return [*_layer(index, kind, [*_shape(kernel), simple]), *_constants(index, name, parts)]


def _scales(kernel: Weights) -> str:
    return f"{len(kernel.weights)}, {len(kernel.multiplier)}"


def _row(row: Row) -> str:
    """Facts, and the clamp."""
    facts = ", ".join(map(str, row.facts().numbers()))
    return f"{{{facts}}}, {row.output_zero}, {row.low}, {row.high}"


def _shape(kernel: Conv | Depthwise) -> list[str]:
    return braced(kernel.shape.numbers())


def _words(row: Row) -> list[str]:
    """What the kernel's Packed holds."""
    if way(row) == "DenseCortexM4":
        return _hexadecimal(stream_words(row))
    scales = row.kernel.bias, row.kernel.multiplier, row.kernel.shift
    return [*_hexadecimal(sum_words(row)), *(line for v in scales for line in _numbers(v))]


def _layer(index: int, kind: str, lines: list[str]) -> list[str]:
    return [
        f"struct Layer{index} {{",
        f"  static constexpr cortex_m4::{kind} Get() {{",
        "    return {",
        *lines,
        "    };",
        "  }",
        "};",
    ]


def _constants(index: int, name: str, lines: Sequence[str]) -> list[str]:
    return [
        f"using Kernel{index} = {name};",
        f"constexpr Kernel{index}::Packed kPacked{index} THRUM_FLASH = {{",
        *lines,
        "};",
    ]


def _numbers(values: Sequence[int]) -> list[str]:
    return braced(values, _INDENT)


def _hexadecimal(words: Sequence[int]) -> list[str]:
    """Words of eight digits, eight a line."""
    lines = [
        _INDENT * 2 + ", ".join(f"0x{word:08X}" for word in words[k : k + 8]) + ","
        for k in range(0, len(words), 8)
    ]
    return [_INDENT + "{", *lines, _INDENT + "},"]
