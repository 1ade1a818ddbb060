"""What each kernel of lib/vibration does, in integers; every constant is worked out already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Weighted:
    """requantize(bias + weights . inputs): one row of weights per output channel.

    The input's zero point is folded into bias. One multiplier and shift, or one per channel.
    """

    weights: tuple[tuple[int, ...], ...]
    bias: tuple[int, ...]
    multiplier: tuple[int, ...]
    shift: tuple[int, ...]

    def reach(self, output: int) -> tuple[int, int]:
        """Smallest and largest accumulator that int8 inputs can cause in one output."""
        row = self.weights[output]
        low = sum(-128 * w if w > 0 else 127 * w for w in row)
        high = sum(127 * w if w > 0 else -128 * w for w in row)
        return self.bias[output] + low, self.bias[output] + high


@dataclass(frozen=True)
class Dense(Weighted):
    """output = clamp(requantize(...) + output_zero)."""

    output_zero: int
    low: int
    high: int


@dataclass(frozen=True)
class WindowShape:
    """thrum::WindowShape; pairs are (y, x), input and output are (y, x, channels)."""

    input: tuple[int, int, int]
    output: tuple[int, int, int]
    window: tuple[int, int]
    stride: tuple[int, int]
    step: tuple[int, int]
    pad: tuple[int, int]
    input_zero: int
    output_zero: int
    low: int
    high: int

    def numbers(self) -> tuple[int, ...]:
        """The fields in the order of the C++ struct."""
        return (
            *self.input,
            *self.output,
            *self.window,
            *self.stride,
            *self.step,
            *self.pad,
            self.input_zero,
            self.output_zero,
            self.low,
            self.high,
        )


@dataclass(frozen=True)
class Conv(Weighted):
    """Each row: y, x, input channel."""

    shape: WindowShape


@dataclass(frozen=True)
class Depthwise(Weighted):
    """Each row: y, x of one output channel."""

    shape: WindowShape


@dataclass(frozen=True)
class MaxPool:
    """Largest value in the window."""

    shape: WindowShape


@dataclass(frozen=True)
class AveragePool:
    """Rounded mean of the window."""

    shape: WindowShape


@dataclass(frozen=True)
class AddTerm:
    """Zero point and factor of one side of an addition."""

    zero: int
    multiplier: int
    shift: int


@dataclass(frozen=True)
class Add:
    """Sum of two tensors of `size` values."""

    size: int
    first: AddTerm
    second: AddTerm
    sum: AddTerm
    low: int
    high: int


@dataclass(frozen=True)
class Mean:
    """Mean over the middle of (outer, reduced, inner)."""

    outer: int
    reduced: int
    inner: int
    offset: int
    multiplier: int
    shift: int
    output_zero: int


@dataclass(frozen=True)
class SoftmaxPair:
    """Two-class softmax: probability of class 0 = table[z0 - z1 - first], the ends saturate."""

    first: int
    table: tuple[int, ...]


@dataclass(frozen=True)
class SoftmaxRow:
    """n-class softmax by TFLM's fixed-point algorithm, on rows of `classes`."""

    rows: int
    classes: int
    multiplier: int
    shift: int
    diff_min: int


@dataclass(frozen=True)
class Lookup:
    """output = table[input + 128]: any function of one int8."""

    size: int
    table: tuple[int, ...]


@dataclass(frozen=True)
class QuantizeInput:
    """int8 = round(float32 / scale) + zero, saturated."""

    size: int
    scale: float
    zero: int


@dataclass(frozen=True)
class DequantizeOutput:
    """float32 = scale * (int8 - zero)."""

    size: int
    scale: float
    zero: int


@dataclass(frozen=True)
class Alias:
    """The output is the input's bytes under another shape."""


Kernel: TypeAlias = (
    "Dense | Conv | Depthwise | MaxPool | AveragePool | SoftmaxPair | SoftmaxRow | Lookup | Add | "
    "Mean | QuantizeInput | DequantizeOutput | Alias"
)
