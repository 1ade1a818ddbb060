"""What the sources must not do, wherever no compiler would say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.codegen.headers import headers

ROOT = Path(__file__).resolve().parents[2]
CORE_HEADER = re.compile(
    r'#\s*include\s*[<"](?:[\w/]*/)?'
    r"(Arduino|Wire|SPI|Preferences|FlashIAP|mbed|esp_\w+|avr/(?!pgmspace)\w+)\.h[>\"]"
)
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


def test_the_boards_headers_stay_in_src() -> None:
    assert _found(CORE_HEADER, _sources("lib")) == []
    for name, text in headers().items():
        assert not CORE_HEADER.search(_code(text)), name
    assert _found(CORE_HEADER, _sources("src/imu")), "the pattern finds nothing at all"


def test_portable_sources_know_no_board() -> None:
    portable = (path for path in _sources("src") if path.parent == ROOT / "src")
    assert _found(CORE_HEADER, portable) == []


def test_firmware_takes_nothing_from_the_heap() -> None:
    boards = (path for path in _sources("lib", "src") if ROOT / "src/native" not in path.parents)
    assert _found(HEAP, boards) == []


@pytest.mark.parametrize("code", ["new int[3]", "malloc (8)", "String a;", "std::vector<int> b;"])
def test_the_heap_is_recognised(code: str) -> None:
    assert HEAP.search(code)
    assert not HEAP.search(_code(f"// {code}"))
