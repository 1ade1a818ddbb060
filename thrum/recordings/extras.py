"""Packages that some formats need: the extra `formats` of pyproject.toml."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

from thrum.recordings.manifest import DatasetError


def needed(module: str, package: str, path: Path) -> Any:
    """Import a module; DatasetError says what to install for this file."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise DatasetError(
            f"{path}: {path.suffix} files need {package}, which is not installed: "
            f'{sys.executable} -m pip install -e ".[formats]"'
        ) from None
