"""thrum/doctor/computer.py: a line for each thing, with the remedy where it is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from thrum.cli.main import main
from thrum.device.boards import BRIDGES, Board, Port
from thrum.doctor import computer
from thrum.doctor.findings import Finding, show

NANO = Board("nano", "n", (BRIDGES["CH340"],))


def test_this_computer_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for subject in ("Python", "packages", "PlatformIO", "g++", "model", "board"):
        assert any(line[5:].startswith(subject) for line in lines), subject


def test_only_what_is_bad_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert show([Finding("a", "fine"), Finding("b", "so so", "do this")]) == 0
    assert show([Finding("c", "broken", "do that", bad=True), Finding("d", "fine")]) == 1
    out = capsys.readouterr().out
    assert "ok   a" in out and " !   b" in out and "BAD  c" in out and "do that" in out


def test_a_python_that_tensorflow_does_not_support(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    assert computer.python().bad and "3.10 to 3.13" in computer.python().remedy


def test_missing_packages_and_tools_name_their_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    found = computer.packages()
    assert found.bad and "no keras, for training" in found.found and "venv.py" in found.remedy
    assert computer.platformio().bad
    compiler, avr = computer.tool(computer.TOOLS[0]), computer.tool(computer.TOOLS[1])
    assert compiler.bad and "g++" in compiler.remedy
    assert not avr.bad and "gcc-avr" in avr.remedy


def test_a_stale_model_is_advice(tmp_path: Path) -> None:
    found = computer.model(tmp_path)
    assert found.remedy and not found.bad


def test_ports_name_their_boards(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    device = tmp_path / "ttyUSB0"
    device.touch()
    port = Port(str(device), BRIDGES["CH340"])
    assert computer.at_port(port, [NANO]).found.endswith("(CH340): nano")
    assert "no board that is known" in computer.at_port(Port("COM9", "1234:5678"), [NANO]).found
    monkeypatch.setattr("os.access", lambda *_: False)
    denied = computer.at_port(port, [NANO])
    assert denied.bad and "dialout" in denied.remedy


def test_no_board_says_what_to_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computer, "list_ports", lambda: [Port("/dev/ttyS0")])
    (found,) = computer.plugged_in()
    assert "cable" in found.remedy and not found.bad
