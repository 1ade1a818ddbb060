"""The states of a device and its faults, as the telemetry numbers and words them.

The firmware has the same in detection/detector.h and protocol/telemetry.cpp; a test compares them.
Standard library only: PlatformIO's Python imports it.
"""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """The number that the telemetry line shows."""

    LEARNING = 0
    OK = 1
    ALARM = 2
    FAULT = 3
    IDLE = 4
    GATHERING = 5  # no verdict yet

    @property
    def word(self) -> str:
        """Its name in an event's line."""
        return self.name.lower()


WORDS = tuple(state.word for state in State)


class Fault(IntEnum):
    """Why a window is not judged."""

    NONE = 0
    STUCK = 1
    SATURATED = 2
    SAMPLES_LOST = 3
    SILENT = 4
    ENGINE = 5
    NOISE = 6

    @property
    def words(self) -> str:
        """The words of the device behind the event."""
        return _FAULTS[self]


_FAULTS = (
    "none",
    "the sensor's value does not change",
    "the sensor is at its limit",
    "samples were lost",
    "sensor silent",
    "inference failed",
    "no vibration, only the last bit toggles: has the sensor fallen off?",
)
