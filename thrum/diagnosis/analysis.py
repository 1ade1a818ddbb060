"""Everything that is computed of a recording before a rule looks at it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from thrum.diagnosis import speed as speeds
from thrum.diagnosis.envelope import TURNS, EnvelopeSpectrum, Whitened
from thrum.diagnosis.geometry import Bearing
from thrum.diagnosis.shaft import OrderSpectrum, order_spectrum
from thrum.diagnosis.speed import Speed
from thrum.plant.velocity import LOW_HZ, Velocity, velocity
from thrum.plant.zones import SLOW_RPM
from thrum.recordings.readers import Reading, open_source

_NARROWEST = 4.0  # times the fastest line, BPFI: a band must hold its harmonics
# Spectral kurtosis from which a band is also taken as it is. Shocks at equal distances are lines,
# which whitening takes away: machines slip, simulated ones may not.
_SHOCKS = 2.0
_SLOW_HZ = 2.0  # where ISO 20816-3 begins below SLOW_RPM
_SILENT_G = 1e-9  # RMS of a recording without a signal
_STEADY = 0.005  # relative spread of a measured speed that counts as one speed
_RPM_NAME = re.compile(r"(.*[^a-z])?(x\d+)?rpm", re.I)


@dataclass(frozen=True, eq=False)
class Analysis:
    """Of all axes. envelopes: empty where speed, bearing, rate or length do not allow them.

    plain: without whitening, of bands full of shocks.
    """

    reading: Reading
    speed: Speed | None
    velocities: tuple[Velocity, ...]
    orders: tuple[OrderSpectrum, ...] = ()
    envelopes: tuple[EnvelopeSpectrum, ...] = ()
    plain: tuple[EnvelopeSpectrum, ...] = ()
    missing: tuple[str, ...] = field(default=())  # why faults of the bearing cannot be judged

    @property
    def silent(self) -> bool:
        """Whether there is no signal at all."""
        return bool(np.all(self.reading.samples.std(axis=0) < _SILENT_G))


def analyse(
    reading: Reading, rpm: float | None, bearing: Bearing | None, usual_rpm: float | None = None
) -> Analysis:
    """rpm: given by a person; else the file's, else the usual one, else estimated."""
    samples, rate = reading.samples, reading.rate_hz
    loudest = samples[:, int(np.argmax(samples.std(axis=0)))]
    speed = _speed(reading, rpm, usual_rpm, loudest)
    slow = speed is not None and speed.rpm < SLOW_RPM
    velocities = tuple(velocity(axis, rate, _SLOW_HZ if slow else LOW_HZ) for axis in samples.T)
    made = Analysis(reading, speed, velocities)
    if made.silent or speed is None:
        return Analysis(reading, speed, velocities, missing=_missing(made, bearing))
    orders = tuple(o for axis in samples.T if (o := order_spectrum(axis, rate, speed.hz)))
    missing = _missing(made, bearing)
    if missing or bearing is None:
        return Analysis(reading, speed, velocities, orders, missing=missing)
    white, plain = (_envelopes(reading, speed, bearing, white=each) for each in (True, False))
    return Analysis(reading, speed, velocities, orders, white, plain, missing)


def _speed(
    reading: Reading, rpm: float | None, usual_rpm: float | None, samples: np.ndarray
) -> Speed | None:
    stated = None if rpm is not None else stated_rpm(reading)
    known = rpm or stated or usual_rpm
    if known is None:
        return speeds.estimated(samples, reading.rate_hz)
    found = speeds.given(known, samples, reading.rate_hz)
    if rpm is not None:
        return found
    says = "the file" if stated is not None else "the configuration"
    return Speed(found.hz, f"{says} says {known:g} rpm", found.doubt, True)


def stated_rpm(reading: Reading) -> float | None:
    """The speed that the file states, as one number or as steady measurements."""
    source = open_source(reading.entry)
    numbers = {name: np.asarray(value, np.float64) for name, value in source.constants.items()}
    for name, array in {**numbers, **source.arrays}.items():
        if not _RPM_NAME.fullmatch(name) or array.dtype.kind not in "iuf" or not array.size:
            continue
        mean = float(np.mean(array))
        if mean > 0 and float(np.std(array)) <= _STEADY * mean:
            return mean
    return None


def _envelopes(
    reading: Reading, speed: Speed, bearing: Bearing, *, white: bool
) -> tuple[EnvelopeSpectrum, ...]:
    """Of the whole band and the one of most shocks; as it is, only a band full of shocks counts."""
    found = []
    for number, axis in enumerate(reading.samples.T):
        source = Whitened(axis, reading.rate_hz, number, white=white)
        bands = source.bands(_NARROWEST * bearing.bpfi * speed.hz)
        if not white:
            bands = [band for band in bands[1:] if band.kurtosis >= _SHOCKS]
        for band in bands:
            spectra = [source.spectrum(band, speed.hz, turns) for turns in TURNS]
            found += [spectrum for spectrum in spectra if spectrum is not None]
    return tuple(found)


def _missing(made: Analysis, bearing: Bearing | None) -> tuple[str, ...]:
    """Why the bearing cannot be judged, with the remedy."""
    reading, speed = made.reading, made.speed
    said = []
    if made.silent:
        return ("the recording is silent: look at sensor and cable",)
    if bearing is None:
        said.append("no bearing given: name it with --bearing, or give its dimensions")
    if speed is None:
        said.append("speed unknown and not found in the spectrum: give --rpm")
    elif not speed.sure:
        said.append(f"{speed.rpm:.0f} rpm is only a guess: give --rpm")
    if speed is None or bearing is None:
        return tuple(said)
    turns = len(reading.samples) / reading.rate_hz * speed.hz
    if turns < 2 * TURNS[0]:
        said.append(
            f"the recording has {turns:.0f} turns, too few to tell lines apart: record "
            f"{2 * TURNS[1] / speed.hz:.0f} s or more"
        )
    needed = 2 * _NARROWEST * bearing.bpfi * speed.hz / 0.9
    if reading.rate_hz < needed:
        said.append(
            f"{reading.rate_hz:g} Hz is too slow for the resonances that shocks excite: record "
            f"with {needed:.0f} Hz or more, better 10 kHz"
        )
    return tuple(said)
