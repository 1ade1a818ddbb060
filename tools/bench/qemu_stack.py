"""Peak stack of a whole Cortex-M4 firmware on QEMU, painted from outside.

QEMU loads a pattern into the top of RAM, the firmware runs on simulated time until it has judged
enough windows, then QEMU's monitor writes that memory to a file.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path

TOP = 0x20040000  # stack_top of tools/platforms/cortexm/runtime/mps2_an386.ld
PAINTED = 16384  # bytes below it, which the heap leaves alone
PAINT = 0xA5
WINDOWS = 300  # learning takes 256
SECONDS = 60.0
QEMU = (
    "qemu-system-arm -machine mps2-an386 -display none -monitor none -qmp stdio "
    "-icount shift=8,sleep=off"
)


def run(elf: Path) -> tuple[int, str]:
    """Bytes of stack that the firmware has used while learning and judging, and its lines."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paint, said, dump = folder / "paint", folder / "said", folder / "dump"
        paint.write_bytes(bytes([PAINT]) * PAINTED)
        loader = f"loader,file={paint},addr={TOP - PAINTED:#x},force-raw=on"
        command = [*QEMU.split(), "-serial", f"file:{said}", "-device", loader, "-kernel", str(elf)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as qemu:
            try:
                _wait(qemu, said)
                _dump(qemu, dump)
            finally:
                qemu.kill()
        content, lines = dump.read_bytes(), said.read_text(encoding="ascii", errors="replace")
    used = PAINTED - next((i for i, byte in enumerate(content) if byte != PAINT), PAINTED)
    return used, lines


def _wait(qemu: subprocess.Popen[str], said: Path) -> None:
    end = time.monotonic() + SECONDS
    while not said.exists() or said.read_bytes().count(b"anomaly:") < WINDOWS:
        if time.monotonic() > end or qemu.poll() is not None:
            raise SystemExit(f"qemu-system-arm: {WINDOWS} windows were not judged")
        time.sleep(0.1)


def _dump(qemu: subprocess.Popen[str], path: Path) -> None:
    region = {"val": TOP - PAINTED, "size": PAINTED, "filename": str(path)}
    commands = (
        {"execute": "qmp_capabilities"},
        {"execute": "stop"},
        {"execute": "pmemsave", "arguments": region, "id": "dump"},
    )
    assert qemu.stdin is not None and qemu.stdout is not None
    for command in commands:
        qemu.stdin.write(json.dumps(command) + "\n")
    qemu.stdin.flush()
    for line in qemu.stdout:
        answer = json.loads(line)
        if "error" in answer:
            raise SystemExit(f"qemu-system-arm: {answer['error']}")
        if answer.get("id") == "dump":
            return
    raise SystemExit("qemu-system-arm ended before its memory was read")
