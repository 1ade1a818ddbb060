"""Budgets of an environment: which one is exceeded, by how much, by what.

The options are custom_NAME in platformio.ini; one that is absent is not checked.
enforce_budget.py runs this inside PlatformIO after linking; `make bench` and the tests run it on
what they have measured.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from platformio.project.config import ProjectConfig

from thrum.firmware import footprint
from tools.scons.symbols import symbols

ROOT = Path(__file__).resolve().parents[2]
# Checked when a firmware is linked: bytes.
FIRMWARE = ("flash_budget", "ram_budget", "stack_headroom")
# Checked by the benchmark. stack_budget counts when linking, too: headroom = RAM - static - it.
MEASURED = (
    "stack_budget",
    "inference_budget",
    "window_budget",
    "engine_flash_budget",
    "engine_ram_budget",
)
_TITLES = {
    "flash_budget": "flash of the firmware",
    "ram_budget": "static RAM of the firmware",
    "stack_headroom": "RAM beside static data and peak stack",
    "stack_budget": "peak stack of the firmware",
    "inference_budget": "one inference",
    "window_budget": "one complete window",
    "engine_flash_budget": "flash of the engine",
    "engine_ram_budget": "static RAM of the engine",
}
_LARGEST = 8


class BudgetError(ValueError):
    """An option is not a number, or the firmware cannot be measured; the text says which."""


@dataclass(frozen=True)
class Contributor:
    """A symbol or a part and its share."""

    name: str
    size: int


@dataclass(frozen=True)
class Excess:
    """A budget that does not hold."""

    option: str  # without custom_
    measured: int
    limit: int
    unit: str = "B"
    contributors: tuple[Contributor, ...] = ()

    def message(self, environment: str) -> str:
        """What, how much, the limit, and the largest contributors."""
        missed = abs(self.measured - self.limit)
        side = "short of" if self.option == "stack_headroom" else "over"
        lines = [
            f"{environment}: {_TITLES[self.option]}: {self.measured:,} {self.unit}, {missed:,} "
            f"{side} custom_{self.option} = {self.limit} in platformio.ini"
        ]
        if self.contributors:
            lines.append("  largest contributors:")
        lines += [f"  {part.size:9,} {self.unit}  {part.name}" for part in self.contributors]
        return "\n".join(lines)


def limits(options: Mapping[str, str]) -> dict[str, int]:
    """The budgets among the custom_ options of an environment."""
    found = {}
    for name in (*FIRMWARE, *MEASURED):
        text = options.get(f"custom_{name}", "").strip()
        if text and not text.isdigit():
            raise BudgetError(f"custom_{name} = {text} in platformio.ini is not a whole number")
        if text:
            found[name] = int(text)
    return found


def read(environment: str) -> dict[str, int]:
    """The budgets of an environment in platformio.ini."""
    config = ProjectConfig(str(ROOT / "platformio.ini"))
    names = [f"custom_{name}" for name in (*FIRMWARE, *MEASURED)]
    return limits({name: str(config.get(f"env:{environment}", name, "")) for name in names})


def check_firmware(limits: Mapping[str, int], elf: Path, ram: int, demangler: str) -> list[Excess]:
    """Flash, static RAM and headroom of a linked firmware.

    ram: bytes that the board has; demangler: the c++filt of its compiler.
    """
    try:
        size = footprint.measure(elf.parent.name, elf.read_bytes())
    except footprint.ElfError as error:
        raise BudgetError(str(error)) from None
    except FileNotFoundError:
        raise BudgetError(f"{elf} does not exist: build the environment first") from None
    if size is None:
        raise BudgetError(f"{elf.name} is not for a processor that can be measured here")
    headroom = ram - size.ram - limits.get("stack_budget", 0)
    checks = (
        ("flash_budget", size.flash, size.flash > limits.get("flash_budget", size.flash)),
        ("ram_budget", size.ram, size.ram > limits.get("ram_budget", size.ram)),
        ("stack_headroom", headroom, headroom < limits.get("stack_headroom", headroom)),
    )
    return [
        Excess(
            option, measured, limits[option], "B", largest(elf, demangler, option == "flash_budget")
        )
        for option, measured, exceeded in checks
        if exceeded
    ]


def check_measured(
    limits: Mapping[str, int], measured: Mapping[str, int], unit: str, parts: Mapping[str, int]
) -> list[Excess]:
    """Measurements of the benchmark; unit: of time, parts: of a window, in that unit."""
    excesses = []
    for option in MEASURED:
        timed = option in ("inference_budget", "window_budget")
        if measured.get(option, 0) > limits.get(option, measured.get(option, 0)):
            shares = _sorted(Contributor(*part) for part in parts.items()) if timed else ()
            excesses.append(
                Excess(option, measured[option], limits[option], unit if timed else "B", shares)
            )
    return excesses


def largest(elf: Path, demangler: str, flash: bool) -> tuple[Contributor, ...]:
    """The largest symbols in flash, or else in RAM."""
    found = {  # by address: several names may share one
        symbol.address: Contributor(re.sub(r"\.lto_priv\.\d+$", "", symbol.name), symbol.size)
        for symbol in symbols(elf)
        if symbol.size and (symbol.flash if flash else symbol.ram)
    }
    top = _sorted(found.values())
    names = _output([demangler], "".join(f"{part.name}\n" for part in top))
    return tuple(
        Contributor(name, part.size) for name, part in zip(names.splitlines(), top, strict=True)
    )


def _sorted(parts: Iterable[Contributor]) -> tuple[Contributor, ...]:
    return tuple(sorted(parts, key=lambda part: (-part.size, part.name))[:_LARGEST])


def _output(command: list[str], said: str) -> str:
    result = subprocess.run(command, input=said, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise BudgetError(f"{command[0]}: {result.stderr.strip()}")
    return result.stdout
