"""Material of a report, filled with a few made-up figures."""

from __future__ import annotations

import numpy as np

from thrum import config
from thrum.artifacts.release import Release
from thrum.compiler.graph import Graph
from thrum.evaluation.decisions import Row
from thrum.evaluation.metrics import Share
from thrum.firmware.footprint import Footprint
from thrum.firmware.native import Replay
from thrum.report.evaluated import DRAWN, Curve, Evaluation
from thrum.report.material import Material
from thrum.report.twin import Twin

CFG = config.load()
METRICS = {"balanced_accuracy": 0.9, "detected": 0.85, "false_alarms": 0.05, "auc": 0.95}


def release() -> Release:
    return Release(
        tflite=b"model",
        graph=Graph((), (), (), ()),
        parameters={},
        arena={"nbytes": 2480, "minimum": 2192, "measured": True},
        metrics={"float": METRICS, "int8": METRICS, "loss": [0.6, 0.5], "stop_loss": [0.6, 0.55]},
        determined_by={"sources": "f" * 64},
    )


def evaluation() -> Evaluation:
    share, other = Share(0.02, 100, 7, 0.0, 0.3), Share(0.9, 50, 4, 0.5, 1.0)
    rows = [
        Row(
            "rig 200 Hz",
            condition,
            "0 HP",
            name,
            128,
            256,
            999,
            same,
            None,
            other,
            0.9,
            0.8,
            1.0,
            1,
            "weak.npz 0.10",
        )
        for condition, same in (("0 HP", share), ("1 HP", None))
        for name in DRAWN
    ]
    curves = [Curve("rig 200 Hz", name, (0.0, 0.1, 1.0), (0.0, 0.9, 1.0)) for name in DRAWN]
    return Evaluation(tuple(rows), tuple(curves), "On target is the firmware.")


def material(seen: Replay) -> Material:
    z = np.random.default_rng(1).integers(0, 256, (8, 32), dtype=np.uint8)
    boards = (Footprint("nano", "AVR", 20_000, 700),)
    versions = (("Python", "3.11"),)
    return Material(
        CFG, release(), seen, (seen,), Twin(z, 8, 0), evaluation(), boards, "today", versions
    )
