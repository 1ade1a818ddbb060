"""thrum/device/listen.py: the monitor's port and baud."""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from thrum.device import ask, listen
from thrum.device.boards import BRIDGES, Board, Port
from thrum.device.choose import NoBoardError

FRAME = b"anomaly:0.06,z:0.16,rms_mg:26,state:1\r\n"
NANO = Board("nano", "n", (BRIDGES["CH340"],), 115_200)
CH340 = Port("/dev/ttyUSB0", BRIDGES["CH340"])
CP210X = Port("/dev/ttyUSB1", BRIDGES["CP210x"])
BLE = Port("/dev/ttyACM0", "2341:805A")


def noise(count: int) -> bytes:
    return random.Random(1).randbytes(count)


class Line:
    """A port at which a board of this rate talks, or answers when it is asked.

    At other rates it gives noise, or what is given for them.
    """

    def __init__(
        self, baud: int, board_baud: int, says: bytes, when_asked: bool, otherwise: bytes
    ) -> None:
        self._says = says if baud == board_baud else otherwise
        self._talks = not when_asked

    def read(self, _: int) -> bytes:
        says, self._says = (self._says, b"") if self._talks else (b"", self._says)
        return says

    def write(self, data: bytes) -> None:
        self._talks = self._talks or b"?\n" in data


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "LISTEN_SECONDS", 0.1)
    monkeypatch.setattr(listen, "QUIET_SECONDS", 0.01)
    monkeypatch.setattr(listen, "PORT_SECONDS", 0.0)
    monkeypatch.setattr(sys, "argv", ["pio", "device", "monitor"])


def plug_in(
    monkeypatch: pytest.MonkeyPatch,
    *ports: Port,
    baud: int = 115_200,
    says: bytes = FRAME,
    when_asked: bool = False,
    otherwise: bytes = noise(400),
) -> None:
    @contextlib.contextmanager
    def opened(device: str, rate: int) -> Iterator[Line]:
        assert device != "/dev/ttyS0"
        yield Line(rate, baud, says, when_asked, otherwise)

    monkeypatch.setattr(ask, "opened", opened)
    monkeypatch.setattr(ask, "list_ports", lambda: [Port("/dev/ttyS0"), *ports])


def prepared(folder: Path, **options: Any) -> tuple[dict[str, Any], list[str]]:
    """The bytes that the monitor gets, and the text that the user reads."""
    ini = folder / "platformio.ini"
    ini.write_text(
        "[env:nano]\ncustom_usb = CH340\nmonitor_speed = 115200\n"
        "[env:esp32dev]\ncustom_usb = CP210x\nmonitor_speed = 460800\n"
        "[env:nano33ble]\ncustom_usb = 2341:805A\nmonitor_speed = 115200\n",
        encoding="utf-8",
    )
    said: list[str] = []
    given = {"port": None, "baud": 115_200, "environment": None, **options}
    listen.prepare(given, ini, folder, said.append)
    return given, said


@pytest.mark.parametrize("when_asked", [False, True], ids=["talks", "answers"])
def test_both_rates_are_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when_asked: bool
) -> None:
    plug_in(monkeypatch, CP210X, baud=460_800, when_asked=when_asked)
    options, said = prepared(tmp_path)
    assert (options["port"], options["baud"]) == ("/dev/ttyUSB1", 460_800)
    assert said == ["the board talks at 460800 baud, not 115200"]


def test_the_first_rate_is_kept_without_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug_in(monkeypatch, CH340)
    options, said = prepared(tmp_path)
    assert (options["port"], options["baud"], said) == ("/dev/ttyUSB0", 115_200, [])


ROM = b"ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13\r\n"


def test_an_esp32s_rom_does_not_decide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch, CP210X, baud=460_800, otherwise=ROM)
    assert prepared(tmp_path)[0]["baud"] == 460_800


def test_another_firmware_is_shown_at_its_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug_in(monkeypatch, CP210X, baud=460_800, says=b"hello world\r\n" * 3)
    assert prepared(tmp_path)[0]["baud"] == 460_800


def test_garbage_and_silence_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch, CH340, baud=9600)
    options, said = prepared(tmp_path)
    assert options["baud"] == 115_200 and "none that can be read at 115200 and 460800" in said[0]
    plug_in(monkeypatch, CH340, says=b"", otherwise=b"")
    assert "has said nothing at 115200 and 460800 baud" in prepared(tmp_path)[1][0]


def test_what_the_user_types_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch, CH340, baud=460_800)
    monkeypatch.setattr(sys, "argv", ["pio", "device", "monitor", "-b", "9600"])
    assert prepared(tmp_path, baud=9600)[0]["baud"] == 9600
    options, _ = prepared(tmp_path, port="socket://127.0.0.1:1")
    assert options["port"] == "socket://127.0.0.1:1"


def test_native_usb_has_no_rate_to_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch, BLE, says=b"")
    options, said = prepared(tmp_path)
    assert options["port"] == "/dev/ttyACM0" and said == []


def test_an_environment_takes_its_own_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug_in(monkeypatch, CH340, CP210X, BLE)
    assert prepared(tmp_path, environment="nano")[0]["port"] == "/dev/ttyUSB0"
    with pytest.raises(NoBoardError, match="3 boards are plugged in") as error:
        prepared(tmp_path, environment="native")
    assert "pio device monitor --port /dev/ttyACM0" in str(error.value)


def test_no_board_never_opens_ttys0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch)
    with pytest.raises(NoBoardError, match="no board is plugged in") as error:
        prepared(tmp_path)
    assert "cable" in str(error.value) and "ttyS0" not in str(error.value)


@pytest.mark.parametrize(
    ("heard", "readable"),
    [
        (FRAME, True),
        (b"\xff\x00\x80maly:0.06\r\n" + FRAME, True),
        (b"ready\n", True),
        (noise(2000), False),
        (noise(300) + b"\nabcd\n" + noise(300), False),
        (b"\xe0\x1c\xfc" * 200, False),
        (b"", False),
        (b"\n\n\n", False),
    ],
)
def test_readable(heard: bytes, readable: bool) -> None:
    assert listen.is_readable(heard) is readable


def test_garbage_of_a_decoded_line() -> None:
    assert listen.is_garbage(noise(200).decode("utf-8", "replace"))
    assert not listen.is_garbage(FRAME.decode() * 3)
    assert not listen.is_garbage("state ärgerlich μ 20 °C\r\n" * 5)
