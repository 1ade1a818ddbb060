"""thrum/device/boards.py: which environments are boards, and how they show on USB."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from thrum.device.boards import BRIDGES, Board, ConfigError, Port, read_boards, with_manifests
from thrum.paths import ROOT

TEXT = """\
[env]
monitor_speed = 115200
[base]
custom_usb = CP210x  ; as sold
[env:native]
platform = native@1.2.1
[env:small]
platform = atmelavr@5.2.0
board = nanoatmega328
custom_usb = CH340 FTDI
[env:fast]
extends = base
platform = espressif32@7.1.3
board = esp32dev
monitor_speed = 460800
upload_speed = 921600
[env:other_sensor]
extends = env:fast
custom_variant = yes
[env:simulated]
extends = env:small
custom_usb =
"""


def read(folder: Path, text: str) -> list[Board]:
    path = folder / "platformio.ini"
    path.write_text(text, encoding="utf-8")
    return read_boards(path)


def test_boards_are_the_environments_that_name_their_usb(tmp_path: Path) -> None:
    small, fast, other = read(tmp_path, TEXT)
    assert small.environment == "small" and small.usb == (BRIDGES["CH340"], BRIDGES["FTDI"])
    assert (small.baud, small.loader, small.upload_baud) == (115_200, "stk500", 0)
    assert fast.usb == (BRIDGES["CP210x"],) and (fast.baud, fast.loader) == (460_800, "esp")
    assert other.variant and not fast.variant and other.upload_baud == 921_600


def test_the_projects_own_boards() -> None:
    boards = {board.environment: board for board in read_boards(ROOT / "platformio.ini")}
    assert {"nano", "nano_new", "nano33ble", "esp32dev"} <= set(boards)
    assert not {"native", "native_tflm", "nano_sim", "cortexm_sim"} & set(boards)
    assert boards["nano"].upload_baud == 57_600 and boards["nano_new"].upload_baud == 115_200
    assert boards["esp32dev"].baud == 460_800
    assert boards["nano33ble"].usb == ("2341:805A", "2341:005A")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("custom_usb = CH999", "custom_usb = CH999: give VID:PID"),
        ("custom_usb = FTDI\nmonitor_speed = fast", "monitor_speed = fast: give a number"),
        ("no section", "cannot be read"),
    ],
)
def test_says_what_is_wrong(tmp_path: Path, line: str, words: str) -> None:
    text = line if line == "no section" else f"[env:x]\n{line}\n"
    with pytest.raises(ConfigError, match=words):
        read(tmp_path, text)


def test_manifests_of_installed_platforms_add_their_hwids(tmp_path: Path) -> None:
    manifest = tmp_path / "nordic@1.0" / "boards" / "ble.json"
    manifest.parent.mkdir(parents=True)
    hwids = [["0x2341", "0x805a"], ["0x2341", "0x005A"]]
    manifest.write_text(json.dumps({"build": {"hwids": hwids}}), encoding="utf-8")
    board = Board("ble", "ble", usb=("2341:805A",), platform="nordic")
    [found] = with_manifests([board], tmp_path)
    assert found.usb == ("2341:805A", "2341:005A")
    manifest.write_text("{}", encoding="utf-8")
    assert with_manifests([board], tmp_path) == [board]


def test_a_port_is_named_with_its_bridge() -> None:
    assert str(Port("/dev/ttyUSB0", BRIDGES["CH340"], "USB Serial")) == "/dev/ttyUSB0 (CH340)"
    assert str(Port("COM3", "2341:805A", "Nano 33 BLE")) == "COM3 (Nano 33 BLE)"
    assert str(Port("socket://x:1")) == "socket://x:1"
