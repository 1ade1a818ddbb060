"""Cases of the line itself: the native firmware passes, a careless device does not."""

from __future__ import annotations

import sys

import pytest
from vibration import native_firmware

from thrum.device.client import Device
from thrum.device.transport import ProgramTransport
from thrum.verification.line_cases import Case, refusals, thresholds

CARELESS = """
import binascii, sys
def say(text):
    print(text + "*%04x" % binascii.crc_hqx(text.encode(), 0), flush=True)
for line in sys.stdin.buffer:
    payload, sealed, _ = line.partition(b"*")
    if sealed and payload[:1] == b"t" and payload != b"t 10 11":
        say("!t 9 8")
    else:
        say("!status learned:0" if payload.startswith(b"status") else "!error 1")
"""


def test_the_native_firmware_refuses_bad_lines_and_keeps_thresholds() -> None:
    device = Device(ProgramTransport([str(native_firmware()), "--serve"]))
    device.connect()
    cases = [*refusals(device), *thresholds(device)]
    device.close()
    assert [str(case) for case in cases if case.message] == []
    assert len(cases) > 20


def test_a_device_that_answers_the_same_to_everything_fails() -> None:
    device = Device(ProgramTransport([sys.executable, "-c", CARELESS]))
    wrong = [case.name for case in refusals(device) if case.message]
    assert "refuses_overlong" in wrong and "refuses_unknown_word" not in wrong
    assert [bool(case.message) for case in thresholds(device)] == [True, True, True, False]
    device.close()


@pytest.mark.parametrize(
    "case, words",
    [
        (Case("a"), ":a:PASS"),
        (Case("a", "too late"), ":a:FAIL: too late"),
        (Case("a", "no wheel", ignored=True), ":a:IGNORE: no wheel"),
    ],
)
def test_outcomes_are_written_as_unity_does(case: Case, words: str) -> None:
    assert str(case).endswith(words)
