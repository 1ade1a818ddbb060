from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from bearings import Rig, recording

from thrum.cli.main import main
from thrum.diagnosis.causes import NAMES
from thrum.diagnosis.geometry import known
from thrum.paths import CONFIG

RIG = Rig(known("6205"), rpm=1797, rate_hz=12_000, seconds=5)
DIMENSIONS = ["--balls", "9", "--ball-mm", "7.94", "--pitch-mm", "39.04", "--angle", "0"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recordings") / "a.npz"
    np.savez(path, DE=recording(RIG, "inner race"), fs=RIG.rate_hz)
    return path


@pytest.mark.parametrize("bearing", [["--bearing", "6205"], DIMENSIONS], ids=["name", "dimensions"])
def test_json_is_one_object(
    file: Path, bearing: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diagnose", str(file), "--rpm", "1797", *bearing, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["causes"][0]["name"] == "inner race"
    assert all(cause["name"] in NAMES for cause in found["causes"])


def test_text_and_page(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "deep" / "page.html"
    command = ["diagnose", str(file), "--rpm", "1797", "--bearing", "6205", "--report", str(page)]
    assert main(command) == 0
    said = capsys.readouterr()
    assert "cause 1     inner race" in said.out
    assert "BPFI 5.415x 162.2 Hz" in said.out
    assert str(page) in said.err
    assert page.stat().st_size > 20_000


def test_a_file_that_cannot_be_read_is_one_line_and_the_others_go_on(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.npz"
    bad.write_bytes(b"no archive")
    assert main(["diagnose", str(bad), str(file), "--rpm", "1797", "--bearing", "6205"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith(f"error: {bad}")
    assert len(said.err.splitlines()) == 1
    assert "inner race" in said.out


def test_the_zone_and_the_speed_come_from_the_configuration(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        CONFIG.read_text()
        .replace('group = ""', 'group = "medium"')
        .replace("rpm = 0", "rpm = 1797")
    )
    config = tmp_path / "my.toml"
    config.write_text(text)
    command = ["diagnose", str(file), "--bearing", "6205", "--config", str(config)]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "zone        A: as a new machine" in said
    assert "limits 1.4, 2.8, 4.5; ISO 20816-3:2022, table A.2, medium machine, rigid" in said
    assert "cause 1     inner race" in said
    assert main([*command[:-1], "nowhere.toml"]) == 1
    assert "nowhere.toml: no such configuration file" in capsys.readouterr().err


def test_an_unknown_bearing_is_one_error(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", str(file), str(file), "--bearing", "9999"]) == 1
    assert capsys.readouterr().err.count("error: bearing '9999'") == 1


@pytest.mark.parametrize(
    "wrong",
    [["--balls", "9"], [*DIMENSIONS, "--bearing", "6205"], ["--rpm", "0"], ["--rpm", "nan"]],
)
def test_wrong_options_are_refused(
    file: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["diagnose", str(file), *wrong])
    assert "error:" in capsys.readouterr().err


def test_a_missing_baseline_is_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", str(file), "--bearing", "6205", "--baseline", "nowhere.wav"]) == 1
    assert "nowhere.wav: no such file" in capsys.readouterr().err
