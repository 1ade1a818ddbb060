"""`thrum features`: the integers of the firmware, as a table."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from thrum import config
from thrum.cli.main import main
from thrum.recordings.dataset import load_manifest, windows
from thrum.reference.features import log_bands

MANIFEST = """
[[recordings]]
file = "pump.csv"
machine = "pump"
condition = "healthy"
label = "healthy"
rate_hz = 3200
unit = "g"
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    np.savetxt(
        tmp_path / "pump.csv",
        rng.normal(0, 0.1, (1024, 1)),
        "%.5f",
        header="x",
        comments="",
        delimiter=",",
    )
    path = tmp_path / "manifest.toml"
    path.write_text(MANIFEST, encoding="utf-8")
    return path


def test_table_holds_the_features(manifest: Path, tmp_path: Path) -> None:
    out = tmp_path / "bands.csv"
    assert main(["features", str(manifest), "--out", str(out)]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cfg = config.load()
    expected = log_bands(windows(load_manifest(manifest, cfg)[0], cfg), cfg)
    found = [[int(row[f"band{k}"]) for k in range(cfg.features.bands)] for row in rows]
    np.testing.assert_array_equal(found, expected)
    assert {row["machine"] for row in rows} == {"pump"}


def test_errors_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["features", str(tmp_path / "none.toml")]) == 1
    message = capsys.readouterr().err
    assert message.startswith("error: ") and len(message.splitlines()) == 1


def test_help_explains_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("train", "headers", "features"):
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        assert len(capsys.readouterr().out.splitlines()) > 5
