"""The firmware judges in the evaluation: it runs, is compared and is never replaced."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from recordings import CFG, noise
from vibration import native_firmware

from thrum.artifacts import release
from thrum.cli import main as command_line
from thrum.evaluation import cases, decisions, on_target, scorers, tables
from thrum.evaluation.cases import Case
from thrum.evaluation.on_target import DifferenceError, Target, unjudged
from thrum.evaluation.scorers import Observed
from thrum.firmware.native import FirmwareError
from thrum.states import State


@pytest.fixture
def firmware() -> Target:
    """The native firmware with the released model, sanitizers on."""
    return on_target.of(native_firmware(), release.load())


def case() -> Case:
    """One machine: 78 windows to learn, then healthy and twice as loud."""
    (made,) = cases.cases("test", [noise(1), noise(2, 1, 600.0)], CFG)
    return made


def seen() -> tuple[Observed, list[Observed]]:
    """The part that is learned, and the parts that are judged."""
    looked = decisions.look(case())
    return looked.learned, [*looked.same, *looked.faulty]


def manifest(folder: Path, rate_hz: int = CFG.sample.rate_hz, loudness: float = 1.0) -> Path:
    """The recordings of `case` as files with a manifest."""
    for rec in (noise(1), noise(2, 1, 600.0)):
        np.savez(folder / f"{rec.name}.npz", x=rec.samples * (loudness / 2048.0))
    text = "".join(
        f'[[recordings]]\nfile = "{name}.npz"\nmachine = "m"\ncondition = "c"\n'
        f'label = "{label}"\nrate_hz = {rate_hz}\n'
        for name, label in (("r1", "healthy"), ("r2", "anomalous"))
    )
    path = folder / "mine.toml"
    path.write_text(text)
    return path


def run(path: Path, *options: str) -> int:
    """`thrum evaluate --manifest`."""
    return command_line.main(["evaluate", "--manifest", str(path), *options])


def test_every_integer_is_compared_and_the_state_is_told(firmware: Target) -> None:
    """The healthy part is OK once an average is complete, the loud one raises the alarm."""
    learned, parts = seen()
    healthy, loud = firmware.judge(learned, parts)
    assert (len(healthy), len(loud)) == (78, 156)
    states = [int(answer.decision[3]) for answer in healthy]
    assert states == [State.GATHERING] * 15 + [State.OK] * 63
    assert int(loud[-1].decision[3]) == State.ALARM
    text = firmware.summary()
    assert "0 of 1 healthy, same session; 1 of 1 faulty" in text and "234 windows of 2" in text


def test_only_what_happened_is_told() -> None:
    assert unjudged([0] * len(State)) == ""
    states = [0] * len(State)
    states[State.FAULT] = 3
    assert unjudged(states) == " No verdict for 3 windows (sensor fault)."


def test_parts_do_not_touch_each_other(firmware: Target) -> None:
    """A part is judged as if it were the only one."""
    learned, parts = seen()
    alone = firmware.judge(learned, parts[:1])[0]
    after = firmware.judge(learned, [parts[1], parts[0]])[1]
    assert [answer.decision for answer in alone] == [answer.decision for answer in after]


def test_three_axes(firmware: Target) -> None:
    """Powers and RMS are those of all axes."""
    cfg = replace(CFG, sample=replace(CFG.sample, axes=3))
    windows = np.random.default_rng(1).normal(0, 300, (60, 3, 256)).astype(np.int16)
    learned, part = (scorers.observe(part, cfg) for part in (windows[:40], windows[40:]))
    assert len(firmware.judge(learned, [part])[0]) == 20


def test_at_rest_and_stuck_is_not_judged(firmware: Target) -> None:
    """Such windows are quiet, and counted."""
    learned, _ = seen()
    silent = scorers.observe(np.zeros((20, 1, 256), np.int16), CFG, "stuck", "faulty")
    faint = scorers.observe((learned.windows[:20] // 100).astype(np.int16), CFG, "off", "faulty")
    scores = firmware.score(learned, [silent, faint])
    assert not np.concatenate(scores).any()
    assert "20 windows (machine at rest), 20 windows (sensor fault)" in firmware.summary()


def test_a_difference_names_recording_window_and_values(firmware: Target) -> None:
    """NumPy with another smallest spread stands for a firmware that computes something else."""
    baseline = replace(CFG.baseline, min_spread=1.0)
    other = Target(firmware.program, firmware.made, replace(firmware.cfg, baseline=baseline))
    learned, parts = seen()
    with pytest.raises(
        DifferenceError, match=r"^r1, window 15: the firmware .*: z \[.*expected \["
    ):
        other.judge(learned, parts)


def test_a_firmware_with_another_model_is_refused(firmware: Target) -> None:
    """It would be another column."""
    made = replace(firmware.made, parameters={})
    with pytest.raises(FirmwareError, match="carries model"):
        Target(firmware.program, made, firmware.cfg).judge(*seen())


def test_without_a_compiler_the_column_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And how to get one; no number takes its place."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert run(manifest(tmp_path)) == 0
    (row,) = [line for line in capsys.readouterr().out.splitlines() if "on target |" in line]
    assert row.count(" - |") == 6 and "apt-get install g++" in row


def test_the_firmware_is_built_and_learns_every_window(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever baseline.stride says: the windows are given, not sampled. The model stays."""
    made = release.load()
    parameters = {**made.parameters, "baseline": {**made.parameters["baseline"], "stride": 500}}
    release.save(
        replace(made, parameters=parameters, determined_by={"sources": "of old"}),
        tmp_path / "model",
    )
    monkeypatch.setattr(on_target, "SCRATCH", tmp_path / "scratch")
    before = (tmp_path / "model/model.json").read_bytes()
    assert run(manifest(tmp_path), "--model", str(tmp_path / "model")) == 0
    out = capsys.readouterr().out
    assert (
        "Cases of the evaluation" in out
        and "| mine 3200 Hz 16 g | c | network on target | 78" in out
    )
    assert "On target is the native firmware" in out
    assert (tmp_path / "model/model.json").read_bytes() == before


def test_three_arithmetics_side_by_side(firmware: Target, tmp_path: Path) -> None:
    """Float, int8 and on-target decisions of the release; the summary goes between its markers."""
    made = release.load()
    found = decisions.evaluate([case()], scorers.of_release(made, CFG, firmware.score))
    by_name = {row.scorer: row for row in found}
    assert by_name["network int8"].detected == by_name["network on target"].detected
    assert by_name["network int8"].same == by_name["network on target"].same
    floating = by_name["network float"].detected
    assert floating is not None and floating.value > 0.9
    text = tables.summary(found, made.model_hash, firmware.summary())
    assert made.model_hash in text and "1.000 / 1.000 / 1.000" in text
    page = tmp_path / "README.md"
    page.write_text(f"a\n{tables.BEGIN}\nold\n{tables.END}\nz\n")
    tables.write_between(page, text)
    assert page.read_text() == f"a\n{tables.BEGIN}\n{text}\n{tables.END}\nz\n"


def test_rate_and_full_scale_fit_the_recordings(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One model serves any rate and any range: nothing has to be configured."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert run(manifest(tmp_path, rate_hz=400, loudness=20.0)) == 0
    assert "| mine 400 Hz 32 g | c | network int8 | 78" in capsys.readouterr().out
    assert run(manifest(tmp_path, rate_hz=12_000), "--rate", "6000") == 0
    assert "| mine 6000 Hz 16 g | c | network int8 | 39" in capsys.readouterr().out
