"""Compares a board with the reference, bit for bit: `thrum verify --port PORT`.

It prints what differs, and one line; with Report.UNITY a line for each comparison, in Unity's
format, so that `pio test` counts it as a test case.
"""

from __future__ import annotations

import contextlib
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from thrum.artifacts import release
from thrum.compiler.graph import ModelError
from thrum.config import Config, from_tables
from thrum.device.client import (
    Device,
    LineError,
    LostAnswerError,
    NoDeviceError,
    RefusedError,
    decode,
    encode,
)
from thrum.device.samples import Source
from thrum.device.transport import Connection
from thrum.paths import ARTIFACTS
from thrum.reference import network as integers
from thrum.reference import tflm
from thrum.reference.answers import Answer, difference
from thrum.reference.pipeline import Network
from thrum.verification.challenge import RECORDED, Challenge, challenges
from thrum.verification.expected import expected
from thrum.verification.line_cases import Case, refusals, thresholds
from thrum.verification.outcome import Outcome, Report
from thrum.verification.tolerance import Scores

LEARN = 16  # the shortest baseline
PER_LINE = 24  # samples
VECTORS = 24  # inputs of the engine alone
SEQUENCES = 3  # tries of the whole window sequence
PORT_RETURNS_WITHIN = 5.0  # seconds after an upload; USB boards go and come again
NO_RECORDINGS = (
    "no window of a recording is among them: set THRUM_DATA to the public recordings' folder "
    "(model/manifests), and ask for 20 windows or more"
)
WHO = ("board", "engine", "model", "firmware")


@dataclass(frozen=True)
class Plan:
    """A comparison: the release, the number of windows to judge, the seed."""

    made: release.Release
    cfg: Config
    windows: int
    seed: int
    tolerance: int = 0  # LSB that an int8 output of the engine may be off


def run(
    connection: Connection,
    *,
    model: Path = ARTIFACTS,
    windows: int = 200,
    seed: int | None = None,
    tolerance: int = 0,
    seconds: float = 2.0,
    report: Report = Report.LINE,
) -> int:
    """Compare and print; exit code 1 when a case failed.

    windows: to judge after learning. seed: a fresh one by default. tolerance: see Plan. seconds:
    how long the device may take to answer.
    """
    told = report is Report.UNITY
    made = release.load(model)
    plan = Plan(made, from_tables(made.parameters), windows, _seed(seed), tolerance)
    if told:
        print(f"seed {plan.seed}: repeat with --seed {plan.seed} --windows {windows}", flush=True)
    device = Device(connection.open(PORT_RETURNS_WITHIN), seconds)
    start, seen = time.monotonic(), list[Case]()
    # One JSON object is all that stdout may hold.
    with contextlib.redirect_stdout(sys.stderr if report is Report.JSON else sys.stdout):
        for case in _until_the_line_fails(device, plan, told):
            seen.append(case)
            if told:
                print(case, flush=True)
            elif case.message:
                print(f"{case.name}: {case.message}", flush=True)
    found = Outcome(device.about, plan.seed, windows, seen, time.monotonic() - start)
    print(found.text(report, device.repeated))
    return int(found.failed > 0 or not seen)


def _seed(given: int | None) -> int:
    return secrets.randbelow(2**31) if given is None else given


def _until_the_line_fails(device: Device, plan: Plan, told: bool) -> Iterator[Case]:
    try:
        yield from cases(device, plan, told)
    except NoDeviceError as error:
        yield Case("the_line", str(error), ignored=True)
    except LineError as error:
        yield Case("the_line", f"{error} (seed {plan.seed})")
    finally:
        device.close()


def cases(device: Device, plan: Plan, told: bool = False) -> Iterator[Case]:
    """Yield the result of each comparison. LineError ends them early. told: say who is there."""
    about = device.connect()
    if told:
        print(" ".join(f"{name}:{about.get(name)}" for name in WHO), flush=True)
    yield _identity(about, plan)
    if about.get("model") != plan.made.model_hash:
        return
    Source.of(about)  # or LineError
    mg_q12 = int(about["mg_q12"])
    _take_over(device)
    yield from refusals(device)
    yield from thresholds(device)
    network = _network(plan.made)
    scores = Scores(plan.tolerance)
    yield from _engine(device, plan, network, scores)
    yield from _windows(device, plan, network, mg_q12, scores)
    device.ask("raw 0", "raw")
    if plan.tolerance:
        print(scores.summary(), flush=True)


