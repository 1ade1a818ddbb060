"""Flash and RAM of a firmware, from the sections of its ELF file."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import Section

_MACHINES = {"EM_ARM": "Arm Cortex-M", "EM_AVR": "AVR", "EM_XTENSA": "Xtensa"}
_ENTRY = 40  # bytes of a section's entry in the table of a 32-bit file
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


def footprints(build: Path, model_hash: str) -> list[Footprint]:
    """Firmware of boards in a PlatformIO build folder that contains this model."""
    found = []
    for path in sorted(build.glob("*/firmware.elf")):
        content = path.read_bytes()
        if model_hash.encode() in content and _TELEMETRY in content:
            measured = measure(path.parent.name, content)
            found += [measured] if measured is not None else []
    return found


def measure(environment: str, content: bytes) -> Footprint | None:
    """Footprint of a 32-bit little-endian ELF file of a known processor, else None.

    ElfError if the file is cut or damaged.
    """
    if content[:6] != b"\x7fELF\x01\x01":
        return None
    try:
        file = ELFFile(BytesIO(content))
        processor = _MACHINES.get(file["e_machine"])
        if processor is None:
            return None
        sections = _sections(file, len(content))
    except ELFError:
        raise ElfError(
            f"the ELF file of {environment} is cut or damaged: remove .pio/build/{environment} "
            "and build it again"
        ) from None
    flash = sum(section["sh_size"] for section in sections if _in_flash(section, processor))
    ram = sum(section["sh_size"] for section in sections if _in_ram(section, processor))
    return Footprint(environment, processor, flash, ram)


def _sections(file: ELFFile, size: int) -> list[Section]:
    """Sections that are loaded into the processor; ELFError if the table does not fit the file."""
    count, entry = file["e_shnum"], file["e_shentsize"]
    if count == 0 or entry < _ENTRY or file["e_shoff"] + count * entry > size:
        raise ELFError("the section table is damaged")
    loaded = (s for s in file.iter_sections() if s["sh_flags"] & SH_FLAGS.SHF_ALLOC)
    return [section for section in loaded if section.name.lstrip(".") not in _LEFT_OVER]


def _in_flash(section: Section, processor: str) -> bool:
    eeprom = processor == "AVR" and section["sh_addr"] >= _AVR_EEPROM
    return section["sh_type"] != "SHT_NOBITS" and not eeprom


def _in_ram(section: Section, processor: str) -> bool:
    writable = section["sh_flags"] & SH_FLAGS.SHF_WRITE
    return bool(writable) and section["sh_addr"] in _RAM[processor]
