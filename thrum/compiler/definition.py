"""The form that every file in operators/ fills in.

Importer, lowering, code generation and compatibility check read definitions only; none of them
knows an operator by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from thrum.compiler.flatbuffer import Table
from thrum.compiler.graph import Option
from thrum.compiler.kernel import Alias, Kernel
from thrum.compiler.node import Node

Options = tuple[tuple[str, Option], ...]


def no_options(where: str, table: Table) -> Options:
    """For operators without options, or with none that matter here."""
    return ()


def _unknown(node: Node) -> tuple[int, ...] | None:
    """For operators whose values are never known at compile time."""
    return None


@dataclass(frozen=True)
class Definition:
    """One operator of TensorFlow Lite.

    name: in the schema's enum BuiltinOperator.
    version: the highest whose meaning for int8 is known here; a later one is refused.
    inputs: the most that it may have, as TFLM's Prepare counts them; None for any number.
    add_call: what registers it in TensorFlow Lite Micro's resolver.
    limits: what it takes, in a few words, for docs/your-own-model.md.
    kernels: processors with a kernel of its own; the others run portable C++.
    check: ModelError unless tensors and options are what the kernel assumes.
    lower: the kernel with its constants; ModelError where TFLM's arithmetic does not hold them.
      It is called after check only.
    parse: its options from the flatbuffer; the first argument names the operator in errors.
    fold: the values of its output where they are known at compile time: no kernel runs then, and
      neither check nor lower is called. None elsewhere.
    """

    name: str
    version: int
    add_call: str
    limits: str
    check: Callable[[Node], None]
    lower: Callable[[Node], Kernel | Alias]
    parse: Callable[[str, Table], Options] = no_options
    inputs: int | None = None
    fold: Callable[[Node], tuple[int, ...] | None] = _unknown
    kernels: tuple[str, ...] = ()
