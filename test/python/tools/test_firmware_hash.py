"""The hash by which a firmware says who it is: what changes it, what does not, what it costs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from thrum.codegen.headers import write_headers
from thrum.device.client import Device, fields
from thrum.device.transport import ProgramTransport
from thrum.paths import ROOT
from tools.offline import bootstrap
from tools.scons.firmware_hash import DIGITS, OPTIONS, firmware_hash

CONFIG = "\n[env]\ncustom_train = never\n"


def _hash(root: Path, options: dict[str, object] | None = None, environment: str = "nano") -> str:
    return firmware_hash(root, root / "include", environment, (options or {}).get)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Sources and headers in another folder."""
    root = tmp_path / "another plâce"
    for name in ("src", "lib"):
        shutil.copytree(ROOT / name, root / name)
    write_headers(root)
    return root


def test_is_the_same_in_another_folder_and_on_another_system(copy: Path, tmp_path: Path) -> None:
    first = _hash(copy, {"platform": f"{copy}/tools/platforms/cortexm"})
    assert re.fullmatch(f"[0-9a-f]{{{DIGITS}}}", first)
    moved = tmp_path / "moved"
    shutil.copytree(copy, moved)
    for path in moved.rglob("*.cpp"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (moved / "lib" / "vibration" / "PROTOCOL.md").write_text("words", encoding="utf-8")
    assert _hash(moved, {"platform": f"{moved}/tools/platforms/cortexm"}) == first


@pytest.mark.parametrize(
    "path", ["src/main.cpp", "lib/vibration/src/thrum/dsp/avr/stage.S", "include/model_params.h"]
)
def test_every_source_and_header_counts(copy: Path, path: str) -> None:
    before = _hash(copy)
    with (copy / path).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert _hash(copy) != before


def test_every_option_and_the_environment_count(copy: Path) -> None:
    hashes = {_hash(copy), _hash(copy, environment="nano_sim")}
    hashes |= {_hash(copy, {name: ["-DONE", "-DTWO"]}) for name in OPTIONS}
    hashes |= {_hash(copy, {"build_flags": ["-DONE"]}), _hash(copy, {"custom_engine": "tflm"})}
    assert len(hashes) == len(OPTIONS) + 4


def test_takes_no_time(copy: Path) -> None:
    _hash(copy)
    start = time.process_time()
    _hash(copy)
    assert time.process_time() - start < 0.05


def _build(project: Path) -> str:
    core = {"PLATFORMIO_CORE_DIR": str(bootstrap.ROOT / bootstrap.FOLDER)}
    result = subprocess.run(
        [sys.executable, "-m", "platformio", "run", "-e", "native"],
        cwd=project,
        env={**os.environ, **(core if bootstrap.SWITCH.exists() else {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def _says(project: Path) -> dict[str, str]:
    program = project / ".pio" / "build" / "native" / "program"
    device = Device(ProgramTransport([str(program), "--serve"]))
    try:
        return fields(" ".join(device.ask("?", "id")))
    finally:
        device.close()


def test_a_build_says_its_hash_and_compiles_nothing_twice(copy: Path) -> None:
    for name in ("extra_script.py", "pyproject.toml", "tools", "model", "thrum", ".venv"):
        (copy / name).symlink_to(ROOT / name)
    text = (ROOT / "platformio.ini").read_text(encoding="utf-8")
    (copy / "platformio.ini").write_text(text.replace("\n[env]\n", CONFIG, 1), encoding="utf-8")
    _build(copy)
    first = _says(copy)["firmware"]
    assert re.fullmatch(f"[0-9a-f]{{{DIGITS}}}", first)
    assert "Compiling" not in _build(copy)
    changed = copy / "src" / "pipeline.cpp"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    compiled = re.findall(r"Compiling \S*/(\w+)\.o", _build(copy))
    assert sorted(compiled) == ["identity", "pipeline"]
    assert _says(copy)["firmware"] != first
