"""Every check and every test of the project: `python -m tools.ci.check`, behind `make test`.

Prints what was skipped and why, which stages failed, and as its last line how many tests passed
and failed: pytest's and Unity's cases together. A test stage in which nothing ran has failed.
"""

from __future__ import annotations

import subprocess
import sys
import time

from tools.ci import stages, toolchains
from tools.ci.stages import Outcome, Stage
from tools.offline import bootstrap


def main() -> int:
    """Run all stages; exit code 1 when one failed."""
    started = time.monotonic()
    skipped = _prepare()
    environments = ["native", *(t.environment for t in toolchains.SIMULATORS if t not in skipped)]
    todo = [*stages.static_checks(), stages.python_tests()]
    todo += [stages.firmware_tests(environment) for environment in environments]
    outcomes = {stage.name: _run(stage) for stage in todo}
    return _report(outcomes, skipped, time.monotonic() - started)


def _prepare() -> list[toolchains.Toolchain]:
    """Install what is missing where that is allowed; return what stays out of reach."""
    lacking = [t for t in toolchains.ALL if _missing(t)]
    if lacking and toolchains.may_install():
        for toolchain in lacking:  # one by one: a package that is not to be had stops no other
            print(f"Installing {' '.join(toolchain.debian)} with apt-get ...", flush=True)
            toolchains.install(list(toolchain.debian))
        subprocess.run(
            [sys.executable, "-m", "tools.offline.bootstrap"], cwd=bootstrap.ROOT, check=True
        )
    return [t for t in lacking if _missing(t)]


def _missing(toolchain: toolchains.Toolchain) -> list[str]:
    if toolchain.from_registry and not bootstrap.SWITCH.exists():
        return []  # online, PlatformIO downloads it
    return toolchain.missing()


def _run(stage: Stage) -> Outcome:
    print(f"\n== {stage.name}", flush=True)
    started = time.monotonic()
    outcome = stages.run(stage)
    print(f"== {stage.name}: {outcome} ({time.monotonic() - started:.1f} s)", flush=True)
    return outcome


def _report(
    outcomes: dict[str, Outcome], skipped: list[toolchains.Toolchain], seconds: float
) -> int:
    print()
    for toolchain in skipped:
        print(f"!! SKIPPED {toolchain.environment}: {toolchain.title} was NOT tested.")
        print(f"!!   missing: {', '.join(toolchain.missing())}")
        print(f"!!   to enable it: {toolchain.remedy}")
    failed = [name for name, outcome in outcomes.items() if not outcome.ok]
    print(f"{len(outcomes)} stages in {seconds:.0f} s, failed: {', '.join(failed) or 'none'}")
    passed_tests = sum(outcome.passed for outcome in outcomes.values())
    failed_tests = sum(outcome.failed for outcome in outcomes.values())
    print(f"{passed_tests} passed, {failed_tests} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
