"""The kernel that an operator becomes: its constants in integers and their C++ text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

Constants = tuple[str, list[str]]


class Kernel(ABC):
    """A kernel of lib/vibration with every constant worked out; subclasses are frozen dataclasses.

    template: the class template in C++ that runs it. header: its file in thrum/nn/, without ".h".
    listed_inputs: it takes its inputs as one array. pair: it takes constants like activations.
    """

    template: ClassVar[str]
    header: ClassVar[str]
    listed_inputs: ClassVar[bool] = False
    pair: ClassVar[bool] = False

    @abstractmethod
    def describe(self) -> str:
        """Shape of the operator in a few words, for a comment in the generated header."""

    @abstractmethod
    def emit(self) -> Constants:
        """C++ type of the layer's constants and the lines of their initializer, in its order."""


@dataclass(frozen=True)
class Alias:
    """No kernel: the output is the input's bytes under another shape."""

    def describe(self) -> str:
        """The same comment for every shape."""
        return "same bytes"
