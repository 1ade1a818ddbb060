"""Values that the page shows and that must be computed: counts, medians, the first alarm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thrum.config import Machine
from thrum.device import telemetry
from thrum.device.telemetry import Event, Evidence
from thrum.evaluation.decisions import Row
from thrum.evaluation.metrics import Share, wilson
from thrum.firmware.native import Replay
from thrum.plant.zones import MEANING, limits
from thrum.report.evaluated import Curve


@dataclass(frozen=True)
class Level:
    """Vibration of the judged windows before and after the change."""

    before_mg: float  # median
    after_mg: float  # median
    above: float  # share of the windows after the change that exceed every healthy one


@dataclass(frozen=True)
class Speed:
    """Velocity in mm/s RMS before and after the change, and the zones where a group is set."""

    before: float  # median
    after: float  # median
    zones: tuple[str, str] | None = None
    meaning: str = ""  # of the zone after the change
    source: str = ""


@dataclass(frozen=True)
class FirstAlarm:
    """The firmware's own lines about its first alarm, None where it wrote none."""

    alarm: Event | None
    evidence: Evidence | None


def level(r: Replay) -> Level:
    """Compare the level before and after: would a limit on it have found the change?"""
    rms = r.telemetry.rms_mg
    before, after = rms[r.scene.learn : r.changes_at], rms[r.changes_at :]
    above = float(np.mean(after > before.max()))
    return Level(float(np.median(before)), float(np.median(after)), above)


def velocity(r: Replay, machine: Machine) -> Speed | None:
    """Velocity before and after the change; None where the firmware does not say it."""
    seen = r.telemetry.mm_s
    parts = seen[r.scene.learn : r.changes_at], seen[r.changes_at :]
    if any(len(part) == 0 or not np.isfinite(part).all() for part in parts):
        return None
    before, after = (float(np.median(part)) for part in parts)
    of_machine = limits(machine.group, machine.mounting)
    if of_machine is None:
        return Speed(before, after)
    zones = of_machine.zone(before), of_machine.zone(after)
    return Speed(before, after, zones, MEANING[zones[1]], of_machine.source)


def first_alarm(output: str) -> FirstAlarm:
    """The first alarm that a firmware reported."""
    lines = output.splitlines()
    alarms = (
        change for change in map(telemetry.event, lines) if change and change.state == "alarm"
    )
    return FirstAlarm(next(alarms, None), next(filter(None, map(telemetry.evidence, lines)), None))


def another_machine(shown: Replay, others: Sequence[Replay]) -> Replay | None:
    """The first replay of a machine that is not the one shown."""
    title = shown.scene.title.split(",")[0]
    return next((r for r in others if not r.scene.title.startswith(title)), None)


def confusion(rows: Sequence[Row]) -> dict[str, tuple[int, int, int, int]]:
    """Decisions by data set: healthy and quiet, healthy and in alarm, then the same for faulty."""
    found = {}
    for data in dict.fromkeys(row.data for row in rows):
        mine = [row for row in rows if row.data == data]
        healthy = _counts(pooled([row.same for row in mine]))
        found[data] = healthy + _counts(pooled([row.detected for row in mine]))
    return found


def by_scorer(rows: Sequence[Row]) -> dict[str, list[tuple[Share | None, Share | None]]]:
    """False alarms and detections of each scorer, one pair for each data set."""
    names, data = (dict.fromkeys(getattr(row, key) for row in rows) for key in ("scorer", "data"))
    return {name: [_pair(rows, name, where) for where in data] for name in names}


def at_equal_false_alarms(curves: Sequence[Curve], rate: float) -> dict[str, dict[str, float]]:
    """Share of the faulty decisions that each scorer finds in each data set at a rate of false
    alarms, between two points of the curve in proportion."""
    found: dict[str, dict[str, float]] = {}
    for curve in curves:
        highest: dict[float, float] = {}
        for x, y in zip(curve.false_alarms, curve.detected, strict=True):
            highest[x] = max(y, highest.get(x, 0.0))  # a step up costs no false alarm
        share = float(np.interp(rate, sorted(highest), [highest[x] for x in sorted(highest)]))
        found.setdefault(curve.scorer, {})[curve.data] = share
    return found


def pooled(shares: Sequence[Share | None]) -> Share | None:
    """The decisions of several rows as one share; None if no row has any."""
    known = [share for share in shares if share is not None]
    if not known:
        return None
    decisions = sum(share.decisions for share in known)
    independent = sum(share.independent for share in known)
    value = sum(share.value * share.decisions for share in known) / decisions
    return Share(value, decisions, independent, *wilson(value, max(1, independent)))


def _pair(rows: Sequence[Row], scorer: str, data: str) -> tuple[Share | None, Share | None]:
    mine = [row for row in rows if (row.scorer, row.data) == (scorer, data)]
    return pooled([row.same for row in mine]), pooled([row.detected for row in mine])


def _counts(share: Share | None) -> tuple[int, int]:
    """Number of decisions without and with alarm."""
    if share is None:
        return 0, 0
    alarms = round(share.value * share.decisions)
    return share.decisions - alarms, alarms
