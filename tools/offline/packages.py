"""The packages of a core directory that never asks PlatformIO's registry."""

from __future__ import annotations

import compileall
import importlib.util
import json
import shutil
from importlib import metadata
from pathlib import Path

from tools.ci import toolchains
from tools.offline import avr_gcc, core_dir, unity
from tools.offline.core_dir import Package

TEMPLATES = Path(__file__).parents[1] / "platforms"
FRAMEWORK = "5.3.0+debian"  # atmelavr 5.2.0 asks for ~5.3.0, which is Arduino core 1.8.7 as well
SCONS_LAUNCHER = """\
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import SCons.Script  # noqa: E402

SCons.Script.main()
"""


def wanted() -> list[Package]:
    """Everything that this machine's tools allow; the native environment always."""
    found = [scons(), platform("native"), unity_library()]
    own = avr_gcc.wanted()
    if (own or shutil.which("avr-gcc")) and toolchains.ARDUINO_CORE.is_dir():
        found += [avr_toolchain()] if own else []
        found += [platform("atmelavr"), arduino_core(), placeholder("tool-avrdude", "1.70300.0")]
        if shutil.which("simavr"):
            found.append(simavr())
    return found


def scons() -> Package:
    """The build engine: PlatformIO numbers SCons 4.11.1 as 4.41101.0."""
    release = metadata.version("scons")
    major, minor, patch = (int(part) for part in release.split("."))
    package = Package(
        folder="packages/tool-scons",
        kind="tool",
        version=f"4.{major}{minor:02}{patch:02}.0",
        origin=f"SCons {release}",
        fill=lambda folder: _fill_scons(folder, package),
    )
    return package


def platform(name: str) -> Package:
    """A platform written down in tools/platforms; the version stands in its manifest."""
    template = TEMPLATES / name
    manifest = json.loads((template / "platform.json").read_text(encoding="utf-8"))
    return Package(
        folder=f"platforms/{name}",
        kind="platform",
        version=manifest["version"],
        origin=core_dir.tree_hash(template),
        fill=lambda folder: core_dir.copy_tree(template, folder),
    )


def unity_library() -> Package:
    """Unity as a library of the whole core directory, where the dependency finder sees it."""
    return Package(
        folder="lib/Unity",
        kind="library",
        version=unity.VERSION,
        origin=unity.SHA256,
        fill=unity.fill,
        owner="throwtheswitch",
    )


def avr_toolchain() -> Package:
    """avr-gcc 7.3.0; PlatformIO puts its bin in front of PATH."""
    package = Package(
        folder="packages/toolchain-atmelavr",
        kind="tool",
        version=avr_gcc.VERSION,
        origin=avr_gcc.SHA256,
        fill=lambda folder: _fill_avr_toolchain(folder, package),
    )
    return package


def arduino_core() -> Package:
    """Debian's Arduino core, linked."""
    package = Package(
        folder="packages/framework-arduino-avr",
        kind="tool",
        version=FRAMEWORK,
        origin=f"links to {toolchains.ARDUINO_CORE}",
        fill=lambda folder: _fill_arduino_core(folder, package),
    )
    return package


def simavr() -> Package:
    """The simulator from PATH, at the place where PlatformIO's own package has it."""
    program = shutil.which("simavr") or "simavr"
    package = Package(
        folder="packages/tool-simavr",
        kind="tool",
        version="1.10700.0+debian",
        origin=f"link to {program}",
        fill=lambda folder: _fill_simavr(folder, package, program),
    )
    return package


def placeholder(name: str, version: str) -> Package:
    """An empty tool package: PlatformIO insists on it, the program itself comes from PATH."""
    package = Package(
        folder=f"packages/{name}",
        kind="tool",
        version=f"{version}+debian",
        origin="placeholder",
        fill=lambda folder: core_dir.write_manifest(folder, package, "Uses the program on PATH"),
    )
    return package


def _fill_scons(folder: Path, package: Package) -> None:
    spec = importlib.util.find_spec("SCons")
    if spec is None or spec.origin is None:
        raise RuntimeError("SCons is not installed here: type `make setup`")
    core_dir.copy_tree(Path(spec.origin).parent, folder / "SCons")
    # Else every build compiles it anew where PYTHONDONTWRITEBYTECODE is set: 0.2 s of 1.1 s.
    compileall.compile_dir(folder / "SCons", quiet=2)
    (folder / "scons.py").write_text(SCONS_LAUNCHER, encoding="utf-8")
    core_dir.write_manifest(folder, package, "SCons from the Python package index")


def _fill_avr_toolchain(folder: Path, package: Package) -> None:
    avr_gcc.fill(folder)
    core_dir.write_manifest(folder, package, "avr-gcc from the Python package index")


def _fill_arduino_core(folder: Path, package: Package) -> None:
    for part in ("cores", "variants", "libraries", "bootloaders"):
        (folder / part).symlink_to(toolchains.ARDUINO_CORE / part)
    core_dir.write_manifest(folder, package, "Arduino core as Debian packages it")


def _fill_simavr(folder: Path, package: Package, program: str) -> None:
    (folder / "bin").mkdir()
    (folder / "bin" / "simavr").symlink_to(program)
    core_dir.write_manifest(folder, package, "simavr from PATH")
