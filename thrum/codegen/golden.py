"""test/golden.h: the golden vectors as tables in flash, shared by all suites on all targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from thrum.codegen.text import banner, join
from thrum.compiler.cpp_text import braced
from thrum.compiler.graph import Graph

_IN = "     "


def golden_header(vectors: dict[str, Any], graph: Graph, model_hash: str) -> str:
    """Text of test/golden.h from the content of golden.json."""
    lines = banner("Golden vectors: samples to decision, every integer in between.", model_hash)
    lines += [
        "#include <stdint.h>",
        "",
        '#include "thrum/core/progmem.h"',
        "",
        "namespace thrum {",
        "namespace golden {",
        "",
    ]
    lines += [
        *_layers(graph),
        *_windows(vectors["windows"]),
        *_network(vectors["network"]),
        *_learn(vectors["learn"]),
        *_replay(vectors["replay"]),
        *_machine(vectors["machine"]),
    ]
    return join([*lines, "}  // namespace golden", "}  // namespace thrum"])


def _layers(graph: Graph) -> list[str]:
    sizes = [graph.tensors[op.outputs[0]].size for op in graph.operators]
    return [
        "// Values of each operator's output; `layers` below holds them one after another.",
        f"constexpr uint8_t kLayers = {len(sizes)};",
        f"constexpr uint16_t kLayerSizes[] THRUM_FLASH = {{{', '.join(map(str, sizes))}}};",
        f"constexpr uint16_t kLayerValues = {sum(sizes)};",
        "",
    ]


def _struct(name: str, first: dict[str, Any], fields: Sequence[tuple[str, str, str]]) -> list[str]:
    """A struct whose arrays are as long as those of the first record."""
    lines = [f"struct {name} {{"]
    for key, kind, note in fields:
        value = first[key]
        size = f"[{len(value)}]" if isinstance(value, list) else ""
        lines.append(f"  {kind} {key}{size};  // {note}")
    return [*lines, "};"]


def _table(
    kind: str, name: str, records: Sequence[dict[str, Any]], keys: Sequence[str]
) -> list[str]:
    lines = [f"constexpr {kind} {name}[] THRUM_FLASH = {{"]
    for index, record in enumerate(records):
        title = f"  // {index}: {record['name']}" if "name" in record else ""
        lines += ["    {" + title]
        lines += [line for key in keys for line in _value(record[key])]
        lines += ["    },"]
    return [*lines, "};", ""]


def _value(value: int | Iterable[int]) -> list[str]:
    return [f"{_IN}{value},"] if isinstance(value, int) else braced(value, _IN)


def _windows(windows: list[dict[str, Any]]) -> list[str]:
    fields = [
        ("samples", "int16_t", "one axis, counts"),
        ("stats", "int16_t", "mean, peak, rms, clipped"),
        ("velocity", "uint16_t", "Q8 mm/s"),
        ("log_bands", "uint16_t", "Q8"),
        ("z", "uint8_t", "Q5; the network sees z - 128"),
        ("layers", "int8_t", "output of every operator"),
        ("score", "uint8_t", "Q8"),
    ]
    return [
        f"constexpr uint8_t kWindows = {len(windows)};",
        *_struct("Window", windows[0], fields),
        *_table("Window", "kWindowVectors", windows, [key for key, _, _ in fields]),
    ]


def _network(network: list[dict[str, Any]]) -> list[str]:
    fields = [("input", "int8_t", "of the network"), ("layers", "int8_t", "as above")]
    return [
        f"constexpr uint8_t kNetworkInputs = {len(network)};",
        *_struct("NetworkVector", network[0], fields),
        *_table("NetworkVector", "kNetworkVectors", network, [key for key, _, _ in fields]),
    ]


def _learn(rows: list[list[int]]) -> list[str]:
    return [
        "// Log bands of the windows that the baseline of all vectors learns, in order.",
        f"constexpr uint8_t kLearned = {len(rows)};",
        f"constexpr uint16_t kLearnedBands[{len(rows)}][{len(rows[0])}] THRUM_FLASH = {{",
        *(line for row in rows for line in braced(row, "    ")),
        "};",
        "",
    ]


def _replay(runs: list[dict[str, int]]) -> list[str]:
    fields = [
        ("score", "uint8_t", "fed `count` times, unless"),
        ("fault", "uint8_t", "1: the windows could not be judged"),
        ("count", "uint16_t", "windows"),
        ("mean", "uint8_t", "Q8, after them"),
        ("state", "uint8_t", "after them"),
    ]
    return [
        f"constexpr uint8_t kRuns = {len(runs)};",
        *_struct("Run", runs[0], fields),
        *_table("Run", "kReplay", runs, [key for key, _, _ in fields]),
    ]


def _machine(hashes: dict[str, int]) -> list[str]:
    return [
        "// Of test_replay, by operating states.",
        *(f"constexpr uint32_t kMachine{n} = UINT32_C(0x{h:08x});" for n, h in hashes.items()),
        "",
    ]
