"""Units as people write them in headers: `Acc X (m/s²)`, `z [mg]`, `time_ms`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_STANDARD_GRAVITY = 9.80665  # m/s2
ACCELERATION = {  # in g
    "g": 1.0,
    "mg": 1e-3,
    "ug": 1e-6,
    "m/s2": 1 / _STANDARD_GRAVITY,
    "mm/s2": 1e-3 / _STANDARD_GRAVITY,
    "cm/s2": 1e-2 / _STANDARD_GRAVITY,
    "ft/s2": 0.3048 / _STANDARD_GRAVITY,
    "in/s2": 0.0254 / _STANDARD_GRAVITY,
}
SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "min": 60.0}
COUNTS = "counts"
_WORDS = {  # as written, in small letters and without blanks
    **{name: name for name in (*ACCELERATION, *SECONDS)},
    **dict.fromkeys(("gs", "g's", "gn", "g0", "g-force", "gravities"), "g"),
    **dict.fromkeys(("milli-g", "millig", "mgn"), "mg"),
    **dict.fromkeys(("m/s/s", "ms-2", "m/sec2", "m*s-2", "m.s-2", "mps2", "m_s2", "ms2"), "m/s2"),
    "gal": "cm/s2",
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("msec", "millis", "millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("usec", "micros", "microsecond", "microseconds"), "us"),
    **dict.fromkeys(("nsec", "nanos", "nanosecond", "nanoseconds"), "ns"),
    **dict.fromkeys(("count", "counts", "lsb", "raw", "adc", "bits", "digits"), COUNTS),
}
_OTHER = frozenset(  # no acceleration, however much the numbers look like one
    word
    for line in (
        "v mv uv a ma c degc k f % rpm hz khz deg/s dps rad/s deg rad ut mt gauss pa hpa kpa bar",
        "mbar psi db n kn w m/s mm/s in/s km/h mm um m",
    )
    for word in line.split()
)
_BRACKETS = re.compile(r"^(.*?)[\s_]*[\[(]\s*([^\])]*?)\s*[\])]\s*$")
_SUFFIX = re.compile(
    r"^(.+?)[_ ](g|mg|ms2|mps2|m_s2|m/s2|m/s\^2|ns|us|ms|s|sec|secs|seconds)$", re.I
)


@dataclass(frozen=True)
class Named:
    """A header's name without its unit, and the unit in this file's words; "" if there is none."""

    base: str
    unit: str

    @property
    def in_g(self) -> float | None:
        """The unit in g; None if it is no acceleration."""
        return ACCELERATION.get(self.unit)

    @property
    def in_s(self) -> float | None:
        """The unit in seconds; None if it is no time."""
        return SECONDS.get(self.unit)


def unit_of(text: str) -> str:
    """The unit that a text names, in this file's words; other known units as written; else ""."""
    plain = text.strip().lower().replace("µ", "u").replace("μ", "u").replace("°", "deg")
    plain = plain.replace("²", "2").replace("^", "").replace("**", "").replace("⁻", "-")
    plain = re.sub(r"[\s·⋅]", "", plain).replace("{", "").replace("}", "")
    return _WORDS.get(plain) or (text.strip() if plain in _OTHER or plain == "degdeg/s" else "")


def named(header: str) -> Named:
    """Split a header: a unit stands in brackets at its end, or after the last `_` or blank."""
    for pattern in (_BRACKETS, _SUFFIX):
        match = pattern.match(header.strip())
        unit = unit_of(match[2]) if match else ""
        if match and unit:
            return Named(match[1].strip(), unit)
    return Named(header.strip(), "")
