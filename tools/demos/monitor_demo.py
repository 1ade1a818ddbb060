"""Shows the monitor filter at work: `make monitor-demo`.

Builds the native firmware, replays a synthetic machine that goes bad through it at the speed of
the recording, and opens `pio device monitor` on its serial line, a TCP socket. Ctrl+C ends it.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".pio" / "build" / "native" / "program"
CHUNK = 1024


def main() -> int:
    """Build, record, serve, monitor; returns the monitor's exit code."""
    python = sys.executable
    build = [python, "-m", "platformio", "run", "-e", "native", "-s"]
    if subprocess.run(build, cwd=ROOT, check=False).returncode != 0:
        return 1
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / "machine.wav"
        record(recording)
        with socket.create_server(("127.0.0.1", 0)) as server:
            command = [str(PROGRAM), "--serve", "--realtime", "--learn", "96", str(recording)]
            thread = threading.Thread(target=serve, args=(server, command), daemon=True)
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
            return subprocess.run(monitor, cwd=ROOT, check=False).returncode


def serve(server: socket.socket, command: list[str]) -> None:
    """Give the first connection a program's stdin and stdout, until either ends."""
    connection, _ = server.accept()
    program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    threading.Thread(target=_to_program, args=(connection, program), daemon=True).start()
    assert program.stdout is not None
    with connection:
        while data := program.stdout.read(CHUNK):
            try:
                connection.sendall(data)
            except OSError:  # noqa: PERF203 (the monitor was closed)
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


def record(path: Path) -> None:
    """Twelve seconds of a healthy machine, twelve with a fault, twelve healthy ones."""
    import numpy as np

    from thrum import config
    from thrum.recordings.wav import write_wav
    from thrum.simulation import synth

    cfg = config.load()
    seconds = 12 * cfg.sample.rate_hz // cfg.window.hop
    machine = synth.machine_set(cfg, np.random.default_rng(7), "demo", seconds, seconds)
    worst = max(machine.faulty, key=lambda rec: float(rec.samples.std()))
    parts = [machine.baseline.samples, worst.samples, machine.healthy_same.samples]
    write_wav(path, np.concatenate(parts), cfg.sample.rate_hz, {"INAM": "monitor demonstration"})


if __name__ == "__main__":
    sys.exit(main())
