"""Golden vectors (test/golden.h): every target must reproduce these integers exactly.

Windows go from samples through log bands, deviation and every layer of TFLM's reference kernels to
a score; more inputs exercise the layers alone; a replay of scores exercises the decision. Hashes of
10,000 windows of a machine (golden_machine.py) cover all from the log bands to the state.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from thrum.compiler.graph import Graph
from thrum.config import Config
from thrum.derived import milli_g_q12
from thrum.recordings.dataset import windows
from thrum.reference import tflm
from thrum.reference.baseline import Baseline, network_input
from thrum.reference.detector import Detector, DetectorConfig
from thrum.reference.features import log_bands, spectrum
from thrum.reference.lengths import in_a_row
from thrum.reference.velocity import VelocityBand, velocity
from thrum.simulation import synth
from thrum.training import golden_machine

I16 = npt.NDArray[np.int16]
I8 = npt.NDArray[np.int8]

LEARNED_WINDOWS = 16  # the shortest baseline keeps the table small
NETWORK_INPUTS = 16  # inputs that only the layers see
MACHINES = (1, 3)  # operating states
FAULT = 255  # in the replay: a window that could not be judged


def golden(cfg: Config, data: bytes, graph: Graph) -> dict[str, Any]:
    """The content of golden.json."""
    rng = np.random.default_rng(cfg.train.seed)
    one_axis = dataclasses.replace(cfg, sample=dataclasses.replace(cfg.sample, axes=1))
    machine = synth.machine_set(one_axis, rng, "golden", LEARNED_WINDOWS, 2)
    learn = log_bands(windows(machine.baseline, one_axis), one_axis)
    named = {**_artificial(cfg.window.length, rng), **_measured(one_axis, machine)}
    judged = _windows(one_axis, named, Baseline.learn(learn, in_a_row(cfg)))
    inputs = _inputs(cfg.features.bands, rng)
    layers = tflm.layers(data, graph, np.concatenate([_network_input(judged), inputs]))
    traces = np.concatenate(layers, axis=1)
    for window, trace in zip(judged, traces, strict=False):
        window["layers"] = trace.tolist()
        window["score"] = int(trace[-1]) + 128
    return {
        "learn": learn.tolist(),
        "windows": judged,
        "network": [
            {"input": row.tolist(), "layers": trace.tolist()}
            for row, trace in zip(inputs, traces[len(judged) :], strict=True)
        ],
        "replay": _replay(cfg),
        "machine": _machine(cfg, data),
    }


def _artificial(length: int, rng: np.random.Generator) -> dict[str, I16]:
    """Windows that test the edges of the arithmetic: int16 (length,) each."""
    time = np.arange(length)
    impulse = np.zeros(length)
    impulse[length // 3] = 32767
    signals = {
        "silence": np.zeros(length),
        "constant": np.full(length, -20_000),
        "one count": time % 2,
        "impulse": impulse,
        "saturated square": np.where(time // 8 % 2, 32767, -32768),
        "loud sine": 32767 * np.sin(2 * np.pi * 37.3 * time / length),
        "white noise": rng.integers(-32768, 32768, length),
    }
    return {name: np.rint(signal).astype(np.int16) for name, signal in signals.items()}


def _measured(cfg: Config, machine: synth.MachineSet) -> dict[str, I16]:
    """Windows of a synthetic machine: healthy ones and the first of some faults."""
    named = {
        "healthy": windows(machine.healthy_same, cfg)[0, 0],
        "healthy, other session": windows(machine.healthy_other, cfg)[0, 0],
    }
    for recording in machine.faulty[:3]:
        named[recording.name] = windows(recording, cfg)[0, 0]
    return named


def _windows(cfg: Config, named: dict[str, I16], baseline: Baseline) -> list[dict[str, Any]]:
    samples = np.stack(list(named.values()))
    stats, power, exponent = spectrum(samples)
    mg_q12 = milli_g_q12(cfg.sample.full_scale_g)
    band = VelocityBand.of(cfg.sample.rate_hz, mg_q12, samples.shape[1])
    q8 = np.where(stats.peak == 0, 0, velocity(power.T, exponent, band))
    bands = log_bands(samples[:, np.newaxis], cfg)
    z = baseline.deviation(bands)
    return [
        {
            "name": name,
            "samples": samples[k].tolist(),
            "stats": [
                int(getattr(stats, field)[k]) for field in ("mean", "peak", "rms", "clipped")
            ],
            "velocity": int(q8[k]),
            "log_bands": bands[k].tolist(),
            "z": z[k].tolist(),
        }
        for k, name in enumerate(named)
    ]


def _network_input(judged: list[dict[str, Any]]) -> I8:
    return network_input(np.array([window["z"] for window in judged], np.uint8))


def _inputs(bands: int, rng: np.random.Generator) -> I8:
    """Both extremes, then noise over the whole range: int8 (NETWORK_INPUTS, bands)."""
    inputs = rng.integers(-128, 128, (NETWORK_INPUTS, bands), dtype=np.int8)
    inputs[0], inputs[1] = -128, 127
    return inputs


def _machine(cfg: Config, data: bytes) -> dict[str, int]:
    network = tflm.network(data)
    return {str(count): golden_machine.replay(cfg, network, count).value for count in MACHINES}


def _replay(cfg: Config) -> list[dict[str, int]]:
    """Runs of equal scores, with the decision after each run."""
    config = DetectorConfig.of(cfg)
    low, high = 0, 255
    settle = config.n
    runs = [
        (low, settle),
        (high, config.k),
        (low, config.k),
        (high, settle + 1),
        (low, settle),
        (low, config.hold_windows + settle),
        (high, 1),
        (None, 1),
        (low, 1),
        (high, settle),
    ]
    detector, replay = Detector(config), []
    for score, count in runs:
        for _ in range(count):
            state = detector.update(score)
        replay.append(
            {
                "score": FAULT if score is None else score,
                "fault": int(score is None),
                "count": count,
                "mean": detector.score,
                "state": int(state),
            }
        )
    return replay
