"""Flash and RAM of a firmware, read from its ELF file for every processor that a board has."""

from __future__ import annotations

from pathlib import Path

import pytest
from elves import ARM, AVR, BSS, CODE, DATA, XTENSA, Section, elf

from thrum.firmware import footprint
from thrum.firmware.footprint import Footprint

NANO = [
    Section(CODE, 0, 1000, ".text"),
    Section(DATA, 0x800100, 50, ".data"),
    Section(BSS, 0x800132, 200, ".bss"),
    Section(DATA, 0x810000, 99, ".eeprom"),
    Section((1, 0), 0, 9999, ".debug_info"),
]
# As the linker script of ArduinoCore-mbed lays it out: heap and stack fill the rest of the RAM.
NANO_33 = [
    Section(CODE, 0x10000, 100_000, ".text"),
    Section((1, 2), 0x28700, 8, ".ARM.exidx"),
    Section(BSS, 0x20000000, 512, ".nvictable"),
    Section(DATA, 0x20006000, 3_000, ".data"),
    Section(BSS, 0x20006BB8, 40_000, ".bss"),
    Section(BSS, 0x200107F8, 190_000, ".heap"),
    Section(BSS, 0x2003FC00, 1024, ".stack"),
]
# As ESP-IDF 4.4 does: instruction RAM, data RAM, windows onto flash, the real-time clock's memory.
ESP32 = [
    Section(BSS, 0x400C0000, 16, ".rtc.bss"),
    Section(CODE, 0x40080000, 1_024, ".iram0.vectors"),
    Section(CODE, 0x40080404, 50_000, ".iram0.text"),
    Section(DATA, 0x3FFBDB60, 12_000, ".dram0.data"),
    Section(BSS, 0x3FFC0A40, 8_000, ".dram0.bss"),
    Section(BSS, 0x3FFC2980, 0, ".dram0.heap_start"),
    Section(DATA, 0x3F400020, 60_000, ".flash.rodata"),
    Section(BSS, 0x3F40EA80, 4_096, ".flash.rodata_noload"),
    Section(CODE, 0x400D0020, 200_000, ".flash.text"),
    Section(BSS, 0x4008D000, 64, ".iram0.bss"),
]


@pytest.mark.parametrize(
    ("machine", "sections", "expected"),
    [
        (AVR, NANO, Footprint("it", "AVR", 1_050, 250)),
        (ARM, NANO_33, Footprint("it", "Arm Cortex-M", 103_008, 43_512)),
        (XTENSA, ESP32, Footprint("it", "Xtensa", 323_024, 20_000)),
    ],
)
def test_flash_and_ram_come_from_the_sections(
    machine: int, sections: list[Section], expected: Footprint
) -> None:
    assert footprint.measure("it", elf(machine, sections)) == expected


def test_only_firmware_with_this_model_is_listed(tmp_path: Path) -> None:
    this, telemetry = b"0123456789ab", b"anomaly:"
    whole = elf(ARM, [Section(CODE, 0, 10, ".text")])
    programs = {
        "nano": whole + this + telemetry,
        "old": whole + b"ba9876543210" + telemetry,
        "test": whole + this,
    }
    for name, content in programs.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "firmware.elf").write_bytes(content)
    assert [b.environment for b in footprint.footprints(tmp_path, "0123456789ab")] == ["nano"]


@pytest.mark.parametrize("content", [b"", b"\x7fELF\x02\x01" + bytes(60), elf(62, [])])
def test_other_files_have_no_footprint(content: bytes) -> None:
    assert footprint.measure("x", content) is None


@pytest.mark.parametrize("length", [60, 52 + 40, 52 + 40 * 5])
def test_a_cut_file_is_not_measured(length: int) -> None:
    with pytest.raises(footprint.ElfError, match=r"damaged: remove \.pio/build/nano and"):
        footprint.measure("nano", elf(AVR, NANO)[:length])


@pytest.mark.parametrize(("at", "value"), [(46, 0), (48, 0), (32, 0xFF)])
def test_a_damaged_header_is_not_measured(at: int, value: int) -> None:
    """Size of an entry, number of entries, start of the section table."""
    content = bytearray(elf(AVR, NANO))
    content[at : at + 2] = bytes([value, value])
    with pytest.raises(footprint.ElfError, match="the ELF file of nano is cut or damaged"):
        footprint.measure("nano", bytes(content))
