"""Windows that the device's network is asked about."""

from __future__ import annotations

import numpy as np

from thrum.dashboard.questions import MOST, PATIENCE, Questions, Window
from thrum.device.client import decode
from thrum.reference.baseline import network_input


def _window(number: int) -> Window:
    z = np.arange(32, dtype=np.uint8)[::-1] + np.uint8(number % 8)
    return Window(number, 0, np.zeros(32, np.uint16), z, 0)


def test_one_window_is_asked_at_a_time() -> None:
    asked = Questions()
    assert asked.next(0.0) is None
    asked.put(_window(1))
    asked.put(_window(2))
    request = asked.next(0.0)
    assert request is not None and request.startswith("f ")
    assert decode(request[2:]) == network_input(_window(1).z).tobytes()
    assert asked.next(0.1) is None
    first = asked.answered()
    assert first is not None and first.number == 1
    assert asked.next(0.2) is not None


def test_a_window_whose_answer_was_lost_is_given_up() -> None:
    asked = Questions()
    asked.put(_window(1))
    asked.put(_window(2))
    asked.next(0.0)
    assert asked.next(PATIENCE - 0.01) is None
    assert asked.next(PATIENCE) is not None
    second = asked.answered()
    assert second is not None and second.number == 2


def test_an_answer_to_what_was_forgotten_is_of_no_interest() -> None:
    asked = Questions()
    asked.put(_window(1))
    asked.next(0.0)
    asked.forget()
    assert asked.answered() is None
    assert asked.next(0.1) is None


def test_of_too_many_the_oldest_are_given_up() -> None:
    asked = Questions()
    for number in range(MOST + 5):
        asked.put(_window(number))
    asked.next(0.0)
    first = asked.answered()
    assert first is not None and first.number == 5
