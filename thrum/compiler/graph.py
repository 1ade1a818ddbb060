"""The deployed network as plain data, and its JSON form in model/artifacts/model.json.

Standard library only: the pre-build of the firmware reads it inside PlatformIO's own Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

Option: TypeAlias = "int | float | bool | str"

TYPE_BYTES = {"int8": 1, "int16": 2, "int32": 4, "int64": 8, "float32": 4}


class ModelError(ValueError):
    """The model is damaged or uses something that Thrum does not support; the message names it."""


@dataclass(frozen=True)
class Tensor:
    """One tensor. scale and zero_point have one entry, or one per channel of `axis`.

    data holds the integers of a constant in row-major order and is None for an activation.
    variable: its values are kept from one run to the next; they are 0 before the first.
    """

    name: str
    type: str
    shape: tuple[int, ...]
    scale: tuple[float, ...] = ()
    zero_point: tuple[int, ...] = ()
    axis: int = 0
    data: tuple[int, ...] | None = None
    variable: bool = False

    @property
    def size(self) -> int:
        """Number of elements."""
        return prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of the whole tensor."""
        return self.size * TYPE_BYTES[self.type]

    @property
    def per_tensor(self) -> tuple[float, int]:
        """Scale and zero point of a tensor that has one of each."""
        return self.scale[0], self.zero_point[0]


@dataclass(frozen=True)
class Operator:
    """One operator; inputs may hold -1 for an absent optional tensor.

    version: TensorFlow Lite's, which rises whenever an operator learns to mean something new.
    """

    code: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: tuple[tuple[str, Option], ...] = ()
    version: int = 1

    def option(self, name: str) -> Option:
        """Value of an option of the operator."""
        return dict(self.options)[name]


@dataclass(frozen=True)
class Graph:
    """Tensors, operators in execution order, and the indices of the inputs and outputs."""

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]

    def where(self, index: int) -> str:
        """How error messages name an operator."""
        return f"operator {index} ({self.operators[index].code})"

    def parameter_count(self) -> int:
        """Trained numbers: the constants of all operators but shapes and axes, which are int32."""
        constants = [t for t in self.tensors if t.data is not None]
        return sum(t.size for t in constants if t.type == "int8" or t.scale)


def to_json(graph: Graph) -> dict[str, Any]:
    """The graph as JSON-ready dictionaries; float32 scales survive exactly as doubles."""
    return {
        "tensors": [_tensor_to_json(tensor) for tensor in graph.tensors],
        "operators": [
            {
                "code": op.code,
                "inputs": list(op.inputs),
                "outputs": list(op.outputs),
                "options": dict(op.options),
                "version": op.version,
            }
            for op in graph.operators
        ],
        "inputs": list(graph.inputs),
        "outputs": list(graph.outputs),
    }


def from_json(data: dict[str, Any]) -> Graph:
    """The graph of model.json; a malformed one raises ModelError."""
    try:
        return Graph(
            tensors=tuple(_tensor_from_json(item) for item in data["tensors"]),
            operators=tuple(
                Operator(
                    item["code"],
                    tuple(item["inputs"]),
                    tuple(item["outputs"]),
                    tuple(item["options"].items()),
                    item.get("version", 1),
                )
                for item in data["operators"]
            ),
            inputs=tuple(data["inputs"]),
            outputs=tuple(data["outputs"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"model.json: the graph is malformed: {error!r}") from None


def _tensor_to_json(tensor: Tensor) -> dict[str, Any]:
    item: dict[str, Any] = {
        "name": tensor.name,
        "type": tensor.type,
        "shape": list(tensor.shape),
        "scale": list(tensor.scale),
        "zero_point": list(tensor.zero_point),
        "axis": tensor.axis,
    }
    if tensor.data is not None:
        item["data"] = list(tensor.data)
    if tensor.variable:
        item["variable"] = True
    return item


def _tensor_from_json(item: dict[str, Any]) -> Tensor:
    data = item.get("data")
    return Tensor(
        item["name"],
        item["type"],
        tuple(item["shape"]),
        tuple(item["scale"]),
        tuple(item["zero_point"]),
        item["axis"],
        None if data is None else tuple(data),
        bool(item.get("variable", False)),
    )
