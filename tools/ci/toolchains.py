"""Compilers, simulators and the browser of the tests: what is needed, what is missing."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ARDUINO_CORE = Path("/usr/share/arduino/hardware/arduino/avr")  # Debian's arduino-core-avr


@dataclass(frozen=True)
class Toolchain:
    """The needs of one simulated environment, or of another test."""

    environment: str  # in platformio.ini, or a name for the test
    title: str
    commands: tuple[str, ...]
    files: tuple[Path, ...]
    debian: tuple[str, ...]  # packages that bring all of it
    from_registry: bool  # PlatformIO downloads it where its registry answers
    instead: tuple[str, ...] = ()  # any of these commands serves for all of `commands`
    also: Callable[[], list[str]] = list  # names what else is missing

    def missing(self) -> list[str]:
        """Names of commands and files that this machine lacks."""
        commands = [command for command in self.commands if shutil.which(command) is None]
        if any(map(shutil.which, self.instead)):
            commands = []
        files = [str(path) for path in self.files if not path.exists()]
        return commands + files + ([] if commands else self.also())

    @property
    def remedy(self) -> str:
        """The command for Debian and its relatives."""
        return "sudo apt-get install --no-install-recommends " + " ".join(self.debian)


def _fuzzers_runtime() -> list[str]:
    """The library of clang's fuzzer if clang has none; Apple's is one of these."""
    name = f"libclang_rt.fuzzer-{platform.machine()}.a"
    found = subprocess.run(
        ["clang++", f"-print-file-name={name}"], capture_output=True, text=True, check=False
    )
    return [] if Path(found.stdout.strip()).is_file() else [name]


AVR = Toolchain(
    environment="nano_sim",
    title="Arduino Nano on simavr",
    commands=("avr-gcc", "simavr"),
    files=(ARDUINO_CORE,),
    debian=("gcc-avr", "avr-libc", "arduino-core-avr", "simavr", "libsimavr-dev"),
    from_registry=True,
)
CORTEX_M = Toolchain(
    environment="cortexm_sim",
    title="Cortex-M4F on QEMU",
    commands=("arm-none-eabi-g++", "qemu-system-arm"),
    files=(),
    debian=(
        "gcc-arm-none-eabi",
        "libnewlib-arm-none-eabi",
        "libstdc++-arm-none-eabi-newlib",
        "qemu-system-arm",
    ),
    from_registry=False,
)
BROWSER = Toolchain(
    environment="live page",
    title="the live page in a headless Chromium",
    commands=("chromium",),
    files=(),
    debian=("chromium",),
    from_registry=False,
    instead=("chromium-browser", "google-chrome"),
)
FUZZER = Toolchain(
    environment="fuzzer",
    title="the serial line under clang's fuzzer",
    commands=("clang++",),
    files=(),
    debian=("clang", "libclang-rt-dev"),
    from_registry=False,
    also=_fuzzers_runtime,
)
BROKER = Toolchain(
    environment="gateway",
    title="the gateway with a real MQTT broker",
    commands=(),
    files=(Path("/usr/sbin/mosquitto"),),
    debian=("mosquitto",),
    from_registry=False,
)
SIMULATORS = (AVR, CORTEX_M)
ALL = (*SIMULATORS, BROWSER, FUZZER, BROKER)


def may_install() -> bool:
    """True when packages can be installed without asking anybody: root with apt-get."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str]) -> bool:
    """Install Debian packages with apt-get, output visible; True on success."""
    options = ["-o", "Acquire::Retries=2", "-o", "Acquire::http::Timeout=30"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = (
        ["apt-get", "update", "--quiet", *options],
        ["apt-get", "install", "--quiet", "--yes", "--no-install-recommends", *options, *packages],
    )
    return all(
        subprocess.run(step, env=environment, stdin=subprocess.DEVNULL, check=False).returncode == 0
        for step in steps
    )
