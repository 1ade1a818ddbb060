"""Unity suites on the host, on simulators and on boards, for `pio test`.

Adds three rules to PlatformIO's own Unity runner: a suite without test cases fails, a program that
crashes, hangs or stops half-way is named as such, and Unity comes from the core directory when
tools/offline/bootstrap.py put it there (from PlatformIO's registry otherwise).

The suite test_stream is the firmware itself: `thrum verify`, in the project's own Python,
feeds it windows over its serial line and every comparison becomes a test case. Options of an
environment in platformio.ini:
  custom_python         Python to do that in (default: .venv, made when nothing else has NumPy)
  custom_line_command   program that is the device: its stdin and stdout are the line
  custom_line_port      pyserial URL of the line instead; {port} is a free TCP port, here and above
  custom_line_windows   windows to judge; the variable THRUM_LINE_WINDOWS takes its place
  custom_line_tolerance LSB that an output of the interpreter may be off; generated code is exact
The variable THRUM_LINE_SEED repeats the windows of another run.
Without a custom_line_command the device is the board at test_port (or --test-port), or the one that
is found. Its port may take 5 s to appear, its first answer 20 s. Every suite ends with
custom_test_timeout, test_stream after 0.1 s more for each window. --without-uploading tests the
firmware that the board has.
"""

from __future__ import annotations

import collections
import os
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from platformio.test.exception import UnitTestSuiteError
from platformio.test.result import TestStatus
from platformio.test.runners.readers.native import NativeTestOutputReader
from platformio.test.runners.readers.serial import SerialTestOutputReader
from platformio.test.runners.unity import UnityTestRunner

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
try:
    from tools.ci.line_python import NoPythonError, line_python
    from tools.ci.program import Program, signal_name
finally:
    sys.path.remove(str(ROOT))

LAST_LINES = 12  # of a program that stopped, shown with the error
DEFAULT_SECONDS = "60"  # for custom_test_timeout
STREAM_SUITE = "test_stream"
STREAM_WINDOWS = "200"
SECONDS_PER_WINDOW = 0.1  # that a slow simulator may take
LONGEST_LINE = 65_536  # characters
SILENT = "It said nothing: is the board powered, the port right, the firmware running?"


class BoardReader(SerialTestOutputReader):  # type: ignore[misc]
    """PlatformIO's own, which would wait for ten minutes before it looks at the time."""

    SERIAL_TIMEOUT = 0.5  # seconds

    def begin(self) -> None:
        """Close the port even if the suite is ended: the frames of the exception hold it open."""
        try:
            super().begin()
        except UnitTestSuiteError as error:
            raise error.with_traceback(None) from None


