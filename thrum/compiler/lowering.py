"""From the graph to integer steps: what each kernel does, every constant worked out on the host.

Standard library only. One function per operator checks what the kernel assumes and derives
multipliers exactly as TFLM's Prepare does; what cannot be exact raises ModelError, named.
To add an operator: its options in model/aot.py, a function here, a kernel in lib/vibration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from thrum.compiler.graph import Graph, ModelError, Operator
from thrum.compiler.kernels import Alias, Kernel
from thrum.compiler.operators.add_mean import add, mean
from thrum.compiler.operators.checks import int8_tensor
from thrum.compiler.operators.conv_pool import average_pool, conv, depthwise, max_pool
from thrum.compiler.operators.fully_connected import fully_connected
from thrum.compiler.operators.lookup import logistic, relu, relu6, tanh
from thrum.compiler.operators.quantize import dequantize, quantize
from thrum.compiler.operators.reshape import reshape
from thrum.compiler.operators.softmax import softmax

_MAX_VALUES = 65535

Lowering = Callable[[str, Graph, Operator], Kernel]
LOWERINGS: dict[str, Lowering] = {
    "ADD": add,
    "AVERAGE_POOL_2D": average_pool,
    "CONV_2D": conv,
    "DEPTHWISE_CONV_2D": depthwise,
    "DEQUANTIZE": dequantize,
    "EXPAND_DIMS": reshape,
    "FULLY_CONNECTED": fully_connected,
    "LOGISTIC": logistic,
    "MAX_POOL_2D": max_pool,
    "MEAN": mean,
    "QUANTIZE": quantize,
    "RELU": relu,
    "RELU6": relu6,
    "RESHAPE": reshape,
    "SOFTMAX": softmax,
    "TANH": tanh,
}


@dataclass(frozen=True)
class Step:
    """One operator of the graph: its kernel and the activation tensors that it reads and writes."""

    index: int
    code: str
    kernel: Kernel
    inputs: tuple[int, ...]
    output: int


def lower(graph: Graph) -> tuple[Step, ...]:
    """All steps in execution order."""
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise ModelError(
            f"{len(graph.inputs)} inputs and {len(graph.outputs)} outputs; "
            "the engine takes one of each"
        )
    for index, tensor in enumerate(graph.tensors):
        if tensor.size > _MAX_VALUES:
            raise ModelError(
                f"tensor {index} ({tensor.name}): {tensor.size} values; the engine "
                f"counts to {_MAX_VALUES}"
            )
    for index in graph.inputs + graph.outputs:
        if graph.tensors[index].type != "float32":
            int8_tensor("model", "input or output", graph.tensors[index])
    steps = tuple(_step(graph, index, op) for index, op in enumerate(graph.operators))
    if graph.outputs[0] not in (step.output for step in steps):
        raise ModelError("model output: no operator writes it")
    return steps


def _step(graph: Graph, index: int, op: Operator) -> Step:
    where = graph.where(index)
    if op.code not in LOWERINGS:
        raise ModelError(f"{where}: not supported by the ahead-of-time engine")
    if len(op.outputs) != 1:
        raise ModelError(f"{where}: {len(op.outputs)} outputs, expected 1")
    kernel = LOWERINGS[op.code](where, graph, op)
    output = op.outputs[0]
    if graph.tensors[output].type == "float32" and not (
        output in graph.outputs or isinstance(kernel, Alias)
    ):
        raise ModelError(f"{where}: float32 inside the model; only its input and output may be")
    activations = tuple(i for i in op.inputs if i >= 0 and graph.tensors[i].data is None)
    return Step(index, op.code, kernel, activations, output)
