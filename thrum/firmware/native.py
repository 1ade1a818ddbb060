"""The firmware on this computer: build it for a model and replay recordings through it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from thrum.config import Config
from thrum.device.telemetry import Telemetry, parse
from thrum.firmware.scenes import Scene
from thrum.paths import ARTIFACTS, ROOT
from thrum.recordings.wav import write_wav
from thrum.states import State

PROGRAM = "program.exe" if os.name == "nt" else "program"
BUILT = ROOT / ".pio" / "build" / "native" / PROGRAM
_RUNS = 3  # the fastest run counts; slower ones shared the processor


class FirmwareError(ValueError):
    """The firmware could not be built or did not run; the message says what to do."""


@dataclass(frozen=True, eq=False)
class Replay:
    """A scene, what the firmware said about it, and how long it took in seconds."""

    scene: Scene
    output: str
    telemetry: Telemetry
    changes_at: int
    hop: int
    elapsed: float

    @property
    def times_real_time(self) -> float:
        """Recorded time over time taken."""
        return self.scene.seconds / self.elapsed

    @property
    def samples_per_second(self) -> float:
        """Samples of all axes that one core took per second."""
        return self.scene.samples.size / self.elapsed

    @property
    def false_alarms(self) -> int:
        """Windows of the healthy part in ALARM."""
        return int((self.telemetry.state[: self.changes_at] == State.ALARM).sum())

    @property
    def judged_healthy(self) -> int:
        """Windows of the healthy part that were judged: neither learned from nor faulty."""
        healthy = self.telemetry.state[: self.changes_at]
        return int(((healthy == State.OK) | (healthy == State.ALARM)).sum())

    @property
    def alarm(self) -> int | None:
        """First window in ALARM after the change."""
        return self.telemetry.first(State.ALARM, self.changes_at)

    @property
    def delay(self) -> float | None:
        """Seconds from the change to the end of the window that raised the alarm."""
        if self.alarm is None:
            return None
        return (self.alarm + 1 - self.changes_at) * self.hop / self.scene.rate_hz

    @property
    def good(self) -> bool:
        """An alarm after the change and none before."""
        return self.alarm is not None and self.false_alarms == 0

    def seconds_of(self, window: int) -> float:
        """Start of a window in seconds."""
        return window * self.hop / self.scene.rate_hz


def build(model: Path, folder: Path, train: bool = True) -> Path:
    """Build the native firmware for the model in a folder, apart from the project's own build.

    train: train the model first if it is older than its sources or recordings.
    """
    setting = {"PLATFORMIO_BUILD_DIR": str(folder.resolve())}
    if not train:
        setting["THRUM_TRAIN"] = "never"
    if model.resolve() != ARTIFACTS.resolve():
        setting["THRUM_MODEL"] = str(model.resolve())
    command = [sys.executable, "-m", "platformio", "run", "--silent", "-e", "native"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **setting},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    program = folder / "native" / PROGRAM
    if done.returncode != 0:
        raise FirmwareError(f"the native firmware does not build:\n{done.stdout.strip()}")
    return checked(program)


def checked(program: Path) -> Path:
    """The program; FirmwareError if it does not exist."""
    if not program.is_file():
        raise FirmwareError(f"{program} is missing; build it: pio run -e native")
    return program


def replay(program: Path, scene: Scene, cfg: Config, wav: Path) -> Replay:
    """Write the scene as a WAV file and run the firmware on it."""
    write_wav(wav, scene.samples, scene.rate_hz, _notes(scene, cfg))
    command = [
        str(checked(program)),
        "--rate",
        str(scene.rate_hz),
        "--learn",
        str(scene.learn),
        str(wav),
    ]
    times = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        times.append(time.perf_counter() - started)
        if done.returncode != 0:
            raise FirmwareError(f"the firmware stopped: {done.stderr.strip() or done.returncode}")
    telemetry = parse(done.stdout.splitlines())
    hop = cfg.window.hop
    return Replay(scene, done.stdout, telemetry, -(-scene.changes_at // hop), hop, min(times))


def _notes(scene: Scene, cfg: Config) -> dict[str, str]:
    return {
        "INAM": scene.title,
        "ISRC": scene.source,
        "ICMT": f"32768 = {cfg.sample.full_scale_g:g} g; from sample {scene.changes_at} "
        f"({scene.changes_at / scene.rate_hz:.2f} s) on: {scene.change}",
        "ISFT": "Thrum",
    }
