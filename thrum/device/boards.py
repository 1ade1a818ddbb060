"""The boards of the project, as platformio.ini names them, and the USB ports they appear as.

`pio run -t upload`, `pio device monitor` and `thrum doctor` look boards up here. Options of an
environment in platformio.ini:
  custom_usb = CH340 FTDI   bridges that the board is sold with, or VID:PID of its own USB; without
                            it the environment is no board
  custom_variant = yes      the same board with another sensor: taken only when its firmware says so
Standard library only.
"""

from __future__ import annotations

import configparser
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

# USB to serial bridges: the chip's name, as printed on it, and its VID:PID.
BRIDGES = {
    "CP210x": "10C4:EA60",
    "CH340": "1A86:7523",
    "CH9102": "1A86:55D4",
    "FTDI": "0403:6001",
}
DEFAULT_BAUD = 9600  # PlatformIO's, where monitor_speed is not set
LOADERS = {"atmelavr": "stk500", "espressif32": "esp"}  # by platform


@dataclass(frozen=True)
class Board:
    """One environment that can be uploaded to a board."""

    environment: str
    manifest: str  # PlatformIO's name of the board: nanoatmega328
    usb: tuple[str, ...] = ()  # VID:PID, upper case
    baud: int = DEFAULT_BAUD  # of the firmware's serial line
    platform: str = ""  # without its version
    upload_baud: int = 0  # of the boot loader, 0 where nothing is said
    variant: bool = False

    @property
    def loader(self) -> str:
        """The protocol of its boot loader that can be asked: "stk500", "esp" or ""."""
        return LOADERS.get(self.platform, "")

    def fits(self, port: Port) -> bool:
        """Whether it may be the board at this port."""
        return not port.usb or port.usb in self.usb


@dataclass(frozen=True)
class Port:
    """A serial port of this computer."""

    device: str  # /dev/ttyUSB0, COM3, or a URL
    usb: str = ""  # VID:PID, upper case; empty for a port that is not USB
    description: str = ""

    def __str__(self) -> str:
        bridge = next((name for name, usb in BRIDGES.items() if usb == self.usb), "")
        words = bridge or self.description
        return f"{self.device} ({words})" if words else self.device


class ConfigError(ValueError):
    """platformio.ini cannot be read; the text says where and why."""


def read_boards(path: Path) -> list[Board]:
    """Every environment of this platformio.ini that says custom_usb, in its order.

    ConfigError names an option that cannot be read.
    """
    parser = configparser.ConfigParser(
        interpolation=None, strict=False, inline_comment_prefixes=(";",), allow_no_value=True
    )
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, configparser.Error) as error:
        raise ConfigError(f"{path.name} cannot be read: {error}") from None
    sections = [name for name in parser.sections() if name.startswith("env:")]
    boards = (_board(parser, section) for section in sections)
    return [board for board in boards if board.usb]


def with_manifests(boards: Iterable[Board], platforms: Path) -> list[Board]:
    """The boards with the hwids of PlatformIO's manifests too, where the platform is installed.

    platforms: PlatformIO's folder of platforms.
    """
    return [
        replace(board, usb=tuple(dict.fromkeys([*board.usb, *_hwids(board, platforms)])))
        for board in boards
    ]


def bauds(boards: Sequence[Board]) -> list[int]:
    """The rates of the boards' serial lines, each once."""
    return list(dict.fromkeys(board.baud for board in boards))


def _board(parser: configparser.ConfigParser, section: str) -> Board:
    def option(name: str, default: str = "") -> str:
        return (_look_up(parser, section, name) or default).strip()

    def number(name: str, default: int) -> int:
        text = option(name, str(default))
        if not text.isdecimal():
            raise ConfigError(f"platformio.ini: [{section}] {name} = {text}: give a number")
        return int(text)

    return Board(
        environment=section.removeprefix("env:"),
        manifest=option("board"),
        usb=tuple(_usb(section, word) for word in option("custom_usb").replace(",", " ").split()),
        baud=number("monitor_speed", DEFAULT_BAUD),
        platform=option("platform").partition("@")[0].strip(),
        upload_baud=number("upload_speed", 0),
        variant=option("custom_variant", "no").lower() in ("yes", "true", "on", "1"),
    )


def _look_up(
    parser: configparser.ConfigParser, section: str, name: str, seen: tuple[str, ...] = ()
) -> str | None:
    """The option's value in the section, in what it extends, or in [env]."""
    if section in seen or not parser.has_section(section):
        return None
    if parser.has_option(section, name):
        return parser.get(section, name)
    parents = (parser.get(section, "extends", fallback="") or "").replace(",", " ").split()
    for parent in reversed(parents):
        value = _look_up(parser, parent, name, (*seen, section))
        if value is not None:
            return value
    top = not seen and parser.has_section("env")
    return parser.get("env", name, fallback=None) if top else None


def _usb(section: str, word: str) -> str:
    named = {name.lower(): usb for name, usb in BRIDGES.items()}.get(word.lower())
    parts = word.split(":")
    if named is None and [len(part) for part in parts] != [4, 4]:
        raise ConfigError(
            f"platformio.ini: [{section}] custom_usb = {word}: give VID:PID, such as 2341:005A, or "
            f"one of {', '.join(BRIDGES)}"
        )
    return named or word.upper()


def _hwids(board: Board, platforms: Path) -> list[str]:
    """VID:PID of the board's own manifest."""
    found: list[str] = []
    for path in platforms.glob(f"{board.platform}*/boards/{board.manifest}.json"):
        try:
            pairs = json.loads(path.read_text(encoding="utf-8"))["build"]["hwids"]
        except (OSError, ValueError, KeyError):
            continue
        found += [f"{int(vid, 16):04X}:{int(pid, 16):04X}" for vid, pid in pairs]
    return found
