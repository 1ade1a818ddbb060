"""From files to causes, as the command does it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bearings import Rig, recording, unread

from thrum.diagnosis.causes import NAMES, NOT_CLEAR, OF_BEARINGS
from thrum.diagnosis.diagnose import Diagnosis, diagnose
from thrum.diagnosis.geometry import known
from thrum.plant.zones import limits
from thrum.recordings.files import Given, bare
from thrum.recordings.readers import Reading, read_all

RIG = Rig(known("6205"), rpm=1797, rate_hz=12_000)


def reading(folder: Path, samples: np.ndarray, rate: float = RIG.rate_hz) -> Reading:
    path = folder / "a.npz"
    np.savez(path, DE=samples, fs=rate)
    return read_all(bare(path, Given(key=("DE",))))


def of(folder: Path, fault: str, rig: Rig = RIG) -> Diagnosis:
    read = reading(folder, recording(rig, fault), rig.rate_hz)
    return diagnose(read, rpm=rig.rpm, bearing=rig.bearing)


@pytest.mark.parametrize("fault", OF_BEARINGS)
def test_a_fault_is_the_first_cause(tmp_path: Path, fault: str) -> None:
    found = of(tmp_path, fault)
    assert found.causes[0].name == fault
    assert len(found.causes[0].evidence) >= 3


@pytest.mark.parametrize("noise", [0.1, 0.5])
@pytest.mark.parametrize(
    ("fault", "order", "swing"),
    [
        ("outer race", RIG.bearing.bpfo, 0.0),
        ("inner race", RIG.bearing.bpfi, 1.0),
        ("ball", 2 * RIG.bearing.bsf, RIG.bearing.ftf),
        ("cage", RIG.bearing.ftf, 0.0),
    ],
)
def test_shocks_at_equal_distances_are_found_too(
    fault: str, order: float, swing: float, noise: float
) -> None:
    """No machine runs so evenly, but a simulated one may: whitening takes its lines away."""
    t, f = RIG.times, RIG.shaft_hz
    since = np.mod(t, 1 / (order * f))
    signal = np.exp(-800 * since) * np.sin(2 * np.pi * 3000 * since)
    signal *= 1 + (0.8 * np.cos(2 * np.pi * swing * f * t) if swing else 0.0)
    signal *= 0.1 / signal.std()
    signal += noise * 0.1 * np.random.default_rng(3).standard_normal(len(t))
    found = diagnose(unread(signal), rpm=RIG.rpm, bearing=RIG.bearing)
    unclear = (NOT_CLEAR,) if fault == "cage" else ()  # its lines meet those of balls
    assert found.causes[0].name in (fault, *unclear)


def test_the_files_own_speed_is_used(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, DE=recording(RIG, "outer race"), fs=RIG.rate_hz, X097RPM=1797.0)
    found = diagnose(read_all(bare(path, Given(key=("DE",)))), bearing=RIG.bearing)
    assert found.analysis.speed is not None
    assert found.analysis.speed.how == "the file says 1797 rpm"
    usual = diagnose(read_all(bare(path, Given(key=("DE",)))), usual_rpm=900, bearing=RIG.bearing)
    assert usual.analysis.speed is not None
    assert usual.analysis.speed.how == found.analysis.speed.how, "the file knows better"
    assert found.causes[0].name == "outer race"


def test_health_is_not_clear_and_says_why(tmp_path: Path) -> None:
    found = of(tmp_path, "")
    assert [cause.name for cause in found.causes] == [NOT_CLEAR]
    assert "no line of a fault stands out" in found.causes[0].evidence[0]


@pytest.mark.parametrize(
    ("rig", "words"),
    [
        (Rig(known("6205"), rate_hz=1000, resonance_hz=300), "too slow for the resonances"),
        (Rig(known("6205"), seconds=0.5), "too few to tell lines apart: record 4 s or more"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, rig: Rig, words: str) -> None:
    found = of(tmp_path, "outer race", rig)
    assert found.causes[0].name == NOT_CLEAR
    assert words in " ".join(found.causes[0].evidence)


def test_without_bearing_or_speed_nothing_of_the_bearing_is_named(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 60_000)
    found = diagnose(reading(tmp_path, noise))
    said = " ".join(found.causes[0].evidence)
    assert found.causes[0].name == NOT_CLEAR
    assert "--bearing" in said
    assert "--rpm" in said


@pytest.mark.parametrize(
    "samples",
    [np.zeros(50_000), np.ones(50_000), np.full(20, 0.1), np.array([0.1]), np.arange(20.0)],
    ids=["silence", "DC", "short", "one sample", "a ramp"],
)
def test_nothing_to_judge_is_not_clear(samples: np.ndarray) -> None:
    """Readers refuse most of these already."""
    found = diagnose(unread(samples), rpm=1500, bearing=known("6205"))
    assert [cause.name for cause in found.causes] == [NOT_CLEAR]


def test_clipped_noise_is_no_fault(tmp_path: Path) -> None:
    noise = np.clip(np.random.default_rng(2).normal(0, 1, 120_000), -1, 1)
    found = diagnose(reading(tmp_path, noise), rpm=1500, bearing=known("6205"))
    assert found.causes[0].name == NOT_CLEAR
    assert any("clipped" in note for note in found.notes)


def test_a_healthy_recording_that_has_the_line_too_takes_the_cause_away(tmp_path: Path) -> None:
    faulty, healthy = recording(RIG, "inner race"), recording(RIG, "")
    before, with_it = reading(tmp_path, healthy), reading(tmp_path, faulty)
    news = diagnose(with_it, healthy=before, rpm=RIG.rpm, bearing=RIG.bearing)
    assert news.causes[0].name == "inner race"
    assert any("in the healthy recording" in said for said in news.causes[0].evidence)
    old = diagnose(with_it, healthy=with_it, rpm=RIG.rpm, bearing=RIG.bearing)
    assert old.causes[0].name == NOT_CLEAR
    assert "as deep in the healthy recording" in old.causes[0].evidence[0]


def test_the_worst_axis_counts(tmp_path: Path) -> None:
    axes = np.stack([recording(RIG, ""), recording(RIG, "ball")], axis=1)
    found = diagnose(reading(tmp_path, axes), rpm=RIG.rpm, bearing=RIG.bearing)
    assert found.causes[0].name == "ball"
    assert found.families[0].found.spectrum.axis == 1


def test_the_zone_is_that_of_the_largest_velocity(tmp_path: Path) -> None:
    t = RIG.times
    signal = 0.1 * np.sin(2 * np.pi * 30 * t)  # 3.7 mm/s
    found = diagnose(reading(tmp_path, signal), rpm=1800, limits=limits("medium", "rigid"))
    assert found.zone is not None
    assert found.zone.name == "C"
    assert "ISO 20816-3:2022, table A.2" in str(found.zone)
    assert found.causes[0].name == "unbalance"


def test_json_holds_what_a_program_needs(tmp_path: Path) -> None:
    made = of(tmp_path, "outer race").as_json()
    assert made["causes"][0]["name"] in NAMES
    assert made["bearing"]["BPFO"] == pytest.approx(3.585, abs=1e-3)
    assert made["velocity"][0]["rms_mm_s"] > 0
    assert made["causes"][0]["marks"][0]["hz"] == pytest.approx(107.4, abs=0.5)
