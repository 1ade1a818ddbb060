"""The generated engine in NumPy: dense networks in the integers that every target computes.

It reads what the code generator reads (compiler/lowering.py) and gives the same int8 as the AOT
engine and TFLM, on whole arrays; tests compare them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.lowering import lower
from thrum.compiler.operators.fully_connected import Dense
from thrum.compiler.operators.softmax import SoftmaxPair
from thrum.reference.baseline import network_input, ranked

Layer = Callable[[NDArray[np.int64]], NDArray[np.int64]]


class Engine:
    """A lowered network: dense layers, one multiplier each, and a softmax over two classes."""

    def __init__(self, graph: Graph) -> None:
        """Prepare the layers; ModelError names an operator that is not supported here."""
        self._layers = [_layer(step.code, step.kernel) for step in lower(graph)]

    def outputs(self, inputs: NDArray[np.int8]) -> NDArray[np.int8]:
        """Outputs int8 (n, classes) of inputs int8 (n, bands)."""
        values = inputs.astype(np.int64)
        for layer in self._layers:
            values = layer(values)
        return values.astype(np.int8)

    def scores(self, z: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Score of the anomalous class, Q8 uint8 (n,), of deviations uint8 (n, bands) in Q5."""
        return (self.outputs(network_input(z))[:, -1].astype(np.int16) + 128).astype(np.uint8)


def _layer(code: str, kernel: object) -> Layer:
    if isinstance(kernel, Dense) and len(kernel.multiplier) == 1:
        return _dense(kernel)
    if isinstance(kernel, SoftmaxPair):
        return _softmax(kernel)
    raise ModelError(f"{code}: not in the NumPy engine; use the reference kernels")


def _dense(kernel: Dense) -> Layer:
    weights = np.array(kernel.weights, np.float64).T
    bias = np.array(kernel.bias, np.float64)

    def run(values: NDArray[np.int64]) -> NDArray[np.int64]:
        exact = (values @ weights + bias).astype(np.int64)  # below 2^53: float64 does not round
        scaled = _requantize(exact, kernel.multiplier[0], kernel.shift[0])
        return np.clip(scaled + kernel.output_zero, kernel.low, kernel.high)

    return run


def _softmax(kernel: SoftmaxPair) -> Layer:
    table = np.array(kernel.table, np.int64)

    def run(values: NDArray[np.int64]) -> NDArray[np.int64]:
        def probability(first: int) -> NDArray[np.int64]:
            at = values[:, first] - values[:, 1 - first] - kernel.first
            return table[np.clip(at, 0, len(table) - 1)]

        return np.stack([probability(0), probability(1)], axis=1)

    return run


def _requantize(value: NDArray[np.int64], multiplier: int, exponent: int) -> NDArray[np.int64]:
    """TFLM's MultiplyByQuantizedMultiplier with its double rounding; see fixed.requantize."""
    left, right = max(exponent, 0), max(-exponent, 0)
    high = ((value << left) * multiplier + (1 << 30)) >> 31
    mask = (1 << right) - 1
    threshold = (mask >> 1) + (high < 0)
    return (high >> right) + ((high & mask) > threshold)


def dequantized(graph: Graph) -> Callable[[NDArray[np.uint8]], NDArray[np.float64]]:
    """The same network in floating point: weights as released, nothing else rounded.

    Takes z uint8 (n, bands) in Q5, gives the probability of the last class (n,).
    """
    dense = [op for op in graph.operators if op.code == "FULLY_CONNECTED"]
    if [op.code for op in graph.operators if op not in dense] != ["SOFTMAX"]:
        raise ModelError("only dense networks with a softmax can be compared in floating point")
    layers = [
        (_real(graph, op.inputs[1]), _real(graph, op.inputs[2]), op.option("activation"))
        for op in dense
    ]

    def run(z: NDArray[np.uint8]) -> NDArray[np.float64]:
        values = ranked(z) / 32.0
        for weights, bias, activation in layers:
            values = values @ weights.T + bias
            values = np.maximum(values, 0) if activation == "RELU" else values
        powers = np.exp(values - values.max(axis=1, keepdims=True))
        share: NDArray[np.float64] = powers[:, -1] / powers.sum(axis=1)
        return share

    return run


def _real(graph: Graph, index: int) -> NDArray[np.float64]:
    tensor = graph.tensors[index]
    if tensor.data is None or len(tensor.scale) != 1:
        raise ModelError(f"{tensor.name}: not a constant with one scale")
    return np.array(tensor.data, np.float64).reshape(tensor.shape) * tensor.scale[0]
