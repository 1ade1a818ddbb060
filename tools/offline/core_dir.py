"""Packages inside a PlatformIO core directory: made whole, stamped, checked, repaired.

PlatformIO believes a package folder that carries its metadata file `.piopm`. Each folder made here
also carries a stamp with the hash of its own content, so that a partial or damaged one is noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

STAMP = ".thrum.json"
IGNORED = {STAMP, "__pycache__"}


@dataclass(frozen=True)
class Package:
    """One folder of the core directory and how to fill it."""

    folder: str  # relative to the core directory, such as "packages/tool-scons"
    kind: str  # PlatformIO's package type: platform, tool or library
    version: str  # semantic version that PlatformIO compares with the pins
    origin: str  # what the content comes from; when it changes, the folder is made again
    fill: Callable[[Path], None]  # writes the content into an empty folder
    owner: str = "platformio"  # the account in PlatformIO's registry that the pins name

    @property
    def name(self) -> str:
        """PlatformIO's name of the package."""
        return Path(self.folder).name

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def ensure(core: Path, package: Package) -> str:
    """Make the package unless it is whole; return "made", "repaired" or "" (nothing to do)."""
    target = core / package.folder
    existed = target.exists()
    if existed and _stamp(target) == {"origin": package.origin, "tree": tree_hash(target)}:
        return ""
    core.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=core) as scratch:
        fresh = Path(scratch) / package.name
        fresh.mkdir()
        package.fill(fresh)
        _write_metadata(fresh, package)
        target.parent.mkdir(exist_ok=True)
        if existed:
            target.rename(Path(scratch) / "old")
        fresh.rename(target)
    return "repaired" if existed else "made"


def write_manifest(folder: Path, package: Package, description: str) -> None:
    """Write the package.json that PlatformIO expects in every tool package."""
    fields = {"name": package.name, "version": package.version, "description": description}
    (folder / "package.json").write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")


def tree_hash(folder: Path) -> str:
    """SHA-256 over names and contents below folder; a link counts by its goal and its health."""
    digest = hashlib.sha256()
    for path in _entries(folder):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        if path.is_symlink():
            digest.update(f"{os.readlink(path)} {path.exists()}".encode())
        else:
            digest.update(path.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()


def copy_tree(source: Path, target: Path) -> None:
    """Copy source's content into target, without compiled Python."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(source, target, ignore=ignore, dirs_exist_ok=True)


def _entries(folder: Path) -> Iterator[Path]:
    for item in sorted(folder.iterdir()):
        if item.name in IGNORED:
            continue
        if item.is_dir() and not item.is_symlink():
            yield from _entries(item)
        else:
            yield item


def _stamp(folder: Path) -> object:
    try:
        return json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write_metadata(folder: Path, package: Package) -> None:
    spec = {
        "owner": package.owner,
        "id": None,
        "name": package.name,
        "requirements": None,
        "uri": None,
    }
    metadata = {
        "type": package.kind,
        "name": package.name,
        "version": package.version,
        "spec": spec,
    }
    (folder / ".piopm").write_text(json.dumps(metadata), encoding="utf-8")
    stamp = {"origin": package.origin, "tree": tree_hash(folder)}
    (folder / STAMP).write_text(json.dumps(stamp), encoding="utf-8")
