"""Flash and RAM of a firmware, from the sections of its ELF file; standard library only."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ALLOCATED, _WRITABLE = 2, 1  # section flags
_NOBITS = 8  # section type: takes memory but no place in the file
_MACHINES = {40: "Arm Cortex-M", 83: "AVR", 94: "Xtensa"}
_HEADER = struct.Struct("<16sHHIIIIIHHHHHH")
_SECTION = struct.Struct("<IIIIIIIIII")
_TELEMETRY = b"anomaly:"  # a test program is built to the same path, but does not say this
# Static RAM. Other writable sections are EEPROM and fuses on AVR; on the ESP32 the memory of the
# real-time clock and windows onto flash.
_RAM = {
    "Arm Cortex-M": range(0x20000000, 0x40000000),
    "AVR": range(0x800100, 0x810000),
    "Xtensa": range(0x3FFAE000, 0x40000000),
}
_AVR_EEPROM = 0x810000  # from here on nothing goes to flash
# mbed's linker script makes sections of the RAM that is left for heap and stack.
_LEFT_OVER = ("heap", "stack")


class ElfError(ValueError):
    """An ELF file that is cut or damaged; the text says what to do."""


@dataclass(frozen=True)
class Footprint:
    """Bytes of a whole firmware: flash holds code, constants and initial values."""

    environment: str
    processor: str
    flash: int
    ram: int


@dataclass(frozen=True)
class _Section:
    name: str
    kind: int
    flags: int
    address: int
    size: int


def footprints(build: Path, model_hash: str) -> list[Footprint]:
    """Firmware of boards below a PlatformIO build folder that carries this very model."""
    found = []
    for path in sorted(build.glob("*/firmware.elf")):
        content = path.read_bytes()
        if model_hash.encode() in content and _TELEMETRY in content:
            measured = measure(path.parent.name, content)
            found += [measured] if measured is not None else []
    return found


def measure(environment: str, content: bytes) -> Footprint | None:
    """Footprint of a 32-bit little-endian ELF file of a known processor, else None."""
    if content[:6] != b"\x7fELF\x01\x01" or len(content) < _HEADER.size:
        return None
    processor = _MACHINES.get(_HEADER.unpack_from(content)[2])
    if processor is None:
        return None
    flash = ram = 0
    for section in _sections(environment, content):
        if not section.flags & _ALLOCATED or section.name.lstrip(".") in _LEFT_OVER:
            continue
        if section.kind != _NOBITS and not (processor == "AVR" and section.address >= _AVR_EEPROM):
            flash += section.size
        if section.flags & _WRITABLE and section.address in _RAM[processor]:
            ram += section.size
    return Footprint(environment, processor, flash, ram)


def _sections(environment: str, content: bytes) -> Iterator[_Section]:
    header = _HEADER.unpack_from(content)
    offset, entry_size, count, names = header[6], header[11], header[12], header[13]
    if count == 0 or entry_size < _SECTION.size or offset + count * entry_size > len(content):
        raise ElfError(
            f"the ELF file of {environment} is cut or damaged: remove .pio/build/{environment} "
            "and build it again"
        )
    table = [_SECTION.unpack_from(content, offset + i * entry_size) for i in range(count)]
    text = content[table[names][4] :] if 0 < names < count else b""
    for name, kind, flags, address, _, size, *_ in table:
        yield _Section(
            text[name : text.find(b"\0", name)].decode("latin-1"), kind, flags, address, size
        )
