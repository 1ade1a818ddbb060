"""The serial line and what it commands under libFuzzer with sanitizers, from the seed THRUM_SEED.

For a long run: THRUM_FUZZ_RUNS=1000000 python -m pytest test/python/src/test_fuzz.py -s
"""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

import pytest
from vibration import portable_firmware

from thrum.codegen.headers import write_headers
from thrum.paths import ROOT
from tools.ci import objects
from tools.ci.toolchains import FUZZER

RUNS = int(os.environ.get("THRUM_FUZZ_RUNS", "10000"))
SEED = os.environ.get("THRUM_SEED", "1")


def _build(folder: Path) -> Path:
    write_headers(folder)
    sources = [*(ROOT / "lib/vibration/src").rglob("*.cpp"), ROOT / "test/fuzz/fuzz_line.cpp"]
    included = {"commands.cpp", "pipeline.cpp", "raw_stream.cpp"}
    sources += [path for path in portable_firmware() if path.name not in included]
    flags = [
        *("-std=gnu++17", "-O2", "-g", "-fsanitize=address,undefined"),
        *("-fno-sanitize-recover=all", f"-I{folder / 'include'}"),
        *(f"-I{ROOT / 'src'}", f"-I{ROOT / 'lib/vibration/src'}"),
    ]
    program = folder / "fuzz_line"
    made = [objects.compiled(path, [*flags, *_guided(path)], "clang++") for path in sources]
    return objects.build(program, made, [*flags, "-fsanitize=fuzzer"], "clang++")


def _guided(source: Path) -> list[str]:
    """Flags of what the fuzzer watches: not the transform, whose input is noise of its own.

    Of the time of a run 55 % went into watching its comparisons. The sanitizers see all of it.
    """
    return [] if source.parent.name == "dsp" else ["-fsanitize=fuzzer-no-link"]


def _corpus(folder: Path) -> None:
    """A whole window that is judged; learning, storing, restarts; a sensor that falls silent while
    it is judged, streamed and begun again; every short request.
    """
    folder.mkdir()
    lines = []
    for offset in range(0, 256, 24):
        count = min(24, 256 - offset)
        data = base64.b64encode(bytes(range(offset, offset + count)) * 2).decode()
        lines.append(f"1w {offset} {data}")
    (folder / "window").write_text("\n".join([*lines, "1p"]))
    learned = ["7learn 16 2", *["7status"] * 20, "?status", "7t 200 100", *["\xe7status"] * 6]
    rest = ["7raw 1", "1status", "7raw 0", "1forget", *["7status"] * 6, "?forget", "1learn 17"]
    (folder / "learned").write_text("\n".join([*learned, *rest]), encoding="latin-1")
    silent = ["\xa3status", "\xa3raw 1", "3status", "\xb3raw 0", "\xa3status", "3status"]
    (folder / "silent").write_text("\n".join(silent), encoding="latin-1")
    words = ["?", "status", "learn 16", "t 141 115", "t", "raw 1", "raw 0", "forget", "a", "p"]
    words.append("f " + base64.b64encode(bytes(32)).decode())
    (folder / "words").write_text("\n".join(f"1{word}" for word in words))


@pytest.mark.skipif(bool(FUZZER.missing()), reason=FUZZER.remedy)
def test_the_line_survives_the_fuzzer(tmp_path: Path) -> None:
    program = _build(tmp_path)
    _corpus(tmp_path / "corpus")
    command = [
        str(program),
        f"-runs={RUNS}",
        f"-seed={SEED}",
        "-max_len=1000",
        "-timeout=5",
        "-print_final_stats=1",
        f"-artifact_prefix={tmp_path}/",
        f"-dict={ROOT / 'test/fuzz/line.dict'}",
        str(tmp_path / "corpus"),
    ]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120 + RUNS / 50
    )
    assert result.returncode == 0, result.stderr[-3000:]
    assert f"stat::number_of_executed_units: {RUNS}" in result.stderr
    print("\n" + "\n".join(line for line in result.stderr.splitlines() if "stat::" in line))
