"""The bearings of CWRU, where THRUM_DATA has them: who is named, and that none is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from thrum.diagnosis.causes import BALL, INNER, NOT_CLEAR, OF_BEARINGS, OUTER
from thrum.diagnosis.command import Request, diagnose_file
from thrum.recordings.files import Given
from thrum.recordings.manifest import data_directory
from tools.cwru import GRADES, Row, diagnosed

DATA = data_directory()
needs_data = pytest.mark.skipif(
    DATA is None or not (DATA / "cwru").is_dir(), reason="needs cwru in THRUM_DATA"
)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    assert DATA is not None
    return diagnosed(DATA / "cwru")


@needs_data
@pytest.mark.parametrize(("label", "share"), [(OUTER, 0.85), (INNER, 0.75), (BALL, 0.4)])
def test_faults_are_named_first(rows: list[Row], label: str, share: float) -> None:
    """Inner races of 0.028 inch are not diagnosable (N1) by Smith and Randall either: 4 of 16."""
    mine = [row for row in rows if (row.kind, row.label) == ("DE12", label)]
    assert len(mine) >= 16
    assert sum(row.result == "right" for row in mine) / len(mine) >= share


@needs_data
def test_every_inner_race_that_the_study_could_diagnose_is_named(rows: list[Row]) -> None:
    mine = [row for row in rows if (row.kind, row.label) == ("DE12", INNER)]
    assert all(row.result == "right" for row in mine if row.grade[0] == "Y")


@needs_data
@pytest.mark.parametrize("kind", ["DE12", "DE48"])
def test_few_are_wrong(rows: list[Row], kind: str) -> None:
    """The rest is not clear; both rates, and the healthy recording, which is of 48 kHz."""
    mine = [row for row in rows if row.kind == kind]
    assert mine
    assert sum(row.result == "wrong" for row in mine) / len(mine) <= 0.05


@needs_data
@pytest.mark.parametrize("bearing", ["6205", "6203"])
def test_the_fan_has_no_fault_of_a_bearing(bearing: str) -> None:
    assert DATA is not None
    for path in sorted((DATA / "ceiling-fan-msa301").glob("*.npz"))[:4]:
        request = Request(120, bearing, given=Given(key=("x",), scale=1 / 4096))
        found = diagnose_file(Path(path), request)
        assert not any(cause.name in OF_BEARINGS for cause in found.causes), path.name


@needs_data
def test_the_normal_recording_has_no_fault_of_a_bearing(rows: list[Row]) -> None:
    assert [row.named for row in rows if row.fault == "Normal"] == [NOT_CLEAR]


def test_every_file_of_the_study_has_its_grade() -> None:
    """60 files: 9 Y1, 35 Y2, 1 P1, 5 P2, 10 N1."""
    grades = [grade for four in GRADES.values() for grade in four]
    assert {grade: grades.count(grade) for grade in sorted(set(grades))} == {
        "N1": 10,
        "P1": 1,
        "P2": 5,
        "Y1": 9,
        "Y2": 35,
    }
