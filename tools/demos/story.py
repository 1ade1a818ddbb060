"""The story that both demonstrations tell: healthy, fault, alarm, repaired, all-clear."""

from __future__ import annotations

from pathlib import Path

from thrum.device.telemetry import event

HEALTHY, FAULTY, REPAIRED = 12, 10, 16  # seconds
AFTER = 25  # windows that are shown after the all-clear: 2 s
LEARN = 96  # windows of the baseline: 7.7 s
_SEED = 5  # of the machine: its alarm comes within 2 s, its all-clear in time

PLAN = f"""\
A synthetic machine, heard by the firmware built for this computer, within 38 s:
   0 s  the machine is healthy; the board learns it for 8 s, then says ok
  {HEALTHY} s  a fault begins; the alarm follows within a few seconds
  {HEALTHY + FAULTY} s  the machine is repaired; the all-clear follows within some 12 s
Then the demonstration ends by itself; Ctrl+C ends it sooner."""
HAPPY = (
    "That was all: learned, healthy, ALARM, repaired, all-clear. On a board it is the same: "
    "pio run -t upload, then pio device monitor."
)
SAD = "The replay ended without an alarm and its all-clear, which is not how it should end."


class Story:
    """Follows the states: over once an alarm has ended."""

    def __init__(self) -> None:
        self._alarmed = False
        self._rest = b""
        self._windows = 0  # since it was over
        self.over = False

    def state(self, name: str) -> str:
        """Take a new state; what a person is told of it, or nothing."""
        if name == "alarm":
            self._alarmed = True
            return "ALARM: the machine no longer sounds as it was learned."
        if name == "ok" and self._alarmed:
            self.over = True
            return "All-clear: the machine sounds as it was learned again."
        return "Learned: from now on the machine is judged." if name == "ok" else ""

    def heard(self, data: bytes) -> bool:
        """Take what the firmware writes; true some windows after the all-clear."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            change = event(line.decode("ascii", "replace").strip())
            if change is not None:
                self.state(change.state)
            self._windows += self.over
        return self._windows > AFTER

    @property
    def ending(self) -> str:
        """The last sentence."""
        return HAPPY if self.over else SAD


def record(path: Path) -> None:
    """The machine healthy, with a fault, and healthy again."""
    import numpy as np

    from thrum import config
    from thrum.recordings.wav import write_wav
    from thrum.simulation import synth

    cfg = config.load()
    rate = cfg.sample.rate_hz
    healthy, faulty = (seconds * rate // cfg.window.hop for seconds in (HEALTHY + REPAIRED, FAULTY))
    machine = synth.machine_set(cfg, np.random.default_rng(_SEED), "demo", healthy, faulty)
    worst = max(machine.faulty, key=lambda rec: float(rec.samples.std()))
    before, after = np.split(machine.baseline.samples, [HEALTHY * rate])
    samples = np.concatenate([before, worst.samples, after])
    write_wav(path, samples, rate, {"INAM": "demonstration"})
