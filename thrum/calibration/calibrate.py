"""Choose how long a deviation must last, so that false alarms stay within a budget.

The budget is alarm.false_alarms_per_30_days of one machine. Healthy synthetic machines run for
days with changing load and temperature; for every persistence (k votes of n) the lowest threshold
is found whose 95 % Poisson bound of false alarms meets the budget, and with it the share of faults
that are found within ten minutes. Below alarm.threshold it does not go unless told to: that
decision is the one that recordings are judged by, and short baselines need it. Healthy recordings
of your own machine are replayed as well, and the threshold is raised until they keep the budget,
too; mostly they are too short to support a claim per month, and the command says how much is
missing. alarm.mean_windows is not chosen: the network is trained to be judged by that many.
config.toml stays the single source: --write edits its values, training brings them into the
headers. Nothing is written that the simulation is too short to support.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from thrum import config as params
from thrum.artifacts import release
from thrum.calibration.longrun.evidence import Evidence, Plan, simulated
from thrum.calibration.poisson import DAYS, most_likely_at_most
from thrum.calibration.recorded import Recorded, replayed
from thrum.calibration.threshold import JUDGED, RULES, Choice, best, curve, settings
from thrum.config import Config
from thrum.paths import ARTIFACTS, CONFIG
from thrum.reference.network import Engine

SEED = 2  # of the synthetic machines, beside train.seed


class CalibrationError(ValueError):
    """Nothing can be chosen like this; the message says what to change."""


def table(choices: Sequence[Choice]) -> str:
    """The trade-off as text, the choice marked."""
    chosen = best(choices)
    lines = [
        "k of n   threshold  false alarms/30 d (95 % bound)  found in 10 min  mean delay  recorded"
    ]
    for c in choices:
        mark = "  <- chosen" if c is chosen else ""
        lines.append(
            f"{c.votes.k:2d} of {c.votes.n:2d}  {c.threshold:9.3f}  "
            f"{c.alarms.per_30_days:20.2f} ({c.alarms.at_most:4.2f})  "
            f"{c.detected:15.0%}  {c.mean_delay_s:8.0f} s  {_heard(c)}{mark}"
        )
    return "\n".join(lines)


def _heard(choice: Choice) -> str:
    return "-" if choice.recorded is None else f"{choice.recorded.events} alarms"


def edited(text: str, values: dict[str, float | int]) -> str:
    """config.toml with values of [alarm] replaced and every comment kept where it was."""
    head, alarm = text.split("[alarm]", 1)
    for key, value in values.items():

        def line(match: re.Match[str], value: float | int = value) -> str:
            written = f"{match[1]}{value}"
            return written + (
                " " * max(1, len(match[0]) - len(match[3]) - len(written)) + match[3]
                if match[3]
                else ""
            )

        alarm, count = re.subn(rf"(?m)^({key} = )(\S+)[ ]*(#.*)?$", line, alarm, count=1)
        if count != 1:
            raise params.ConfigError(f"alarm.{key} is missing; see model/config.toml")
    return head + "[alarm]" + alarm


def claim(chosen: Choice, budget: float) -> str:
    """The claim that the observations support, and how much is missing."""
    seen = chosen.alarms
    text = (
        f"Observed: {seen.events} false alarms in {seen.machine_days:.0f} machine-days, "
        f"{seen.per_30_days:.2f} per machine and 30 days; with 95 % confidence at most "
        f"{seen.at_most:.2f}."
    )
    missing = seen.missing_days(budget)
    if missing > 0:
        text += (
            f"\nThat does not support {budget:g} per 30 days: it is extrapolated. Without a "
            f"further alarm, {24 * missing:,.0f} more machine-hours would."
        )
    return text


def recorded_claim(chosen: Choice, recorded: Recorded, budget: float) -> str:
    """The claim that the recordings support by themselves."""
    text = f"Recordings, healthy, same session as learned:\n{recorded.text(chosen.threshold)}\n"
    heard = chosen.recorded
    if heard is None:
        return text + (
            f"No recording lasts {chosen.votes.n} votes: they say nothing about {chosen.votes.k} "
            f"of {chosen.votes.n}, and a claim by recordings alone takes "
            f"{24 * most_likely_at_most(0) * DAYS / budget:,.0f} hours without an alarm."
        )
    text += f"Observed: {heard.events} alarms in {1440 * heard.machine_days:.1f} minutes."
    missing = heard.missing_days(budget)
    if missing > 0:
        text += (
            f" To support {budget:g} per 30 days by recordings alone takes {24 * missing:,.0f} "
            "more hours without an alarm: until then the claim rests on synthetic machines."
        )
    return text


def learn_hours(cfg: Config, given: float | None) -> float:
    """Hours of operation that a baseline covers: given, or what the configuration gives."""
    return cfg.baseline.hours if given is None else given


def run(
    *,
    machines: int = 60,
    days: float = 4.0,
    hours: float | None = None,
    model: Path = ARTIFACTS,
    parameters: Path = CONFIG,
    lowest: float | None = None,
    write: bool = False,
    manifest: Path | None = None,
    data: Path | None = None,
) -> int:
    """Choose and print; CalibrationError where `write` asks for what the evidence cannot support.

    machines, days, hours: as in longrun/run.py. parameters: the configuration file, which `write`
    edits. lowest: threshold to consider at all; None: alarm.threshold. manifest, or data: healthy
    recordings that must keep the budget as well.
    """
    cfg = params.load(parameters)
    budget = cfg.alarm.false_alarms_per_30_days
    made = release.load(model)
    engine = Engine(made.graph)
    recorded = _recorded(cfg, made, engine, manifest, data)
    evidence = _simulate(cfg, engine, Plan(machines, days, learn_hours(cfg, hours)))
    choices = curve(evidence, budget, cfg.alarm.threshold if lowest is None else lowest, recorded)
    chosen = best(choices)
    _print_choice(choices, chosen, budget)
    if evidence.trial_days:
        print(
            "Baselines were tried with the k, n and threshold that config.toml has now: after a "
            "change train, then check with `thrum longrun`."
        )
    if recorded:
        print(recorded_claim(chosen, recorded, budget))
    if write:
        _check_supported(chosen, budget, parameters)
    return _written(parameters, settings(chosen), write)


def _simulate(cfg: Config, engine: Engine, plan: Plan) -> Evidence:
    print(
        f"{plan.installations} installations of synthetic machines, {plan.days:g} days each, "
        f"baseline over {plan.learn_hours:.3g} h; budget {cfg.alarm.false_alarms_per_30_days:g} "
        "false alarms per machine and 30 days"
    )
    return simulated(cfg, engine, plan, RULES, SEED)


def _print_choice(choices: Sequence[Choice], chosen: Choice, budget: float) -> None:
    print(f"Faults of severity {JUDGED:g}, each kind on every machine:\n{table(choices)}")
    print(claim(chosen, budget))


def _check_supported(chosen: Choice, budget: float, parameters: Path) -> None:
    if not chosen.supported:
        raise CalibrationError(
            f"{chosen.alarms.machine_days:.0f} machine-days do not support {budget:g} false alarms "
            f"per 30 days, {parameters} stays as it is: raise --machines or --days"
        )


def _recorded(
    cfg: Config, made: release.Release, engine: Engine, manifest: Path | None, data: Path | None
) -> Recorded | None:
    """The user's recordings, but for those that the model was trained on, or the public ones."""
    from thrum.evaluation.evaluate import manifest_cases, public_cases

    if manifest:
        return replayed(engine, manifest_cases(cfg, manifest, trained=made.trained_on()))
    if data:
        return replayed(engine, public_cases(cfg, data))
    return None


def _written(config: Path, values: dict[str, float | int], write: bool) -> int:
    text = config.read_text(encoding="utf-8")
    new = edited(text, values)
    if new == text:
        print(f"{config.name} has these values already.")
    elif write:
        _replace(config, new)
        print(f"Written to {config.name}; `thrum train` brings them into the headers.")
    else:
        print(
            f"--write would set in {config.name}: "
            + ", ".join(f"{key} = {value}" for key, value in values.items())
        )
    return 0


def _replace(config: Path, text: str) -> None:
    """Write a configuration that can be read again, or leave the old one."""
    draft = config.with_name(f"{config.name}.new")
    try:
        draft.write_text(text, encoding="utf-8")
        params.load(draft)
        draft.replace(config)
    finally:
        draft.unlink(missing_ok=True)
