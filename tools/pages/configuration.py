"""Writes docs/configuration.md from the checked schema and model/config.toml:
`python -m tools.pages.configuration`.

Types and ranges are those that thrum/config.py checks, values and meanings those of the file.
"""

from __future__ import annotations

import re
from dataclasses import fields
from typing import get_type_hints

from thrum.checked_toml import allowed
from thrum.config import Config
from thrum.paths import CONFIG, ROOT

PAGE = ROOT / "docs" / "configuration.md"
_HEAD = """# Configuration: every key of model/config.toml

Made from the checked schema by `python -m tools.pages.configuration`; a test keeps it current.
A value of another type or out of its range is refused with its key and what is allowed.
After a change build as usual: what the network depends on is trained anew, everything else reaches
the firmware through `include/model_params.h`.
An environment of `platformio.ini` may override the rate (`THRUM_RATE_HZ`) and the engine
(`custom_engine`).

"""
_TITLES = {
    "sample": "the sensor",
    "window": "what is looked at together",
    "features": "the bands; a change trains the network anew",
    "baseline": "what is learned of a machine",
    "classes": "names of the network's outputs",
    "train": "how the network is trained",
    "quantize": "how it becomes int8",
    "alarm": "when an alarm begins and ends",
    "machine": "what the machine is",
}
_LINE = re.compile(r"(\w+) = (.+?)(?:\s+#\s*(.*))?$")
_MORE = re.compile(r"\s+#\s*(.*)$")


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} is written")
    return 0


def page() -> str:
    """The page as Markdown."""
    told = meanings(CONFIG.read_text(encoding="utf-8"))
    parts = [_HEAD]
    hints = get_type_hints(Config)
    for table in fields(Config):
        kind = hints[table.name]
        parts.append(f"## [{table.name}]: {_TITLES[table.name]}\n\n")
        parts.append("| Key | Value | Allowed | Meaning |\n|---|---|---|---|\n")
        for key in fields(kind):
            value, meaning = told[table.name, key.name]
            cells = (f"`{key.name}`", f"`{value}`", allowed(kind, key.name), meaning)
            parts.append(f"| {' | '.join(cells)} |\n")
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def meanings(text: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Value and comment of every key, by table and key."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    table, key = "", ""
    for line in text.splitlines():
        if line.startswith("["):
            table = line.strip("[]")
        elif match := _LINE.match(line):
            key = match[1]
            found[table, key] = (match[2], match[3] or "")
        elif (match := _MORE.match(line)) and key:
            value, meaning = found[table, key]
            found[table, key] = (value, f"{meaning} {match[1]}".strip())
    return found


if __name__ == "__main__":
    raise SystemExit(main())
