"""Runs commands in a child of this process, which has imported everything: that is quick.

Linux and macOS only: it forks.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from thrum.cli import main as command_line

_ENDS = {signal.SIGINT, signal.SIGTERM}
_obey = command_line._obey_signals

SECONDS = 120.0  # that a command may take


@dataclass(frozen=True)
class Ended:
    """How a command ended. code: negative for a signal; None: it did not within SECONDS."""

    argv: tuple[str, ...]
    code: int | None
    out: str
    err: str

    def __str__(self) -> str:
        return f"thrum {' '.join(self.argv)}: exit code {self.code}\n{self.out}\n{self.err}"


def started(
    argv: Sequence[str], out: int, err: int, before: Callable[[], object] | None = None
) -> int:
    """Start a command with these files as its output; returns its process."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        return pid
    code = 70
    try:
        os.setpgid(0, 0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdin, sys.stdout, sys.stderr = (os.fdopen(k, "r" if k == 0 else "w") for k in range(3))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if before:
            before()
        code = _code(argv)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(code)


def _obey_from_here(stopped: list[int]) -> None:
    """A signal that came before the command could obey it waits until it can."""
    _obey(stopped)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)


def _code(argv: Sequence[str]) -> int:
    command_line._obey_signals = _obey_from_here
    try:
        return command_line.main(list(argv))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1


def drive(
    argv: Sequence[str],
    before: Callable[[], object] | None = None,
    kill: tuple[int, float] | None = None,
) -> Ended:
    """Run a command to its end. before: called in its process; kill: a signal after seconds."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = started(argv, out.fileno(), err.fileno(), before)
        code = _waited(pid, kill)
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode("utf-8", "replace"))
    return Ended(tuple(map(str, argv)), code, *said)


def _waited(pid: int, kill: tuple[int, float] | None) -> int | None:
    begun = time.monotonic()
    while time.monotonic() - begun < SECONDS:
        if kill and time.monotonic() - begun > kill[1]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, kill[0])
            kill = None
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def kinds(folder: Path) -> dict[str, Path]:
    """Files that are no good, by what is wrong with them."""
    made = {
        name: folder / name
        for name in ("a folder", "empty.csv", "binary.csv", "huge.csv", "unreadable.toml", "latin")
    }
    made["a folder"].mkdir()
    made["empty.csv"].write_bytes(b"")
    made["binary.csv"].write_bytes(bytes(range(256)) * 40)
    with made["huge.csv"].open("wb") as file:
        file.truncate(1 << 40)
    made["unreadable.toml"].write_text("x = 1\n")
    made["unreadable.toml"].chmod(0)
    made["latin"].write_bytes("größe = 1\n".encode("latin-1"))
    made["missing"] = folder / "no" / "such"
    made["below a file"] = made["empty.csv"] / "x"
    made["nul"] = Path("/dev/null")
    made["zero"] = Path("/dev/zero")
    return made
