"""The public API: light to import, complete, and its example is true."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fake_board import fake_board

import thrum
from thrum.compiler.lowering import lower
from thrum.paths import ARTIFACTS, ROOT
from thrum.training import pipeline


def test_every_name_is_there_and_documented() -> None:
    for name in thrum.__all__:
        assert getattr(thrum, name).__doc__, name
        assert name in dir(thrum)


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'lod_config'"):
        thrum.lod_config  # type: ignore[attr-defined]  # noqa: B018


def test_importing_thrum_imports_nothing_heavy() -> None:
    """Neither a library nor a module of ours but the package itself."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys, thrum\nprint(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = done.stdout.split()
    assert "numpy" not in loaded and "pydantic" not in loaded and "scipy" not in loaded
    assert [name for name in loaded if name.startswith("thrum")] == ["thrum"]


def test_the_example_of_the_package_is_true() -> None:
    done = doctest.testmod(thrum)
    assert done.attempted >= 5 and not done.failed


def test_a_tflite_file_is_read_by_its_path(tmp_path: Path) -> None:
    file = ARTIFACTS / "model.tflite"
    assert thrum.read_tflite(str(file)) == thrum.read_tflite(file.read_bytes())
    with pytest.raises(ValueError, match=r"none\.tflite: cannot be read: No such file"):
        thrum.read_tflite(tmp_path / "none.tflite")


def test_headers_are_written_once(tmp_path: Path) -> None:
    written = thrum.write_headers(tmp_path)
    assert "include/model_aot.h" in written and (tmp_path / "test" / "golden.h").is_file()
    assert thrum.write_headers(str(tmp_path)) == []


def test_training_compiles_the_network_as_a_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(pipeline, "train", lambda cfg, out, **keys: given.update(keys))
    said: list[str] = []
    thrum.train(tmp_path / "model", manifest=None, log=said.append)
    assert given["accept"] is lower and given["manifest"] is None
    assert said and "model.json does not exist" in said[0]


def test_a_device_is_opened_and_closed() -> None:
    with thrum.Device.open(command=fake_board()) as device:
        assert device.connect()["board"] == "fake"
    with pytest.raises(ValueError, match="no device: pass --port PORT"):
        thrum.Device.open()
