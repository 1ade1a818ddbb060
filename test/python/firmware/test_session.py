"""A session with a program that is a firmware, without waiting for its answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from vibration import native_firmware

from thrum import config
from thrum.artifacts import release
from thrum.firmware.native import FirmwareError
from thrum.firmware.session import session
from thrum.reference.answers import answers, difference, measure
from thrum.reference.network import Engine


def test_the_firmware_answers_as_the_reference_does() -> None:
    """16 windows are learned; then noise that becomes louder."""
    made = release.load()
    cfg = config.from_tables(made.parameters)
    level = np.repeat([1.0, 1.5, 4.0], [30, 10, 20])[:, np.newaxis, np.newaxis]
    samples = np.random.default_rng(3).normal(0, 800, (60, 1, cfg.window.length)) * level
    windows = np.rint(samples).astype(np.int16)
    told, about = session(native_firmware(), 16, [windows[:25], windows[25:]])
    assert about["model"] == made.model_hash
    network = Engine(made.graph).outputs
    expected = answers(cfg, network, int(about["mg_q12"]), 16, measure(cfg, windows))
    assert [difference(*pair) for pair in zip(told, expected, strict=True)] == [""] * 60
    assert told[0].decision[0] == "-" and told[-1].decision[0] != "-"


@pytest.mark.parametrize(
    "script, words",
    [
        ("echo broken >&2; exit 1", "stopped: broken"),
        ("echo '!error 3*0000'", "build it again"),
    ],
)
def test_a_program_that_stops_or_refuses_is_named(tmp_path: Path, script: str, words: str) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(FirmwareError, match=words):
        session(program, 16, [])
