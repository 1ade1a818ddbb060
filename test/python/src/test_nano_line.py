"""The Nano's firmware on simavr, in the chip's own time: what its line says of lost samples."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import pytest
from boards import firmware

from thrum.device.client import Device, encode, fields
from thrum.device.transport import ProgramTransport
from thrum.paths import ROOT

pytestmark = pytest.mark.skipif(
    not (shutil.which("avr-gcc") and shutil.which("simavr")), reason="needs avr-gcc and simavr"
)


def test_what_is_not_sampled_while_the_host_feeds_is_not_lost(tmp_path: Path) -> None:
    elf = firmware("nano", tmp_path)
    simavr = [sys.executable, str(ROOT / "tools" / "simulators" / "simavr_line.py"), str(elf), "1"]
    device = Device(ProgramTransport(simavr))
    device.connect()
    device.ask(f"w 0 {encode(bytes(2))}", "w 1")
    time.sleep(0.5)
    device.ask("raw 0", "raw 0")
    time.sleep(0.5)
    [status] = device.ask("status", "status")
    device.close()
    assert fields(status)["mode"] == "0"
    assert fields(status)["lost"] == "0"
