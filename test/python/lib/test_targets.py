"""Which kernels a processor gets: its own where it can run them, the portable ones otherwise."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from thrum.codegen.headers import headers
from thrum.paths import ROOT

SOURCES = ROOT / "lib" / "vibration" / "src"
COMPILER = "arm-none-eabi-g++"
LAYER = """
#include "thrum/nn/kernels.h"
#include "thrum/dsp/loops.h"
struct Layer {
  static constexpr thrum::DenseLayer<4, 4, 1> Get() {
    return {{{1, 2, 3, 4}}, {5}, {1 << 30}, {-5}, 0, -128, 127};
  }
};
constexpr auto kPacked = thrum::DenseKernel<Layer>::Pack();
void Run(const int8_t* input, int8_t* output) {
  thrum::DenseKernel<Layer>::Run(kPacked, input, output);
}
int32_t Sum(const int16_t* samples) { return thrum::kernel::Sum(samples, 64); }
"""

OLD_COMPILER = "avr-g++"

pytestmark = pytest.mark.skipif(not shutil.which(COMPILER), reason=f"needs {COMPILER}")


def _uses_dsp_kernels(folder: Path, *flags: str) -> bool:
    source, compiled = folder / "layer.cpp", folder / "layer.o"
    source.write_text(LAYER, encoding="utf-8")
    subprocess.run(
        [
            COMPILER,
            "-std=gnu++14",
            "-Os",
            "-Wall",
            "-Wextra",
            "-Werror",
            *flags,
            f"-I{SOURCES}",
            "-c",
            str(source),
            "-o",
            str(compiled),
        ],
        check=True,
    )
    symbols = subprocess.run(
        ["arm-none-eabi-nm", "--undefined-only", str(compiled)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = {name in symbols for name in ("thrum_cortex_m4_dense", "thrum_cortex_m4_sum")}
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize("cpu", ["cortex-m4", "cortex-m7", "cortex-m33"])
def test_cores_with_dsp_instructions(cpu: str, tmp_path: Path) -> None:
    """M-profile cores with the DSP extension run the assembly, unless told not to."""
    machine = (f"-mcpu={cpu}", "-mthumb")
    assert _uses_dsp_kernels(tmp_path, *machine)
    assert not _uses_dsp_kernels(tmp_path, *machine, "-DTHRUM_PORTABLE")


@pytest.mark.parametrize(
    "machine",
    [
        ("-mcpu=cortex-m0", "-mthumb"),
        ("-mcpu=cortex-m3", "-mthumb"),
        ("-mcpu=cortex-m33+nodsp", "-mthumb"),
        ("-march=armv5te", "-marm"),
        ("-march=armv7-a", "-marm"),
    ],
    ids=lambda machine: machine[0],
)
def test_other_cores(machine: tuple[str, ...], tmp_path: Path) -> None:
    """Everything else falls back, ARMv5TE and Cortex-A with their own DSP instructions included."""
    assert not _uses_dsp_kernels(tmp_path, *machine)


@pytest.mark.parametrize(
    "machine",
    [("-mcpu=cortex-m0", "-mthumb"), ("-march=armv7-a", "-marm")],
    ids=lambda machine: machine[0],
)
def test_assembly_is_empty_elsewhere(machine: tuple[str, ...], tmp_path: Path) -> None:
    """A build that compiles every file of the library compiles these, too."""
    for source in sorted(SOURCES.rglob("*.S")):
        compiled = tmp_path / "empty.o"
        subprocess.run(
            ["arm-none-eabi-gcc", *machine, f"-I{SOURCES}", "-c", str(source), "-o", str(compiled)],
            check=True,
        )
        size = subprocess.run(
            ["arm-none-eabi-size", str(compiled)], check=True, capture_output=True, text=True
        ).stdout
        assert size.splitlines()[1].split()[3] == "0", source.name


@pytest.mark.skipif(not shutil.which(OLD_COMPILER), reason=f"needs {OLD_COMPILER}")
def test_the_kernels_of_cortex_m_are_for_old_compilers_too(tmp_path: Path) -> None:
    """The Nano 33 BLE has GCC 7.2; the oldest front end here, GCC 5.4, takes its place."""
    machine = ["-mmcu=atmega2560", "-U__AVR__", "-D__ARM_FEATURE_SIMD32=1"]
    machine.append(f"-D__ARM_ARCH_PROFILE={ord('M')}")
    (tmp_path / "model_aot.h").write_text(headers()["include/model_aot.h"], encoding="utf-8")
    source = tmp_path / "engine.cpp"
    source.write_text('#include "model_aot.h"\n', encoding="utf-8")
    for file in (source, *sorted(SOURCES.rglob("*.cpp"))):
        command = [OLD_COMPILER, "-std=gnu++14", "-Wall", "-Wextra", "-Werror", "-Wno-attributes"]
        command += ["-fsyntax-only", *machine, f"-I{SOURCES}", "-x", "c++", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
