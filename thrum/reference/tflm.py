"""The reference for bit-exactness: TFLM's own reference kernels, from the tflite_micro wheel."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from thrum.compiler.graph import Graph

I8 = npt.NDArray[np.int8]

_ARENA_BYTES = 1 << 26  # of address space; only what is used becomes memory


def available() -> bool:
    """The wheel exists for Linux x86-64 only."""
    return importlib.util.find_spec("tflite_micro") is not None


def interpreter(model: bytes, arena_bytes: int, keep_layers: bool = False) -> Any:
    """A TFLM interpreter. The wheel crashes the process on some arenas that are far too small."""
    import tflite_micro  # noqa: F401  (its absolute imports need it first)
    from tflite_micro.python.tflite_micro import runtime

    config = runtime.InterpreterConfig
    return runtime.Interpreter.from_bytes(
        model,
        arena_size=arena_bytes,
        intrepreter_config=config.kPreserveAllTensors
        if keep_layers
        else config.kAllocationRecording,
    )


def run(model: bytes, inputs: I8 | list[I8]) -> I8:
    """Outputs of int8 inputs (n, ...): int8 (n, outputs)."""
    return network(model)(inputs)


def network(model: bytes) -> Callable[[I8 | list[I8]], I8]:
    """The function `run` with one interpreter for every call: making it takes 5 ms."""
    engine = interpreter(model, _ARENA_BYTES)

    def outputs(inputs: I8 | list[I8]) -> I8:
        rows = []
        for row in _rows(inputs):
            _set(engine, row)
            engine.invoke()
            rows.append(engine.get_output(0).reshape(-1).copy())
        return np.stack(rows)

    return outputs


def _rows(inputs: I8 | list[I8]) -> Iterable[tuple[I8, ...]]:
    """One row of every input of the model, run by run."""
    return zip(*(inputs if isinstance(inputs, list) else [inputs]), strict=True)


def _set(engine: Any, row: tuple[I8, ...]) -> None:
    for index, values in enumerate(row):
        shape = engine.get_input_details(index)["shape"]
        engine.set_input(np.ascontiguousarray(values.reshape(shape)), index)


def layers(model: bytes, graph: Graph, inputs: I8 | list[I8]) -> list[I8]:
    """Output of every operator, in order, each (n, values) of its own type.

    inputs: (n, values), or a list of them where the model has several.
    """
    engine = interpreter(model, _ARENA_BYTES, keep_layers=True)
    tensors = [op.outputs[0] for op in graph.operators]
    rows: list[Sequence[I8]] = []
    for row in _rows(inputs):
        _set(engine, row)
        engine.invoke()
        rows.append([engine.GetTensor(t, 0)["tensor_data"].reshape(-1).copy() for t in tensors])
    return [np.stack(column) for column in zip(*rows, strict=True)]
