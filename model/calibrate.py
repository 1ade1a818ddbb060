"""Choose how long a deviation must last, so that false alarms stay within a budget.

The budget is alarm.false_alarms_per_30_days of one machine. Healthy synthetic machines run for
days with changing load and temperature; for every persistence (k votes of n) the lowest threshold
is found whose 95 % Poisson bound of false alarms meets the budget, and with it the share of faults
that are found within ten minutes. Below alarm.threshold it does not go unless told to: that
decision is the one that recordings are judged by, and short baselines need it. Recordings of your
own machine are replayed with the choice; mostly they are too short to support a claim per month,
and the command says how much is missing. config.toml stays the single source: --write edits its
values, training brings them into the headers.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model import params, release
from model.budget import Rate, allowed_events
from model.integers import Engine
from model.longrun.evidence import CAP_S, Evidence, Plan, Votes, simulated
from model.params import Config
from model.persistence import STEPS

SEED = 2  # of the synthetic machines, beside train.seed
RULES = tuple(
    Votes(k, n)
    for k, n in (
        (1, 1),
        (4, 6),
        (8, 12),
        (12, 16),
        (16, 20),
        (20, 24),
        (24, 28),
        (24, 32),
        (28, 32),
    )
)
_JUDGED = 0.5  # the severity that the choice is made for


@dataclass(frozen=True)
class Choice:
    """One point of the trade-off; threshold as a share of the full score."""

    votes: Votes
    threshold: float
    alarms: Rate
    supported: bool
    detected: float
    mean_delay_s: float  # a missed fault counts CAP_S


def curve(evidence: Evidence, budget: float, lowest: float) -> list[Choice]:
    """The lowest threshold, from `lowest` on, of every rule."""
    return [_choice(evidence, rule, budget, lowest) for rule in range(len(evidence.rules))]


def _choice(evidence: Evidence, rule: int, budget: float, lowest: float) -> Choice:
    raised = evidence.raised[rule].sum(axis=0)
    allowed = allowed_events(evidence.machine_days, budget)
    first = int(np.argmax(raised <= max(allowed, 0)))
    threshold = max(first, round(lowest * STEPS))
    late = np.minimum(evidence.delays(rule, threshold, _JUDGED), CAP_S)
    return Choice(
        evidence.rules[rule],
        threshold / STEPS,
        Rate(int(raised[threshold]), evidence.machine_days),
        allowed >= 0,
        float(np.mean(late < CAP_S)),
        float(np.mean(late)),
    )


def best(choices: Sequence[Choice]) -> Choice:
    """The shortest mean delay; among equals, within 10 s, the lowest threshold."""
    return min(choices, key=lambda c: (round(c.mean_delay_s, -1), c.threshold, c.votes.n))


def table(choices: Sequence[Choice]) -> str:
    """The trade-off as text, the choice marked."""
    chosen = best(choices)
    lines = ["k of n   threshold  false alarms/30 d (95 % bound)  found in 10 min  mean delay"]
    for c in choices:
        mark = "  <- chosen" if c is chosen else ""
        lines.append(
            f"{c.votes.k:2d} of {c.votes.n:2d}  {c.threshold:9.3f}  "
            f"{c.alarms.per_30_days:20.2f} ({c.alarms.at_most:4.2f})  "
            f"{c.detected:18.0%}  {c.mean_delay_s:8.0f} s{mark}"
        )
    return "\n".join(lines)


def settings(chosen: Choice) -> dict[str, float | int]:
    """The keys of [alarm] that the choice decides."""
    return {
        "threshold": math.ceil(100 * chosen.threshold) / 100,
        "k": chosen.votes.k,
        "n": chosen.votes.n,
    }


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
    """What was observed, what it supports and what is missing."""
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


def learn_hours(cfg: Config, given: float | None) -> float:
    """Hours of operation that a baseline covers: given, or what the configuration gives."""
    configured = cfg.baseline.windows * cfg.baseline.stride * cfg.window.hop / cfg.sample.rate_hz
    return configured / 3600 if given is None else given


def show_progress(machines: int) -> Callable[[int], None]:
    """A counter on stderr where somebody watches."""

    def show(done: int) -> None:
        if sys.stderr.isatty():
            print(
                f"\r  installation {done} of {machines}",
                end="\n" if done == machines else "",
                file=sys.stderr,
                flush=True,
            )

    return show


def run(arguments: argparse.Namespace) -> int:
    """`python -m model calibrate`; model/commands/calibrate.py declares the arguments."""
    cfg = params.load(arguments.config)
    budget = cfg.alarm.false_alarms_per_30_days
    engine = Engine(release.load(arguments.model).graph)
    plan = Plan(arguments.machines, arguments.days, learn_hours(cfg, arguments.learn_hours))
    print(
        f"{plan.installations} installations of synthetic machines, {plan.days:g} days each, "
        f"baseline over {plan.learn_hours:.3g} h; budget {budget:g} false alarms per machine and "
        "30 days"
    )
    evidence = simulated(cfg, engine, plan, RULES, SEED, show_progress(plan.installations))
    lowest = cfg.alarm.threshold if arguments.threshold_from is None else arguments.threshold_from
    choices = curve(evidence, budget, lowest)
    print(f"Faults of severity {_JUDGED:g}, each kind on every machine:\n{table(choices)}")
    chosen = best(choices)
    print(claim(chosen, budget))
    if arguments.manifest or arguments.data:
        from model.recorded import replayed

        print(replayed(cfg, engine, chosen.threshold, arguments.manifest, arguments.data))
    return _written(arguments.config, settings(chosen), arguments.write)


def _written(config: Path, values: dict[str, float | int], write: bool) -> int:
    text = config.read_text(encoding="utf-8")
    new = edited(text, values)
    if new == text:
        print(f"{config.name} has these values already.")
    elif write:
        config.write_text(new, encoding="utf-8")
        print(f"Written to {config.name}; `python -m model train` brings them into the headers.")
    else:
        print(
            f"--write would set in {config.name}: "
            + ", ".join(f"{key} = {value}" for key, value in values.items())
        )
    return 0
