"""Sections about the replays: the result, the alarm, what changed, every recording."""

from __future__ import annotations

from thrum.firmware import story
from thrum.firmware.native import Replay
from thrum.report import figures, svg, words
from thrum.report.material import Material
from thrum.report.page import (
    Cell,
    Markup,
    facts,
    listing,
    paragraph,
    section,
    table,
    two_lines,
    verdict,
)


def header(m: Material) -> str:
    """The result in a sentence and in figures."""
    r = m.replay
    scene = r.scene
    title = "Thrum: no alarm" if r.delay is None else f"Thrum: alarm after {_seconds(r.delay)}"
    result = (
        f"{scene.title}, replayed through the firmware: {_alarm_words(r)} "
        f"({scene.change}); before it, {_false_words(r)}."
    )
    tiles = [
        ("from change to alarm", "-" if r.delay is None else _seconds(r.delay)),
        ("healthy windows in alarm", f"{r.false_alarms} of {r.judged_healthy}"),
        ("times real time, one core", f"{r.times_real_time:,.0f}"),
        ("parameters, int8", f"{m.made.graph.parameter_count()}"),
    ]
    kicker = f"Report of {m.written}, model {m.made.model_hash}"
    return (
        paragraph(kicker, "kicker")
        + f"<h1>{title}</h1>\n"
        + paragraph(result, "verdict")
        + facts(tiles)
    )


def alarm(m: Material) -> str:
    """The timeline and the lines that the firmware wrote."""
    r = m.replay
    if r.scene.real:
        how = "The recordings were made one after the other and are joined here: it is sudden."
    else:
        how = "The machine is synthetic; from there on the fault grows steadily."
    caption = (
        f"The vertical line marks the change ({r.scene.change}). {how} Grey: the first "
        f"{r.scene.learn} windows, from which the device learns what is normal. Red: the alarm."
    )
    alt = (
        f"Score, deviation and vibration over {r.scene.seconds:.0f} s; {_alarm_words(r)}; "
        f"{_false_words(r)} before the change."
    )
    drawn = svg.figure("timeline", alt, caption, 5.0, figures.timeline(r, m.cfg.alarm.threshold))
    lines = story.excerpt(r.output.splitlines())
    return section(
        "The alarm",
        drawn,
        paragraph(words.level(r)),
        paragraph(words.reasons(r.output)),
        paragraph(words.decision(m.cfg)),
        "<h3>What the firmware wrote</h3>\n",
        listing("\n".join(lines)),
        paragraph(words.agreement(m.twin)),
    )


def change(m: Material) -> str:
    """Waveforms, spectra and deviations."""
    r, cfg = m.replay, m.cfg
    waves = svg.figure(
        "waveforms",
        "Waveforms of one axis and spectra before and after the change.",
        "Waveforms: the first axis, mean removed; the first judged windows and the last ones. "
        "Spectra: amplitude density of all judged samples.",
        3.6,
        figures.waveforms(r, cfg.sample.full_scale_g),
        6.6,
    )
    heat = svg.figure(
        "bands",
        f"Deviation of {cfg.features.bands} frequency bands over time.",
        f"What the network sees: how far each of {cfg.features.bands} bands is from the learned "
        "baseline, in multiples of its usual spread, clipped at 8. The white line marks the "
        "change.",
        3.3,
        figures.heat_map(r, m.twin.z),
        4.2,
    )
    return section("What changed", waves, heat)


def recordings(m: Material) -> str:
    """Every pair of recordings through the same firmware."""
    if not m.others:
        return section(
            "Real recordings",
            paragraph(
                "None were found. Name their folder with --data or THRUM_DATA, or put them into "
                "data; the replay above is synthetic and shows that the chain works, not how well "
                "it detects."
            ),
        )
    rows = [_scene_row(r) for r in m.others]
    head = ("what changed", "healthy windows in alarm", "alarm after", "as it should")
    text = (
        "Each row is one replay through the firmware: a healthy recording, then another one of the "
        "same machine. The demonstration above is the first row. A re-installed sensor alarms too: "
        "the device reports a change since its baseline, and cannot know that nothing is broken. "
        "After remounting it has to learn again."
    )
    return section("Real recordings", paragraph(text), table(head, rows), _second(m))


def _second(m: Material) -> str:
    """The timeline of another machine, where there is one."""
    title = m.replay.scene.title.split(",")[0]
    other = next((r for r in m.others if not r.scene.title.startswith(title)), None)
    if other is None:
        return ""
    scene = other.scene
    caption = (
        f"{scene.title}: {scene.source}, at {scene.rate_hz:,} Hz, replayed through the "
        f"same firmware. The healthy recording lasts "
        f"{scene.changes_at / scene.rate_hz:.0f} s only, so it learns from {scene.learn} windows."
    )
    alt = f"{scene.title}: {_alarm_words(other)}; {_false_words(other)} before it."
    draw = figures.timeline(other, m.cfg.alarm.threshold)
    return svg.figure("second", alt, caption, 4.2, draw)


def _scene_row(r: Replay) -> tuple[Cell, ...]:
    after = "no alarm" if r.delay is None else _seconds(r.delay)
    if r.scene.fault:
        word: Markup | str = verdict(r.good, "yes" if r.good else "no")
    else:
        word = "change, no fault"
    origin = f"{r.scene.title}, {r.scene.rate_hz:,} Hz, learned from {r.scene.learn} windows"
    return (
        two_lines(r.scene.change, origin),
        f"{r.false_alarms} of {r.judged_healthy}",
        after,
        word,
    )


def _alarm_words(r: Replay) -> str:
    return "no alarm" if r.delay is None else f"alarm {_seconds(r.delay)} after the change"


def _false_words(r: Replay) -> str:
    minutes = r.seconds_of(r.judged_healthy) / 60
    return f"{r.false_alarms} of {r.judged_healthy} judged windows ({minutes:.1f} min) in alarm"


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"
