"""Creates and updates .venv, the project's own Python: `python3 tools/ci/venv.py`.

On Windows `python tools\\ci\\venv.py`. With --core it gets what `thrum verify` needs and no more:
`pio test` makes it so where PlatformIO's own Python has no NumPy. The next run completes it.

Runs on whatever Python the machine has, so it uses the standard library only and no recent syntax
before it has looked for a Python that TensorFlow supports.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BINARY = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / ".requirements"  # hash of what was installed last
LOG = VENV / "install.log"
PINS = ("pyproject.toml", "constraints.txt")
OLDEST, NEWEST = (3, 10), (3, 13)  # tensorflow 2.21.0 has wheels for these
GUARD = "THRUM_PYTHON_FOUND"  # guards against running one another for ever


class VenvError(Exception):
    """Why there is no .venv; the text says what to do."""


def main() -> int:
    """Make .venv fit the pins; exit code 1 with a remedy if that is impossible."""
    try:
        if not OLDEST <= sys.version_info[:2] <= NEWEST:
            return _run_with_other_python()
        if "--core" in sys.argv[1:]:
            ensure_core()
        else:
            ensure()
    except (VenvError, OSError) as error:
        print(f"environment: {error}", file=sys.stderr)
        return 1
    return 0


def ensure() -> None:
    """Create or update .venv unless it already holds the pinned packages."""
    wanted = _wanted()
    works = _works()
    if works and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    started = time.monotonic()
    if not works:
        _create()
    _install()
    STAMP.write_text(wanted, encoding="utf-8")
    print(f".venv: ready ({time.monotonic() - started:.0f} s)", flush=True)


def ensure_core() -> None:
    """Create .venv with the package's own dependencies alone, unless it has them."""
    if BINARY.exists() and _runs(str(BINARY), "import thrum.verification.verify"):
        return
    if not _works():
        _create()
    _install(".", "some 60 MB")


def _run_with_other_python() -> int:
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    found = [path for path in map(shutil.which, names) if path and _runs(path)]
    if not found or GUARD in os.environ:
        version = ".".join(map(str, sys.version_info[:3]))
        raise VenvError(
            f"this is Python {version}, TensorFlow needs 3.{OLDEST[1]} to 3.{NEWEST[1]}.\n"
            "Install one of these and name it: make test PYTHON=/path/to/python3.12,\n"
            "or, without make: /path/to/python3.12 tools/ci/venv.py"
        )
    command = [found[0], __file__, *sys.argv[1:]]
    return subprocess.run(command, env={**os.environ, GUARD: "1"}, check=False).returncode


def _wanted() -> str:
    digest = hashlib.sha256()
    for name in PINS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _works() -> bool:
    return BINARY.exists() and _runs(str(BINARY), "import pip")


def _runs(python: str, statement: str = "pass") -> bool:
    quiet = subprocess.DEVNULL
    command = [python, "-c", statement]
    done = subprocess.run(command, cwd=ROOT, stdout=quiet, stderr=quiet, check=False)
    return done.returncode == 0


def _create() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise VenvError(
            "this Python cannot create virtual environments: its ensurepip is missing.\n"
            "On Debian and Ubuntu: sudo apt-get install python3-venv"
        )
    print(f".venv: creating with Python {sys.version.split()[0]} ...", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.run(command, check=False).returncode:
        raise VenvError(f"{sys.executable} could not create {VENV}, see above")


def _install(package: str = ".[train,live,dev]", size: str = "some 450 MB the first time") -> None:
    print(f".venv: installing the pinned packages, {size} ...", flush=True)
    command = [str(BINARY), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["-c", PINS[1], "-e", package]
    with LOG.open("a", encoding="utf-8") as log:
        pip = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log)
        for raw in pip.stdout or ():
            line = raw.decode("utf-8", "replace")
            log.write(line)
            if line.split(maxsplit=1)[:1] in (["Downloading"], ["Installing"]):
                print("  " + line.strip()[:100], flush=True)
        pip.wait()
    if pip.returncode:
        tail = "\n".join(LOG.read_text(encoding="utf-8").splitlines()[-8:])
        raise VenvError(f"pip failed; all it said is in {LOG}:\n{tail}")


if __name__ == "__main__":
    sys.exit(main())
