"""Sentences about one replay: what raised the alarm, and what would not have."""

from __future__ import annotations

import numpy as np

from thrum.config import Config
from thrum.device.telemetry import event, evidence
from thrum.firmware.native import Replay
from thrum.report.twin import Twin


def decision(cfg: Config) -> str:
    """How windows become an alarm."""
    a = cfg.alarm
    return (
        f"A window is {cfg.window.length} samples. Scored is the average of {a.mean_windows} "
        f"windows; {a.k} of {a.n} votes above {a.threshold:g} raise the alarm, as many below "
        f"{a.threshold - a.dead_band:g} end it, after {a.hold_windows} windows at the "
        "earliest. The deviation is the root mean square over the bands, the network's "
        "cross-check."
    )


def level(r: Replay) -> str:
    """Whether the plain level of vibration would have told the same."""
    rms = r.telemetry.rms_mg
    before, after = rms[r.scene.learn : r.changes_at], rms[r.changes_at :]
    above = float(np.mean(after > before.max()))
    text = (
        f"The vibration's level went from {np.median(before):.0f} to {np.median(after):.0f} mg "
        f"(median); {100 * above:.0f} % of the windows after the change lie above the highest "
        "healthy one."
    )
    if above == 0:
        text += " An upper limit on the level alone would have missed it."
    return text


def reasons(output: str) -> str:
    """What the firmware says about its first alarm, in words; nothing without an alarm."""
    lines = output.splitlines()
    alarms = (change for change in map(event, lines) if change and change.state == "alarm")
    alarm = next(alarms, None)
    if alarm is None:
        return ""
    text = (
        f"What moved most, says the firmware: {alarm.detail}; sigma is the usual spread of a band, "
        "and a minus means weaker than learned."
    )
    reason = next(filter(None, map(evidence, lines)), None)
    if reason is None:
        return text
    meaning = (
        "the plain deviations confirm the network"
        if reason.agree
        else "the plain deviations alone would not have been enough in that window: look twice"
    )
    return (
        f"{text} In the window of the alarm the vibration was {reason.rms_mg} mg against "
        f"{reason.baseline_mg} mg when learned, and the bands deviated by {reason.z:.2f} sigma "
        f"(bound {reason.bound:.2f}): {meaning}. The change had lasted for {reason.windows} "
        f"windows, {reason.seconds} s, by then."
    )


def agreement(twin: Twin) -> str:
    """Whether the firmware computed what the reference does."""
    if not twin.compared:
        return "Not compared with the reference: tflite_micro is not available on this computer."
    return (
        f"Compared with the Python twin and TensorFlow Lite Micro's reference kernels: score "
        f"and state differ in {twin.different} of {twin.compared} judged windows."
    )
