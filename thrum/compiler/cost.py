"""The cost of each operator on a target: its kernel, flash, stack and time.

Kernel and flash of the weights follow the rules of lib/vibration/src/thrum/nn/cortex_m4/; time is
an estimate, within a third of what QEMU counts (tools/bench/bench_models.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from thrum.compiler import avr, cortex_m4
from thrum.compiler.kernel import Alias, Kernel
from thrum.compiler.operators.add import Add
from thrum.compiler.operators.conv_2d import Conv
from thrum.compiler.operators.depthwise_conv_2d import Depthwise
from thrum.compiler.operators.fully_connected import Dense
from thrum.compiler.operators.shared.convolution import Convolution
from thrum.compiler.operators.shared.pooling import Pool
from thrum.compiler.operators.shared.weighted import Weighted
from thrum.compiler.operators.transpose_conv import TransposeConv

TARGETS = ("cortex-m4", "avr", "portable")
UNITS = {"cortex-m4": "instructions", "avr": "cycles", "portable": "operations"}
_PORTABLE_MAC = {"avr": 43, "portable": 5, "cortex-m4": 5}  # of a multiplication, loops included
_PORTABLE_OUTPUT = {"avr": 370, "portable": 30, "cortex-m4": 30}  # of a requantization
_AVR_MAC = 10
_AVR_OUTPUT = 90


@dataclass(frozen=True)
class Cost:
    """kernel: in words. flash: of its constants. stack: beside the arena. time: in UNITS."""

    kernel: str
    flash: int
    stack: int
    time: int


def macs(kernel: Kernel | Alias) -> int:
    """Multiplications of one run."""
    if isinstance(kernel, TransposeConv):
        return prod(kernel.shape.input[:2]) * sum(map(len, kernel.weights))
    if isinstance(kernel, Convolution):
        return prod(kernel.shape.output[:2]) * sum(map(len, kernel.weights))
    if isinstance(kernel, Dense):
        return kernel.batch * sum(map(len, kernel.weights))
    return 0


def cost(kernel: Kernel | Alias, values: int, target: str) -> Cost:
    """Of one operator with that many output values."""
    if isinstance(kernel, Alias):
        return Cost("none: the same bytes", 0, 0, 0)
    if target == "cortex-m4":
        return _cortex_m4(kernel, values)
    if target == "avr" and isinstance(kernel, Dense):
        if reason := fallback(kernel, target):
            plain = _portable(kernel, values, target)
            return Cost(f"portable: {reason}", plain.flash, plain.stack, plain.time)
        time = _AVR_MAC * macs(kernel) + _AVR_OUTPUT * values
        return Cost("AVR", _weights(kernel), 60, time)
    return _portable(kernel, values, target)


def fallback(kernel: Kernel | Alias, target: str) -> str:
    """Why an operator runs the portable loops on a target though its kind has a kernel; or ""."""
    if target == "avr":
        return avr.fallback(kernel) if isinstance(kernel, Dense) else ""
    return _fallback_cortex_m4(kernel) if target == "cortex-m4" else ""


def _fallback_cortex_m4(kernel: Kernel | Alias) -> str:
    if isinstance(kernel, Add) and len(set(kernel.periods)) > 1:
        return "an input repeats, and its kernel takes tensors of one size"
    if not isinstance(kernel, Weighted) or isinstance(kernel, Depthwise):
        return ""
    if not any(-128 in row for row in kernel.weights):
        return ""
    return "a weight is -128, and its kernel takes -127 to 127"


def _weights(kernel: Weighted) -> int:
    scales = 4 * len(kernel.bias) + 5 * len(kernel.multiplier)
    return sum(map(len, kernel.weights)) + scales


def _portable(kernel: Kernel, values: int, target: str) -> Cost:
    flash = _weights(kernel) if isinstance(kernel, Weighted) else 32
    macs_time = _PORTABLE_MAC[target] * (3 if isinstance(kernel, Convolution) else 1)
    taps = prod(kernel.shape.window) if isinstance(kernel, Pool) else 1
    time = macs_time * macs(kernel) + _PORTABLE_OUTPUT[target] * values * taps
    return Cost("portable", flash, 64, time)


def _cortex_m4(kernel: Kernel, values: int) -> Cost:
    reason = fallback(kernel, "cortex-m4")
    if reason:
        plain = _portable(kernel, values, "cortex-m4")
        return Cost(f"portable: {reason}", plain.flash, plain.stack, plain.time)
    if isinstance(kernel, Dense):
        row = _row(cortex_m4.row_of(kernel))
        return Cost(row.kernel, row.flash, row.stack, kernel.batch * row.time)
    if isinstance(kernel, Depthwise):
        return _depthwise(kernel)
    if isinstance(kernel, Conv):
        return _convolution(kernel)
    if isinstance(kernel, Pool):
        time = values * (20 + 2 * prod(kernel.shape.window))
        return Cost("Cortex-M4, four channels at once", 36, 80, time)
    if isinstance(kernel, Add):
        return Cost("Cortex-M4", 0, 48, 28 * values)
    if isinstance(kernel, Weighted):
        return _portable(kernel, values, "cortex-m4")
    return Cost("portable", 64, 64, 12 * values)


def _up(value: int, step: int) -> int:
    return -(-value // step) * step


def _row(row: cortex_m4.Row) -> Cost:
    """One row of inputs times all outputs: DenseCortexM4 or DenseSums."""
    width, groups = _up(row.inputs, 8), _up(len(row.weights), 4) // 4
    if cortex_m4.way(row) == "DenseCortexM4":
        general = row.facts().general
        words = 6 + groups * (9 + width + 5 * general)
        time = 60 + width * 7 // 4 + groups * (width * 25 // 8 + 36 + 18 * general)
        return Cost("Cortex-M4", 4 * words, 2 * width + 110, time)
    chunks = -(-row.inputs // cortex_m4.CHUNK)
    words = chunks * (2 + groups * 5) + groups * width
    flash = 4 * words + 4 * len(row.kernel.bias) + 5 * len(row.kernel.multiplier)
    time = chunks * (40 + 20 * groups) + width * 7 // 4 + groups * (width * 25 // 8 + 64)
    stack = 2 * min(width, cortex_m4.CHUNK) + 16 * groups + 120
    return Cost("Cortex-M4, exact sums", flash, stack, time)


def _convolution(kernel: Conv) -> Cost:
    inputs = len(kernel.weights[0])
    row = _row(cortex_m4.row_of(kernel))
    gather = 20 if prod(kernel.shape.window) == 1 else 40 + inputs + 30 * kernel.shape.window[0]
    pixels = prod(kernel.shape.output[:2])
    time = pixels * (row.time + gather)
    return Cost(f"{row.kernel}, by rows", row.flash, row.stack + _up(inputs, 8) + 60, time)


def _depthwise(kernel: Depthwise) -> Cost:
    """A pass over the input channels for each of the depth multiplier."""
    outputs, places, inputs = len(kernel.weights), len(kernel.weights[0]), kernel.shape.input[2]
    count, pitch = outputs // inputs, _up(inputs, 4)
    flash = 2 * places * count * pitch + 4 * count * pitch + 5 * len(kernel.multiplier)
    pixel = count * (3 * places * pitch + 90) + 43 * outputs + 20 * kernel.shape.window[0]
    time = prod(kernel.shape.output[:2]) * (pixel + 80 + places * inputs // 2)
    stack = places * pitch + 4 * count * pitch + (outputs if count > 1 else 0) + 230
    return Cost("Cortex-M4, four channels at once", flash, stack, time)
