"""Rules for the C++ sources that no compiler checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from vibration import FIRMWARE, portable_firmware

from thrum.codegen.headers import headers
from thrum.paths import ROOT

HOST_ONLY = {
    FIRMWARE / "platform/native",
    FIRMWARE / "samplers/replay",
    FIRMWARE / "storage/file.cpp",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(<[^>]+>|"[^"]+")', re.MULTILINE)
# What portable code may include beside its own headers. avr-libc has no <cstdint>; of the boards'
# headers it takes this one only, for tables in flash.
STANDARD = {"<stddef.h>", "<stdint.h>", "<string.h>", "<new>", "<avr/pgmspace.h>"}
# Placement new, `new (storage) T`, takes nothing from the heap.
HEAP = re.compile(
    r"\b(malloc|calloc|realloc|strdup|make_unique|make_shared)\s*\(|\bnew\s+[\w:]|"
    r"\bString\b|\bstd::(string|vector|map|list|deque|function)\b"
)


def _sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".h", ".c", ".cpp", ".S"):
                yield path


def _code(text: str) -> str:
    """Without comments, which may speak of anything."""
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def _found(pattern: re.Pattern[str], paths: Iterator[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in paths
        for match in pattern.finditer(_code(path.read_text(encoding="utf-8")))
    ]


def _foreign(text: str) -> set[str]:
    """Headers that are neither standard nor the project's nor TensorFlow Lite Micro's."""
    own = {path.name for path in _sources("lib", "src", "include")} | set(headers())
    return {
        name
        for name in INCLUDE.findall(_code(text))
        if name not in STANDARD
        and not (name.startswith('"') and Path(name.strip('"')).name in own)
        and not name.startswith('"tensorflow/lite/')
    }


def test_the_boards_headers_stay_in_src() -> None:
    portable = [*_sources("lib"), *FIRMWARE.glob("*.h"), *portable_firmware()]
    portable += [*FIRMWARE.glob("commands/*.h"), *FIRMWARE.glob("console/*.h")]
    portable += [FIRMWARE / "samplers/sampler.h", *FIRMWARE.glob("storage/*.h")]
    found = {str(path.relative_to(ROOT)): _foreign(path.read_text("utf-8")) for path in portable}
    assert {name: names for name, names in found.items() if names} == {}
    for name, text in headers().items():
        assert _foreign(text) == set(), name


@pytest.mark.parametrize("code", ["#include <Arduino.h>", '# include "hal/analogin_api.h"'])
def test_a_boards_header_is_recognised(code: str) -> None:
    assert _foreign(code)
    assert not _foreign(f"// {code}")


def test_firmware_takes_nothing_from_the_heap() -> None:
    boards = (path for path in _sources("lib", "src") if not HOST_ONLY & {path, *path.parents})
    assert _found(HEAP, boards) == []


@pytest.mark.parametrize("code", ["new int[3]", "malloc (8)", "String a;", "std::vector<int> b;"])
def test_the_heap_is_recognised(code: str) -> None:
    assert HEAP.search(code)
    assert not HEAP.search(_code(f"// {code}"))
