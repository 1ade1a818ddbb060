"""Does the released model fit the engine, the library and the board of an environment?

Standard library only: tools/scons/engine.py asks before every build. The library's abilities are
read from its own headers, so that an update or another port is judged by what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from thrum.compiler import schema
from thrum.compiler.graph import Graph, ModelError
from thrum.compiler.operators import definition
from thrum.compiler.operators.fully_connected import per_channel_layers

ENGINES = ("aot", "tflm")
PIN = "spaziochirale/Chirale_TensorFLowLite@2.0.0"
TFLM_FLASH = 65_536  # bytes; the smallest interpreter with two operators, rounded up
TFLM_RAM = 4096  # bytes of stack and static objects beside the arena
_ROOTS = ("src", ".")


@dataclass(frozen=True)
class Library:
    """A port of TensorFlow Lite Micro, as its headers describe it."""

    name: str
    schema: int
    per_channel_dense: bool
    operators: frozenset[str]  # Add calls of its resolver


@dataclass(frozen=True)
class Target:
    """The demands of an environment; 0 bytes where the board does not say."""

    engine: str
    library: Library | None
    flash: int
    ram: int
    arena_budget: int


def find_library(folders: Iterable[Path]) -> Library | None:
    """The first port among library folders, such as .pio/libdeps/ENV/*."""
    for folder in folders:
        for root in _ROOTS:
            micro = folder / root / "tensorflow" / "lite" / "micro"
            if (micro / "micro_interpreter.h").is_file():
                return _read(folder.name, micro)
    return None


def _read(name: str, micro: Path) -> Library:
    interpreter = _text(micro / "micro_interpreter.h")
    version = re.search(r"TFLITE_SCHEMA_VERSION\s*\(?(\d+)", interpreter)
    dense = _text(micro / "kernels" / "fully_connected.h")
    resolver = _text(micro / "micro_mutable_op_resolver.h")
    return Library(
        name=name,
        schema=int(version.group(1)) if version else 0,
        per_channel_dense="per_channel_output_multiplier" in dense,
        operators=frozenset(re.findall(r"TfLiteStatus\s+(Add\w+)\(", resolver)),
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def check(graph: Graph, arena_bytes: int, target: Target) -> None:
    """Raise ModelError with the remedy at the first clause that is broken."""
    if target.engine not in ENGINES:
        raise ModelError(f"custom_engine = {target.engine}: must be {' or '.join(ENGINES)}")
    if target.engine == "aot":
        return
    _check_board(arena_bytes, target)
    if target.library is None:
        raise ModelError(
            "custom_engine = tflm, but no library of this environment contains "
            f"TensorFlow Lite Micro: add custom_tflm = {PIN}, or set custom_engine = aot"
        )
    _check_library(graph, target.library)


def _check_board(arena_bytes: int, target: Target) -> None:
    if 0 < target.flash < TFLM_FLASH or 0 < target.ram < arena_bytes + TFLM_RAM:
        raise ModelError(
            f"TensorFlow Lite Micro does not fit this board: it takes about {TFLM_FLASH} B of "
            f"flash and {arena_bytes + TFLM_RAM} B of RAM, the board has {target.flash} and "
            f"{target.ram}: set custom_engine = aot"
        )
    if 0 < target.arena_budget < arena_bytes:
        raise ModelError(
            f"the tensor arena takes {arena_bytes} B, custom_arena_budget is "
            f"{target.arena_budget}: raise the budget deliberately, make the layers of "
            "model/network.py smaller, "
            "or set custom_engine = aot"
        )


def _check_library(graph: Graph, library: Library) -> None:
    if library.schema != schema.VERSION:
        raise ModelError(
            f"{library.name} reads model schema {library.schema}, the model has "
            f"{schema.VERSION}: use custom_tflm = {PIN}"
        )
    for index, op in enumerate(graph.operators):
        if definition(graph.where(index), op.code).add_call not in library.operators:
            raise ModelError(
                f"{graph.where(index)}: {library.name} does not have this operator: "
                "use a newer library, or set custom_engine = aot"
            )
    per_channel = per_channel_layers(graph)
    if per_channel and not library.per_channel_dense:
        raise ModelError(
            f"{graph.where(per_channel[0])} is quantized per channel; {library.name} would compute "
            "it wrongly without any error: train per tensor (the default of thrum train), "
            "use a library that supports it, or set custom_engine = aot"
        )
