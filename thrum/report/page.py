"""The page: one HTML file without anything from outside, light and dark, any width.

Texts and layout are in templates/, one file for each section. They get the fields of Material, the
pictures and the values of findings.
"""

from __future__ import annotations

import math
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from thrum.device import words
from thrum.firmware import story
from thrum.firmware.native import Replay
from thrum.report import findings, svg
from thrum.report.evaluated import NETWORK
from thrum.report.figures.bands import heat_map
from thrum.report.figures.loss import loss_curves
from thrum.report.figures.roc import roc
from thrum.report.figures.timeline import timeline
from thrum.report.figures.waveforms import waveforms
from thrum.report.material import Material
from thrum.report.svg import Picture
from thrum.training.mixing import verdict

PARTS = {  # template and anchor of each section, and its title in the contents
    "alarm": "The alarm",
    "change": "What changed",
    "recordings": "Real recordings",
    "held_out": "Held-out recordings",
    "training": "Training",
    "memory": "Memory",
    "limits": "Limits",
    "provenance": "Provenance",
}
RATE = 0.01  # of the healthy decisions, at which scores are compared


def html(m: Material) -> str:
    """The page as text."""
    another = findings.another_machine(m.replay, m.others)
    mine = [row for row in m.evaluation.rows if row.scorer == NETWORK]
    values: dict[str, Any] = {
        **vars(m),
        "another": another,
        "pictures": {picture.name: picture for picture in _pictures(m, another)},
        "level": findings.level(m.replay),
        "velocity": findings.velocity(m.replay, m.cfg.machine),
        "first": findings.first_alarm(m.replay.output),
        "excerpt": story.excerpt(m.replay.output.splitlines()),
        "conditions": mine,
        "confusion": findings.confusion(mine),
        "parts": PARTS,
        "rate": RATE,
        "equal": findings.at_equal_false_alarms(m.evaluation.curves, RATE),
        "by_scorer": findings.by_scorer(m.evaluation.rows),
    }
    return _environment().get_template("page.html.j2").render(values)


def fixed(value: float, digits: int, unit: str = "") -> str:
    """A number with so many decimals and its unit, a dash where there is none."""
    return "-" if math.isnan(value) else f"{value:.{digits}f}{unit}"


def seconds(value: float) -> str:
    """A time in seconds, with two decimals below 10 s."""
    return fixed(value, 2 if value < 10 else 0, " s")


def of(count: int, total: int) -> str:
    """So many of so many, in words where there are none at all."""
    return f"{count} of {total}" if total else "none"


def judged(counts: dict[str, dict[str, int]]) -> str:
    """verdict() without what nobody had to judge."""
    return verdict(counts).replace(" and 0 of 0 faulty", "").replace("0 of 0 healthy and ", "")


def thousands(value: float) -> str:
    """A whole number, its digits in groups of three."""
    return f"{value:,.0f}"


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("thrum.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(fixed=fixed, seconds=seconds, thousands=thousands, verdict=judged)
    made.filters.update(of=of)
    made.filters.update(moved=words.alarm)
    return made


def _pictures(m: Material, another: Replay | None) -> list[Picture]:
    """Everything that is drawn; heights in inches, on a wide and on a narrow page."""
    threshold, loss = m.cfg.alarm.threshold, m.made.metrics
    panels = len({curve.data for curve in m.evaluation.curves})
    found = [
        svg.picture("timeline", timeline(m.replay, threshold, velocity=True), 6.0),
        svg.picture("waveforms", waveforms(m.replay, m.cfg.sample.full_scale_g), 3.6, 6.6),
        svg.picture("bands", heat_map(m.replay, m.twin.z), 3.3, 4.2),
        svg.picture("roc", roc(m.evaluation.curves), 2.6, 1.6 * ((panels + 1) // 2) + 0.6),
    ]
    if another is not None:
        found.append(svg.picture("second", timeline(another, threshold), 4.2))
    if "loss" in loss:
        found.append(svg.picture("loss", loss_curves(loss["loss"], loss["stop_loss"]), 2.8, 3.0))
    return found
