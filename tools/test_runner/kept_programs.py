"""The program of each Unity suite, kept beside the fingerprint of everything it was built from.

SCons takes 1 to 2.5 s a suite to find out that nothing has changed; a fingerprint takes 30 ms. It
covers every file of the project but documents, recordings and other suites' sources, the options of
the environment, PlatformIO and, by time and size, libraries, frameworks and compilers. A C library
beside the compiler does not count: after its upgrade, `pio run -t clean`. An environment built from
other files must not say custom_keep_programs. tools/test_runner/keeping_runner.py is the user.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import platformio

FOLDER = "kept"  # in the environment's build folder: PlatformIO cleans it with the rest
PROGRAMS = ("program", "program.exe", "firmware.elf")  # as PlatformIO's builders name them
HEADERS = (".h", ".hpp", ".inc", ".ipp")  # of another suite, which may be included
# What no build reads; the recordings are compared by thrum/artifacts/freshness.py.
NOT_BUILT = ("build", "data", "recordings", "test/python")
LARGE = 1_000_000  # bytes of a file that counts by time and size
VARIABLES = (
    *("THRUM_MODEL", "THRUM_TRAIN", "SCONSFLAGS", "PATH", "CC", "CXX", "CPATH"),
    *("C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH", "COMPILER_PATH"),
)
TOOLS = (
    *("gcc", "g++", "as", "ld", "ar", "avr-gcc", "avr-g++", "avr-ld"),
    *("arm-none-eabi-gcc", "arm-none-eabi-g++", "arm-none-eabi-ld"),
)


class KeptPrograms:
    """Those of one suite in one environment.

    config is PlatformIO's ProjectConfig, suite the name of a folder in test_dir, packages the
    folders of platforms and frameworks that the environment is built with.
    """

    def __init__(
        self, root: Path, config: Any, environment: str, suite: str, packages: Iterable[Path] = ()
    ) -> None:
        self._root = root
        self._config = config
        self._environment = environment
        self._packages = list(packages)
        self._suite = self._directory("test_dir") / suite
        self._folder = self._directory("build_dir") / environment
        self._own = self._folder / FOLDER / suite

    def fingerprint(self, targets: Sequence[str]) -> str:
        """64 hexadecimal digits: equal ones give equal programs, whatever is built in between."""
        digest = hashlib.sha256()
        facts = [platformio.__version__, self._environment, str(self._suite), *targets]
        facts += [self._config.to_json()]
        facts += [f"{name}={os.environ[name]}" for name in VARIABLES if name in os.environ]
        for fact in facts:
            digest.update(os.fsencode(fact) + b"\n")
        for path in self._sources():
            digest.update(os.fsencode(path) + _content(path) + b"\n")
        for path in self._surroundings():
            digest.update(os.fsencode(path) + _state(path) + b"\n")
        return digest.hexdigest()

    def touched(self) -> str:
        """Another value whenever a source has been written, even if its content came back."""
        digest = hashlib.sha256()
        for path in self._sources():
            digest.update(os.fsencode(path) + _state(path) + b"\n")
        return digest.hexdigest()

    def find(self, fingerprint: str = "") -> Path | None:
        """The suite's program if it was built from this, or from whatever; None without one."""
        found = (path for path in self._own.glob(f"{fingerprint or '*'}-*") if path.is_file())
        return next(found, None)

    def drop(self) -> None:
        """Forget the suite's program."""
        shutil.rmtree(self._own, ignore_errors=True)

    def keep(self, fingerprint: str) -> None:
        """Keep the program that has just been built, in place of the suite's last one.

        OSError where there is no room: nothing is kept then.
        """
        self.drop()
        built = [self._folder / name for name in PROGRAMS if (self._folder / name).is_file()]
        if len(built) != 1:
            return  # an environment that names its programs otherwise: build every time
        self._own.mkdir(parents=True)
        part = self._own / "part"
        shutil.copy2(built[0], part)
        part.replace(self._own / f"{fingerprint}-{built[0].name}")

    def in_place(self, command: Sequence[str], program: Path) -> list[str]:
        """The command with this program where it names the environment's own.

        ValueError if it does not do so exactly once: it would run the suite that was built last.
        """
        own = {os.path.abspath(self._folder / name) for name in PROGRAMS}
        words = [str(program) if os.path.abspath(word) in own else word for word in command]
        if sum(word != before for word, before in zip(words, command, strict=True)) != 1:
            raise ValueError(f"{' '.join(command)} must name the program in {self._folder} once")
        return words

    def _directory(self, option: str) -> Path:
        return self._root / str(self._config.get("platformio", option))

    def _sources(self) -> Iterator[Path]:
        """Every file of the project that a build of this suite might read, in a fixed order."""
        hidden = {self._root / name for name in NOT_BUILT}
        for folder, folders, files in os.walk(self._root, followlinks=True):
            here = Path(folder)
            inner = (here / name for name in sorted(folders))
            folders[:] = [p.name for p in inner if p not in hidden and _may_hold_sources(p)]
            yield from (p for name in sorted(files) if self._counts(p := here / name))
        model = os.environ.get("THRUM_MODEL")  # may be anywhere
        yield from (
            sorted(p for p in (self._root / model).rglob("*") if p.is_file()) if model else ()
        )

    def _counts(self, path: Path) -> bool:
        """Not what no build reads: documents, compiled Python, another suite's own sources."""
        if path.name.startswith(".") or path.suffix in (".pyc", ".md"):
            return False
        tests = self._suite.parent
        other = path.parent != tests and path.is_relative_to(tests)
        suite = tests / path.relative_to(tests).parts[0] if other else self._suite
        return suite == self._suite or not suite.name.startswith("test_") or path.suffix in HEADERS

    def _surroundings(self) -> Iterator[Path]:
        libraries = self._directory("libdeps_dir") / self._environment
        for folder in (self._directory("globallib_dir"), libraries, *self._packages):
            for parent, folders, files in os.walk(folder, followlinks=True):
                folders[:] = sorted(name for name in folders if name != "__pycache__")
                yield from (Path(parent, name) for name in sorted(files))
        for manifest in ("*/package.json", "*/.piopm"):
            yield from sorted(self._directory("packages_dir").glob(manifest))
        tools = (*TOOLS, os.environ.get("CC", ""), os.environ.get("CXX", ""))
        yield from (Path(os.path.realpath(path)) for tool in tools if (path := shutil.which(tool)))


def _may_hold_sources(folder: Path) -> bool:
    """Not PlatformIO's and Python's own."""
    hidden = folder.name.startswith(".") or folder.name == "__pycache__"
    return not hidden and not (folder / "pyvenv.cfg").exists()


def _content(path: Path) -> bytes:
    with contextlib.suppress(OSError):  # a build cannot read it either
        large = path.stat().st_size > LARGE
        return _state(path) if large else hashlib.sha256(path.read_bytes()).digest()
    return b""


def _state(path: Path) -> bytes:
    with contextlib.suppress(OSError):
        state = path.stat()
        return f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}".encode()
    return b""
