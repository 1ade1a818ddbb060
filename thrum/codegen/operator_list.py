"""The table of operators in docs/your-own-model.md: `python -m thrum.codegen.operator_list`."""

from __future__ import annotations

import sys
from pathlib import Path

from thrum.compiler.operators import OPERATORS
from thrum.paths import ROOT

PAGE = ROOT / "docs" / "your-own-model.md"
BEGIN, END = "<!-- operators -->", "<!-- /operators -->"


def table() -> str:
    """One row for each operator."""
    rows = [
        "| Operator | Up to version | Kernels of its own | Limits |",
        "| --- | --- | --- | --- |",
    ]
    for known in OPERATORS:
        own = ", ".join(known.kernels) or "none"
        rows.append(f"| {known.name} | {known.version} | {own} | {known.limits} |")
    return "\n".join(rows)


def page(text: str) -> str:
    """The page with today's table; ValueError if it has no place for one."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE}: {BEGIN} and {END} must stand around the table")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main(path: Path = PAGE) -> int:
    """Write the table into the page."""
    path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
