"""C++ text of integers: wrapped lists and braced initializers."""

from __future__ import annotations

from collections.abc import Iterable

WIDTH = 100  # columns of a generated line
LAYER_INDENT = " " * 8  # of a layer's constants in include/model_aot.h


def numbers(values: Iterable[int], indent: str) -> list[str]:
    """Integers, comma-separated and wrapped, each line indented."""
    lines, line = [], ""
    for value in values:
        item = f"{value}, "
        if len(indent) + len(line) + len(item) > WIDTH:
            lines.append(indent + line.rstrip())
            line = ""
        line += item
    return lines + ([indent + line.rstrip()] if line else [])


def braced(values: Iterable[int], indent: str = LAYER_INDENT) -> list[str]:
    """A braced initializer and a comma, on one line where it fits."""
    values = list(values)
    single = indent + "{" + ", ".join(map(str, values)) + "},"
    if len(single) <= WIDTH:
        return [single]
    return [indent + "{", *numbers(values, indent + "    "), indent + "},"]


def listed(*values: int) -> str:
    """A few integers of a layer on one line, each with a comma."""
    return LAYER_INDENT + ", ".join(map(str, values)) + ","