def _identity(about: dict[str, str], plan: Plan) -> Case:
    cfg, wanted = plan.cfg, plan.made.model_hash
    if about.get("model") != wanted:
        return Case(
            "identity",
            f"the board runs model {about.get('model')}, the artifacts hold "
            f"{wanted}: upload the firmware again",
        )
    facts = {"window": cfg.window.length, "hop": cfg.window.hop, "bands": cfg.features.bands}
    wrong = [
        f"{name} {about.get(name)}, expected {value}"
        for name, value in facts.items()
        if about.get(name) != str(value)
    ]
    return Case("identity", "; ".join(wrong))


def _network(made: release.Release) -> Network:
    """The reference kernels, or without tflite_micro the NumPy engine: the same integers."""
    if tflm.available():
        return tflm.network(made.tflite)
    print(
        "INFO: no tflite_micro on this system: the NumPy engine (reference/network.py) is compared"
    )
    try:
        return integers.Engine(made.graph).outputs
    except ModelError as error:
        raise LineError(f"nothing to compare with on this system: {error}") from None


def _engine(device: Device, plan: Plan, network: Network, scores: Scores) -> Iterator[Case]:
    rng = np.random.default_rng([plan.seed, 1])
    inputs = rng.integers(-128, 128, (VECTORS, plan.cfg.features.bands), dtype=np.int8)
    inputs[0], inputs[1], inputs[2] = -128, 127, 0
    for k, wanted in enumerate(network(inputs)):
        [got] = device.ask(f"f {encode(inputs[k].tobytes())}", "f")
        words = " ".join(scores.accepted(got.split(), list(map(str, wanted))))
        yield Case(f"engine_{k:02d}", "" if got == words else f"got {got}, expected {words}")


def _windows(
    device: Device, plan: Plan, network: Network, mg_q12: int, scores: Scores
) -> Iterator[Case]:
    rng = np.random.default_rng([plan.seed, 2])
    given = challenges(plan.cfg, rng, LEARN, plan.windows)
    if not any(challenge.name.startswith(RECORDED) for challenge in given):
        yield Case("recorded_windows", NO_RECORDINGS, ignored=True)

    def answer(engine: Network) -> list[Answer]:
        return expected(plan.cfg, engine, mg_q12, LEARN, given)

    exact = answer(network)
    done = 0
    for sequence in range(SEQUENCES):
        try:
            pairs = scores.pairs(_judge_all(device, given), exact, answer)
            for k, (got, wanted) in enumerate(pairs):
                if k >= done:
                    done = k + 1
                    yield Case(f"window_{k:03d}_{given[k].name}", difference(got, wanted))
            return
        except LostAnswerError as error:  # noqa: PERF203 (a retry)
            print(f"{error}: sequence {sequence + 1} starts again", flush=True)
    raise LineError(f"answers were lost in {SEQUENCES} sequences; check the cable and its rate")


def _take_over(device: Device) -> None:
    """The first samples make the host the sampler; only then nothing else is learned."""
    device.ask(f"w 0 {encode(bytes(2))}", "w 1")
    device.ask(f"learn {LEARN}", "learn")


def _judge_all(device: Device, given: Sequence[Challenge]) -> Iterator[Answer]:
    _take_over(device)
    for challenge in given:
        try:
            bands, z, decision = _judge(device, challenge)
        except RefusedError as error:  # the device gave up waiting for the rest of the window
            raise LostAnswerError(str(error)) from None
        yield Answer(
            np.frombuffer(decode(bands), "<u2"),
            np.frombuffer(decode(z), np.uint8),
            tuple(decision.split()),
        )


def _judge(device: Device, challenge: Challenge) -> list[str]:
    for samples in challenge.samples[:-1]:
        _send_axis(device, samples)
        device.ask("a", "a", repeatable=False)
    _send_axis(device, challenge.samples[-1])
    return device.ask("p", "F", "Z", "S", repeatable=False)


def _send_axis(device: Device, samples: npt.NDArray[np.int16]) -> None:
    for offset in range(0, len(samples), PER_LINE):
        part = samples[offset : offset + PER_LINE].astype("<i2")
        device.ask(f"w {offset} {encode(part.tobytes())}", f"w {offset + len(part)}")
