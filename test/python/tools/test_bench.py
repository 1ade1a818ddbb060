"""The benchmark: what it measures keeps to the budgets, what it writes is stable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from boards import firmware
from platformio.project.config import ProjectConfig

from tools.bench import __main__ as bench
from tools.bench import bench_table, measured, programs
from tools.bench.bench_avr import Function
from tools.bench.bench_table import BEGIN, END, Result
from tools.bench.measured import Engine, Firmware, Target
from tools.ci.toolchains import Toolchain
from tools.scons import budget

TIMES = {"features": 9000, "deviation": 80, "inference": 700, "decision": 20, "window": 9800}
PARTS = {name: Function(4, 10, 60, cycles, 20) for name, cycles in TIMES.items()}
ENGINES = (Engine("kernels", PARTS, 1500, 0), Engine("portable C++", PARTS, 1300, 0))
FIRMWARE = Firmware(18000, 1300, 150)


def _table(origin: str = "Measured on a day.", firmware: Firmware | None = FIRMWARE) -> str:
    return bench_table.markdown([Result(t, ENGINES, firmware) for t in measured.ALL], origin)


@pytest.fixture(scope="module", params=measured.ALL, ids=lambda target: target.title)
def target(request: pytest.FixtureRequest) -> Target:
    found: Target = request.param
    if lacking := found.toolchain.missing():
        pytest.skip(f"missing {', '.join(lacking)}: {found.toolchain.remedy}")
    return found


@pytest.fixture(scope="module")
def own(target: Target) -> Engine:
    """The target's own kernels, measured."""
    return Engine("kernels", target.parts(False), *target.engine(False))


@pytest.mark.parametrize("option", [n for n in budget.MEASURED if n != "stack_budget"])
def test_time_and_size_keep_to_the_budgets(target: Target, own: Engine, option: str) -> None:
    allowed = budget.read(target.environment)
    figures = measured.budgeted(own, None)
    excesses = budget.check_measured(
        {option: allowed[option]}, figures, target.unit, measured.shares(own)
    )
    assert not excesses, excesses[0].message(target.environment)


def test_the_programs_have_the_flags_of_the_firmware(target: Target) -> None:
    """All that platformio.ini says of this environment, and nothing that it takes back."""
    config = ProjectConfig(str(bench.ROOT / "platformio.ini"))
    section = f"env:{target.environment}"
    known = programs.flags(target.environment)
    used = [*known.cxx, *known.link]
    wanted = " ".join(config.get(section, "build_flags")).split()
    assert wanted and set(wanted) <= set(used)
    assert not set(config.get(section, "build_unflags")) & set(used)
    assert "-Os" in known.cxx and "-Os" in known.c


def test_no_flag_of_the_compiler_is_written_down_a_second_time() -> None:
    config = ProjectConfig(str(bench.ROOT / "platformio.ini"))
    options = [config.get(f"env:{target.environment}", "build_flags") for target in measured.ALL]
    flags = [flag for option in options for line in option for flag in line.split()]
    sources = [
        path.read_text(encoding="utf-8") for path in Path(bench.__file__).parent.glob("*.py")
    ]
    assert not [flag for flag in flags if f'"{flag}"' in "".join(sources)]


def test_the_firmware_keeps_to_its_stack(target: Target, tmp_path: Path) -> None:
    found = target.firmware(firmware(target.environment, tmp_path))
    figures = {"stack_budget": found.stack}
    excesses = budget.check_measured(budget.read(target.environment), figures, target.unit, {})
    assert not excesses, excesses[0].message(target.environment)


def test_the_table_has_every_peer_with_its_source() -> None:
    rows = [line for line in _table().splitlines() if line.startswith("| ")]
    assert {row.count("|") for row in rows} == {len(bench_table.HEADER) + 1}
    peers = json.loads(bench_table.PEERS.read_text(encoding="utf-8"))["peers"]
    assert len(rows) == 2 + 4 + len(peers)
    for peer in peers:
        (row,) = [r for r in rows if f"| {peer['target']} | {peer['name']} |" in r]
        published = peer["source"] == "published"
        assert row.endswith("| published |" if published else "| measured earlier |")


def test_the_table_survives_without_a_firmware() -> None:
    assert "700" in _table(firmware=None)
    assert "18,000 B" not in _table(firmware=None)


def test_the_readme_changes_with_the_figures_only() -> None:
    empty = f"# Title\n{BEGIN}\n{END}\nrest\n"
    once = bench_table.update(empty, _table())
    assert once.startswith(f"# Title\n{BEGIN}\nMeasured on a day.\n")
    assert once.endswith(f"\n{END}\nrest\n")
    assert bench_table.update(once, _table()) == once
    assert bench_table.update(once, _table("Measured on another day.")) == once
    other = bench_table.update(once, _table("Measured on another day.", Firmware(1, 2, 3)))
    assert "another day" in other and other.endswith(f"\n{END}\nrest\n")


def test_a_readme_without_the_section_is_left_alone() -> None:
    with pytest.raises(SystemExit, match="has no section"):
        bench_table.update("# Title\n", _table())


def test_what_is_over_budget_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "read", lambda environment: {"inference_budget": 699})
    (message,) = bench.check(Result(measured.AVR, ENGINES, FIRMWARE))
    assert message.startswith("nano: one inference: 700 cycles, 1 over custom_inference_budget")
    (*_, last) = bench.check(Result(measured.AVR, ENGINES, Firmware(1, 1, 1, lost=3)))
    assert last == "nano: samples were lost in 3 windows"


def test_a_missing_tool_is_loud_and_the_others_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = {"avr-gcc"}
    monkeypatch.setattr(Toolchain, "missing", lambda self: sorted(commands & {*self.commands}))
    monkeypatch.setattr(bench, "build", lambda environment: None)
    monkeypatch.setattr(Target, "engines", lambda self: list(ENGINES))
    monkeypatch.setattr(bench, "check", lambda result: [])
    monkeypatch.setattr("sys.argv", ["bench"])
    assert bench.main() == 0
    out, err = capsys.readouterr()
    assert "| Cortex-M4, instructions |" in out
    assert "| ATmega328P" not in out
    assert "!! SKIPPED ATmega328P" in err and "missing: avr-gcc" in err
    assert "apt-get install" in err and "gcc-avr" in err
