"""Where the project lies: the checkout that holds this package, or else the one around the user."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

MOST_BYTES = 100_000_000  # of a model or a file of parameters


def is_project(folder: Path) -> bool:
    """Whether a folder holds what is trained and built."""
    return (folder / "model" / "config.toml").is_file() and (folder / "platformio.ini").is_file()


def project_root(start: Path | None = None) -> Path:
    """The project's folder.

    It is the checkout that this package lies in. Where the package is installed without one, it is
    the first project at or above `start` (default: the working directory), else `start` itself.
    """
    own = Path(__file__).resolve().parents[1]
    if is_project(own):
        return own
    here = (start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if is_project(folder)), here)


PACKAGE = Path(__file__).resolve().parent
ROOT = project_root()
MODEL = ROOT / "model"  # what a user edits and gets
CONFIG = MODEL / "config.toml"
NETWORK = MODEL / "network.py"
MANIFESTS = MODEL / "manifests"
ARTIFACTS = MODEL / "artifacts"


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The bytes of a file; OSError if there are more than `most`, as of a device or by mistake."""
    with path.open("rb") as file:
        large = os.fstat(file.fileno()).st_size > most
        data = b"" if large else file.read(most + 1)
    if large or len(data) > most:
        raise OSError(errno.EFBIG, f"larger than {most // 1_000_000} MB", str(path))
    return data


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[TextIO]:
    """A text file that appears whole or not at all; a device or a pipe is written to as it is.

    OSError names the file, whatever failed.
    """
    target = path.resolve()
    whole = not target.exists() or target.is_file()
    new = target.with_name(f"{target.name}.{os.getpid()}.new") if whole else target
    try:
        with new.open("w", encoding="utf-8", newline="") as file:
            yield file
        if whole:
            new.replace(target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        if whole:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
