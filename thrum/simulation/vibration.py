"""The vibration of a synthetic machine, rendered in one go and vectorized over samples.

Tones follow the phase of the shaft. Forces (noise, impacts, rub) pass the structural modes in the
frequency domain. The sensor comes last. All random numbers come from the given generator.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thrum.simulation.machine import (
    HIGHEST_TONE,
    Complex,
    Fault,
    Floats,
    Generator,
    Machine,
    Session,
    log_uniform,
    phasors,
)

Signal = NDArray[np.float32]

_KNOTS_PER_WINDOW = 0.25  # slow fluctuations change about every four windows of 256
_JITTER = 0.015  # of the time between impacts


def render(
    machine: Machine,
    session: Session,
    samples: int,
    rng: Generator,
    fault: Fault | None = None,
    growth: Floats | None = None,
    warm: tuple[float, float] = (0.0, 1.0),
) -> Signal:
    """Acceleration float32 (samples, axes) in g.

    `growth` (samples,) multiplies the severity. `warm` is the temperature at the first and at the
    last sample, from 0 (cold) to 1 (warm).
    """
    turns = _turns(machine, session, samples, rng)
    steps = samples if warm[0] != warm[1] else 1  # computed once, because it is constant
    progress = np.linspace(warm[0], warm[1], steps, dtype=np.float32)
    tones = _tones(machine, session, turns, progress)
    if fault is not None:
        severity = np.float32(fault.severity) * (
            np.float32(1) if growth is None else growth.astype(np.float32)
        )
        tones += severity * _sum_of_tones(_fault_tones(machine, fault.kind, rng), turns)
    tones *= _fluctuation(machine.flutter / 2, samples, rng)
    force = _healthy_force(machine, session, samples, rng)
    force *= np.exp(np.float32(session.noise_drift) * progress)
    if fault is not None:
        force += severity * _fault_force(machine, fault.kind, turns, rng)
    signal = tones + _through_structure(machine, session, force, progress)
    return _through_sensor(machine, np.float32(session.gain) * signal, rng)


def _turns(machine: Machine, session: Session, samples: int, rng: Generator) -> Floats:
    """Turns of the shaft since an arbitrary start, (samples,)."""
    speed = machine.shaft_hz * session.speed / machine.rate_hz
    return rng.random() + np.cumsum(
        speed * _fluctuation(machine.wander, samples, rng), dtype=np.float64
    )


def _fluctuation(log_sd: float, samples: int, rng: Generator) -> Signal:
    """A slow positive factor with mean about 1: log-normal, correlated over some windows."""
    knots = 3 + int(samples / 256 * _KNOTS_PER_WINDOW)
    log = np.interp(
        np.linspace(0, knots - 1, samples), np.arange(knots), rng.normal(0, log_sd, knots)
    )
    return np.exp(log).astype(np.float32)


def _tones(machine: Machine, session: Session, turns: Floats, progress: Signal) -> Signal:
    """Healthy shaft tones and line tone, (axes, samples)."""
    out = _sum_of_tones(
        machine.tones * session.tones.astype(np.float32),
        turns,
        session.tone_drift.astype(np.float32)[:, None] * progress,
    )
    if machine.line.any():
        line_turns = machine.line_hz / machine.rate_hz * np.arange(len(turns))
        out += _project(machine.line, _rotation(line_turns))
    return out


def _sum_of_tones(amplitudes: Complex, turns: Floats, log_level: Signal | None = None) -> Signal:
    """Tones (axes, samples) at half orders; amplitudes (axes, HALF_ORDERS)."""
    out = np.zeros((len(amplitudes), len(turns)), np.float32)
    sounding = np.flatnonzero(amplitudes.any(axis=0)).tolist()
    half_turn = _rotation(turns / 2) if sounding else np.empty(0, np.complex64)
    power = np.ones_like(half_turn)
    for k in range(max(sounding, default=-1) + 1):
        power *= half_turn
        if k in sounding:
            tone = _project(amplitudes[:, k], power)
            if log_level is not None:
                tone *= np.exp(log_level[k])
            out += tone
    return out


def _rotation(turns: NDArray[np.floating]) -> Complex:
    """Unit vectors at these angles (samples,); quicker than `% 1` and a complex exponential."""
    angle = 2 * np.pi * (turns - np.floor(turns))
    out = np.empty(turns.shape, np.complex64)
    out.real, out.imag = np.cos(angle), np.sin(angle)
    return out


def _project(amplitude: Complex, rotation: Complex) -> Signal:
    """The real part of amplitude (axes,) times rotation (samples,): (axes, samples)."""
    real, imaginary = amplitude.real[:, None], amplitude.imag[:, None]
    return real * rotation.real - imaginary * rotation.imag


def _fault_tones(machine: Machine, kind: str, rng: Generator) -> Complex:
    """Complex amplitudes (axes, HALF_ORDERS) that a fault of severity 1 adds."""
    extra = np.zeros_like(machine.tones)
    first = np.abs(machine.tones[:, 1])

    def add(order: float, low: float, high: float) -> None:
        if order * machine.shaft_hz < HIGHEST_TONE * machine.rate_hz:
            extra[:, int(2 * order) - 1] = first * rng.uniform(low, high) * phasors(rng, len(first))

    if kind == "unbalance":
        add(1, 1.0, 3.0)
    elif kind == "misalignment":
        add(2, 0.4, 2.5)
        add(3, 0.2, 1.2)
    elif kind == "looseness":
        for order in (0.5, 1.5, 2.5):
            add(order, 0.2, 1.0)
    return extra


def _healthy_force(machine: Machine, session: Session, samples: int, rng: Generator) -> Signal:
    """White force of unit RMS, slowly fluctuating, with stray knocks."""
    force = rng.standard_normal(samples, np.float32) * np.float32(session.noise)
    force *= _fluctuation(machine.flutter, samples, rng)
    knocks = rng.poisson(machine.knocks_hz * samples / machine.rate_hz)
    force[rng.integers(0, samples, knocks)] += rng.exponential(8.0, knocks).astype(np.float32)
    return force


def _fault_force(machine: Machine, kind: str, turns: Floats, rng: Generator) -> Signal:
    """Force (samples,) of a fault of severity 1, relative to the unit RMS of the healthy force."""
    if kind == "bearing":
        return _impacts(machine, turns, rng) * np.float32(log_uniform(rng, 1.5, 5.0))
    noise = rng.standard_normal(len(turns), np.float32)
    if kind == "looseness":
        return noise * np.float32(rng.uniform(0.5, 2.0))
    if kind == "rub":
        contact = (0.5 + 0.5 * np.cos(2 * np.pi * turns)) ** rng.uniform(1.0, 6.0)
        level = rng.uniform(1.0, 3.0) / np.sqrt(np.mean(contact**2))
        return noise * (level * contact).astype(np.float32)
    return np.zeros(len(turns), np.float32)


def _impacts(machine: Machine, turns: Floats, rng: Generator) -> Signal:
    """Unit-RMS impulses at impact_order per turn, 1.5 % jitter. Shaft or cage modulate them."""
    count = int((turns[-1] - turns[0]) * machine.impact_order)
    when = turns[0] + (np.arange(count) + rng.normal(0, _JITTER, count)) / machine.impact_order
    at = np.clip(np.searchsorted(turns, when), 0, len(turns) - 1)
    depth, order = rng.uniform(0, 1), rng.choice([1.0, 0.4])
    load = 1 + depth * np.cos(2 * np.pi * order * turns[at])
    force = np.zeros(len(turns))
    np.add.at(force, at, load * rng.normal(1, 0.2, count))
    return (force / max(float(np.sqrt(np.mean(force**2))), 1e-9)).astype(np.float32)


def _through_structure(
    machine: Machine, session: Session, force: Signal, progress: Signal
) -> Signal:
    """Force (samples,) to acceleration (axes, samples); modes move from cold to warm."""
    size = 1 << (len(force) - 1).bit_length()
    spectrum = np.fft.rfft(force, size)
    cold, warm = (
        np.fft.irfft(spectrum * _response(machine, modes, size), size)[:, : len(force)]
        for modes in (session.modes, session.modes * session.warm_modes)
    )
    return ((1 - progress) * cold + progress * warm).astype(np.float32)


def _response(machine: Machine, modes: Floats, size: int) -> NDArray[np.complex128]:
    """Frequency response (axes, size / 2 + 1): modes, a direct path; unit RMS gives noise_g.

    A mode is r^2 / (1 - r^2 + 2j d r). Division by a complex number and BLAS, which would start a
    thread for each core, take several times as long as these sums.
    """
    ratio = np.fft.rfftfreq(size, 1 / machine.rate_hz) / (machine.mode_hz * modes)[:, None]
    square = ratio * ratio
    stiff, loss = 1 - square, 2 * machine.damping[:, None] * ratio
    square /= stiff * stiff + loss * loss
    stiff *= square
    loss *= square
    response = np.zeros((len(machine.mode_gain), ratio.shape[1]), np.complex128)
    for axis, gains in enumerate(machine.mode_gain * 2 * machine.damping):
        response.real[axis] = 0.3 + sum(g * mode for g, mode in zip(gains, stiff, strict=True))
        response.imag[axis] = -sum(g * mode for g, mode in zip(gains, loss, strict=True))
    power = np.mean(response.real**2 + response.imag**2, axis=1)
    return response * (machine.noise_g / np.sqrt(power))[:, None]


def _through_sensor(machine: Machine, signal: Signal, rng: Generator) -> Signal:
    """Noise, range and quantization of the sensor; (axes, samples) to (samples, axes) in g."""
    noisy = signal + np.float32(machine.sensor_noise_g) * rng.standard_normal(
        signal.shape, np.float32
    )
    clipped = np.clip(noisy, -machine.range_g, machine.range_g)
    return (np.rint(clipped / machine.lsb_g) * machine.lsb_g).T.astype(np.float32)
