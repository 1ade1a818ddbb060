"""The Python that `pio test` compares a firmware's answers in; it is made where there is none.

PlatformIO often has a Python of its own (VS Code, pipx), without NumPy. Standard library only;
test/test_custom_runner.py is the user.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

NEEDS = "import sys; sys.path.insert(0, sys.argv[1]); import thrum.verification.verify"


class NoPythonError(Exception):
    """There is none and it could not be made; the text says why and what to type."""


def line_python(root: Path, own: Path | None = None) -> str:
    """A Python that can run `thrum verify`, by its path.

    own: what custom_python names, else .venv, else this one; a .venv is made as the last resort,
    with the package's own dependencies only.
    """
    binary = root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if own is not None:
        if not own.exists():
            raise NoPythonError(f"custom_python = {own} does not exist: correct platformio.ini")
        return str(own)
    for python in (str(binary), sys.executable):
        if _runs(python, root):
            return python
    print("thrum: this Python lacks packages: making .venv (about 60 MB)", flush=True)
    script = root / "tools" / "ci" / "venv.py"
    done = subprocess.run(
        [sys.executable, str(script), "--core"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode or not _runs(str(binary), root):
        raise NoPythonError(
            f"the comparison needs a Python with NumPy, and .venv could not be made:\n{done.stdout}"
            "Type `python3 tools/ci/venv.py` (on Windows `python tools\\ci\\venv.py`), or name one "
            "in platformio.ini: custom_python = /path/to/python"
        )
    return str(binary)


def _runs(python: str, root: Path) -> bool:
    """Whether it has all that `thrum verify` imports."""
    try:
        done = subprocess.run([python, "-c", NEEDS, str(root)], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0
