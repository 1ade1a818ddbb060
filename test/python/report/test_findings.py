"""Counts and sentences' figures: what the page says beyond looking up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from replays import replay
from report_material import evaluation

from thrum.config import Machine
from thrum.evaluation.metrics import Share
from thrum.report import findings
from thrum.report.evaluated import Curve
from thrum.report.findings import Speed, pooled, velocity


def test_pooled_shares_weigh_decisions() -> None:
    share = pooled([Share(0.0, 100, 5, 0, 1), None, Share(1.0, 300, 15, 0, 1)])
    assert share is not None
    assert (share.value, share.decisions, share.independent) == (0.75, 400, 20)
    assert 0.5 < share.low < 0.75 < share.high < 1
    assert pooled([None]) is None


def test_decisions_are_counted_by_data_set_and_verdict() -> None:
    rows = [row for row in evaluation().rows if row.scorer == "RMS"]
    assert findings.confusion(rows) == {"rig 200 Hz": (98, 2, 10, 90)}


def test_every_scorer_has_a_pair_for_each_data_set() -> None:
    rows = evaluation().rows
    other = replace(rows[0], data="fan 100 Hz", same=None)
    found = findings.by_scorer([*rows, other])
    assert list(found) == list(dict.fromkeys(row.scorer for row in rows))
    assert all(len(pairs) == 2 for pairs in found.values())
    false, detected = found[other.scorer][1]
    assert false is None
    assert detected is not None and detected.value == 0.9
    assert found["RMS"][1] == (None, None)


def test_the_level_compares_judged_windows_before_and_after_the_change() -> None:
    """Windows 5 to 8 measure 5 to 8 mg, windows 9 to 12 measure 9 to 12 mg."""
    found = findings.level(replay())
    assert (found.before_mg, found.after_mg, found.above) == (6.5, 10.5, 1.0)


def test_the_first_alarm_comes_with_its_evidence_or_without() -> None:
    seen = replay("000011222011")
    alarm, evidence = findings.first_alarm(seen.output), None
    assert alarm.alarm is not None
    assert (alarm.alarm.window, alarm.evidence) == (6, evidence)
    line = "# evidence: rms_mg:21 baseline_mg:27 z:1.47 bound:1.69 disagree after 32 windows, 40 s"
    told = findings.first_alarm(f"{seen.output}\n{line}").evidence
    assert told is not None and (told.rms_mg, told.agree) == (21, False)
    assert findings.first_alarm("no telemetry").alarm is None


@pytest.mark.parametrize("title, found", [("Pump, slow", True), ("Test machine, fast", False)])
def test_another_machine_is_one_with_another_name(title: str, found: bool) -> None:
    shown = replay()
    other = replace(shown, scene=replace(shown.scene, title=title))
    assert findings.another_machine(shown, [shown, other]) is (other if found else None)


def test_velocity_has_zones_only_for_a_known_machine() -> None:
    seen = replay()
    assert velocity(seen, Machine()) is None, "firmware that does not say it"
    fast = np.array([0.5] * 8 + [3.0] * 4)
    seen = replace(seen, telemetry=replace(seen.telemetry, mm_s=fast))
    assert velocity(seen, Machine()) == Speed(0.5, 3.0)
    told = velocity(seen, Machine("medium", "rigid"))
    assert told is not None and told.zones == ("A", "C")
    assert told.meaning.endswith("plan a repair")


def test_scores_are_compared_at_equal_false_alarms() -> None:
    steep = Curve("rig", "network", (0.0, 0.0, 0.02, 1.0), (0.0, 0.8, 0.9, 1.0))
    flat = Curve("rig", "RMS", (0.0, 0.1, 1.0), (0.0, 0.5, 1.0))
    found = findings.at_equal_false_alarms([steep, flat], 0.01)
    assert found["network"]["rig"] == pytest.approx(0.85)
    assert found["RMS"]["rig"] == pytest.approx(0.05)