class CustomTestRunner(UnityTestRunner):  # type: ignore[misc]  # PlatformIO is untyped
    """One suite in one environment; PlatformIO creates it for building and again for testing."""

    NAME = "unity"

    def __init__(self, test_suite: Any, project_config: Any, options: Any = None) -> None:
        libraries = project_config.get("platformio", "globallib_dir")
        if os.path.isfile(os.path.join(libraries, "Unity", "src", "unity.h")):
            self.EXTRA_LIB_DEPS: list[str] = []
        super().__init__(test_suite, project_config, options)
        self._last_lines: collections.deque[str] = collections.deque(maxlen=LAST_LINES)
        self._deadline: float | None = None  # of a board

    def on_testing_data_output(self, data: bytes) -> None:
        """Take what the device says, at least every half second; end one that would never end."""
        super().on_testing_data_output(data)
        unended = len(self._testing_output_buffer)
        if unended > LONGEST_LINE:
            self._stopped(f"{unended} characters without the end of a line; is it the right rate?")
        late = self._deadline is not None and time.monotonic() > self._deadline
        if late and not self.test_suite.is_finished():
            self._stopped(f"still running after {self._seconds():g} s")

    def on_testing_line_output(self, line: str) -> None:
        """Remember what the program said beside its results: it explains a crash."""
        cases = len(self.test_suite.cases)
        super().on_testing_line_output(line)
        if len(self.test_suite.cases) > cases:
            self._is_of_this_suite(self.test_suite.cases[-1].source)
        elif line.strip():
            self._last_lines.append(line.rstrip())
            if (self._streams() or ":INFO: " in line) and not self.options.verbose:
                click.echo(line.rstrip())  # the seed, what was repeated, what was only tolerated

    def _is_of_this_suite(self, source: Any) -> None:
        """Every case names its suite's folder: another suite's program proves nothing."""
        folder = f"{self.test_suite.test_name}/"
        if source and not self._streams() and folder not in source.filename.replace("\\", "/"):
            raise UnitTestSuiteError(
                f"The program that ran is not {folder}'s, its case is in {source.filename}: "
                "build the suite again, without --without-building and --without-uploading."
            )

    def configure_build_env(self, env: Any) -> Any:
        """Set Unity up; for the stream suite build the firmware, with its main, instead."""
        config, section = env.GetProjectConfig(), f"env:{self.test_suite.env_name}"
        if not self._streams():
            # Only the firmware includes a library under an #if; without looking for that, SCons
            # finds out in half of the time that there is nothing to do.
            config.set(section, "lib_ldf_mode", "chain")
            return super().configure_build_env(env)
        config.set(section, "test_build_src", "yes")
        env.Append(CPPDEFINES=["THRUM_STREAM_TEST"])
        return env

    def stage_testing(self) -> None:
        """Run the suite, then insist that it tested something."""
        if self.options.without_testing:
            return
        click.secho("Testing...", bold=True)
        self._test()
        if not self.test_suite.cases:
            raise UnitTestSuiteError("No test case ran: a suite that tests nothing fails.")

    def _test(self) -> None:
        if self._streams():
            self._run(self._verify_command())
        elif command := self._device_command():
            self._run(command)
        elif self.platform.is_embedded():
            self._deadline = time.monotonic() + self._seconds()
            BoardReader(self).begin()
        else:
            self._run(NativeTestOutputReader(self).get_testing_command())

    def _device_command(self) -> Sequence[str]:
        """The command that runs the program, as platformio.ini has it; empty if none does."""
        if self._streams():
            lines = self._option("custom_line_command", "").splitlines()
            return [line for line in lines if line.strip()]
        return self._option("test_testing_command") or ()

    def _option(self, name: str, default: Any = None) -> Any:
        """An option of the environment in platformio.ini."""
        return self.project_config.get(f"env:{self.test_suite.env_name}", name, default)

    def _streams(self) -> bool:
        return bool(self.test_suite.test_name == STREAM_SUITE)

    def _verify_command(self) -> list[str]:
        """The host's side of the line, and the device unless it is a board."""
        command = [self._python(), "-m", "thrum", "verify", "--unity"]
        command += ["--windows", self._windows()]
        if self._option("custom_engine", "aot") == "tflm":
            command += ["--tolerance", self._option("custom_line_tolerance", "0")]
        if seed := os.environ.get("THRUM_LINE_SEED"):
            command += ["--seed", seed]
        device = self._device_command()
        port = self._option("custom_line_port", "")
        if not device:
            port = SerialTestOutputReader(self).resolve_test_port()
            command += ["--baud", str(self.get_test_speed())]
        free = str(_free_port())
        if port:
            command += ["--port", port.replace("{port}", free)]
        return [*command, "--", *(word.replace("{port}", free) for word in device)]

    def _windows(self) -> str:
        """How many windows the stream suite judges."""
        asked = os.environ.get("THRUM_LINE_WINDOWS")
        return asked or str(self._option("custom_line_windows", STREAM_WINDOWS))

    def _python(self) -> str:
        """The Python that has the model's requirements; made where there is none."""
        own = self._option("custom_python", "")
        try:
            return line_python(ROOT, ROOT / Path(own).expanduser() if own else None)
        except NoPythonError as error:
            raise UnitTestSuiteError(str(error)) from None

    def _run(self, command: Sequence[str]) -> None:
        seconds = self._seconds()
        program = Program(command, self.on_testing_data_output)
        code = program.run(seconds)
        if program.timed_out:
            self._stopped(f"still running after {seconds:g} s")
        elif code < 0:
            self._stopped(f"killed by {signal_name(-code)}")
        elif not self.test_suite.is_finished():
            self._stopped(f"exit code {code} without Unity's summary")
        elif code and not self.test_suite.get_status_nums(TestStatus.FAILED):
            self._stopped(f"exit code {code} although no test failed")

    def _seconds(self) -> float:
        """How long the suite may take."""
        seconds = float(self._option("custom_test_timeout", DEFAULT_SECONDS))
        return seconds + (SECONDS_PER_WINDOW * int(self._windows()) if self._streams() else 0)

    def _stopped(self, reason: str) -> None:
        cases = self.test_suite.cases
        where = f"after {cases[-1].name}" if cases else "before its first test case ended"
        words = "".join(f"\n  {line}" for line in self._last_lines)
        if not cases and not words:
            words = f"\n  {SILENT}"
        raise UnitTestSuiteError(
            f"The program of {self.test_suite.test_name} stopped {where}: {reason}.{words}"
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
