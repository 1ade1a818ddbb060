"""`pio test` of a board at `test_port`: real PlatformIO and port, the board a program behind it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from boards import firmware
from recordings import public_data
from terminals import Board
from vibration import native_firmware

from thrum.paths import ROOT
from tools.ci import stages
from tools.offline import bootstrap

WINDOWS = 40
SEED = "7"
CASES = 18 + 1 + 4 + 24 + 16 + WINDOWS  # lines, thresholds, engine, learned windows, judged ones
SECONDS = (
    30  # from the start of `pio test` to the end, where the board does not answer as it should
)
TALK = "import sys, time\nwhile True:\n    "

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo terminals"),
    pytest.mark.skipif(not shutil.which("avr-gcc"), reason="needs the platform of the Nano"),
]
Boards = Callable[[Sequence[str]], Board]


@pytest.fixture
def boards() -> Iterator[Boards]:
    """Starts boards and ends them."""
    started: list[Board] = []

    def start(program: Sequence[str]) -> Board:
        started.append(Board(program))
        return started[-1]

    yield start
    for board in started:
        board.close()


def _pio_test(
    folder: Path,
    port: str,
    options: Mapping[str, object] | None = None,
    suite: str = "test_stream",
) -> subprocess.Popen[str]:
    """A suite of the Nano at the port of its platformio.ini; nothing is built or uploaded."""
    text = (ROOT / "platformio.ini").read_text(encoding="utf-8")
    options = {"test_port": port, "custom_line_windows": WINDOWS, **(options or {})}
    mine = "\n".join(
        ["[env:mine]", "extends = env:nano", *(f"{k} = {v}" for k, v in options.items())]
    )
    config = folder / "platformio.ini"
    config.write_text(f"{text}\n{mine}\n", encoding="utf-8")
    core = {"PLATFORMIO_CORE_DIR": str(bootstrap.ROOT / bootstrap.FOLDER)}
    command = [sys.executable, "-m", "platformio", "test", "-e", "mine", "-f", suite, "--no-reset"]
    command += ["-c", str(config), "--json-output-path", str(folder / "result.json")]
    command += ["--junit-output-path", str(folder / "result.xml")]
    return subprocess.Popen(
        [*command, "--without-building", "--without-uploading"],
        cwd=ROOT,
        env={
            **os.environ,
            **(core if bootstrap.SWITCH.exists() else {}),
            "THRUM_DATA": str(public_data(folder / "data")),
            "THRUM_LINE_SEED": SEED,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _cases(folder: Path) -> list[dict[str, str]]:
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return [case for suite in result["test_suites"] for case in suite.get("test_cases", [])]


def _failure(folder: Path, test: subprocess.Popen[str]) -> str:
    """The message about the one case that did not pass."""
    output = test.communicate(timeout=2 * SECONDS)[0]
    assert test.returncode != 0, output
    [bad] = [case for case in _cases(folder) if case["status"] != "PASSED"]
    return str(bad.get("message") or bad.get("exception") or output)


def test_every_streamed_case_is_reported(tmp_path: Path, boards: Boards) -> None:
    board = boards([str(native_firmware()), "--serve"])
    test = _pio_test(tmp_path, board.port)
    output = test.communicate(timeout=120)[0]
    assert test.returncode == 0, output
    cases = _cases(tmp_path)
    assert len(cases) == CASES, output
    assert {case["status"] for case in cases} == {"PASSED"}
    assert f"{CASES} succeeded" in output and "board:native" in output
    assert f"seed {SEED}: repeat with --seed {SEED} --windows {WINDOWS}" in output
    assert any("_recorded_" in case["name"] for case in cases)
    assert stages.count(tmp_path / "result.xml") == (CASES, 0)


@pytest.mark.skipif(not shutil.which("simavr"), reason="needs simavr")
def test_the_firmware_of_the_nano_behind_a_port(tmp_path: Path, boards: Boards) -> None:
    elf = firmware("nano", tmp_path)
    board = boards(
        [sys.executable, str(ROOT / "tools" / "simulators" / "simavr_line.py"), str(elf), "1"]
    )
    test = _pio_test(tmp_path, board.port)
    output = test.communicate(timeout=120)[0]
    assert test.returncode == 0, output
    assert len(_cases(tmp_path)) == CASES and "board:nano" in output


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("time.sleep(1)", "no answer to '?'"),
        ("sys.stdout.write('x' * 500 + '\\n')", "the device babbles"),
        ("print('anomaly:0.00', flush=True); time.sleep(0.01)", "other characters"),
    ],
    ids=["silent", "babbling", "another_firmware"],
)
def test_a_board_that_does_not_answer(
    tmp_path: Path, boards: Boards, program: str, message: str
) -> None:
    board = boards([sys.executable, "-c", TALK + program])
    start = time.monotonic()
    assert message in _failure(tmp_path, _pio_test(tmp_path, board.port))
    assert time.monotonic() - start < SECONDS


@pytest.mark.parametrize(
    ("program", "messages"),
    [
        ("time.sleep(1)", ["still running after 5 s", "It said nothing: is the board powered"]),
        ("print('anomaly:0.00', flush=True); time.sleep(.01)", ["still running", "anomaly:0.00"]),
        ("sys.stdout.write('x' * 500)", ["characters without the end of a line"]),
        (
            "print('test/test_protocol/test_main.cpp:1:One:PASS'); time.sleep(2)",
            ["stopped after One: still running"],
        ),
    ],
    ids=["silent", "another_firmware", "babbling", "hung"],
)
def test_a_board_that_does_not_end_a_golden_suite(
    tmp_path: Path, boards: Boards, program: str, messages: Sequence[str]
) -> None:
    board = boards([sys.executable, "-u", "-c", TALK + program])
    start = time.monotonic()
    options = {"custom_test_timeout": 5}
    failure = _failure(tmp_path, _pio_test(tmp_path, board.port, options, "test_protocol"))
    assert all(message in failure for message in messages), failure
    assert time.monotonic() - start < SECONDS


def test_a_golden_suite_behind_a_port(tmp_path: Path, boards: Boards) -> None:
    lines = (
        "test/test_protocol/test_main.cpp:1:One:PASS",
        "-----------------------",
        "1 Tests 0 Failures 0 Ignored",
    )
    board = boards(
        [sys.executable, "-u", "-c", f"import time; time.sleep(3); print({lines}, sep='\\n')"]
    )
    test = _pio_test(tmp_path, board.port, suite="test_protocol")
    assert test.wait(60) == 0
    assert [case["status"] for case in _cases(tmp_path)] == ["PASSED"]


def test_a_port_that_does_not_exist(tmp_path: Path) -> None:
    start = time.monotonic()
    port = str(tmp_path / "ttyNONE")
    assert f"cannot open {port}" in _failure(tmp_path, _pio_test(tmp_path, port))
    assert time.monotonic() - start < SECONDS


@pytest.mark.parametrize(
    ("accident", "message"),
    [(Board.reset, "has reset in the middle"), (Board.unplug, "the connection is gone")],
    ids=["reset", "unplugged"],
)
def test_an_accident_half_way(
    tmp_path: Path, boards: Boards, accident: Callable[[Board], None], message: str
) -> None:
    board = boards([str(native_firmware()), "--serve"])
    test = _pio_test(tmp_path, board.port)
    assert test.stdout is not None
    for line in test.stdout:
        if "window_005" in line:
            break
    accident(board)
    start = time.monotonic()
    assert message in _failure(tmp_path, test)
    assert time.monotonic() - start < SECONDS
    assert 40 < len(_cases(tmp_path)) < CASES


def test_no_case_at_all_is_a_failure(tmp_path: Path, boards: Boards) -> None:
    board = boards([str(native_firmware()), "--serve"])
    test = _pio_test(tmp_path, board.port, {"custom_python": shutil.which("true")})
    assert "exit code 0 without Unity's summary" in _failure(tmp_path, test)


def test_a_port_that_comes_back_after_the_upload(tmp_path: Path, boards: Boards) -> None:
    board = boards([str(native_firmware()), "--serve"])
    port = tmp_path / "ttyLATE"
    test = _pio_test(tmp_path, str(port))
    time.sleep(2.0)
    port.symlink_to(board.port)
    output = test.communicate(timeout=120)[0]
    assert test.returncode == 0, output
    assert len(_cases(tmp_path)) == CASES
