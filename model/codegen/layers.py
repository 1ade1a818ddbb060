"""C++ text of each kernel's constants: the struct whose Get() the kernel header packs."""

from __future__ import annotations

from model.codegen.text import braced
from model.lower.kernels import Dense, Kernel, Lookup, SoftmaxPair, SoftmaxRow

_IN = " " * 8


def kernel_class(kernel: Kernel) -> str:
    """Kernel template of lib/vibration that runs it."""
    return f"{type(kernel).__name__}Kernel"


def describe(kernel: Kernel) -> str:
    """Shape of the operator in a few words."""
    if isinstance(kernel, Dense):
        how = "per tensor" if len(kernel.multiplier) == 1 else "per channel"
        return f"{len(kernel.weights[0])} -> {len(kernel.weights)}, {how}"
    if isinstance(kernel, SoftmaxPair):
        return f"2 classes, {len(kernel.table)} entries"
    if isinstance(kernel, SoftmaxRow):
        return f"{kernel.rows} x {kernel.classes} classes"
    if isinstance(kernel, Lookup):
        return f"{kernel.size} values"
    return "same bytes"


def constants(kernel: Kernel) -> tuple[str, list[str]]:
    """Type of the layer's constants and the lines of their initializer."""
    if isinstance(kernel, Dense):
        return _dense(kernel)
    if isinstance(kernel, SoftmaxPair):
        return f"SoftmaxPairLayer<{len(kernel.table)}>", [
            f"{_IN}{kernel.first},", *braced(kernel.table, _IN)]
    if isinstance(kernel, SoftmaxRow):
        return "SoftmaxRowLayer", [
            f"{_IN}{kernel.rows}, {kernel.classes}, {kernel.multiplier}, {kernel.shift}, "
            f"{kernel.diff_min},"]
    if isinstance(kernel, Lookup):
        return f"LookupLayer<{kernel.size}>", braced(kernel.table, _IN)
    raise TypeError(f"{type(kernel).__name__} has no constants")


def _dense(kernel: Dense) -> tuple[str, list[str]]:
    shape = f"{len(kernel.weights[0])}, {len(kernel.weights)}, {len(kernel.multiplier)}"
    rows = [line for row in kernel.weights for line in braced(row, _IN + " ")]
    rows[0] = _IN + "{" + rows[0].lstrip()
    rows[-1] = rows[-1][:-1] + "},"
    return f"DenseLayer<{shape}>", [
        *rows, *braced(kernel.bias, _IN), *braced(kernel.multiplier, _IN),
        *braced(kernel.shift, _IN), f"{_IN}{kernel.output_zero}, {kernel.low}, {kernel.high},"]
