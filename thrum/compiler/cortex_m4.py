"""How the Cortex-M4 kernels compute a layer: their choice, and weights in the order of reading.

The choice is that of lib/vibration/src/thrum/nn/cortex_m4/, where constant expressions make it and
pack the weights. Compilers limit such expressions: where a layer has more than MOST_WEIGHTS, its
packed words are made here and stand in the header. test_cortex_m4.py compares both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from thrum.compiler.operators.conv_2d import Conv
from thrum.compiler.operators.depthwise_conv_2d import Depthwise
from thrum.compiler.operators.fully_connected import Dense
from thrum.compiler.operators.shared.weighted import Rows, Weighted

MOST_WEIGHTS = 65_536  # that constant expressions of C++ pack, with the zeros between them
MOST_INPUTS = 1024  # kMostInputs of cortex_m4/fully_connected.h
CHUNK = 512  # kChunk
MOST_SHIFT = 9  # kMostShift
Value = TypeVar("Value")
_ORDER = (0, 2, 1, 3)  # in which four outputs of a group are finished


@dataclass(frozen=True)
class Facts:
    """thrum::cortex_m4::Facts, field by field."""

    weights_fit: bool
    shifts_fit: bool
    common: int
    general: bool
    largest_sum: int

    def numbers(self) -> tuple[int, ...]:
        """The fields in the order of the C++ struct."""
        flags = int(self.weights_fit), int(self.shifts_fit), self.common, int(self.general)
        return *flags, self.largest_sum


@dataclass(frozen=True)
class Row:
    """A dense layer, or a convolution as the dense layer that it is for every pixel."""

    kernel: Weighted
    weights: Rows  # one for each output, as long as the kernel reads them
    output_zero: int
    low: int
    high: int

    @property
    def inputs(self) -> int:
        """Length of each row of weights."""
        return len(self.weights[0])

    def facts(self) -> Facts:
        """Examine() of cortex_m4/fully_connected.h."""
        common = min(MOST_SHIFT, *(-shift for shift in self.kernel.shift))
        return Facts(
            not any(-128 in row for row in self.weights),
            max(self.kernel.shift) <= -1,
            common & 0xFF,  # as uint8_t; it counts for nothing where a shift is not to the right
            self.low < self.output_zero or any(-s != common for s in self.kernel.shift),
            largest_sum(self.kernel),
        )


def row_of(kernel: Dense | Conv) -> Row:
    """The rows of a convolution end with zeros at a multiple of 8."""
    if isinstance(kernel, Dense):
        return Row(kernel, kernel.weights, kernel.output_zero, kernel.low, kernel.high)
    shape, missing = kernel.shape, -len(kernel.weights[0]) % 8
    padded = tuple(row + (0,) * missing for row in kernel.weights)
    return Row(kernel, padded, shape.output_zero, shape.low, shape.high)


def largest_sum(kernel: Weighted) -> int:
    """Bound of |accumulator| of all outputs."""
    reach = map(kernel.reach, range(len(kernel.weights)))
    return max(0, *(max(-low, high) for low, high in reach))


def way(row: Row) -> str:
    """C++ template that multiplies a row of inputs: DenseCortexM4, DenseSums or DensePortable."""
    facts = row.facts()
    if not facts.weights_fit:
        return "DensePortable"
    fits = facts.shifts_fit and facts.largest_sum < 1 << (14 + facts.common)
    return "DenseCortexM4" if fits and row.inputs <= MOST_INPUTS else "DenseSums"


def is_packed(kernel: object) -> bool:
    """Whether the header holds the words of a layer."""
    if isinstance(kernel, Depthwise):
        inputs = kernel.shape.input[2]
        count = len(kernel.weights) // inputs * _up(inputs, 4)
        return count * len(kernel.weights[0]) > MOST_WEIGHTS
    if isinstance(kernel, Dense | Conv):
        return _up(len(kernel.weights), 4) * _up(len(kernel.weights[0]), 8) > MOST_WEIGHTS
    return False


def stream_words(row: Row) -> list[int]:
    """The stream of DenseStream(), 32 bits a word, unsigned."""
    facts, inputs = row.facts(), _up(row.inputs, 8)
    second = (1 << 15) + ((row.output_zero + 128) << 16)
    scale = 17 - facts.common
    first = (1 << (scale - 2)) + (0 if facts.general else second)
    outputs = _up(len(row.weights), 4)
    words = [2 * inputs, 1 << scale, 1 << (scale - 8), first, int(facts.general), outputs]
    for k in range(0, outputs, 4):
        words += _group(_four(row, k, 0, inputs), _four_of(row.kernel.bias, k, 0))
        words += _four_scales(row, k, row.kernel.multiplier)
        if facts.general:
            shifts = tuple(-shift - facts.common for shift in row.kernel.shift)
            words += [*_four_scales(row, k, shifts), second]
    return [word & 0xFFFFFFFF for word in words]


def sum_words(row: Row) -> list[int]:
    """The streams of SumStream(), one for every CHUNK inputs."""
    outputs = _up(len(row.weights), 4)
    words: list[int] = []
    for start in range(0, row.inputs, CHUNK):
        inputs = min(CHUNK, _up(row.inputs - start, 8))
        words += [2 * inputs, 4 * outputs]
        for k in range(0, outputs, 4):
            words += _group(_four(row, k, start, inputs), [0] * 4)
    return [word & 0xFFFFFFFF for word in words]


def depthwise_words(kernel: Depthwise) -> list[int]:
    """For each pass, two words for every four channels and place: channels (0, 2) and (1, 3)."""
    none = (0,) * len(kernel.weights[0])
    words: list[int] = []
    for rows in passes(kernel, kernel.weights, none):
        for k in range(0, len(rows), 4):
            for a, b, c, d in zip(*rows[k : k + 4], strict=True):
                words += [a & 0xFFFF | (c & 0xFFFF) << 16, b & 0xFFFF | (d & 0xFFFF) << 16]
    return words


def passes(kernel: Depthwise, values: Sequence[Value], missing: Value) -> list[list[Value]]:
    """What belongs to each pass over the input channels, filled up to a multiple of 4."""
    inputs = kernel.shape.input[2]
    count = len(kernel.weights) // inputs
    return [[*values[k::count], *[missing] * (-inputs % 4)] for k in range(count)]


def depthwise_scales(kernel: Depthwise) -> tuple[list[int], list[int], list[int]]:
    """Bias, multiplier and shift in the order of the passes."""
    bias = [value for part in passes(kernel, kernel.bias, 0) for value in part]
    count = len(kernel.weights) // kernel.shape.input[2]
    columns = [kernel.multiplier, kernel.shift]
    if len(kernel.multiplier) > 1:
        columns = [tuple(chain(*(c[k::count] for k in range(count)))) for c in columns]
    return bias, list(columns[0]), list(columns[1])


def depthwise_is_simple(kernel: Depthwise) -> bool:
    """DepthwiseIsSimple() of cortex_m4/depthwise_conv_2d.h."""
    largest = max(
        abs(bias) + 128 * sum(map(abs, row))
        for bias, row in zip(kernel.bias, kernel.weights, strict=True)
    )
    return max(kernel.shift) <= -1 and largest < 1 << 30


def _up(value: int, step: int) -> int:
    return -(-value // step) * step


def _four_of(values: Sequence[int], k: int, missing: int) -> list[int]:
    found = list(values[k : k + 4])
    return found + [missing] * (4 - len(found))


def _four(row: Row, k: int, start: int, inputs: int) -> list[list[int]]:
    """Weights of four outputs; what the layer does not have is 0."""
    parts = [list(weights[start : start + inputs]) for weights in row.weights[k : k + 4]]
    parts += [[] for _ in range(4 - len(parts))]
    return [part + [0] * (inputs - len(part)) for part in parts]


def _four_scales(row: Row, k: int, values: Sequence[int]) -> list[int]:
    count = len(row.weights)
    return [values[k + at if len(values) > 1 and k + at < count else 0] for at in _ORDER]


def _group(rows: list[list[int]], bias: list[int]) -> list[int]:
    """Starts of the sums, weights and counter of four outputs."""
    starts = chain(*(_starts(rows[k], bias[k], bias[k + 2]) for k in (0, 1)))
    even, odd = (_lanes(rows[k], rows[k + 2]) for k in (0, 1))
    words: list[int] = []
    for i in range(0, len(even), 4):
        words += [lanes[i + j] | lanes[i + j + 2] << 16 for lanes in (even, odd) for j in (0, 1)]
    return [*starts, *words, 2 * len(even)]


def _starts(row: list[int], low: int, high: int) -> tuple[int, int]:
    products = sum(a * b for a, b in zip(row[::2], row[1::2], strict=True))
    return 256 * high + low, low - products


def _lanes(low: list[int], high: list[int]) -> list[int]:
    return [(256 * b + a) & 0xFFFF for a, b in zip(low, high, strict=True)]
