"""Compiles each C++ file once: objects are kept in .pio/objects by what they were made from.

The tests and the benchmark build dozens of programs from the same sources. An object counts as the
same when compiler, flags, source, every header that the compiler has read and the names of all
headers that it could have read are the same. Objects are never written over: another process may be
about to link them. Those that nobody asks for are removed after a week.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.ci.lock import locked

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".pio" / "objects"
WEEK = 7 * 86_400.0  # seconds
HEADERS = (".h", ".hpp", ".inc", ".cpp")  # a test may include a source


class CompileError(RuntimeError):
    """The compiler or the linker has failed; the text is what it said."""


def build(
    output: Path, sources: Sequence[Path], flags: Sequence[str], compiler: str = "g++"
) -> Path:
    """Compile the sources that are new, link them and any objects among them; return output."""
    objects = [p if p.suffix == ".o" else compiled(p, flags, compiler) for p in sources]
    _run([compiler, *flags, "-o", str(output), *map(str, objects)])
    return output


def compiled(source: Path, flags: Sequence[str], compiler: str = "g++") -> Path:
    """The object of one source; CompileError when it does not compile."""
    job = _Job(source, tuple(flags), compiler)
    entry = FOLDER / job.key()
    with locked(FOLDER / f"{entry.name}.lock"):
        found = _kept(entry, job)
        if found is None:
            _remove_old()
            found = _compile(entry, job)
        for path in (found, found.with_suffix(".json")):
            os.utime(path)
    return found


@dataclass(frozen=True)
class _Job:
    """One call of a compiler."""

    source: Path
    flags: tuple[str, ...]
    compiler: str

    def folders(self) -> list[Path]:
        """Where the compiler looks for headers of ours: they go by their number, not by name."""
        included = [Path(flag[2:]) for flag in self.flags if flag.startswith("-I")]
        return [self.source.parent, *included]

    def key(self) -> str:
        """Everything that is known before the compiler has read anything."""
        digest = hashlib.sha256(self.source.read_bytes())
        facts = [_version(self.compiler), self.source.name]
        facts += [flag for flag in self.flags if not flag.startswith("-I")]
        for folder in self.folders():
            facts += ["-I", *_names(folder)]
        digest.update("\n".join(facts).encode())
        return digest.hexdigest()[:32]

    def named(self, path: Path) -> str:
        """A header's name in any folder that holds the same files."""
        for number, folder in enumerate(self.folders()):
            if path.is_relative_to(folder):
                return f"{number}:{path.relative_to(folder)}"
        return str(path)

    def located(self, name: str) -> Path:
        """The opposite of named()."""
        number, colon, rest = name.partition(":")
        return self.folders()[int(number)] / rest if colon and number.isdigit() else Path(name)


def _kept(entry: Path, job: _Job) -> Path | None:
    """The object of an earlier run that was made from what is there now."""
    state = functools.cache(lambda name: _state(job.located(name)))
    for listed in entry.parent.glob(f"{entry.name}-*.json"):
        with contextlib.suppress(OSError, ValueError):
            headers = json.loads(listed.read_text(encoding="utf-8"))
            made = listed.with_suffix(".o")
            if all(state(name) == known for name, known in headers.items()) and made.is_file():
                return made
    return None


def _compile(entry: Path, job: _Job) -> Path:
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        made, listed = Path(folder) / "made.o", Path(folder) / "made.d"
        flags = [flag for flag in job.flags if not flag.startswith("-Wl,")]
        command = [job.compiler, *flags, "-MD", "-MF", str(listed), "-c", str(job.source)]
        _run([*command, "-o", str(made)])
        states = json.dumps({job.named(path): _state(path) for path in _read(listed)})
        digest = hashlib.sha256(states.encode()).hexdigest()[:16]
        kept = made.replace(entry.with_name(f"{entry.name}-{digest}.o"))
    kept.with_suffix(".json").write_text(states, encoding="utf-8")
    return kept


def _read(listed: Path) -> Iterator[Path]:
    """The files in a compiler's list of dependencies, which is written for make."""
    text = listed.read_text(encoding="utf-8").partition(": ")[2]
    words = text.replace("\\\n", " ").replace("\\ ", "\0").split()
    yield from (Path(word.replace("\0", " ")).absolute() for word in words)


def _state(path: Path) -> str:
    """The content of a file; of a large or a system's one its time and size."""
    if path.is_relative_to("/usr"):
        stat = path.stat()
        return f"{stat.st_size} {stat.st_mtime_ns}"
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _names(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.suffix in HEADERS)
    return sorted(path.relative_to(folder).as_posix() for path in found)


@functools.cache
def _version(compiler: str) -> str:
    return f"{shutil.which(compiler)} {_run([compiler, '--version'])}"


def _remove_old() -> None:
    for path in FOLDER.glob("*.*"):
        with contextlib.suppress(OSError):  # another process has been quicker
            if path.is_file() and time.time() - path.stat().st_mtime > WEEK:
                path.unlink()


def _run(command: Sequence[str]) -> str:
    result = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise CompileError(f"{' '.join(command)}\n{result.stdout}{result.stderr}")
    return result.stdout
