"""Small recordings and telemetry for the tests of the demonstration and the report."""

from __future__ import annotations

import numpy as np

from thrum.device.telemetry import parse
from thrum.firmware.native import Replay
from thrum.firmware.scenes import Scene

HOP = 256
BOOT = "# thrum engine:aot model:0123456789ab rate_hz:200 arena:24"


def scene(windows: int = 12, learn: int = 4, changes_at: int = 8, axes: int = 3) -> Scene:
    """Noise whose second part is louder; the arguments count windows."""
    rng = np.random.default_rng(7)
    samples = rng.normal(0, 100, (windows * HOP, axes))
    samples[changes_at * HOP :] *= 4
    return Scene(
        title="Test machine",
        change="a loose <bolt>",
        source="rng",
        fault=True,
        real=False,
        samples=samples.astype(np.int16),
        rate_hz=200,
        learn=learn,
        changes_at=changes_at * HOP,
    )


def lines(states: str, learn: int = 4) -> list[str]:
    """Telemetry of a firmware that goes through these states, one digit per window."""
    names = ("learning", "ok", "alarm", "fault")
    out, before = [BOOT], "0"
    for window, state in enumerate(states, 1):
        if state != before:
            out.append(f"# {names[int(state)]} at window {window}: 10-20 Hz 3.00 sigma")
        score = 0.9 if state == "2" else 0.2
        out.append(f"anomaly:{score:.2f},z:1.50,rms_mg:{window},state:{state}")
        before = state
    return out


def replay(states: str = "000011111222") -> Replay:
    """The replay of `scene()` through the firmware."""
    output = "\n".join(lines(states))
    return Replay(scene(), output, parse(lines(states)), 8, HOP, 0.001)
