"""Poisson bounds, persistence for every threshold, the choice and how it is written."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from own_recordings import Folder

from thrum import config as params
from thrum.artifacts import release
from thrum.calibration import calibrate, k_of_n
from thrum.calibration import threshold as choice
from thrum.calibration.k_of_n import STEPS
from thrum.calibration.longrun.evidence import Evidence, FaultRun, Votes
from thrum.calibration.poisson import Rate, allowed_events, most_likely_at_most
from thrum.calibration.recorded import Recorded, replayed
from thrum.cli.main import main
from thrum.config import Config
from thrum.evaluation.evaluate import manifest_cases
from thrum.paths import CONFIG
from thrum.recordings.dataset import load_manifest, windows
from thrum.reference.baseline import Baseline, network_input
from thrum.reference.detector import Detector, DetectorConfig
from thrum.reference.features import log_bands
from thrum.reference.network import Engine
from thrum.reference.smoothing import smoothed
from thrum.states import State
from thrum.training.quantize import int8_outputs

CFG = params.load()


def test_bounds_are_those_of_the_poisson_distribution() -> None:
    """Rule of three; the table of exact one-sided 95 % limits."""
    assert most_likely_at_most(0) == pytest.approx(2.9957, abs=1e-3)
    assert most_likely_at_most(1) == pytest.approx(4.7439, abs=1e-3)
    assert most_likely_at_most(10) == pytest.approx(16.962, abs=1e-2)


def test_a_claim_needs_enough_machine_days() -> None:
    """One alarm per 30 days takes 90 days without any; the rest is extrapolation."""
    assert allowed_events(89.0, 1.0) == -1
    assert allowed_events(90.0, 1.0) == 0
    assert allowed_events(240.0, 1.0) == 3
    assert Rate(0, 60.0).missing_days(1.0) == pytest.approx(29.87, abs=0.01)
    assert Rate(0, 120.0).missing_days(1.0) == 0


def detector_alarms(scores: np.ndarray, cfg: Config) -> int:
    """Alarms that the twin of the firmware raises."""
    detector = Detector(DetectorConfig.of(cfg))
    states = [detector.update(int(score)) for score in scores]
    return sum(b is State.ALARM and a is not State.ALARM for a, b in itertools.pairwise(states))


@pytest.mark.parametrize("k, n", [(1, 1), (4, 6), (20, 24), (32, 32)])
@pytest.mark.parametrize("threshold", [0.4, 0.5, 0.6])
def test_levels_are_the_detectors_votes(k: int, n: int, threshold: float) -> None:
    """The detector alarms if the level reaches the threshold, and never more often than that."""
    rng = np.random.default_rng(k)
    walk = 128 + np.cumsum(rng.normal(0, 6, 4000)) % 100 - 50
    scores = np.clip(walk + rng.normal(0, 30, 4000), 0, 255).astype(np.uint8)
    alarm = replace(CFG.alarm, k=k, n=n, threshold=threshold, dead_band=0.0, hold_windows=0)
    cfg = replace(CFG, alarm=alarm)
    level = k_of_n.levels(k_of_n.in_steps(scores), k, n)
    raise_at = round(threshold * 256) * STEPS // 256
    rises = int(np.sum(np.diff(np.concatenate([[False], level >= raise_at]).astype(int)) == 1))
    counted = k_of_n.alarms([level])
    assert detector_alarms(scores, cfg) <= rises <= counted[raise_at]
    assert (detector_alarms(scores, cfg) > 0) == (rises > 0)
    assert (np.diff(counted) <= 0).all()


def test_numpy_engine_is_the_reference() -> None:
    """The released network, on random deviations of every size."""
    made = release.load()
    rng = np.random.default_rng(3)
    sigma = rng.uniform(1, 200, (3000, 1))
    z = np.minimum(np.abs(rng.normal(0, sigma, (3000, 32))), 255).astype(np.uint8)
    expected = int8_outputs(made.tflite, network_input(z))[:, 1].astype(np.int16) + 128
    np.testing.assert_array_equal(Engine(made.graph).scores(z), expected)


def evidence(days: float) -> Evidence:
    """Two rules: one quick, which alarms often below 0.6, one slow that needs only 0.45."""
    quick, slow = np.zeros(STEPS + 1, np.int64), np.zeros(STEPS + 1, np.int64)
    quick[: int(0.6 * STEPS)] = 500
    slow[: int(0.45 * STEPS)] = 500
    run = np.full(100, int(0.5 * STEPS))
    faults = [FaultRun("rub", 0.5, [run, run])]
    return Evidence(
        5.12, 0.0, [Votes(1, 1), Votes(28, 32)], days, [quick[None], slow[None]], faults
    )


def test_the_rule_that_finds_more_within_the_budget_is_chosen() -> None:
    choices = choice.curve(evidence(120.0), 1.0, 0.3)
    chosen = choice.best(choices)
    assert chosen.votes == Votes(28, 32) and chosen.detected == 1
    assert chosen.threshold == pytest.approx(0.45, abs=1e-3)
    assert choices[0].detected == 0 and choices[0].mean_delay_s == 600
    assert "28 of 32" in next(x for x in calibrate.table(choices).splitlines() if "chosen" in x)


def test_too_little_data_is_said() -> None:
    short = choice.best(choice.curve(evidence(45.0), 1.0, 0.3))
    assert not short.supported and "extrapolated" in calibrate.claim(short, 1.0)
    assert "1,077 more machine-hours" in calibrate.claim(short, 1.0)
    enough = choice.best(choice.curve(evidence(120.0), 1.0, 0.3))
    assert "extrapolated" not in calibrate.claim(enough, 1.0)


def test_editing_keeps_every_comment() -> None:
    """Only the three values change, in [alarm] alone."""
    text = CONFIG.read_text(encoding="utf-8")
    new = calibrate.edited(text, {"threshold": 0.61, "k": 9, "n": 14})
    before, after = text.splitlines(), new.splitlines()
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert {b.split(" = ")[0] for _, b in changed} <= {"threshold", "k", "n"}
    assert all(a.partition("#")[2] == b.partition("#")[2] for a, b in changed)
    assert "threshold = 0.61" in new and "\nk = 9" in new and "\nn = 14" in new


def heard(level: float, votes: int) -> Recorded:
    """One recording whose mean scores stand at a share of the full score, one vote a second."""
    return Recorded(["a.wav"], [np.full(votes, round(level * STEPS))], [1.0])


def test_recordings_raise_the_threshold() -> None:
    """The slow rule needs 0.45 on simulated machines and more on this one."""
    recorded = heard(0.5, 600)
    [_, slow] = choice.curve(evidence(120.0), 1.0, 0.3, recorded)
    assert slow.threshold == pytest.approx(0.5 + 1 / STEPS)
    assert slow.recorded is not None and slow.recorded.events == 0
    assert slow.recorded.machine_days == pytest.approx((600 - 31) / 86_400)
    text = calibrate.recorded_claim(slow, recorded, 1.0)
    assert "a.wav: 0 of 600 votes" in text and "0 alarms in 9.5 minutes" in text
    assert "2,157 more hours" in text  # 3.0 months of 720 hours, for none in that time


def test_long_recordings_may_hold_what_the_budget_allows() -> None:
    """A year with 3 alarms keeps 1 per 30 days: its bound is 7.75 in 365 days."""
    level = np.zeros(365 * 24, np.int64)
    level[[100, 3000, 6000]] = round(0.9 * STEPS)
    recorded = Recorded(["year"], [level], [3600.0])
    [quick, _] = choice.curve(evidence(120.0), 1.0, 0.3, recorded)
    assert quick.threshold == pytest.approx(0.6, abs=1e-3)
    assert quick.recorded is not None and quick.recorded.events == 3
    assert "more hours" not in calibrate.recorded_claim(quick, recorded, 1.0)


def test_a_recording_shorter_than_the_votes_says_nothing() -> None:
    recorded = heard(0.9, 31)
    quick, slow = choice.curve(evidence(120.0), 1.0, 0.3, recorded)
    assert quick.threshold > 0.9 and slow.threshold == pytest.approx(0.45, abs=1e-3)
    assert slow.recorded is None
    text = calibrate.recorded_claim(slow, recorded, 1.0)
    assert "say nothing about 28 of 32" in text and "2,157 hours" in text
    rows = calibrate.table([quick, slow]).splitlines()
    assert "0 alarms" in rows[1] and rows[2].split("s  ")[1].startswith("-")


def test_replay_is_the_firmwares_decision(tmp_path: Path) -> None:
    """Half is learned, the rest judged: one vote per window from the mean_windows-th on."""
    own = Folder(tmp_path)
    own.add("a.wav", windows=200)
    own.add("fault.wav", label="anomalous", level=4000)
    recorded = replayed(Engine(release.load().graph), manifest_cases(CFG, own.manifest))
    assert [len(scores) for scores in recorded.scores] == [100 - CFG.alarm.mean_windows + 1]
    assert recorded.step_s == [CFG.window.hop / CFG.sample.rate_hz]
    bands = log_bands(windows(load_manifest(own.manifest, CFG)[0], CFG), CFG)
    scores = Engine(release.load().graph).scores(
        Baseline.learn(bands[:100], CFG).deviation(smoothed(bands[100:], CFG))
    )
    assert (recorded.scores[0] == 16 * scores.astype(int)).all()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copy(CONFIG, tmp_path))


def calibrated(config: Path, *more: str) -> int:
    return main(["calibrate", "--machines", "1", "--days", "0.1", "--config", str(config), *more])


def test_the_command_replays_recordings(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A minute of one machine: the curve, the choice, what is missing; nothing is written."""
    own = Folder(tmp_path / "recordings")
    own.add("a.wav", windows=400)
    before = config.read_bytes()
    assert calibrated(config, "--manifest", str(own.manifest)) == 0
    text = capsys.readouterr().out
    assert "<- chosen" in text and "a.wav: 0 of 185 votes" in text
    assert "more machine-hours would" in text and "more hours without an alarm" in text
    assert calibrated(config, "--write") == 1
    assert "do not support 1 false alarms per 30 days" in capsys.readouterr().err
    assert config.read_bytes() == before


def test_the_choice_is_written_for_the_header(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """config.toml gets threshold, k and n, keeps the rest, and can be read again."""
    monkeypatch.setattr(calibrate, "simulated", lambda *arguments: evidence(240.0))
    assert calibrated(config, "--threshold-from", "0.3", "--write") == 0
    assert "Written to config.toml" in capsys.readouterr().out
    alarm = params.load(config).alarm
    assert (alarm.threshold, alarm.k, alarm.n) == (0.45, 28, 32)
    kept = replace(alarm, threshold=CFG.alarm.threshold, k=CFG.alarm.k, n=CFG.alarm.n)
    assert kept == CFG.alarm
    assert calibrated(config, "--threshold-from", "0.3", "--write") == 0
    assert "has these values already" in capsys.readouterr().out


def test_what_cannot_be_read_again_is_not_written(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A threshold that no score reaches is no threshold."""
    monkeypatch.setattr(calibrate, "simulated", lambda *arguments: evidence(240.0))
    before = config.read_bytes()
    assert calibrated(config, "--threshold-from", "0.995", "--write") == 1
    assert "alarm.threshold = 1.0: must be 0.01 to 0.99" in capsys.readouterr().err
    assert config.read_bytes() == before and list(config.parent.iterdir()) == [config]
