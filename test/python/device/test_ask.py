"""thrum/device/ask.py against programs behind pseudo terminals, and the mock of an ESP32's ROM."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from fake_board import fake_board
from terminals import Board as Terminal

from thrum.device import ask as module
from thrum.device.ask import ask
from thrum.device.boards import Board, Port
from thrum.device.choose import Answer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo terminals")

NANO = Board("nano", "n", ("1A86:7523",), 115_200, "atmelavr", 57_600)
ESP = Board("esp32dev", "e", ("1A86:7523",), 115_200, "espressif32")
BLE = Board("ble", "b", ("2341:805A",), 115_200, "nordicnrf52")
STK = (
    "import os\nwhile True:\n data = os.read(0, 64)\n"
    " os.write(1, b'noise' + bytes([0x14, 0x10]) if b'0 ' in data else b'?')"
)
GREETING = (
    "import os\nwhile True:\n os.read(0, 64)\n"
    " os.write(1, b'\\xff\\x80rst:0x1 (POWERON_RESET),boot:0x13\\r\\n')"
)
SILENT = "import time\ntime.sleep(60)"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRMWARE_SECONDS", 0.8)
    monkeypatch.setattr(module, "LOADER_SECONDS", 0.3)


def answer(
    program: list[str], *boards: Board, usb: str = "1A86:7523", loaders: bool = True
) -> Answer:
    terminal = Terminal(program)
    try:
        return ask(Port(terminal.port, usb), boards, loaders)
    finally:
        terminal.close()


def python(code: str) -> list[str]:
    return [sys.executable, "-u", "-c", code]


def test_our_firmware_is_heard() -> None:
    assert answer(fake_board(), NANO, ESP) == Answer(environment="fake")


def test_a_nanos_boot_loader_is_heard() -> None:
    assert answer(python(STK), NANO, ESP).loader == "stk500"


def test_an_esp32s_greeting_is_heard() -> None:
    assert answer(python(GREETING), NANO, ESP).loader == "esp"


def test_a_silent_port_is_nothing() -> None:
    assert answer(python(SILENT), NANO, ESP) == Answer()


@pytest.mark.parametrize(
    ("boards", "usb", "loaders"),
    [((BLE,), "2341:805A", True), ((NANO, ESP), "1A86:7523", False)],
    ids=["one board only", "must not reset"],
)
def test_no_boot_loader_is_asked_without_need(
    boards: tuple[Board, ...], usb: str, loaders: bool
) -> None:
    assert answer(python(STK), *boards, usb=usb, loaders=loaders) == Answer()


@pytest.fixture
def rom() -> Iterator[str]:
    """A mock of the ESP32's ROM boot loader."""
    mock = pytest.importorskip("esp32_mock_bootloader.api", reason="type make setup")
    with mock.mock_bootloader("esp32") as board:
        yield board.url()


def test_an_esp32s_boot_loader_answers_on_a_socket(rom: str) -> None:
    assert ask(Port(rom), (NANO, ESP, BLE)).loader == "esp"


@pytest.mark.parametrize("device", ["/dev/ttyNONE", "socket://nowhere", "strange://x"])
def test_a_port_that_is_not_there_is_a_problem(device: str) -> None:
    assert ask(Port(device), (NANO,)).problem
