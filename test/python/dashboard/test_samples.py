"""Samples judged here give the records of the firmware's own judgement."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from going_bad import LEARN, machine
from hypothesis import given, settings
from hypothesis import strategies as st
from vibration import native_firmware

from thrum import config
from thrum.artifacts import release
from thrum.dashboard.records import Record
from thrum.dashboard.samples import SampleStream
from thrum.dashboard.streams import TelemetryStream
from thrum.device.client import Device, encode
from thrum.device.lines import seal
from thrum.device.samples import PER_LINE
from thrum.device.transport import ProgramTransport
from thrum.reference import tflm

_CFG = config.from_tables(release.load().parameters)

ABOUT = {"rate_hz": "3200", "axes": "1", "hop": "256", "mg_q12": "2000"}


def _said(stream: list[Record]) -> list[Record]:
    """All but the time, and the words, which know the learned levels only where samples are."""
    kept = [r for r in stream if r["kind"] in ("frame", "event", "evidence")]
    return [{k: v for k, v in r.items() if k not in ("t", "moved")} for r in kept]


def _raw_lines(samples: np.ndarray[Any, Any]) -> Iterator[str]:
    number = 0
    for window in samples[: len(samples) // 256 * 256].reshape(-1, 256):
        for start in range(0, 256, PER_LINE):
            data = window[start : start + PER_LINE].astype("<i2").tobytes()
            yield seal(f"!r {number % 65536} {encode(data)}")
            number += 1


def _told(path: Path) -> list[Record]:
    """Records of the firmware's own judgement of a recording."""
    command = [str(native_firmware()), "--learn", str(LEARN), str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    board = TelemetryStream()
    return _said([record for line in told for record in board.push(line, 0)])


def _judged_here(samples: np.ndarray[Any, Any], behind: int, network_here: bool) -> list[Record]:
    """Records of samples (n,); the device's network is asked after each `behind` lines."""
    network = Device(ProgramTransport([str(native_firmware()), "--serve"]))
    about = network.connect()
    assert about["mg_q12"] == ABOUT["mg_q12"]
    run = partial(tflm.run, release.load().tflite) if network_here else None
    here = SampleStream(_CFG, about | ABOUT, LEARN, network.ask("t", "t")[0], run)
    made: list[Record] = []
    lines = list(_raw_lines(samples))
    for start in range(0, len(lines), behind):
        for line in lines[start : start + behind]:
            made += here.push(line, 0)
        while requests := here.requests():
            [answer] = network.ask(requests[0], "f")
            made += here.push(seal(f"!f {answer}"), 0)
    network.close()
    return made


@pytest.mark.parametrize(
    ("behind", "network_here"),
    [
        (1, False),
        (7 * 20 + 3, False),
        pytest.param(
            1,
            True,
            marks=pytest.mark.skipif(not tflm.available(), reason="needs tflite_micro"),
        ),
    ],
    ids=["asked in time", "asked 20 windows late", "network here"],
)
def test_samples_give_the_records_of_the_firmwares_own_judgement(
    tmp_path: Path, behind: int, network_here: bool
) -> None:
    path, samples = machine(tmp_path)
    expected = _told(path)
    made = _judged_here(samples[:, 0], behind, network_here)

    states = [record["state"] for record in expected if record["kind"] == "event"]
    assert states[:2] == ["ok", "alarm"] and "idle" in states
    if behind == 1:
        assert _said(made) == expected
    else:  # those that wait when the machine comes to rest are given up
        end = next(i for i, record in enumerate(expected) if record.get("state") == "idle")
        assert _said(made)[: end - 25] == expected[: end - 25]
    spectra = [record for record in made if record["kind"] == "spectrum"]
    assert len(spectra) == len(samples) // 256
    assert spectra[0]["z"] is None and len(spectra[-20]["usual"]) == 32


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(max_size=150) | st.binary(max_size=90).map(lambda b: b.decode("latin-1"))))
def test_garbage_gives_no_record_and_no_error(lines: list[str]) -> None:
    stream = SampleStream(_CFG, {**ABOUT, "window": "256"}, 16, "141 115")
    for line in lines:
        for text in (line, seal(f"!r {line}"), seal(f"!lost {line}"), seal(f"!f {line}")):
            assert all(r["kind"] in ("status", "event") for r in stream.push(text, 0))
            assert not TelemetryStream().push(text, 0)


