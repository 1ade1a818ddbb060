"""Processes that a test program started end with it, however it ends."""

from __future__ import annotations

import sys
import time

import pytest

from tools.ci.program import Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups")
# Stands for a simulator that inherits the output, as QEMU does.
CHILD = "import subprocess, sys, time; "
CHILD += "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"
CHILD += "; print('started', flush=True); "


def _run(code: str, seconds: float) -> tuple[Program, list[bytes], int, float]:
    heard: list[bytes] = []
    program = Program([sys.executable, "-c", CHILD + code], heard.append)
    start = time.monotonic()
    code_at_end = program.run(seconds)
    return program, heard, code_at_end, time.monotonic() - start


def test_a_program_that_hangs_ends_with_its_child() -> None:
    program, heard, code, took = _run("time.sleep(60)", 2.0)
    assert program.timed_out and code < 0 and heard == [b"started\n"]
    assert took < 10


def test_a_child_that_outlives_its_program_ends_in_time() -> None:
    program, heard, _, took = _run("", 2.0)
    assert program.timed_out and heard == [b"started\n"]
    assert took < 10
