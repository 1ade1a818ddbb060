"""Budgets: each one that is exceeded says the number, the limit and the largest contributors."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from elves import ARM, BSS, CODE, DATA, XTENSA, Section, elf

from tools.ci import toolchains
from tools.scons import budget
from tools.scons.budget import ROOT

RAM = 2048
PROGRAM = """
namespace thrum { volatile unsigned char ring[900]; }
extern const unsigned char kTable[700];
const unsigned char kTable[700] __attribute__((progmem, used)) = {1};
int main() { return thrum::ring[thrum::ring[0]]; }
"""
needs_avr = pytest.mark.skipif(not shutil.which("avr-gcc"), reason="needs avr-gcc")


@pytest.fixture(scope="module")
def nano_elf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nano")
    source, program = folder / "program.cpp", folder / "firmware.elf"
    source.write_text(PROGRAM, encoding="utf-8")
    program_memory = '-Dprogmem=section(".progmem.data")'
    command = ["avr-g++", "-mmcu=atmega328p", "-Os", program_memory, str(source)]
    subprocess.run([*command, "-o", str(program)], check=True)
    return program


@needs_avr
@pytest.mark.parametrize(
    ("options", "text", "largest"),
    [
        ({"flash_budget": 700}, r"flash of the firmware: 8\d\d B, 1\d\d over", "700 B  kTable"),
        ({"ram_budget": 899}, "static RAM of the firmware: 900 B, 1 over", "900 B  thrum::ring"),
        (
            {"stack_headroom": 1000, "stack_budget": 248},
            "RAM beside static data and peak stack: 900 B, 100 short of",
            "900 B  thrum::ring",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_firmware_over_budget(
    nano_elf: Path, options: dict[str, int], text: str, largest: str
) -> None:
    (excess,) = budget.check_firmware(options, nano_elf, RAM, "avr-c++filt")
    message = excess.message("nano").splitlines()
    option = next(iter(options))
    assert re.match(
        f"nano: {text} custom_{option} = {options[option]} in platformio.ini", message[0]
    )
    assert message[2].strip() == largest


@needs_avr
def test_a_firmware_within_its_budgets(nano_elf: Path) -> None:
    exact = {"flash_budget": 1000, "ram_budget": 900, "stack_budget": 148, "stack_headroom": 1000}
    assert budget.check_firmware(exact, nano_elf, RAM, "avr-c++filt") == []
    assert budget.check_firmware({}, nano_elf, RAM, "avr-c++filt") == []


@pytest.mark.parametrize("option", budget.MEASURED)
def test_a_measurement_over_budget(option: str) -> None:
    measured = dict.fromkeys(budget.MEASURED, 1000)
    parts = {"decision": 300, "features": 700}
    assert budget.check_measured({option: 1000}, measured, "cycles", parts) == []
    (excess,) = budget.check_measured({option: 999}, measured, "cycles", parts)
    message = excess.message("nano")
    timed = option in ("inference_budget", "window_budget")
    assert f"1,000 {'cycles' if timed else 'B'}, 1 over custom_{option} = 999" in message
    assert ("700 cycles  features\n        300 cycles  decision" in message) == timed


def test_a_budget_must_be_a_number() -> None:
    with pytest.raises(budget.BudgetError, match=r"custom_ram_budget = 2k in platformio\.ini"):
        budget.limits({"custom_ram_budget": "2k"})


def test_other_processors_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "firmware.elf"
    path.write_bytes(b"none")
    with pytest.raises(budget.BudgetError, match="a processor"):
        budget.check_firmware({"flash_budget": 1}, path, RAM, "c++filt")


LINKED = {
    ARM: [
        Section(CODE, 0x10000, 100_000, ".text"),
        Section(DATA, 0x20006000, 1_000, ".data"),
        Section(BSS, 0x200063E8, 50_000, ".bss"),
        Section(BSS, 0x20012738, 150_000, ".heap"),
    ],
    XTENSA: [
        Section(CODE, 0x40080404, 50_000, ".iram0.text"),
        Section(DATA, 0x3FFBDB60, 1_000, ".dram0.data"),
        Section(BSS, 0x3FFBDF48, 50_000, ".dram0.bss"),
        Section(DATA, 0x3F400020, 50_000, ".flash.rodata"),
    ],
}


@pytest.fixture
def no_symbols(tmp_path: Path) -> str:
    """An nm that finds nothing in files which no linker has made."""
    for name in ("nm", "c++filt"):
        (tmp_path / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    return str(tmp_path / "nm")


@pytest.mark.parametrize("machine", LINKED)
def test_the_boards_of_other_processors(machine: int, no_symbols: str, tmp_path: Path) -> None:
    path = tmp_path / "firmware.elf"
    path.write_bytes(elf(machine, LINKED[machine]))
    exact = {"flash_budget": 101_000, "ram_budget": 51_000}
    assert budget.check_firmware(exact, path, 262_144, no_symbols) == []
    for option, size in exact.items():
        (excess,) = budget.check_firmware({option: size - 1}, path, 262_144, no_symbols)
        assert f"{size:,} B, 1 over custom_{option} = {size - 1} in" in excess.message("board")


def test_a_firmware_that_cannot_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "esp32dev"
    folder.mkdir()
    path = folder / "firmware.elf"
    with pytest.raises(budget.BudgetError, match=r"firmware\.elf does not exist: build"):
        budget.check_firmware({"ram_budget": 1}, path, RAM, "c++filt")
    path.write_bytes(elf(XTENSA, LINKED[XTENSA])[:100])
    with pytest.raises(budget.BudgetError, match=r"remove \.pio/build/esp32dev and"):
        budget.check_firmware({"ram_budget": 1}, path, RAM, "c++filt")


def test_the_budgets_hold_what_is_promised() -> None:
    nano, cortex = budget.read("nano"), budget.read("cortexm_sim")
    assert nano == budget.read("nano_sim")
    assert nano["ram_budget"] <= 1500 and nano["stack_budget"] <= 200
    assert RAM - nano["stack_headroom"] <= 1500 + 200
    assert nano["inference_budget"] <= 10_000
    assert nano["window_budget"] <= 320_000
    assert nano["engine_flash_budget"] <= 1800
    assert cortex["inference_budget"] <= 1050
    assert cortex["engine_flash_budget"] <= 1900
    assert cortex["engine_ram_budget"] <= 64
    for board, flash, ram in (("nano33ble", 983_040, 262_144), ("esp32dev", 1_310_720, 327_680)):
        assert budget.read(board)["flash_budget"] <= flash // 3
        assert budget.read(board)["ram_budget"] <= ram // 3


@pytest.mark.skipif(bool(toolchains.AVR.missing()), reason="needs avr-gcc and Arduino's core")
def test_a_build_over_budget_fails(tmp_path: Path) -> None:
    """The real firmware, each budget out of reach, in one build: no image is left to upload."""
    text = (ROOT / "platformio.ini").read_text(encoding="utf-8")
    for option, value in (("flash_budget", 99), ("ram_budget", 98), ("stack_headroom", 2000)):
        text, count = re.subn(
            rf"(?m)^custom_{option} = \d+", f"custom_{option} = {value}", text, count=1
        )
        assert count == 1
    text = text.replace("[platformio]", f"[platformio]\nbuild_dir = {tmp_path / 'build'}", 1)
    (tmp_path / "tiny.ini").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "platformio", "run", "-e", "nano", "-c"]
    result = subprocess.run(
        [*command, str(tmp_path / "tiny.ini")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    said = result.stderr
    assert re.search(r"thrum: nano: flash .* over custom_flash_budget = 99 in platformio.ini", said)
    assert re.search(r"thrum: nano: static RAM .* over custom_ram_budget = 98 in", said)
    assert re.search(r"thrum: nano: RAM beside .* short of custom_stack_headroom = 2000 in", said)
    assert said.count("largest contributors:") == 3
    assert not list(tmp_path.rglob("firmware.hex"))
    (program,) = tmp_path.rglob("firmware.elf")
    symbols = subprocess.run(
        ["avr-nm", str(program)], capture_output=True, text=True, check=True
    ).stdout
    assert "main" in symbols
    assert not re.search(r" (malloc|free|_Zn[wa]j)$", symbols, re.MULTILINE), "the heap is used"
