"""thrum/doctor/installation.py on samples, and on a board that is a program."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from fake_board import fake_board

from thrum.cli.main import main
from thrum.device.samples import Source
from thrum.doctor import installation
from thrum.doctor.findings import Finding
from thrum.doctor.installation import Taken

RATE = 1000
SOURCE = Source(rate_hz=RATE, axes=3, hop=256, mg_per_count=16_000 / 32768)


def taken(
    gravity: tuple[float, ...] = (0.0, 0.0, 1.0), noise_mg: float = 3.0, rate: float = RATE
) -> Taken:
    """4 s of a sensor that sees this, in g and mg."""
    rng = np.random.default_rng(1)
    mg = np.array(gravity) * 1000 + rng.normal(0, noise_mg, (4 * RATE, len(gravity)))
    counts = np.clip(np.round(mg / SOURCE.mg_per_count), -32768, 32767).astype(np.int16)
    source = Source(RATE, len(gravity), 256, SOURCE.mg_per_count)
    return Taken(counts, rate, 0, source)


def rest(given: Taken) -> tuple[Finding, Finding]:
    noise, gravity = installation.at_rest(given)
    return noise, gravity


def test_a_sound_installation() -> None:
    noise, gravity = rest(taken())
    assert noise.found.startswith("X 3.0 mg, Y 3.0 mg, Z 3.") and not noise.remedy
    assert gravity.found == "1.00 g, mostly along Z" and not gravity.remedy
    assert not installation.rate(taken()).remedy


def test_a_dead_axis_and_a_noisy_one() -> None:
    dead = taken()
    dead.counts[:, 1] = 0
    assert rest(dead)[0].bad and "never changes" in rest(dead)[0].remedy
    noisy = rest(taken(noise_mg=90))[0]
    assert not noisy.bad and "is it off?" in noisy.remedy


@pytest.mark.parametrize(
    ("gravity", "bad"),
    [((0.6, 0.6, 0.53), False), ((0, 0, 0.5), True), ((0.3,), False), ((-1.6,), True)],
)
def test_one_g(gravity: tuple[float, ...], bad: bool) -> None:
    assert rest(taken(gravity))[1].bad is bad


def test_a_rate_that_is_not_what_the_board_says() -> None:
    assert installation.rate(taken(rate=RATE * 1.05)).bad
    lost = taken()
    finding = installation.rate(Taken(lost.counts, RATE, 256, SOURCE))
    assert finding.bad and "THRUM_RATE_HZ" in finding.remedy


@pytest.mark.parametrize(
    ("noise_mg", "words", "bad"),
    [(1000.0, "", False), (5.0, "is the machine running", False), (9000.0, "larger range", True)],
)
def test_range_of_a_running_machine(noise_mg: float, words: str, bad: bool) -> None:
    (found,) = installation.in_use(taken(noise_mg=noise_mg))
    assert words in found.remedy and found.bad is bad and bool(found.remedy) is bool(words)


@pytest.mark.skipif(sys.platform == "win32", reason="needs select on pipes")
def test_a_board_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installation, "SECONDS", 0.2)
    main(["doctor", "--tap", "--", *fake_board(windows=5, pause=0.08, gap=False)])
    out = capsys.readouterr().out
    assert "fake, firmware 0b7c61f2" in out and "3200 Hz said" in out
    assert "gravity" in out and "Tap the housing once" in out


def test_no_board_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--port", "/dev/ttyNONE"]) == 1
    assert capsys.readouterr().err.startswith("error: cannot open /dev/ttyNONE")
