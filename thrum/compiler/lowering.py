"""From the graph to integer steps: a kernel for each operator, every constant worked out here.

Standard library only. Multipliers are derived exactly as TFLM's Prepare does; what cannot be exact
raises ModelError, naming the operator. The operators: thrum/compiler/operators/.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from thrum.compiler.definition import Definition
from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.kernel import Alias, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators import definition
from thrum.compiler.operators.shared.checks import check_int8

MOST_VALUES_AVR = 65535  # of one tensor: thrum::Count has 16 bits where int has


@dataclass(frozen=True)
class Step:
    """One operator of the graph: its kernel and the activation tensors that it reads and writes.

    constants: (place among the kernel's inputs, values) of those that are constants.
    """

    index: int
    code: str
    kernel: Kernel | Alias
    inputs: tuple[int, ...]
    output: int
    constants: tuple[tuple[int, tuple[int, ...]], ...] = ()


def lower(graph: Graph) -> tuple[Step, ...]:
    """All steps in execution order; ModelError for what the engine cannot run."""
    _check_tensors(graph)
    for index, op in enumerate(graph.operators):
        if not set(graph.inputs).isdisjoint(op.outputs):
            raise ModelError(f"operator {index} ({op.code}): it writes an input of the model")
    graph = folded(graph)
    known = {i for i, tensor in enumerate(graph.tensors) if tensor.data is not None}
    steps = tuple(
        _step(Node(graph, index))
        for index, op in enumerate(graph.operators)
        if not known.issuperset(op.outputs)
    )
    if graph.outputs[0] not in (step.output for step in steps):
        raise ModelError("model output: no operator writes it")
    return steps


def folded(graph: Graph) -> Graph:
    """The graph with the values of all tensors that are known at compile time."""
    for index, op in enumerate(graph.operators):
        node = Node(graph, index)
        if len(op.outputs) != 1:
            raise node.error(f"{len(op.outputs)} outputs, expected 1")
        values = definition(node.where, op.code).fold(node)
        if values is not None and (node.target.type, node.target.size) == ("int32", len(values)):
            tensors = list(graph.tensors)
            tensors[op.outputs[0]] = replace(node.target, data=values)
            graph = replace(graph, tensors=tuple(tensors))
    return graph


def _check_tensors(graph: Graph) -> None:
    """Inputs that differ and one output; int8 and int16 with one scale, int32 or float32."""
    if len(graph.outputs) != 1:
        raise ModelError(
            f"{len(graph.outputs)} outputs; the engine gives one: cut the model into as many"
        )
    if len(set(graph.inputs)) != len(graph.inputs):
        raise ModelError("a tensor is an input of the model twice")
    for index in graph.inputs + graph.outputs:
        tensor = graph.tensors[index]
        if index in graph.inputs and (tensor.data is not None or tensor.variable):
            raise ModelError(f"model input: tensor {index} is a constant or a variable")
        if tensor.type not in ("float32", "int32", "int16"):
            check_int8("model", "input or output", tensor)


def largest_tensor(graph: Graph) -> int:
    """Values of the largest tensor, which decides how wide counts must be."""
    return max(tensor.size for tensor in graph.tensors)


def _check_inputs(node: Node, known: Definition) -> None:
    count = len(node.operator.inputs)
    if known.inputs is not None and count > known.inputs:
        raise node.error(f"it has {count} inputs, of {known.inputs} at most")


def _step(node: Node) -> Step:
    graph, op = node.graph, node.operator
    known = definition(node.where, op.code)
    _check_inputs(node, known)
    known.check(node)
    kernel, output = known.lower(node), op.outputs[0]
    inside = output not in graph.outputs and not isinstance(kernel, Alias)
    if inside and node.target.type in ("float32", "int32", "int64"):
        raise node.error(f"{node.target.type} inside the model; only its input and output may be")
    activations = tuple(i for i in op.inputs if i >= 0 and graph.tensors[i].data is None)
    constants: tuple[tuple[int, tuple[int, ...]], ...] = ()
    if isinstance(kernel, Kernel) and kernel.pair:
        operands = enumerate(graph.tensors[i].data for i in op.inputs)
        constants = tuple((place, data) for place, data in operands if data is not None)
    return Step(node.index, op.code, kernel, activations, output, constants)