def test_lost_samples_are_a_fault_until_they_come_again(tmp_path: Path) -> None:
    _, samples = machine(tmp_path)
    stream = SampleStream(_CFG, {**ABOUT, "window": "256"}, 16, "141 115")
    lines = list(_raw_lines(samples[:, 0]))
    made = [record for line in lines[: 7 * 40] + lines[7 * 41 :] for record in stream.push(line, 0)]
    events = [(r["state"], r["text"]) for r in made if r["kind"] == "event"]
    assert ("fault", "samples were lost") in events
    assert [r["lost"] for r in made if r["kind"] == "status"] == [256]


def _loud(learned: int, then: int) -> np.ndarray[Any, Any]:
    """Noise that is 3 dB louder after the learned windows: too little for the fast path. (n,)."""
    noise = np.random.default_rng(4).normal(0, 1000, 256 * (learned + then))
    noise[256 * learned :] *= 1.4
    return np.rint(noise).astype(np.int16)


def _anomalous(inputs: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.tile(np.array([-128, 127], np.int8), (len(inputs), 1))


def test_a_gap_is_a_missing_window_of_the_average_and_no_more() -> None:
    stream = SampleStream(_CFG, {**ABOUT, "window": "256"}, 16, "141 115", _anomalous)
    lines = list(_raw_lines(_loud(16, 60)))
    for line in lines[: 7 * 40]:
        stream.push(line, 0)
    after = [record for line in lines[7 * 41 :] for record in stream.push(line, 0)]
    scored = [record["score"] > 0 for record in after if record["kind"] == "frame"]
    assert all(scored) and len(scored) == 35


def test_an_alarm_says_which_way_the_averages_moved() -> None:
    """The window that raises it is quiet; the averages are loud, and they are what was judged."""
    samples = _loud(LEARN, 60)
    raised = LEARN + _CFG.alarm.k - 1  # averages go on from learning
    samples[256 * raised : 256 * (raised + 1)] //= 6
    stream = SampleStream(_CFG, {**ABOUT, "window": "256"}, LEARN, "141 115", _anomalous)
    made = [record for line in _raw_lines(samples) for record in stream.push(line, 0)]
    [alarm] = [r for r in made if r["kind"] == "event" and r["state"] == "alarm"]
    assert alarm["window"] == raised
    assert len(alarm["bands"]) == 3 and all(sigma > 0 for _, _, sigma in alarm["bands"])


def test_a_band_leaves_what_is_usual_when_its_deviation_says_so() -> None:
    """Bars, shade and marks of the page are about the same averages: beyond 3 sigma is outside."""
    stream = SampleStream(_CFG, {**ABOUT, "window": "256"}, LEARN, "141 115", _anomalous)
    lines = _raw_lines(_loud(LEARN, 60))
    made = [record for line in lines for record in stream.push(line, 0)]
    judged = [r for r in made if r["kind"] == "spectrum" and r["z"] and max(r["z"]) > 0]
    assert len(judged) > 50
    for record in judged:
        for mg, low, high, z in zip(
            record["mg"], record["low"], record["high"], record["z"], strict=True
        ):
            assert z > 2.9 if not 0.999 * low < mg < 1.001 * high else z < 3.1


def test_what_the_board_lost_before_is_not_missing_here(tmp_path: Path) -> None:
    _, samples = machine(tmp_path)
    stream = SampleStream(_CFG, {**ABOUT, "window": "256"}, 16, "141 115", lost_before=9000)
    lines = list(_raw_lines(samples[:, 0]))
    lines.insert(7 * 40, seal("!lost 9003"))
    made = [record for line in lines for record in stream.push(line, 0)]
    assert [r["lost"] for r in made if r["kind"] == "status"][-1] == 3 + 256


def test_an_alarm_that_outlives_lost_samples_goes_on() -> None:
    stream = SampleStream(_CFG, {**ABOUT, "window": "256"}, 16, "141 115", _anomalous)
    lines = list(_raw_lines(_loud(16, 90)))
    made = [record for line in lines[: 7 * 80] + lines[7 * 81 :] for record in stream.push(line, 0)]
    events = [(r["state"], r["text"]) for r in made if r["kind"] == "event"]
    lasted = 81 - (16 + _CFG.alarm.k)
    assert [state for state, _ in events] == ["ok", "alarm", "fault", "alarm"]
    assert events[3][1] == f"goes on after {lasted} windows, {lasted * 256 // 3200} s"
    assert sum(r["kind"] == "evidence" for r in made) == 1
