"""Scores are compared where their false alarms are equal."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np

from thrum import config
from thrum.evaluation.cases import Case
from thrum.evaluation.compared import table, threshold_at
from thrum.evaluation.decisions import Decided, Judged

CFG = config.load()


def _decided(**by: Judged | str) -> Decided:
    case = cast(Case, type("Stub", (), {"data": "a set", "cfg": CFG}))
    return Decided(case, {name.replace("_", " "): judged for name, judged in by.items()})


def test_the_threshold_leaves_at_most_the_share_asked_for() -> None:
    healthy = np.arange(100) / 100
    assert threshold_at(healthy, 0.0) == 0.99
    for false_alarms in (0.0, 0.01, 0.5, 0.995, 1.0):
        assert np.mean(healthy > threshold_at(healthy, false_alarms)) <= false_alarms


def test_a_score_with_a_low_threshold_gains_nothing() -> None:
    """The other score is the network's, three times as large: it alarms more, and is no better."""
    rng = np.random.default_rng(1)
    network = Judged([rng.random(500)], [1.2 * rng.random(500)], [0.5 + rng.random(400)], 256)
    loud = Judged(
        [3 * part for part in network.same],
        [3 * part for part in network.other],
        [3 * part for part in network.faulty],
        256,
    )
    useless = Judged(network.same, network.other, network.same, 256)
    text = table([_decided(network_int8=network, loud=loud, useless=useless, missing="no engine")])
    rows = [line.split(" | ") for line in text.splitlines()[2:]]
    assert [row[2] for row in rows] == ["network int8", "loud", "useless"]
    assert rows[0][3] == rows[1][3] and float(rows[2][3].split()[0]) < float(rows[0][3].split()[0])


def test_without_healthy_or_faulty_decisions_there_is_no_line() -> None:
    nothing = Judged([], [], [np.ones(3)], 256)
    assert table([_decided(network_int8=nothing)]) == ""
    assert table([_decided(network_int8=replace(nothing, same=[np.ones(3)], faulty=[]))]) == ""
