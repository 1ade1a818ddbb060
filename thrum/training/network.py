"""The user's network: the function `network` of model/network.py."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

from thrum.compiler.graph import ModelError
from thrum.paths import NETWORK

Network = Callable[[int, int], Any]  # bands and classes to an untrained Keras model


def load(path: Path = NETWORK) -> Network:
    """Read the function; ModelError names the file and what is wrong with it."""
    spec = importlib.util.spec_from_file_location("thrum_user_network", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ModelError(f"{path}: no such file; it must define network(bands, classes)")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ModelError(f"{path}: {type(error).__name__}: {error}") from error
    function = getattr(module, "network", None)
    if not callable(function):
        raise ModelError(f"{path}: it must define a function network(bands, classes)")
    made: Network = function
    return made
