"""The states of a device, as the telemetry line numbers them."""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """What the telemetry line shows."""

    LEARNING = 0
    OK = 1
    ALARM = 2
    FAULT = 3
    IDLE = 4


class Fault(IntEnum):
    """Why a window cannot be judged, as the `S` line numbers it."""

    NONE = 0
    STUCK = 1
    SATURATED = 2
    SAMPLES_LOST = 3
    SILENT = 4
    ENGINE = 5
