"""The half of the test runner that builds, unless nothing has changed (kept_programs.py)."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from platformio.test.exception import UnitTestSuiteError
from platformio.test.result import TestStatus
from platformio.test.runners.unity import UnityTestRunner

from thrum.artifacts import freshness
from tools.test_runner.kept_programs import KeptPrograms

ROOT = Path(__file__).resolve().parents[2]


class KeepingRunner(UnityTestRunner):  # type: ignore[misc]  # PlatformIO is untyped
    """Keeps each suite's program where the environment says custom_keep_programs = yes.

    Never for a board: who skips the build skips the upload.
    """

    def __init__(self, test_suite: Any, project_config: Any, options: Any = None) -> None:
        super().__init__(test_suite, project_config, options)
        self._unchanged: Path | None = None  # what a build would make

    def device_command(self) -> Sequence[str]:
        """The command that runs the program, as platformio.ini has it; empty if none does."""
        raise NotImplementedError

    def run_project_targets(self, targets: Sequence[str]) -> None:
        """PlatformIO's one way to build and upload."""
        if "nobuild" in targets or not self._keeps_programs():
            super().run_project_targets(targets)
            return
        before = self._fingerprint(targets)
        asks_for_a_build = self.options.verbose > 2 or self.options.without_testing
        if before and not asks_for_a_build and not self._model_is_stale():
            self._unchanged = self._kept.find(before)
        if self._unchanged:
            click.echo(f"Nothing has changed since {os.path.relpath(self._unchanged)} was built.")
            return
        self._kept.drop()
        touched = self._kept.touched()
        super().run_project_targets(targets)
        if before and before == self._fingerprint(targets) and touched == self._kept.touched():
            with contextlib.suppress(OSError):  # the next run builds again
                self._kept.keep(before)

    def kept_program(self) -> Path | None:
        """The program to run in place of the one that lies in the build folder, if there is one."""
        if self.options.without_building and self._keeps_programs():
            return self._kept.find()
        return self._unchanged

    def in_place(self, command: Sequence[str]) -> Sequence[str]:
        """A command with the program that is to be run."""
        program = self.kept_program()
        return self._kept.in_place(command, program) if program else command

    @contextlib.contextmanager
    def kept_if_it_passes(self) -> Iterator[None]:
        """Whatever may be wrong with the program, after a failure the next run builds."""
        try:
            yield
        except BaseException:
            self._kept.drop()
            raise
        bad = map(self.test_suite.get_status_nums, (TestStatus.FAILED, TestStatus.ERRORED))
        if any(bad):
            self._kept.drop()

    def _option(self, name: str, default: Any = None) -> Any:
        """An option of the environment in platformio.ini."""
        return self.project_config.get(f"env:{self.test_suite.env_name}", name, default)

    @functools.cached_property
    def _kept(self) -> KeptPrograms:
        """Not made for `pio run`, which asks a runner without a suite for its libraries."""
        name = self.test_suite.env_name, self.test_suite.test_name
        return KeptPrograms(ROOT, self.project_config, *name, self._packages())

    def _keeps_programs(self) -> bool:
        if self._option("custom_keep_programs", "no") != "yes":
            return False
        section = f"env:{self.test_suite.env_name}"
        command = self.device_command()
        if not command and self.platform.is_embedded():
            raise UnitTestSuiteError(f"{section}: custom_keep_programs: a board gets every program")
        try:
            if command:
                self._kept.in_place(command, Path("another"))
        except ValueError as error:
            raise UnitTestSuiteError(f"{section}: custom_keep_programs: {error}") from None
        return True

    def _fingerprint(self, targets: Sequence[str]) -> str:
        with contextlib.suppress(OSError, ValueError):  # then it is built
            return self._kept.fingerprint(targets)
        return ""

    def _packages(self) -> Iterator[Path]:
        """What the environment is built with: its platform and its frameworks."""
        yield Path(self.platform.get_dir())
        for name in self._option("framework", []):
            package = (self.platform.frameworks or {}).get(name, {}).get("package") or name
            yield Path(self.project_config.get("platformio", "packages_dir"), package)

    def _model_is_stale(self) -> bool:
        recordings = self._option("custom_recordings", freshness.RECORDINGS)
        folder = ROOT / os.environ.get("THRUM_MODEL", "model/artifacts")
        return bool(freshness.why_stale(folder, ROOT, recordings=recordings))
