"""Storage of the boards on doubles of their flash: power lost anywhere keeps a whole baseline."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from vibration import SOURCES

from thrum.paths import ROOT
from tools.ci import objects

DOUBLE = ROOT / "test/doubles/storage"


@pytest.mark.parametrize("kind, least", [("nvs", 3), ("flash_iap", 50)])
def test_power_lost_at_every_step(kind: str, least: int, tmp_path: Path) -> None:
    program = tmp_path / kind
    sources = [DOUBLE / "power.cpp", ROOT / f"src/storage/{kind}.cpp"]
    sources += [
        SOURCES / f"thrum/{name}.cpp"
        for name in (
            "core/crc16",
            "core/fixed_point",
            "detection/baseline",
            "detection/baseline_growth",
            "detection/operating_rest",
            "detection/operating_state",
            "detection/smoothing",
        )
    ]
    flags = ["-std=c++14", "-O1", "-fsanitize=address,undefined", f"-DTHRUM_{kind.upper()}"]
    flags += [f"-I{DOUBLE}", f"-I{ROOT / 'src'}", f"-I{SOURCES}", "-Wall", "-Wextra", "-Werror"]
    objects.build(program, sources, flags)
    done = subprocess.run([program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = dict(word.split(":") for word in done.stdout.split())
    assert int(found["steps"]) >= least
    assert int(found["old"]) == int(found["steps"]) - 1
