"""Shows the live page at work: `make dashboard-demo`.

Replays the synthetic machine of the monitor's demonstration through the native firmware, which
streams its samples to the page, so that the spectrum is there too. Ctrl+C ends it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tools.demos import monitor_demo


def main() -> int:
    """Record and serve; returns the command's exit code."""
    from thrum.cli.main import main as command

    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / "machine.wav"
        monitor_demo.record(recording)
        options = ["--spectrum", "--learn", "96", "--http", "0"]
        return command(["dashboard", "--replay", str(recording), *options])


if __name__ == "__main__":
    sys.exit(main())
