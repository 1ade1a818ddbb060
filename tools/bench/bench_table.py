"""The benchmark's Markdown: one table, our figures next to the peers' of tools/bench/peers.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.bench.measured import Engine, Firmware, Target

PEERS = Path(__file__).with_name("peers.json")
HEADER = (
    "Target",
    "Engine",
    "Exact",
    "Inference",
    "Features of a window",
    "Complete window",
    "Engine flash",
    "Engine RAM: static + stack",
    "Firmware flash",
    "Firmware RAM: static + peak stack",
    "Source",
)
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
NOTHING = "–"  # noqa: RUF001


@dataclass(frozen=True)
class Result:
    """The measurements of one target."""

    target: Target
    engines: tuple[Engine, ...]
    firmware: Firmware | None


def markdown(results: list[Result], origin: str) -> str:
    """Origin, table and conditions; figures of time are those of the slowest golden window."""
    peers = json.loads(PEERS.read_text(encoding="utf-8"))
    rows = [row for result in results for row in _rows(result, peers["peers"])]
    lines = [f"| {' | '.join(row)} |" for row in (HEADER, ("---",) * len(HEADER), *rows)]
    return "\n".join([origin, "", *lines, "", *_notes(peers)])


def update(readme: str, section: str) -> str:
    """The text with a new section, or as it was when no figure has changed."""
    if readme.count(BEGIN) != 1 or readme.count(END) != 1:
        raise SystemExit(f"docs/measurements.md has no section {BEGIN} ... {END}")
    before, rest = readme.split(BEGIN)
    old, after = rest.split(END)
    if _figures(old) == _figures(section):
        return readme
    return f"{before}{BEGIN}\n{section}\n{END}{after}"


def _figures(section: str) -> list[str]:
    """Everything but the line with date and commit."""
    return section.strip().splitlines()[1:]


def _rows(result: Result, peers: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    ours = [_our_row(result, engine, i == 0) for i, engine in enumerate(result.engines)]
    theirs = [_peer_row(peer) for peer in peers if peer["target"] == result.target.title]
    return ours + theirs


def _our_row(result: Result, engine: Engine, own: bool) -> tuple[str, ...]:
    target, firmware = result.target, result.firmware if own else None
    times = [engine.parts[part].most for part in ("inference", "features", "window")]
    return (
        f"{target.title}, {target.unit}",
        f"**Thrum, {engine.name}**",
        "yes",
        *(_time(time, target.hertz) for time in times),
        f"{engine.flash:,} B",
        f"{engine.ram:,} + {engine.parts['inference'].stack:,} B",
        f"{firmware.flash:,} B" if firmware else NOTHING,
        f"{firmware.ram:,} + {firmware.stack:,} B" if firmware else NOTHING,
        "this run",
    )


def _peer_row(peer: dict[str, Any]) -> tuple[str, ...]:
    stack = "" if peer["stack"] is None else f" + {peer['stack']:,}"
    ram = NOTHING if peer["ram"] is None else f"{peer['ram']:,}{stack} B"
    flash = NOTHING if peer["flash"] is None else f"{peer['flash']:,} B"
    whole = peer["source"] == "published"
    return (
        peer["target"],
        peer["name"],
        peer["exact"],
        NOTHING if peer["inference"] is None else f"{peer['inference']:,}",
        *(NOTHING, NOTHING),
        *((NOTHING, NOTHING, flash, ram) if whole else (flash, ram, NOTHING, NOTHING)),
        "published" if whole else "measured earlier",
    )


def _time(count: int, hertz: int) -> str:
    return f"{count:,} ({count / hertz * 1000:.2f} ms)" if hertz else f"{count:,}"


def _notes(peers: dict[str, Any]) -> list[str]:
    return [
        f"Network: {peers['network']}.",
        "This run: the slowest of the golden windows, simulated, `-Os`; a Cortex-M4 takes more "
        "cycles than instructions. The test suites prove the engines exact.",
        "The firmware runs for more windows than it learns; its stack is filled with a pattern "
        "first, and what was overwritten is counted.",
        f"Measured earlier: {peers['conditions']['same']}.",
        f"Published: {peers['conditions']['published']}.",
    ]
