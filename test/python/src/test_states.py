"""Operating states over the serial line: none begins without the user's word."""

from __future__ import annotations

import pytest
from vibration import native_firmware

from thrum.device.client import Device, RefusedError, fields
from thrum.device.transport import ProgramTransport


@pytest.fixture
def device() -> Device:
    """The native firmware."""
    opened = Device(ProgramTransport([str(native_firmware()), "--serve"]), 5.0)
    opened.connect()
    return opened


def test_a_state_can_be_asked_for_while_states_are_missing(device: Device) -> None:
    with device:
        with pytest.raises(RefusedError, match="out of range"):
            device.ask("state", "state")  # config.toml has one
        device.ask("learn 16 2", "learn")
        assert device.ask("state", "state") == ["1"]
        assert fields(device.ask("status", "status")[0])["provisional"] == "0"
