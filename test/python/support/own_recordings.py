"""Small recordings of machines that do not exist, with their manifest."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from thrum.recordings.wav import write_wav

RATE = 3200
WINDOW = 256


class Folder:
    """A folder of recordings and its manifest, as the recorder leaves them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = folder / "manifest.toml"
        folder.mkdir(parents=True, exist_ok=True)

    def add(
        self,
        name: str,
        windows: int = 60,
        *,
        label: str = "healthy",
        machine: str = "fan 1",
        condition: str = "as found",
        session: str = "",
        rate: int = RATE,
        level: float = 400.0,
    ) -> Path:
        """Noise of a level in counts; full scale 16 g."""
        rng = np.random.default_rng(sum(name.encode()))
        samples = np.rint(rng.normal(0, level, (windows * WINDOW, 1))).astype(np.int16)
        write_wav(self.folder / name, samples, rate, {"INAM": name})
        self.entry(
            f'file = "{name}"\nmachine = "{machine}"\ncondition = "{condition}"\n'
            f'label = "{label}"\nscale = 16.0\nrate_hz = {rate}\n'
            + (f'session = "{session}"\n' if session else "")
        )
        return self.folder / name

    def entry(self, text: str) -> None:
        """Append an entry to the manifest."""
        with self.manifest.open("a", encoding="utf-8") as manifest:
            manifest.write(f"\n[[recordings]]\n{text}")
