"""Every check and every test of the project: `python -m tools.ci.check`, behind `make test`.

Runs as many stages side by side as there are processors. Prints what was skipped and why, which
stages failed, and as its last line how many tests passed and failed: pytest's and Unity's cases
together. A test stage in which nothing ran has failed. --quick runs what takes less than a minute,
--campaign what takes hours; the variable THRUM_SEED repeats the random part of another run.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence

from tools.ci import campaign, parallel, stages, toolchains
from tools.ci.stages import Outcome, Stage
from tools.ci.toolchains import Toolchain
from tools.offline import bootstrap

QUICK_SUITES = ("test_protocol", "test_engine", "test_detector")
WORKERS_PER_PROCESSOR = 2  # many tests wait for a clock or another process


def main() -> int:
    """Run all stages; exit code 1 when one failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.ci.check", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute of checks and unit tests")
    parser.add_argument("--campaign", action="store_true", help="the hours of the long tests")
    arguments = parser.parse_args()
    started = time.monotonic()
    seed = _seed()
    lanes = parallel.processors()
    skipped = [] if arguments.quick else _prepare()
    fresh = parallel.run([stages.fresh_headers()], 1)  # the others would all make them
    if not all(outcome.ok for outcome in fresh.values()):
        return _report(fresh, skipped, seed, time.monotonic() - started)
    environments = ["native", *(t.environment for t in toolchains.SIMULATORS if t not in skipped)]
    if arguments.quick:
        todo = quick(lanes)
    else:
        todo = campaign.stages() if arguments.campaign else everything(lanes, environments)
    outcomes = parallel.run(todo, lanes)
    return _report(fresh | outcomes, skipped, seed, time.monotonic() - started)


def everything(lanes: int, environments: Sequence[str]) -> list[Stage]:
    """The stages of `make test`; the longest first, so that no processor waits at the end."""
    firmware = [stages.firmware_tests(environment) for environment in environments]
    python = stages.python_tests(WORKERS_PER_PROCESSOR * lanes)
    return [python, *stages.static_checks(), *reversed(firmware)]


def quick(lanes: int) -> list[Stage]:
    """The stages of `make test-quick`: whoever changes something gets an answer in a minute."""
    python = stages.python_tests(lanes, "-m", "not slow")  # these wait for nothing
    return [python, *stages.static_checks(), stages.firmware_tests("native", QUICK_SUITES)]


def _seed() -> str:
    """The seed of this run, which its stages find in the environment."""
    seed = os.environ.setdefault("THRUM_SEED", str(secrets.randbelow(2**31)))
    os.environ.setdefault("THRUM_LINE_SEED", seed)
    print(f"seed {seed}: repeat with THRUM_SEED={seed}", flush=True)
    return seed


def _prepare() -> list[Toolchain]:
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


def _missing(toolchain: Toolchain) -> list[str]:
    if toolchain.from_registry and not bootstrap.SWITCH.exists():
        return []  # online, PlatformIO downloads it
    return toolchain.missing()


def _report(
    outcomes: dict[str, Outcome], skipped: list[Toolchain], seed: str, seconds: float
) -> int:
    print()
    for toolchain in skipped:
        print(f"!! SKIPPED {toolchain.environment}: {toolchain.title} was NOT tested.")
        print(f"!!   missing: {', '.join(toolchain.missing())}")
        print(f"!!   to enable it: {toolchain.remedy}")
    failed = [name for name, outcome in outcomes.items() if not outcome.ok]
    if failed:
        print(f"The random part of this run is repeated with THRUM_SEED={seed}.")
    print(f"{len(outcomes)} stages in {seconds:.0f} s, failed: {', '.join(failed) or 'none'}")
    passed_tests = sum(outcome.passed for outcome in outcomes.values())
    failed_tests = sum(outcome.failed or int(not outcome.ok) for outcome in outcomes.values())
    print(f"{passed_tests} passed, {failed_tests} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
