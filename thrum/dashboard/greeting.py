"""Which board is shown, and what is said of it once it has answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from thrum.artifacts.release import Release
from thrum.config import Config
from thrum.dashboard.records import Record
from thrum.device.client import Transport
from thrum.device.samples import Source
from thrum.device.transport import ProgramTransport, SerialTransport, is_serial
from thrum.reference import tflm
from thrum.reference.pipeline import Network

_NAMES = ("engine", "model", "firmware", "board", "sensor")


@dataclass(frozen=True)
class Wanted:
    """The device to show, and whether it should stream its samples."""

    port: str | None
    baud: int
    command: Sequence[str]
    name: str  # for people
    spectrum: bool
    learn: int | None  # windows of the baseline in spectrum mode; None: as the device has it
    cfg: Config
    can_follow: bool = False  # whether the page may record and diagnose after an alarm
    made: Release | None = None  # whose network this computer may run

    def open(self) -> Transport:
        """The connection; LineError says why there is none."""
        if self.port:
            return SerialTransport(self.port, self.baud)
        return ProgramTransport(self.command)


def network(wanted: Wanted, about: dict[str, str]) -> Network | None:
    """The board's network on this computer, if it is the same model.

    Asking the board instead fails where it is busy sending: an ATmega328P then keeps 31 characters
    of the question's 52.
    """
    made = wanted.made
    if made is None or about.get("model") != made.model_hash or not tflm.available():
        return None
    return partial(tflm.run, made.tflite)


def why_not(wanted: Wanted, source: Source, about: dict[str, str]) -> str:
    """Why the samples cannot be judged here; empty if they can."""
    return _too_slow(wanted, source) or _other_windows(wanted.cfg, about)


def _too_slow(wanted: Wanted, source: Source) -> str:
    fastest = source.fastest_hz(wanted.baud)
    if not is_serial(wanted.port) or source.rate_hz <= fastest:
        return ""
    return (
        f"The line is too slow for the samples: {wanted.baud} baud carry {fastest} Hz, "
        f"the board samples at {source.rate_hz} Hz. Raise the rate of the line, which is "
        "monitor_speed in platformio.ini and --baud here, or lower the board's."
    )


def _other_windows(cfg: Config, about: dict[str, str]) -> str:
    mine = {"window": cfg.window.length, "hop": cfg.window.hop, "bands": cfg.features.bands}
    if all(about.get(name) == str(value) for name, value in mine.items()):
        return ""
    return (
        "The board's windows are not those of the model here: upload the firmware again, or "
        "name its model with --model."
    )


def about_board(
    wanted: Wanted,
    about: dict[str, str],
    thresholds: tuple[int, int],
    here: bool,
    why: str,
    zones: Record | None,
) -> Record:
    """What the page says of the board. thresholds: raise and clear, Q8; here: judged here."""
    high, low = thresholds
    return {
        "kind": "about",
        **{name: about.get(name, "") for name in _NAMES},
        "rate_hz": int(about["rate_hz"]),
        "raise": high / 256,
        "clear": low / 256,
        "mean_windows": wanted.cfg.alarm.mean_windows,
        "bound": wanted.cfg.alarm.cross_check,
        "judged_here": here,
        "why_no_spectrum": why,
        "can_follow": wanted.can_follow,
        "zones": zones,
    }
