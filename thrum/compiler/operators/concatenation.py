"""CONCATENATION: tensors one behind the other along an axis; all have one scale."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from thrum.compiler.cpp_text import braced, listed
from thrum.compiler.definition import Definition, Options
from thrum.compiler.flatbuffer import Table
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.activation import parse_activation
from thrum.compiler.operators.shared.checks import check_int8, check_same_quantization

_MOST_INPUTS = 10  # of TFLM


@dataclass(frozen=True)
class Concatenation(Kernel):
    """`outer` times a run of each input."""

    template = "ConcatenationKernel"
    header = "concatenation"
    listed_inputs: ClassVar[bool] = True

    outer: int
    runs: tuple[int, ...]

    def describe(self) -> str:
        """Runs of values."""
        return f"{self.outer} x ({' + '.join(map(str, self.runs))}) values"

    def emit(self) -> Constants:
        """How often, and the runs."""
        layer = f"ConcatenationLayer<{len(self.runs)}>"
        return layer, [listed(self.outer), *braced(self.runs)]


def parse(where: str, table: Table) -> Options:
    """The axis and the fused activation (ConcatenationOptions)."""
    return ("axis", table.scalar(0, "int32", 0)), parse_activation(where, table, 1)


def check(node: Node) -> None:
    """int8 inputs that differ along the axis alone."""
    inputs = [node.operand(k) for k in range(len(node.operator.inputs))]
    check_int8(node.where, "the output", node.target)
    if not 1 <= len(inputs) <= _MOST_INPUTS or node.option("activation") != "NONE":
        raise node.error(f"1 to {_MOST_INPUTS} inputs and no fused activation are supported")
    rank = len(node.target.shape)
    if not -rank <= int(node.option("axis")) < rank:
        raise node.error(f"axis {node.option('axis')} does not exist in {node.target.shape}")
    axis = int(node.option("axis")) % rank
    for tensor in inputs:
        check_int8(node.where, "an input", tensor)
        check_same_quantization(node, tensor)
        if tensor.data is not None:
            raise node.error("one of its inputs is a constant; only activations are supported")
        if len(tensor.shape) != rank or _others(tensor.shape, axis) != _others(
            node.target.shape, axis
        ):
            raise node.error(f"input {tensor.shape} does not fit the output {node.target.shape}")
    if sum(tensor.shape[axis] for tensor in inputs) != node.target.shape[axis]:
        raise node.error(f"its inputs do not fill the output {node.target.shape}")


def _others(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return shape[:axis] + shape[axis + 1 :]


def lower(node: Node) -> Concatenation:
    """Values behind the axis are copied as a whole."""
    axis = int(node.option("axis")) % len(node.target.shape)
    inputs = [node.operand(k) for k in range(len(node.operator.inputs))]
    runs = tuple(prod(tensor.shape[axis:]) for tensor in inputs)
    return Concatenation(prod(node.target.shape[:axis]), runs)


OPERATOR = Definition(
    name="CONCATENATION",
    version=2,
    add_call="AddConcatenation",
    limits="1 to 10 tensors of one scale; no constants, no fused activation",
    check=check,
    lower=lower,
    parse=parse,
)
