"""The benchmark: builds and runs everything on the simulators and prints one Markdown table.

`python -m tools.bench` prints, `--write` also writes the table into docs/measurements.md. A target
whose tools are missing is left out, loudly. Exit code 1: nothing was measured, or a budget is
exceeded.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

from platformio.project.config import ProjectConfig

from tools.bench import bench_table, energy, measured
from tools.bench.bench_table import Result
from tools.bench.measured import Target
from tools.scons import budget

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "measurements.md"
ENERGY = (
    "Batteries, by these cycles and the currents of the data sheets; see docs/battery.md. The "
    "firmware does not sleep yet: all rows but 'all the time' say what it would be worth."
)
MEASURED_PATHS = (
    "include",
    "lib",
    "model",
    "thrum",
    "platformio.ini",
    "src",
    "test/bench",
    "tools",
)


def main() -> int:
    """Measure what can be measured."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help=f"write the table into {PAGE.name}, too"
    )
    update = parser.parse_args().write
    found = [result for target in measured.ALL if (result := _measure(target)) is not None]
    if not found:
        return 1
    table = bench_table.markdown(found, origin(found))
    print(f"\n{table}\n", flush=True)
    print(f"{ENERGY}\n\n{energy.table(_cycles(found))}\n", flush=True)
    problems = [message for result in found for message in check(result)]
    for message in problems:
        print(f"!! {message}", file=sys.stderr)
    whole = len(found) == len(measured.ALL) and all(result.firmware for result in found)
    if update and whole:
        old = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(bench_table.update(old, table), encoding="utf-8")
    elif update:
        print(
            "!! docs/measurements.md is as it was: it takes complete tables only", file=sys.stderr
        )
    return 1 if problems else 0


def _cycles(found: list[Result]) -> dict[str, float]:
    """Cycles or instructions of a complete window, by target."""
    return {result.target.title: result.engines[0].parts["window"].most for result in found}


def check(result: Result) -> list[str]:
    """One message for every budget that is exceeded, and for lost samples."""
    own = result.engines[0]
    figures = measured.budgeted(own, result.firmware)
    excesses = budget.check_measured(
        budget.read(result.target.environment), figures, result.target.unit, measured.shares(own)
    )
    messages = [excess.message(result.target.environment) for excess in excesses]
    if result.firmware is not None and result.firmware.lost:
        lost = f"samples were lost in {result.firmware.lost} windows"
        messages.append(f"{result.target.environment}: {lost}")
    return messages


def build(environment: str) -> Path | None:
    """The firmware of an environment, even one that exceeds a budget; None when there is none."""
    config = ProjectConfig(str(ROOT / "platformio.ini"))
    elf = ROOT / str(config.get("platformio", "build_dir")) / environment / "firmware.elf"
    elf.unlink(missing_ok=True)
    command = [sys.executable, "-m", "platformio", "run", "--silent", "-e", environment]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print(f"!! {environment}: {(result.stderr or result.stdout).strip()}", file=sys.stderr)
    return elf if elf.exists() else None


def origin(results: list[Result]) -> str:
    """Date, commit and tools."""
    commit = _git("rev-parse", "--short=10", "HEAD") or "unknown"
    changed = " with changes" if _git("status", "--porcelain", "--", *MEASURED_PATHS) else ""
    tools = [tool for result in results for tool in measured.said(result.target)]
    date = datetime.now(timezone.utc).date()
    return f"Measured on {date} at commit {commit}{changed} with {', '.join(tools)}."


def _measure(target: Target) -> Result | None:
    print(f"{target.title}: building and measuring ...", file=sys.stderr, flush=True)
    lacking = target.toolchain.missing()
    try:
        if lacking:
            raise SystemExit(f"missing: {', '.join(lacking)}")
        elf = build(target.environment)
        firmware = None if elf is None else target.firmware(elf)
        return Result(target, tuple(target.engines()), firmware)
    except (SystemExit, OSError, subprocess.SubprocessError) as problem:
        print(f"!! SKIPPED {target.title}: it was NOT measured.", file=sys.stderr)
        print(f"!!   {problem}", file=sys.stderr)
        print(f"!!   to enable it: {target.toolchain.remedy}", file=sys.stderr)
        return None


def _git(*arguments: str) -> str:
    try:
        result = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return result.stdout.strip() if result.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main())
