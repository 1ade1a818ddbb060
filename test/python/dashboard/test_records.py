"""The live page's records: what telemetry, samples and garbage become, and how long it is kept."""

from __future__ import annotations

import pytest

from thrum.dashboard import records


def test_an_event_names_its_bands() -> None:
    line = "# alarm at window 493: 21-25 Hz -4.25 sigma, 18-21 Hz +3.63 sigma"
    record = records.of_line(line, 5)
    assert record is not None
    assert record["bands"] == [[21, 25, -4.25], [18, 21, 3.63]]
    assert (record["state"], record["window"], record["t"]) == ("alarm", 492, 5)


@pytest.mark.parametrize("phase", ["learned", "provisional", "on trial"])
def test_every_phase_of_a_baseline_is_told(phase: str) -> None:
    record = records.of_line(f"# operating state 2 {phase}:30/240", 5)
    assert record == {"kind": "learning", "state": 2, "learned": 30, "of": 240, "phase": phase}
