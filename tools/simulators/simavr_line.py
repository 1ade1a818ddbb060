"""Runs an ATmega328P firmware on simavr with its serial port on stdin and stdout.

`python tools/simulators/simavr_line.py firmware.elf [1]` builds simavr_line.c against libsimavr
when it is missing or old, then becomes it. A 1 holds the simulation to the time of the chip.
Standard library only; exit code 77 says that this machine lacks something.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
PROGRAM = SOURCE.parents[2] / ".pio" / "simavr_line"
CANNOT = 77
REMEDY = "sudo apt-get install --no-install-recommends gcc libsimavr-dev"


def build() -> str | None:
    """Compile the program if need be; return what is missing."""
    if PROGRAM.exists() and PROGRAM.stat().st_mtime > SOURCE.stat().st_mtime:
        return None
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return f"no C compiler: {REMEDY}"
    PROGRAM.parent.mkdir(exist_ok=True)
    command = [compiler, "-O2", "-Wall", "-o", str(PROGRAM), str(SOURCE), "-lsimavr"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if result.returncode == 0 else f"simavr_line.c does not compile: {REMEDY}"


def main() -> None:
    """Build, then run in this process's place."""
    problem = build()
    if problem:
        print(problem, file=sys.stderr)
        sys.exit(CANNOT)
    os.execv(PROGRAM, [str(PROGRAM), *sys.argv[1:]])


if __name__ == "__main__":
    main()
