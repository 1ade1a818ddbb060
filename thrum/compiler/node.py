"""An operator together with its graph: what checking and lowering look at."""

from __future__ import annotations

from dataclasses import dataclass

from thrum.compiler.graph import Graph, ModelError, Operator, Option, Tensor


@dataclass(frozen=True)
class Node:
    """The operator at an index of the graph; every error that it makes names both."""

    graph: Graph
    index: int

    @property
    def operator(self) -> Operator:
        """The operator itself."""
        return self.graph.operators[self.index]

    @property
    def where(self) -> str:
        """How error messages name it."""
        return self.graph.where(self.index)

    def error(self, message: str) -> ModelError:
        """To be raised: the operator's name and what is wrong with it."""
        return ModelError(f"{self.where}: {message}")

    def option(self, name: str) -> Option:
        """An option that the operator's parse function has read; ModelError if it is missing."""
        options = dict(self.operator.options)
        if name not in options:
            raise self.error(f"option {name} is missing")
        return options[name]

    def operand(self, position: int) -> Tensor:
        """An input that must be there; ModelError if it is missing."""
        inputs = self.operator.inputs
        if position >= len(inputs) or inputs[position] < 0:
            raise self.error(f"input {position} is missing")
        return self.graph.tensors[inputs[position]]

    @property
    def source(self) -> Tensor:
        """The first input; ModelError if it is missing or a constant."""
        tensor = self.operand(0)
        if tensor.data is not None:
            raise self.error("its input is a constant")
        return tensor

    @property
    def target(self) -> Tensor:
        """The only output."""
        return self.graph.tensors[self.operator.outputs[0]]
