"""Contents of files as hashes, without reading again what has not changed. Standard library only.

What is known of a file stands in build/digests.json with its size and times. A file that was
changed less than two seconds before it was read is read again: its times may not tell.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

CACHE = Path("build") / "digests.json"  # below the project
_SETTLED_NS = 2_000_000_000
_CHUNK = 1 << 20


def digests(paths: Iterable[Path], root: Path) -> dict[Path, str]:
    """SHA-256 of every file, 64 hexadecimal digits; FileNotFoundError names a missing one."""
    known = _read(root / CACHE)
    out: dict[Path, str] = {}
    fresh: dict[str, Any] = {}
    for path in paths:
        state = path.stat()
        mark = [state.st_size, state.st_mtime_ns, state.st_ctime_ns]
        entry = known.get(str(path))
        if isinstance(entry, list) and entry[:-1] == mark:
            out[path] = str(entry[-1])
            continue
        out[path] = _digest(path)
        if time.time_ns() - state.st_mtime_ns > _SETTLED_NS:
            fresh[str(path)] = [*mark, out[path]]
    if fresh:
        write_cache(root / CACHE, {**known, **fresh})
    return out


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _read(cache: Path) -> dict[str, Any]:
    try:
        content = json.loads(cache.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_cache(cache: Path, content: dict[str, Any]) -> None:
    """Replace a cache whole, as another build may read it; without it, files are read again."""
    with contextlib.suppress(OSError):
        cache.parent.mkdir(parents=True, exist_ok=True)
        new = cache.with_name(f"{cache.name}.{os.getpid()}")
        new.write_text(json.dumps(content), encoding="utf-8")
        new.replace(cache)
