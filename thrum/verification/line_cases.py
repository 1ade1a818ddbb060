"""Cases of `thrum verify` about the line itself: bad lines and thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from thrum.device.client import Device, fields
from thrum.device.lines import seal


@dataclass(frozen=True)
class Case:
    """The outcome of one comparison; an empty message means that it passed."""

    name: str
    message: str = ""
    ignored: bool = False  # then the message says why, and how to enable it

    def __str__(self) -> str:
        """Unity's format."""
        outcome = "IGNORE" if self.ignored else "FAIL" if self.message else "PASS"
        return f"thrum/verification/verify.py:1:{self.name}:{outcome}" + (
            f": {self.message}" if self.message else ""
        )


def refusals(device: Device) -> Iterator[Case]:
    """Check that each bad line gets its error and changes nothing."""
    bad = {
        "unknown_word": (b"hello\n", 1),
        "zero_bytes": (b"?\0\0\n", 1),
        "overlong": (b"?" * 500 + b"\n", 2),
        "no_checksum": (b"t 9 8\n", 3),
        "wrong_checksum": (b"learn 64*0000\n", 3),
        "data_missing": (b"w 0*1f3a\n", 3),
        "high_bytes": (bytes(range(128, 200)) + b"\n", 1),
    }
    before = _status(device)
    sealed = {
        "a_gap": ("w 24 AAAAAA==", 6),
        "no_number": ("w x AAAA", 4),
        "half_a_sample": ("w 0 AAAA", 4),
        "beyond_the_end": ("w 65535 AAA=", 5),
        "nothing_to_judge": ("p", 6),
        "features_of_another_size": ("f AAAA", 4),
        "silly_thresholds": ("t 10 11", 5),
        "too_few_windows": ("learn 15", 5),
        "too_many_windows": ("learn 4097", 5),
        "another_mode": ("raw 2", 5),
    }
    bad |= {
        name: (seal(payload).encode() + b"\n", code) for name, (payload, code) in sealed.items()
    }
    for name, (data, code) in bad.items():
        got = device.refusal(data)
        message = "" if got == code else f"error {got}, expected {code}"
        yield Case(f"refuses_{name}", message)
    after = _status(device)
    yield Case("refusals_change_nothing", "" if before == after else f"{before} became {after}")


def _status(device: Device) -> dict[str, str]:
    """The status without `lost`: an idle sampler loses samples while the host sends windows."""
    [status] = device.ask("status", "status")
    return {name: value for name, value in fields(status).items() if name != "lost"}


def thresholds(device: Device) -> Iterator[Case]:
    """Check that thresholds are accepted, kept and returned."""
    [before] = device.ask("t", "t")
    for wanted in ("255 0", "1 1", "200 200", before):
        [got] = device.ask(f"t {wanted}", "t")
        [kept] = device.ask("t", "t")
        message = "" if got == kept == wanted else f"got {got}, then {kept}, expected {wanted}"
        yield Case(f"thresholds_{'_'.join(wanted.split())}", message)
