"""The AVR kernel's 24-bit requantization is exact for every accumulator wherever it is used."""

from __future__ import annotations

import subprocess

import pytest

from thrum.paths import ROOT
from tools.ci import objects


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[int, int, int]]:
    """(tried, fitting, wrong) scales for each shift."""
    program = tmp_path_factory.mktemp("avr_scale") / "avr_scale"
    sources = ROOT / "lib/vibration/src"
    flags = ["-std=c++14", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{sources}"]
    source = ROOT / "test/python/support/avr_scale.cpp"
    objects.build(program, [source], flags)
    output = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    rows = [tuple(map(int, line.split())) for line in output.splitlines()]
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def test_no_accumulator_differs(counts: dict[int, tuple[int, int, int]]) -> None:
    assert sum(wrong for _, _, wrong in counts.values()) == 0


def test_usual_scales_fit(counts: dict[int, tuple[int, int, int]]) -> None:
    for shift in range(-8, 0):
        tried, fit, _ = counts[shift]
        assert fit == tried
    tried, fit, _ = counts[-9]
    assert fit > 0.9 * tried


def test_scales_beyond_the_format_fall_back(counts: dict[int, tuple[int, int, int]]) -> None:
    assert counts[0][1] == 0
