"""How long a battery lasts: cycles from the simulators times currents from the data sheets.

One verdict takes an average of WINDOWS windows: the sensor is on and samples are collected while
the processor idles between two of them, and every window costs its cycles. Then everything sleeps
until the next verdict. Nothing here was measured on a board: docs/battery.md says what is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HOURS_A_YEAR = 8766.0
WINDOWS = 16  # of the first average that is judged
SAMPLES = 256  # of a window
PAGE_CYCLES = {"ATmega328P": 167_505.0, "Cortex-M4": 31_691.0}  # of docs/battery.md
INTERVALS = ((60.0, "1 minute"), (600.0, "10 minutes"), (3600.0, "1 hour"))


@dataclass(frozen=True)
class Board:
    """Currents in mA at the supply of `supply`; a sampled axis at rate_hz.

    active: the processor computes; idle: it waits for the next sample, clocks on; asleep: it keeps
    time and RAM. sample_cycles: of the interrupt that takes a sample. start_s: from the wake-up to
    the first sample. sensor and sensor_off: of the sensor, on and in standby.
    """

    name: str
    supply: str
    rate_hz: float
    hertz: float
    active: float
    idle: float
    asleep: float
    sample_cycles: int
    start_s: float
    sensor: float
    sensor_off: float
    source: str


@dataclass(frozen=True)
class Battery:
    """Capacity in mAh; the share that it loses by itself in a year."""

    name: str
    capacity: float
    lost: float


ATMEGA = (
    "ATmega328P data sheet, typical at 3 V and 8 MHz: active, idle; power-save with Timer2 on a "
    "32 kHz crystal, brown-out detector off"
)
BOARDS = {
    "ATmega328P": Board(
        "ATmega328P, bare, with an ADXL335",
        "3 V",
        3200,
        8e6,
        active=3.3,
        idle=0.6,
        asleep=0.0009,
        sample_cycles=82,
        start_s=0.01,
        sensor=0.35,
        sensor_off=0.0001,
        source=f"{ATMEGA}; ADXL335 350 uA, switched off by a pin",
    ),
    "Cortex-M4": Board(
        "nRF52840 with its LSM9DS1",
        "3 V, DC/DC",
        952,
        64e6,
        active=3.3,
        idle=0.6,
        asleep=0.0032,
        sample_cycles=400,
        start_s=0.05,
        sensor=0.6,
        sensor_off=0.006,
        source="nRF52840 product specification: 52 uA/MHz, System ON with RTC and RAM 3.2 uA; idle "
        "with the high-frequency clock on is an estimate",
    ),
}
ESP32 = Board(
    "ESP32 with an ADXL345, radio off",
    "3.3 V",
    3200,
    80e6,
    active=31.0,
    idle=20.0,
    asleep=0.01,
    sample_cycles=400,
    start_s=0.3,
    sensor=0.14,
    sensor_off=0.0001,
    source="ESP32 data sheet: 20 to 31 mA at 80 MHz without radio, deep sleep with RTC 10 uA",
)
BATTERIES = (
    Battery("CR2032", 225.0, 0.01),
    Battery("2 x AA", 2500.0, 0.03),
    Battery("18650", 3000.0, 0.05),
)


def charge(board: Board, window_cycles: float, windows: int = WINDOWS) -> float:
    """Charge of one verdict in mAh."""
    sampling = windows * SAMPLES / board.rate_hz
    computing = windows * (window_cycles + SAMPLES * board.sample_cycles) / board.hertz
    idle = max(sampling - computing, 0.0)
    seconds = board.start_s * board.active + computing * board.active + idle * board.idle
    seconds += (board.start_s + max(sampling, computing)) * board.sensor
    return seconds / 3600


def awake(board: Board, window_cycles: float) -> float:
    """Share of the sampling time in which the processor computes."""
    computing = window_cycles + SAMPLES * board.sample_cycles
    return min(computing / board.hertz / (SAMPLES / board.rate_hz), 1.0)


def average(board: Board, window_cycles: float, every_s: float, windows: int = WINDOWS) -> float:
    """Average current in mA with one verdict every so many seconds."""
    asleep = board.asleep + board.sensor_off
    return charge(board, window_cycles, windows) * 3600 / every_s + asleep


def continuous(board: Board) -> float:
    """Current in mA of a board that never sleeps, as the firmware runs today."""
    return board.active + board.sensor


def years(battery: Battery, milliamperes: float) -> float:
    """Years until a battery is empty; what it loses by itself counts as a current."""
    own = battery.capacity * battery.lost / HOURS_A_YEAR
    return battery.capacity / (milliamperes + own) / HOURS_A_YEAR


def lasts(value: float) -> str:
    """Years in words of a table: years, days or hours."""
    if value >= 1:
        return f"{value:.1f} years"
    days = value * HOURS_A_YEAR / 24
    return f"{days:.0f} days" if days >= 3 else f"{days * 24:.0f} h"


def table(cycles: Mapping[str, float]) -> str:
    """A Markdown table of the boards whose cycles a window are known, by target."""
    head = ("Board", "Verdict", "Average current", *(battery.name for battery in BATTERIES))
    lines = [head, ("---",) * len(head)]
    known = [(board, cycles[name]) for name, board in BOARDS.items() if name in cycles]
    if "Cortex-M4" in cycles:
        known.append((ESP32, 2 * cycles["Cortex-M4"]))  # portable C++: twice the instructions
    for board, window in known:
        rows = [(f"every {words}", average(board, window, s)) for s, words in INTERVALS]
        for words, current in [*rows, ("all the time", continuous(board))]:
            cells = [lasts(years(battery, current)) for battery in BATTERIES]
            lines.append((board.name, words, _current(current), *cells))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _current(milliamperes: float) -> str:
    if milliamperes < 1:
        return f"{1000 * milliamperes:.1f} uA"
    return f"{milliamperes:.1f} mA"
