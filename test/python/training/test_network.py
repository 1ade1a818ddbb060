"""The user's network: read from a file, with one sentence where that fails."""

from __future__ import annotations

from thrum.artifacts import release


def test_parameters_of_the_default_network() -> None:
    assert release.load().graph.parameter_count() == 528 + 136 + 18 == 682
