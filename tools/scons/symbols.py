"""The symbols of an ELF file: what is where, how large, and in which memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection


@dataclass(frozen=True)
class Symbol:
    """A function or variable; initial values of variables are in flash and in RAM."""

    name: str  # as the linker knows it
    address: int
    size: int  # bytes; 0 for a mark of the linker script
    flash: bool
    ram: bool


def symbols(elf: Path) -> Iterator[Symbol]:
    """All that a program defines, and the marks of its linker script; elf must be whole."""
    with elf.open("rb") as stream:
        file = ELFFile(stream)
        for table in file.iter_sections():
            if isinstance(table, SymbolTableSection):
                yield from (_symbol(file, entry) for entry in table.iter_symbols())


def _symbol(file: ELFFile, entry: Any) -> Symbol:
    flash = ram = False
    if isinstance(entry["st_shndx"], int):  # neither absolute nor of another file
        section = file.get_section(entry["st_shndx"])
        loaded = bool(section["sh_flags"] & SH_FLAGS.SHF_ALLOC)
        flash = loaded and section["sh_type"] != "SHT_NOBITS"
        ram = loaded and bool(section["sh_flags"] & SH_FLAGS.SHF_WRITE)
    return Symbol(entry.name, entry["st_value"], entry["st_size"], flash, ram)
