"""ELF files that no linker has made, for what reads them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

ARM, AVR, XTENSA = 40, 83, 94
CODE, DATA, BSS = (1, 6), (1, 3), (8, 3)  # section type and flags


@dataclass(frozen=True)
class Section:
    """How it is loaded (CODE, DATA, BSS), where, how much, and its name in the section table."""

    loaded: tuple[int, int]
    address: int
    size: int
    name: str = ""


def elf(machine: int, sections: Sequence[Section]) -> bytes:
    """A 32-bit little-endian ELF file: header, section table, section names; no content."""
    names = b"".join(section.name.encode() + b"\0" for section in sections)
    table, at = [], 0
    for section in sections:
        kind, flags = section.loaded
        table.append(
            struct.pack("<10I", at, kind, flags, section.address, 0, section.size, *[0] * 4)
        )
        at += len(section.name) + 1
    after = 52 + 40 * (len(table) + 1)
    table.append(struct.pack("<10I", 0, 3, 0, 0, after, len(names), *[0] * 4))
    ident = b"\x7fELF\x01\x01\x01" + bytes(9)
    head = struct.pack(
        "<16sHHIIIIIHHHHHH",
        *(ident, 2, machine, 1, 0, 0, 52, 0, 52, 32, 0, 40, len(table), len(table) - 1),
    )
    return head + b"".join(table) + names
