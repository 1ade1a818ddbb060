"""Shows the monitor filter at work: `make monitor-demo`.

Builds the native firmware, replays a synthetic machine that goes bad through it at the speed of
the recording, and opens `pio device monitor` on its serial line, a TCP socket. Ends after the
all-clear.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from tools.demos import story

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".pio" / "build" / "native" / "program"
CHUNK = 1024


def main() -> int:
    """Build, record, serve, monitor; returns the monitor's exit code."""
    python = sys.executable
    build = [python, "-m", "platformio", "run", "-e", "native", "-s"]
    if subprocess.run(build, cwd=ROOT, check=False).returncode != 0:
        return 1
    print(story.PLAN, flush=True)
    told = story.Story()
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / "machine.wav"
        story.record(recording)
        with socket.create_server(("127.0.0.1", 0)) as server:
            command = [str(PROGRAM), "--serve", "--realtime", "--learn", str(story.LEARN)]
            command.append(str(recording))
            thread = threading.Thread(target=serve, args=(server, command, told.heard), daemon=True)
            thread.start()
            monitor = [
                python,
                "-m",
                "platformio",
                "device",
                "monitor",
                "--no-reconnect",
                "-f",
                "thrum",
                "-p",
                f"socket://127.0.0.1:{server.getsockname()[1]}",
            ]
            code = subprocess.run(monitor, cwd=ROOT, check=False).returncode
    print(f"\n{told.ending}" if code == 0 else "", flush=True)
    return code or int(not told.over)


def serve(
    server: socket.socket, command: list[str], over: Callable[[bytes], bool] | None = None
) -> None:
    """Give the first connection a program's stdin and stdout, until either ends.

    over: gets what the program says and ends it too.
    """
    connection, _ = server.accept()
    program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    threading.Thread(target=_to_program, args=(connection, program), daemon=True).start()
    assert program.stdout is not None
    with connection:
        with contextlib.suppress(OSError):  # the monitor was closed
            while data := program.stdout.read(CHUNK):
                connection.sendall(data)
                if over and over(data):
                    break
        with contextlib.suppress(OSError):
            connection.shutdown(
                socket.SHUT_RDWR
            )  # closing alone waits for the thread that receives
    program.kill()
    program.wait()


def _to_program(connection: socket.socket, program: subprocess.Popen[bytes]) -> None:
    assert program.stdin is not None
    try:
        while data := connection.recv(CHUNK):
            program.stdin.write(data)
    except OSError:
        pass
    program.stdin.close()


if __name__ == "__main__":
    sys.exit(main())
