"""Names and ports of the boards."""

from __future__ import annotations

import pytest

from thrum.device.address import Address, AddressError, addresses


@pytest.mark.parametrize(
    ("text", "name", "identity", "port"),
    [
        ("/dev/ttyUSB0", "ttyUSB0", "ttyusb0", "/dev/ttyUSB0"),
        ("pump=/dev/ttyUSB0", "pump", "pump", "/dev/ttyUSB0"),
        ("Main Pump 2=COM3", "Main Pump 2", "main_pump_2", "COM3"),
        ("fan=socket://10.0.0.2:9?x=1", "fan", "fan", "socket://10.0.0.2:9?x=1"),
        ("socket://h:9?logging=debug", "h:9?logging=debug", "h_9_logging_debug", ""),
    ],
)
def test_a_port_may_have_a_name(text: str, name: str, identity: str, port: str) -> None:
    assert addresses([text]) == [Address(name, identity, port or text)]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["pump="], "names no port"),
        (["+-=COM3"], "needs a letter or digit"),
        (["a=COM3", "A=COM4"], "have the name 'a'"),
        (["a=COM3", "b=COM3"], "have the port 'COM3'"),
    ],
)
def test_what_two_boards_would_share_is_refused(texts: list[str], words: str) -> None:
    with pytest.raises(AddressError, match=words.replace("+", r"\+")):
        addresses(texts)
