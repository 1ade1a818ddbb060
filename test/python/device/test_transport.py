"""Ways to a device: a socket, a port, a program; and a sentence when they end."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from thrum.device.client import EndedError, LineError
from thrum.device.transport import ProgramTransport, SerialTransport, is_serial


def test_only_a_port_has_a_rate() -> None:
    assert is_serial("/dev/ttyUSB0")
    assert not is_serial("socket://localhost:1")
    assert not is_serial(None)


def test_a_program_gets_what_is_written_and_says_how_it_ended() -> None:
    echo = "import sys; print(sys.stdin.readline().upper(), end='', flush=True); sys.exit(3)"
    program = ProgramTransport([sys.executable, "-c", echo])
    program.write(b"hello\n")
    heard = b""
    with pytest.raises(EndedError, match="3"):
        while True:
            heard += program.read(10.0)
    assert heard == b"HELLO\n"
    program.close()


def test_a_silent_program_is_waited_for_no_longer_than_asked() -> None:
    program = ProgramTransport([sys.executable, "-c", "import sys; sys.stdin.read()"])
    assert program.read(0.05) == b""
    program.close()


def test_a_socket_is_read_to_its_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = SerialTransport(f"socket://127.0.0.1:{listening.getsockname()[1]}", 115_200)
        board, _ = listening.accept()
        port.write(b"?\n")
        assert board.recv(10) == b"?\n"
        board.sendall(b"id\n")
        assert port.read(10.0) == b"id\n"
        board.close()
        with pytest.raises(LineError, match="the connection is gone"):
            while True:
                port.read(10.0)
        port.close()


def test_what_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LineError, match=r"cannot open .*pio device list"):
        SerialTransport(str(tmp_path / "tty"), 115_200)
    with pytest.raises(LineError, match="cannot open nonsense://"):
        SerialTransport("nonsense://x", 115_200)
    with pytest.raises(LineError, match="cannot start"):
        ProgramTransport([str(tmp_path / "program")])
