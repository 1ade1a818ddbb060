"""Lines of a device: sealed against damage."""

from __future__ import annotations

from thrum.device.lines import seal, unseal


def test_seal_and_unseal() -> None:
    assert seal("123456789") == "123456789*31c3"
    assert unseal("123456789*31c3") == "123456789"
    for bad in ("", "*", "123456789*31C3", "123456788*31c3", "123456789*31c", "123456789"):
        assert unseal(bad) is None
