"""The firmware with a baseline of averages and a trial, against its twin and across a power cut."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from vibration import native_firmware

from thrum import config
from thrum.artifacts import release
from thrum.artifacts.release import Release
from thrum.firmware.session import session
from thrum.paths import ARTIFACTS
from thrum.reference.answers import answers, measure
from thrum.reference.network import Engine
from thrum.states import State

I16 = npt.NDArray[np.int16]
LEARN, STRIDE = 16, 64
LENGTH = LEARN * STRIDE  # windows that learning takes, and the trial after it


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Path]:
    """The released network with such parameters, and the firmware with them."""
    folder = tmp_path_factory.mktemp("long") / "artifacts"
    released = release.load()
    baseline = {**released.parameters["baseline"], "windows": LEARN, "stride": STRIDE, "trial": 1}
    changed = dataclasses.replace(
        released, parameters={**released.parameters, "baseline": baseline}
    )
    release.save(changed, folder)
    shutil.copy(ARTIFACTS / release.GOLDEN, folder)
    return changed, native_firmware(folder)


def _machine(gain: float, count: int, seed: int) -> I16:
    """Windows (count, 1, 256) of noise whose upper half is `gain` times as loud as usual."""
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft(rng.normal(0, 1000, count * 256))
    spectrum[len(spectrum) // 2 :] *= gain
    samples = np.fft.irfft(spectrum, count * 256)
    return np.rint(samples).astype(np.int16).reshape(count, 1, 256)


def _life() -> list[I16]:
    """Learned, on trial with something rare and with a fault, at rest, and after that."""
    rest = np.random.default_rng(9).integers(-3, 4, (20, 1, 256)).astype(np.int16)
    return [
        _machine(1.0, LENGTH + 64, 1),
        *(
            _machine(gain, count, 2 + k)
            for k, (gain, count) in enumerate(
                [
                    (1.2, 150),
                    (1.0, 150),
                    (1.2, 150),
                    (1.0, 150),
                    (4.0, 150),
                    (1.0, 500),
                    (4.0, 150),
                ]
            )
        ),
        rest,
        _machine(1.0, 100, 20),
        _machine(1.2, 150, 21),
    ]


def test_every_window_is_that_of_the_twin(made: tuple[Release, Path]) -> None:
    changed, program = made
    windows = np.concatenate(_life())
    got, about = session(program, LEARN, [windows])
    cfg = config.from_tables(changed.parameters)
    network, scale = Engine(changed.graph).outputs, int(about["mg_q12"])
    wanted = answers(cfg, network, scale, LEARN, measure(cfg, windows))
    for ours, theirs in zip(got, wanted, strict=True):
        np.testing.assert_array_equal(ours.z, theirs.z)
        assert ours.decision == theirs.decision
    states = [int(answer.decision[3]) for answer in got]
    rare = slice(len(windows) - 50, len(windows))
    assert set(states) == {State.LEARNING, State.OK, State.ALARM, State.IDLE, State.GATHERING}
    assert set(states[rare]) == {State.OK}
    cfg = dataclasses.replace(cfg, baseline=dataclasses.replace(cfg.baseline, trial=0))
    sharp = answers(cfg, network, scale, LEARN, measure(cfg, windows))
    assert int(sharp[-1].decision[3]) == State.ALARM  # without a trial


def test_a_trial_outlives_the_power(made: tuple[Release, Path], tmp_path: Path) -> None:
    """After a rest that ended an alarm, windows are judged as by a firmware just started."""
    life = _life()
    kept = tmp_path / "baseline.bin"
    whole = _replay(made[1], np.concatenate(life), kept, tmp_path)
    after = _replay(made[1], np.concatenate(life[-2:]), kept, tmp_path)
    assert len(after) == 250 and after == whole[-250:]
    assert after[-1].endswith("state:1")


def _replay(program: Path, windows: I16, kept: Path, folder: Path) -> list[str]:
    raw = folder / "machine.raw"
    windows.astype("<i2").tofile(raw)
    command = [program, "--raw", 1, "--learn", LEARN, "--baseline", kept, raw]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line.startswith("anomaly:")]
