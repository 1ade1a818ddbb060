"""What each kernel of lib/vibration does, in integers; every constant is worked out already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Dense:
    """output = clamp(requantize(bias + weights . input) + output_zero); zero points are in bias."""

    weights: tuple[tuple[int, ...], ...]
    bias: tuple[int, ...]
    multiplier: tuple[int, ...]
    shift: tuple[int, ...]
    output_zero: int
    low: int
    high: int

    def reach(self, output: int) -> tuple[int, int]:
        """Smallest and largest accumulator that int8 inputs can cause in one output."""
        row = self.weights[output]
        low = sum(-128 * w if w > 0 else 127 * w for w in row)
        high = sum(127 * w if w > 0 else -128 * w for w in row)
        return self.bias[output] + low, self.bias[output] + high


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
class Alias:
    """The output is the input's bytes under another shape."""


Kernel: TypeAlias = "Dense | SoftmaxPair | SoftmaxRow | Lookup | Alias"
