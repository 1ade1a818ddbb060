"""The example sketch of each library compiles as it stands; what can be run is run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from thrum.codegen.headers import headers
from thrum.derived import sine_table
from thrum.paths import ROOT
from tools.ci.toolchains import ARDUINO_CORE

LIBRARIES = sorted(path.parent for path in (ROOT / "lib").glob("*/library.json"))
VIBRATION = ROOT / "lib" / "vibration"
BANDS = VIBRATION / "examples" / "Bands" / "Bands.ino"
FLAGS = ("-std=gnu++17", "-Wall", "-Wextra", "-Werror", "-Os")

# What the sketches take from an Arduino core. The input is a sine of one period in 8 samples.
CORE = """
#pragma once
#include <math.h>
#include <stdint.h>
#include <stdio.h>
constexpr int A0 = 0;
inline uint32_t now = 0;
inline uint32_t micros() { return now += 10; }
inline void delay(uint32_t) {}
inline int analogRead(int) {
  static int i = 0;
  return 512 + static_cast<int>(lround(300 * sin(2 * M_PI * i++ / 8)));
}
struct Console {
  void begin(long) {}
  void print(const char* text) { printf("%s", text); }
  void print(char text) { printf("%c", text); }
  void print(int number) { printf("%d", number); }
  void println(int number) { printf("%d\\n", number); }
  void println() { printf("\\n"); }
};
inline Console Serial;
"""
PLAY = '#include "sketch.h"\nint main() {\n  setup();\n  loop();\n}\n'


def compiled(
    folder: Path, sketch: Path, *flags: str, compiler: str = "g++", output: str = "x"
) -> Path:
    """The sketch as a board's build makes a source of it: the core's header first."""
    (folder / "Arduino.h").write_text(CORE, encoding="utf-8")
    text = sketch.read_text(encoding="utf-8")
    (folder / "sketch.h").write_text(f'#include "Arduino.h"\n{text}', encoding="utf-8")
    (folder / "main.cpp").write_text(PLAY, encoding="utf-8")
    program = folder / output
    command = [compiler, *FLAGS, f"-I{folder}", str(folder / "main.cpp"), *flags]
    done = subprocess.run(
        [*command, "-o", str(program)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return program


def test_the_bands_of_a_sine_are_loudest_where_it_is(tmp_path: Path) -> None:
    sources = [str(path) for path in sorted((VIBRATION / "src/thrum/dsp").glob("*.cpp"))]
    sources += [str(VIBRATION / "src/thrum/core/fixed_point.cpp")]
    program = compiled(tmp_path, BANDS, f"-I{VIBRATION / 'src'}", *sources)
    bands = list(map(int, subprocess.check_output([program], text=True).split()))
    assert len(bands) == 8
    # Bin 8 of 32 lies at the edge of bands 1 and 2 of four bins each; Hann spreads it over both.
    assert bands.index(max(bands)) == 2
    assert min(bands[1], bands[2]) > max(bands[:1] + bands[3:]) + 8 * 256 / 3


def test_the_sketch_of_bands_has_the_projects_sine_table() -> None:
    table = re.search(r"kSine\[\] THRUM_FLASH = \{(.*?)\}", BANDS.read_text("utf-8"), re.DOTALL)
    assert table and tuple(map(int, table.group(1).split(","))) == sine_table(64)


@pytest.mark.skipif(
    not (shutil.which("avr-g++") and ARDUINO_CORE.exists()), reason="needs avr-g++ and its core"
)
def test_the_sketch_of_bands_compiles_for_a_nano(tmp_path: Path) -> None:
    source = tmp_path / "bands.cpp"
    source.write_text(f"#include <Arduino.h>\n{BANDS.read_text('utf-8')}", encoding="utf-8")
    flags = ["-std=gnu++14", "-mmcu=atmega328p", "-DF_CPU=16000000UL", "-DARDUINO=10819", "-Os"]
    flags += ["-fpermissive", "-DDECIMAL_DIG=__DECIMAL_DIG__"]  # for the core, as its platform does
    folders = [ARDUINO_CORE / "cores/arduino", ARDUINO_CORE / "variants/eightanaloginputs"]
    system = [f"-I{folder}" for folder in folders]
    command = ["avr-g++", *flags, "-Wall", "-Wextra", *system, f"-I{VIBRATION / 'src'}"]
    done = subprocess.run(
        [*command, "-c", str(source), "-o", str(tmp_path / "x.o")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_sketch_of_the_interpreter_compiles(tmp_path: Path) -> None:
    for name, text in headers().items():
        (tmp_path / Path(name).name).write_text(text, encoding="utf-8")
    folders = ["lib/vibration/src", "lib/tflm_engine/src", "src", "test/doubles/tflm"]
    sketch = ROOT / "lib/tflm_engine/examples/Deployed/Deployed.ino"
    compiled(tmp_path, sketch, *(f"-I{ROOT / folder}" for folder in folders), "-c", output="x.o")


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda path: path.name)
def test_what_library_json_names_is_there(library: Path) -> None:
    facts = json.loads((library / "library.json").read_text(encoding="utf-8"))
    assert {"name", "version", "description", "keywords", "authors", "license"} <= set(facts)
    named = facts["headers"]
    for header in [named] if isinstance(named, str) else named:
        assert (library / "src" / header).is_file()
    [example] = facts["examples"]
    for file in example["files"]:
        assert (library / example["base"] / file).is_file()
