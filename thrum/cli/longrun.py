"""`thrum longrun`."""

from __future__ import annotations

import argparse

from thrum.cli.options import add_simulated, at_least_one

HELP = "simulate machine-years of operation, count false alarms"
DESCRIPTION = (
    "Runs synthetic machines through changing load, temperature, stops and "
    "re-learning: false alarms per machine and 30 days, delay per fault and severity."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_simulated(parser, machines=135, days=10.0)
    parser.add_argument(
        "--faults-on-trial",
        type=at_least_one,
        nargs="?",
        const=200,
        metavar="N",
        help="instead: N faults (default: 200) that grow while the machine is learned or on trial, "
        "and the severity at which each raises the alarm",
    )


def run(arguments: argparse.Namespace) -> int:
    """Simulate and report."""
    from thrum.calibration.longrun import run as longrun

    if arguments.faults_on_trial:
        return longrun.faults_on_trial(
            arguments.faults_on_trial, model=arguments.model, parameters=arguments.config
        )
    return longrun.run(
        machines=arguments.machines,
        days=arguments.days,
        hours=arguments.learn_hours,
        model=arguments.model,
        parameters=arguments.config,
    )
