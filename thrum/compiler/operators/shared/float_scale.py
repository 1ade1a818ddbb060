"""Constants of QUANTIZE and DEQUANTIZE at the float32 ends of a network: thrum::FloatLayer."""

from __future__ import annotations

from dataclasses import dataclass

from thrum.compiler.cpp_text import LAYER_INDENT
from thrum.compiler.kernel import Constants, Kernel


@dataclass(frozen=True)
class FloatScale(Kernel):
    """`size` values between float32 and int8; scale is a float32."""

    size: int
    scale: float
    zero: int

    def describe(self) -> str:
        """Number of values."""
        return f"{self.size} values, float32 outside"

    def emit(self) -> Constants:
        """Scale and zero point; repr keeps every bit of the float32."""
        return f"FloatLayer<{self.size}>", [f"{LAYER_INDENT}{self.scale!r}f, {self.zero},"]
