"""A machine in service whose fault grows, by the same factor every hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrum.calibration.longrun.library import Library, Plant, rendered
from thrum.calibration.longrun.provisional import Draws
from thrum.calibration.longrun.service import MINUTES_PER_DAY, Floats, Service
from thrum.calibration.longrun.trial import BURST
from thrum.simulation.machine import Fault, Generator

FIRST, LAST = 0.02, 3.0  # severity
_STATES = ((0.8, 0.0), (0.3, -0.7), (0.9, 0.8))  # warm and load at which a fault is rendered
_SEVERITIES = np.geomspace(FIRST, LAST, 9)


@dataclass(frozen=True)
class Growth:
    """A fault that begins `begins` days of operation after learning did, and takes `days`."""

    kind: str
    days: float
    begins: float
    rate_hz: int

    def severity(self, day: Floats) -> Floats:
        """Severity after so many days of operation, 0 before it begins."""
        grown = np.clip((day - self.begins) / self.days, 0, 1)
        return np.where(day < self.begins, 0.0, FIRST * (LAST / FIRST) ** grown)


@dataclass(frozen=True, eq=False)
class FaultShift:
    """By how much a growing fault moves the mean log bands: (severities, bands), Q8."""

    growth: Growth
    moved: Floats

    @staticmethod
    def of(plant: Plant, rng: Generator, growth: Growth) -> FaultShift:
        """Render it at some states, with the noise of the same machine without it."""
        seed = int(rng.integers(2**31))

        def mean(state: tuple[float, float], fault: Fault | None) -> Floats:
            same = np.random.default_rng(seed)
            bands: Floats = rendered(plant, same, *state, 96, fault).mean(axis=0)
            return bands

        return FaultShift(
            growth,
            np.mean(
                [
                    [
                        mean(state, Fault(growth.kind, float(severity))) - mean(state, None)
                        for severity in _SEVERITIES
                    ]
                    for state in _STATES
                ],
                axis=0,
            ),
        )

    def at(self, minutes: NDArray[np.intp]) -> Floats:
        """Shift (minutes, bands) after so many minutes of operation."""
        severity = self.growth.severity(minutes / MINUTES_PER_DAY)
        steps = np.log(_SEVERITIES)
        at = np.log(np.maximum(severity, FIRST))
        shift = np.stack([np.interp(at, steps, band) for band in self.moved.T], axis=1)
        return shift * (severity > 0)[:, np.newaxis]


@dataclass(frozen=True, eq=False)
class FaultyMachine:
    """A machine in service, with its fault."""

    averages: Library
    service: Service
    running: NDArray[np.intp]  # minutes of operation
    fault: FaultShift

    def drawn(self, made: Library, rng: Generator, minutes: NDArray[np.intp], block: int) -> Floats:
        """Blocks of a library (minutes, block, bands), with the fault as it is then."""
        drawn = _drawn(made, rng, self.service, self.running, minutes, block)
        return drawn + self.fault.at(minutes)[:, np.newaxis]

    def faulty(self, draws: Draws) -> Draws:
        """The same draws with the fault."""

        def of(
            draw: Callable[[NDArray[np.intp], int], NDArray[np.uint16]],
        ) -> Callable[[NDArray[np.intp], int], NDArray[np.uint16]]:
            return lambda minutes, block: whole(
                draw(minutes, block) + self.fault.at(minutes)[:, np.newaxis]
            )

        return Draws(of(draws.short), of(draws.recent), of(draws.complete))

    def bursts(self, rng: Generator, minutes: NDArray[np.intp]) -> NDArray[np.uint16]:
        """Averages (minutes, BURST, bands)."""
        return whole(self.drawn(self.averages, rng, minutes, BURST))


def _drawn(
    averages: Library,
    rng: Generator,
    service: Service,
    running: NDArray[np.intp],
    minutes: NDArray[np.intp],
    block: int,
) -> Floats:
    at = running[minutes]
    return averages.draw(rng, service.warm[at], service.load[at], block).astype(np.float64)


def whole(bands: Floats) -> NDArray[np.uint16]:
    """Log bands as the device has them: uint16 Q8, 0 to 16383."""
    return np.clip(np.rint(bands), 0, 16383).astype(np.uint16)
