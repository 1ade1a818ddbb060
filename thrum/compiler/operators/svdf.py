"""SVDF: a dense layer that remembers its last results, and a second one over time.

Its state lasts from run to run: one run is one step in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from thrum.compiler.cpp_text import braced, listed
from thrum.compiler.definition import Definition, Options
from thrum.compiler.fixed_point import INT32_MAX, float32
from thrum.compiler.flatbuffer import Table
from thrum.compiler.graph import Tensor
from thrum.compiler.kernel import Constants, Kernel
from thrum.compiler.node import Node
from thrum.compiler.operators.shared.checks import check_int8, check_int8_to_int8, multiplier
from thrum.compiler.operators.shared.rescale import LIMITS


@dataclass(frozen=True)
class Svdf(Kernel):
    """`rank` filters make one output; each keeps `memory` results, of type `kind`."""

    template = "SvdfKernel"
    header = "svdf"

    kind: str
    rank: int
    feature: tuple[tuple[int, ...], ...]
    offset: tuple[int, ...]  # the input's zero point, once for each weight of a filter
    time: tuple[tuple[int, ...], ...]
    bias: tuple[int, ...]
    inner: tuple[int, int]  # multiplier and shift of a result
    outer: tuple[int, int]  # of an output
    state_zero: int
    output_zero: int

    def describe(self) -> str:
        """Inputs, filters, their memory, and outputs."""
        inputs, memory = len(self.feature[0]), len(self.time[0])
        return f"{inputs} -> {len(self.feature)} filters of {memory} -> {len(self.bias)}"

    def emit(self) -> Constants:
        """Both matrices, offsets, biases and scales."""
        sizes = len(self.feature[0]), len(self.feature), len(self.time[0]), self.rank
        parts = (chain(*self.feature), self.offset, chain(*self.time), self.bias)
        scales = *self.inner, *self.outer, self.state_zero, self.output_zero
        lines = [line for part in parts for line in braced(part)]
        layer = f"SvdfLayer<{self.kind}_t, {', '.join(map(str, sizes))}>"
        return layer, [*lines, listed(*scales)]


def parse(where: str, table: Table) -> Options:
    """The rank (SVDFOptions); TFLM's integer kernel has no activation but saturation."""
    return (("rank", table.scalar(0, "int32", 0)),)


def check(node: Node) -> None:
    """What TFLM's Prepare asks, for one row of inputs."""
    check_int8_to_int8(node)
    if len(node.operator.inputs) != 5:
        raise node.error(f"{len(node.operator.inputs)} inputs, expected 5")
    feature, time, bias, state = (node.operand(k) for k in range(1, 5))
    rank = int(node.option("rank"))
    if len(feature.shape) != 2 or rank < 1 or feature.shape[0] % rank:
        raise node.error(f"weights {feature.shape} do not fit a rank of {rank}")
    filters, inputs = feature.shape
    memory = time.size // filters
    expected = {
        "the input": (node.source.shape, (1, inputs)),
        "the output": (node.target.shape, (1, filters // rank)),
        "the weights over time": (time.shape, (filters, memory)),
        "the bias": (bias.shape, (filters // rank,)),
        "the state": (state.shape, (1, filters * memory)),
    }
    for name, (found, wanted) in expected.items():
        if found != wanted:
            raise node.error(f"{name} has shape {found}, expected {wanted}")
    _check_types(node, feature, time, bias, state)


def _check_types(node: Node, feature: Tensor, time: Tensor, bias: Tensor, state: Tensor) -> None:
    check_int8(node.where, "the weights", feature)
    if time.type not in ("int8", "int16") or state.type != time.type or not state.variable:
        raise node.error(
            f"state {state.type} and weights over time {time.type}; both must be int8 or int16, "
            "and the state a variable"
        )
    if bias.type != "int32" or None in (feature.data, time.data, bias.data):
        raise node.error("weights must be constant, the bias constant int32")
    if any(len(tensor.scale) != 1 for tensor in (feature, time, bias, state)):
        raise node.error("each of its tensors must have one scale")
    low, high = LIMITS[state.type]
    if not low <= state.zero_point[0] <= high or (state.type == "int16" and state.zero_point[0]):
        raise node.error(f"zero point {state.zero_point[0]} of its {state.type} state")
    if abs(bias.scale[0] - float32(state.scale[0] * time.scale[0])) >= 1e-5:
        raise node.error(f"bias scale {bias.scale[0]:g}, expected that of state times weights")


def lower(node: Node) -> Svdf:
    """Both multipliers from float32 products, as in TFLM's Prepare."""
    feature, time, bias, state = (node.operand(k) for k in range(1, 5))
    source, zero = node.source.per_tensor
    target, output_zero = node.target.per_tensor
    inner = float32(float32(source * feature.scale[0]) / state.scale[0])
    outer = float32(float32(state.scale[0] * time.scale[0]) / target)
    rows, lasting = _rows(feature), _rows(time)
    kernel = Svdf(
        state.type,
        int(node.option("rank")),
        rows,
        tuple(-zero * sum(row) for row in rows),
        lasting,
        bias.data or (),
        multiplier(node, inner),
        multiplier(node, outer),
        state.zero_point[0],
        output_zero,
    )
    _check_reach(node, kernel)
    return kernel


def _rows(tensor: Tensor) -> tuple[tuple[int, ...], ...]:
    data, length = tensor.data or (), tensor.shape[1]
    return tuple(data[k : k + length] for k in range(0, len(data), length))


def _check_reach(node: Node, kernel: Svdf) -> None:
    """ModelError if a result or its left shift could leave int32; sums over time wrap around."""
    result = max(sum(map(abs, row)) for row in kernel.feature) * 255
    if result << max(kernel.inner[1], 0) > INT32_MAX:
        raise node.error("a result can leave int32")


OPERATOR = Definition(
    name="SVDF",
    version=4,
    inputs=5,
    add_call="AddSvdf",
    limits="one row; state of int8 or int16, which lasts from run to run",
    check=check,
    lower=lower,
    parse=parse,
)
