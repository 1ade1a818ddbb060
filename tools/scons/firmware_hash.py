"""Which firmware is this? Eight hexadecimal digits of everything in the project that determines it.

That is: the sources and generated headers, and the options of its environment in platformio.ini.
The same sources give the same hash in another folder, on another system and at another time; the
versions of compiler and framework count as platformio.ini pins them. Standard library only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

DIGITS = 8
FOLDERS = ("src", "lib")
SUFFIXES = (".h", ".cpp", ".c", ".S", ".json")
OPTIONS = (
    "platform",
    "board",
    "framework",
    "build_flags",
    "build_unflags",
    "build_src_flags",
    "build_src_filter",
    "lib_deps",
    "monitor_speed",
    "custom_engine",
    "custom_tflm",
    "custom_sensor",
    "custom_bus",
    "custom_storage",
)
Option = Callable[[str], Any]


def firmware_hash(root: Path, headers: Path, environment: str, option: Option) -> str:
    """The hash of an environment's firmware.

    root: the project; headers: the folder of the generated headers; option: the value of an option
    of the environment by its name, None where it is not set.
    """
    digest = hashlib.sha256(f"{environment}\n".encode())
    for name in OPTIONS:
        digest.update(f"{name} = {_words(option(name), root)}\n".encode())
    for name, path in _files(root, headers):
        text = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name} {len(text)}\n".encode() + text)
    return digest.hexdigest()[:DIGITS]


def _files(root: Path, headers: Path) -> Iterator[tuple[str, Path]]:
    """Name and path of every file that counts, in an order that does not depend on the system."""
    found = {path.relative_to(headers).as_posix(): path for path in headers.glob("*.h")}
    for folder in FOLDERS:
        for path in (root / folder).rglob("*"):
            if path.suffix in SUFFIXES:
                found[path.relative_to(root).as_posix()] = path
    yield from sorted(found.items())


def _words(value: Any, root: Path) -> str:
    """An option's value without the place of the project and without line breaks."""
    items = [str(item) for item in value] if isinstance(value, list) else [str(value or "")]
    return " ".join(" ".join(items).split()).replace(str(root), "")
