"""Synthetic machines: shaft harmonics, structural modes driven by noise, a cheap sensor, faults.

Seeded and vectorized; any rate from 50 Hz to 50 kHz. A recording is rendered in one go: tones from
the integrated shaft phase, forces (noise, impacts, rub) through the modes in the frequency domain.
Ranges follow accelerometer data sheets and vibration practice, not any one data set.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Generator = np.random.Generator
Floats = NDArray[np.float64]
Complex = NDArray[np.complex64]

FAULTS = ("unbalance", "misalignment", "looseness", "bearing", "rub")
HALF_ORDERS = 20           # tones at 0.5, 1, ... 10 times the shaft rate
_HIGHEST_TONE = 0.45       # of the rate: above, an anti-aliasing filter removes them
_KNOTS_PER_WINDOW = 0.25   # slow fluctuations change about every four windows of 256


@dataclass(frozen=True, eq=False)
class Machine:
    """What does not change between sessions. Amplitudes in g, frequencies in Hz."""

    rate_hz: float
    shaft_hz: float
    tones: Complex          # (axes, HALF_ORDERS) complex amplitudes
    line_hz: float
    line: Complex           # (axes,)
    mode_hz: Floats         # (modes,)
    damping: Floats         # (modes,)
    mode_gain: Floats       # (axes, modes)
    noise_g: float          # RMS of the structure-borne noise
    impact_order: float     # bearing impacts per turn
    wander: float           # relative slow variation of speed
    flutter: float          # log-sd of slow fluctuations of tones and noise
    knocks_hz: float        # rate of stray knocks that are no fault
    sensor_noise_g: float   # RMS per sample
    lsb_g: float
    range_g: float


@dataclass(frozen=True, eq=False)
class Session:
    """What changes when a machine is stopped, warmed up or its sensor re-installed (factors)."""

    speed: float
    gain: float
    noise: float
    tones: Floats           # (HALF_ORDERS,)
    modes: Floats           # (modes,)
    drift: float            # log change of level from the start to the end of the recording


@dataclass(frozen=True)
class Fault:
    """Fault kind out of FAULTS; severity 0.25 (slight) to 1.5 (gross) scales its amplitude."""

    kind: str
    severity: float


def _log_uniform(rng: Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _phasors(rng: Generator, *shape: int) -> Complex:
    return np.exp(2j * np.pi * rng.random(shape)).astype(np.complex64)


def draw_machine(rng: Generator, rate_hz: float, axes: int = 1) -> Machine:
    """A random healthy machine with a random sensor."""
    shaft = _log_uniform(rng, min(12.0, rate_hz / 100), min(60.0, rate_hz / 8))
    first = _log_uniform(rng, 0.004, 0.15)
    line_hz = float(rng.choice([100.0, 120.0]))
    modes = int(rng.integers(3, 7))
    density = _log_uniform(rng, 60e-6, 300e-6)
    return Machine(
        rate_hz=rate_hz, shaft_hz=shaft, tones=_draw_tones(rng, shaft, first, rate_hz, axes),
        line_hz=line_hz,
        line=_phasors(rng, axes) * np.float32(first * _log_uniform(rng, 0.02, 0.5)
                                              * (line_hz < _HIGHEST_TONE * rate_hz)),
        mode_hz=rate_hz * np.exp(rng.uniform(np.log(0.03), np.log(0.46), modes)),
        damping=np.exp(rng.uniform(np.log(0.01), np.log(0.08), modes)),
        mode_gain=rng.normal(size=(axes, modes)) * rng.uniform(0.3, 1.0, modes),
        noise_g=first * _log_uniform(rng, 0.15, 2.0),
        impact_order=float(rng.choice([0.4, 0.6])) * int(rng.integers(7, 13)),
        wander=_log_uniform(rng, 0.0005, 0.004), flutter=_log_uniform(rng, 0.02, 0.2),
        knocks_hz=float(rng.random() < 0.3) * rate_hz / 256 * _log_uniform(rng, 0.01, 0.2),
        sensor_noise_g=density * np.sqrt(rate_hz / 2),
        lsb_g=_log_uniform(rng, 60e-6, 1e-3), range_g=float(rng.choice([4.0, 8.0, 16.0])),
    )


def _draw_tones(rng: Generator, shaft: float, first: float, rate_hz: float, axes: int) -> Complex:
    orders = 0.5 * np.arange(1, HALF_ORDERS + 1)
    level = np.where(orders % 1 == 0, first * orders ** -rng.uniform(0.5, 2.0), 0.0)
    level *= np.exp(rng.normal(0, 0.4, HALF_ORDERS))
    blades = int(rng.integers(3, 10))
    level[2 * blades - 1] += first * _log_uniform(rng, 0.05, 1.0)
    level *= orders * shaft < _HIGHEST_TONE * rate_hz
    mounting = rng.uniform(0.2, 1.0, (axes, 1))
    return (_phasors(rng, axes, HALF_ORDERS) * (level * mounting)).astype(np.complex64)


def draw_session(rng: Generator, machine: Machine, spread: float = 1.0) -> Session:
    """Another day: gain 6 %, modes 1.5 %, speed 0.8 %, tones 8 %, noise 10 %, times `spread`."""
    def factor(sd: float, *shape: int) -> Floats:
        return np.exp(rng.normal(0, sd * spread, shape))
    return Session(speed=float(factor(0.008)), gain=float(factor(0.06)), noise=float(factor(0.10)),
                   tones=factor(0.08, HALF_ORDERS), modes=factor(0.015, len(machine.mode_hz)),
                   drift=float(rng.normal(0, 0.05 * spread)))


def render(machine: Machine, session: Session, samples: int, rng: Generator,
           fault: Fault | None = None, growth: Floats | None = None) -> NDArray[np.float32]:
    """Acceleration float32 (samples, axes) in g; `growth` (samples,) multiplies the severity."""
    severity = np.zeros(samples, np.float32)
    if fault is not None:
        severity += fault.severity if growth is None else fault.severity * growth.astype(np.float32)
    turns = _turns(machine, session, samples, rng)
    level = np.exp(session.drift * np.linspace(-0.5, 0.5, samples)).astype(np.float32)
    tones = _tones(machine, session, turns, severity, fault, rng)
    tones *= level * _fluctuation(machine.flutter / 2, samples, rng)
    force = _healthy_force(machine, session, samples, rng) * level
    if fault is not None:
        force += severity * _fault_force(machine, fault.kind, turns, rng)
    signal = tones + _through_structure(machine, session, force)
    return _through_sensor(machine, np.float32(session.gain) * signal, rng)


def _turns(machine: Machine, session: Session, samples: int, rng: Generator) -> Floats:
    """Turns of the shaft since an arbitrary start, (samples,)."""
    speed = machine.shaft_hz * session.speed / machine.rate_hz
    return rng.random() + np.cumsum(speed * _fluctuation(machine.wander, samples, rng),
                                    dtype=np.float64)


def _fluctuation(log_sd: float, samples: int, rng: Generator) -> NDArray[np.float32]:
    """A slow positive factor with mean about 1: log-normal, correlated over some windows."""
    knots = 3 + int(samples / 256 * _KNOTS_PER_WINDOW)
    log = np.interp(np.linspace(0, knots - 1, samples), np.arange(knots),
                    rng.normal(0, log_sd, knots))
    return np.exp(log).astype(np.float32)


def _tones(machine: Machine, session: Session, turns: Floats, severity: NDArray[np.float32],
           fault: Fault | None, rng: Generator) -> NDArray[np.float32]:
    """Shaft tones and line tone, (axes, samples)."""
    healthy = machine.tones * session.tones.astype(np.float32)
    extra = np.zeros_like(healthy)
    if fault is not None:
        extra = _fault_tones(machine, fault.kind, rng)
    half_turn = np.exp(1j * np.pi * (turns % 2)).astype(np.complex64)
    out = np.zeros((len(healthy), len(turns)), np.float32)
    power = np.ones_like(half_turn)
    for k in range(HALF_ORDERS):
        power = power * half_turn
        if healthy[:, k].any():
            out += _project(healthy[:, k], power)
        if extra[:, k].any():
            out += _project(extra[:, k], power) * severity
    if machine.line.any():
        angle = 2 * np.pi * ((machine.line_hz / machine.rate_hz * np.arange(len(turns))) % 1)
        out += _project(machine.line, np.exp(1j * angle).astype(np.complex64))
    return out


def _project(amplitude: Complex, rotation: Complex) -> NDArray[np.float32]:
    return np.float32(1) * (amplitude.real[:, None] * rotation.real
                            - amplitude.imag[:, None] * rotation.imag)


def _fault_tones(machine: Machine, kind: str, rng: Generator) -> Complex:
    """Complex amplitudes (axes, HALF_ORDERS) that a fault of severity 1 adds."""
    extra = np.zeros_like(machine.tones)
    first = np.abs(machine.tones[:, 1])
    def add(order: float, low: float, high: float) -> None:
        if order * machine.shaft_hz < _HIGHEST_TONE * machine.rate_hz:
            extra[:, int(2 * order) - 1] = first * rng.uniform(low, high) * _phasors(rng, len(first))
    if kind == "unbalance":
        add(1, 0.5, 2.0)
    elif kind == "misalignment":
        add(2, 0.4, 2.5)
        add(3, 0.2, 1.2)
    elif kind == "looseness":
        for order in (0.5, 1.5, 2.5):
            add(order, 0.2, 1.0)
    return extra


def _healthy_force(machine: Machine, session: Session, samples: int,
                   rng: Generator) -> NDArray[np.float32]:
    """White force of unit RMS, slowly fluctuating, with stray knocks."""
    force = rng.standard_normal(samples, np.float32) * np.float32(session.noise)
    force *= _fluctuation(machine.flutter, samples, rng)
    knocks = rng.poisson(machine.knocks_hz * samples / machine.rate_hz)
    force[rng.integers(0, samples, knocks)] += rng.exponential(8.0, knocks).astype(np.float32)
    return force


def _fault_force(machine: Machine, kind: str, turns: Floats, rng: Generator) -> NDArray[np.float32]:
    """Force (samples,) of a fault of severity 1, relative to the unit RMS of the healthy force."""
    if kind == "bearing":
        return _impacts(machine, turns, rng) * np.float32(_log_uniform(rng, 0.7, 3.0))
    noise = rng.standard_normal(len(turns), np.float32)
    if kind == "looseness":
        return noise * np.float32(rng.uniform(0.3, 1.5))
    if kind == "rub":
        contact = (0.5 + 0.5 * np.cos(2 * np.pi * turns)) ** rng.uniform(1.0, 6.0)
        return noise * (contact / np.sqrt(np.mean(contact**2)) * rng.uniform(0.5, 2.0)
                        ).astype(np.float32)
    return np.zeros(len(turns), np.float32)


def _impacts(machine: Machine, turns: Floats, rng: Generator) -> NDArray[np.float32]:
    """Unit-RMS impulses at impact_order per turn, 1.5 % jitter, loaded by shaft or cage turn."""
    count = int((turns[-1] - turns[0]) * machine.impact_order)
    when = turns[0] + (np.arange(count) + rng.normal(0, 0.015, count)) / machine.impact_order
    at = np.clip(np.searchsorted(turns, when), 0, len(turns) - 1)
    depth, order = rng.uniform(0, 1), rng.choice([1.0, 0.4])
    load = 1 + depth * np.cos(2 * np.pi * order * turns[at])
    force = np.zeros(len(turns))
    np.add.at(force, at, load * rng.normal(1, 0.2, count))
    return (force / max(float(np.sqrt(np.mean(force**2))), 1e-9)).astype(np.float32)


def _through_structure(machine: Machine, session: Session,
                       force: NDArray[np.float32]) -> NDArray[np.float32]:
    """Force (samples,) to acceleration (axes, samples): modes plus a direct path, RMS noise_g."""
    size = 1 << (len(force) - 1).bit_length()
    f = np.fft.rfftfreq(size, 1 / machine.rate_hz)[:, None]
    mode = machine.mode_hz * session.modes
    ratio = f / mode
    response = ratio**2 / (1 - ratio**2 + 2j * machine.damping * ratio)
    response = 0.3 + response @ (machine.mode_gain * 2 * machine.damping).T
    response *= machine.noise_g / np.sqrt(np.mean(np.abs(response) ** 2, axis=0))
    return np.fft.irfft(np.fft.rfft(force, size)[:, None] * response, size,
                        axis=0)[: len(force)].T.astype(np.float32)


def _through_sensor(machine: Machine, signal: NDArray[np.float32],
                    rng: Generator) -> NDArray[np.float32]:
    """Noise, range and quantization of the sensor; (axes, samples) to (samples, axes) in g."""
    noisy = signal + np.float32(machine.sensor_noise_g) * rng.standard_normal(
        signal.shape, np.float32)
    clipped = np.clip(noisy, -machine.range_g, machine.range_g)
    return (np.rint(clipped / machine.lsb_g) * machine.lsb_g).T.astype(np.float32)


def at_severity(fault: Fault, severity: float) -> Fault:
    """The same kind of fault, another severity."""
    return replace(fault, severity=severity)
