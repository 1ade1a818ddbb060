"""The program of each Unity suite, kept beside the fingerprint of everything it was built from.

SCons takes 1 to 2.5 s a suite to find out that nothing has changed; a fingerprint takes 20 ms. It
covers the contents of every file of the project that a build reads or runs, the environment's
options, and by time and size what lies outside the project: libraries, packages, compilers.
test/test_custom_runner.py is the only user. Standard library only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

FOLDER = "kept"  # in the environment's build folder: PlatformIO cleans it with the rest
PROGRAMS = ("program", "program.exe", "firmware.elf")  # as PlatformIO's builders name them
BUILD_CODE = ("tools", "model")  # what the pre-scripts run, and the model itself
BUILD_FILES = (".py", ".ini", ".txt")  # of the project's own folder
NOT_BUILT = "python"  # in test_dir: the Python suites
# Beginnings of the names of variables that a build reads.
VARIABLES = ("PLATFORMIO_", "THRUM_MODEL", "THRUM_TRAIN", "SCONSFLAGS")
COMPILERS = ("PATH", "CC", "CXX", "CPATH", "C_INCLUDE", "CPLUS_INCLUDE", "LIBRARY_PATH", "COMPILER")


class KeptPrograms:
    """Those of one suite in one environment.

    config is PlatformIO's ProjectConfig, suite the name of a folder in test_dir.
    """

    def __init__(self, root: Path, config: Any, environment: str, suite: str) -> None:
        self._root = root
        self._config = config
        self._environment = environment
        self._suite = suite
        self._folder = self._directory("build_dir") / environment

    def fingerprint(self, targets: Sequence[str]) -> str:
        """64 hexadecimal digits: equal ones give equal programs, whatever is built in between."""
        digest = hashlib.sha256(f"{self._environment} {self._suite} {targets}\n".encode())
        digest.update(self._config.to_json().encode())
        for name in sorted(os.environ):
            if name.startswith((*VARIABLES, *COMPILERS)):
                digest.update(f"{name}={os.environ[name]}\n".encode())
        for path in self._sources():
            with contextlib.suppress(OSError):  # a build cannot read it either
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{path} {content}\n".encode())
        for path in self._surroundings():
            with contextlib.suppress(OSError):
                state = path.stat()
                digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def find(self, fingerprint: str) -> Path | None:
        """The program that was built from this; None where there is none."""
        found = (self._own() / f"{fingerprint}-{name}" for name in PROGRAMS)
        return next((path for path in found if path.is_file()), None)

    def keep(self, fingerprint: str) -> None:
        """Keep the program that has just been built, in place of the suite's last one.

        OSError where there is no room: nothing is kept then.
        """
        built = [self._folder / name for name in PROGRAMS if (self._folder / name).is_file()]
        shutil.rmtree(self._own(), ignore_errors=True)
        if len(built) != 1:
            return  # an environment that names its programs otherwise: build every time
        self._own().mkdir(parents=True)
        part = self._own() / "part"
        shutil.copy2(built[0], part)
        part.replace(self._own() / f"{fingerprint}-{built[0].name}")

    def in_place(self, command: Sequence[str], program: Path) -> list[str]:
        """The command with this program where it names the environment's own."""
        own = {os.path.normpath(self._folder / name) for name in PROGRAMS}
        return [str(program) if os.path.normpath(word) in own else word for word in command]

    def _own(self) -> Path:
        return self._folder / FOLDER / self._suite

    def _directory(self, option: str) -> Path:
        return self._root / str(self._config.get("platformio", option))

    def _sources(self) -> Iterator[Path]:
        """Every file of the project that a build of this suite may read, in a fixed order."""
        mine = (path for path in self._root.iterdir() if path.suffix in BUILD_FILES)
        yield from sorted(filter(_is_source, mine))
        options = ("src_dir", "include_dir", "lib_dir", "boards_dir", "test_dir")
        folders = [self._directory(option) for option in options]
        folders += [self._root / name for name in BUILD_CODE]
        model = os.environ.get("THRUM_MODEL")
        for folder in (*folders, *([self._root / model] if model else [])):
            yield from self._below(folder)

    def _below(self, folder: Path) -> Iterator[Path]:
        for parent, folders, files in os.walk(folder, followlinks=True):
            here = Path(parent)
            folders[:] = sorted(name for name in folders if self._is_read(here / name))
            yield from (path for name in sorted(files) if _is_source(path := here / name))

    def _is_read(self, folder: Path) -> bool:
        """Not another suite, not the Python suites, nothing that Python compiled."""
        if folder.name.startswith((".", "__")):
            return False
        tests = self._directory("test_dir")
        if not folder.is_relative_to(tests):
            return True
        suite = tests / self._suite
        related = folder.is_relative_to(suite) or suite.is_relative_to(folder)
        return related or not (folder.name.startswith("test_") or folder == tests / NOT_BUILT)

    def _surroundings(self) -> Iterator[Path]:
        """Libraries file by file, packages by their manifests, compilers by their folders."""
        for folder in (
            self._directory("globallib_dir"),
            self._directory("libdeps_dir") / self._environment,
        ):
            yield from sorted(folder.rglob("*"))
        for option in ("packages_dir", "platforms_dir"):
            for manifest in ("*.json", ".piopm"):
                yield from sorted(self._directory(option).glob(f"*/{manifest}"))
        yield from map(Path, os.environ.get("PATH", "").split(os.pathsep))


def _is_source(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.suffix != ".pyc"
