"""Flash and RAM of a firmware, from the sections of its ELF file; standard library only."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ALLOCATED, _WRITABLE = 2, 1  # section flags
_NOBITS = 8  # section type: takes memory but no place in the file
_MACHINES = {40: "Arm Cortex-M", 83: "AVR"}
_HEADER = struct.Struct("<16sHHIIIIIHHHHHH")
_SECTION = struct.Struct("<IIIIIIIIII")
_TELEMETRY = b"anomaly:"  # a test program is built to the same path, but does not say this
_AVR_EEPROM = 0x810000  # AVR's linker gives EEPROM and fuses addresses from here on


@dataclass(frozen=True)
class Footprint:
    """Bytes of a whole firmware: flash holds code, constants and initial values."""

    environment: str
    processor: str
    flash: int
    ram: int


def footprints(build: Path, model_hash: str) -> list[Footprint]:
    """Firmware of boards below a PlatformIO build folder that carries this very model."""
    found = []
    for path in sorted(build.glob("*/firmware.elf")):
        content = path.read_bytes()
        measured = measure(path.parent.name, content)
        if measured is not None and model_hash.encode() in content and _TELEMETRY in content:
            found.append(measured)
    return found


def measure(environment: str, content: bytes) -> Footprint | None:
    """Footprint of a 32-bit little-endian ELF file of a known processor, else None."""
    if len(content) < _HEADER.size or content[:6] != b"\x7fELF\x01\x01":
        return None
    processor = _MACHINES.get(_HEADER.unpack_from(content)[2])
    if processor is None:
        return None
    flash = ram = 0
    for kind, flags, address, size in _sections(content):
        if not flags & _ALLOCATED or (processor == "AVR" and address >= _AVR_EEPROM):
            continue
        flash += 0 if kind == _NOBITS else size
        ram += size if flags & _WRITABLE else 0
    return Footprint(environment, processor, flash, ram)


def _sections(content: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Type, flags, address and size of every section."""
    header = _HEADER.unpack_from(content)
    offset, entry_size, count = header[6], header[11], header[12]
    for i in range(count):
        section = _SECTION.unpack_from(content, offset + i * entry_size)
        yield section[1], section[2], section[3], section[5]
