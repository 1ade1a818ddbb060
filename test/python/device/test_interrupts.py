"""The end of a program by hand: once, and then nothing disturbs what must be finished."""

from __future__ import annotations

import signal
import sys

import pytest

from thrum.device.interrupts import ended_by_hand

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_the_first_signal_interrupts_and_the_others_are_ignored(name: str) -> None:
    before = signal.getsignal(getattr(signal, name))
    finished = False
    with ended_by_hand():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(getattr(signal, name))
        for another in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.raise_signal(another)
        finished = True
    assert finished
    assert signal.getsignal(getattr(signal, name)) is before


def test_a_signal_that_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ended_by_hand():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
