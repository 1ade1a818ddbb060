"""`thrum longrun`."""

from __future__ import annotations

import argparse

from thrum.cli.options import add_simulated

HELP = "simulate machine-years of operation, count false alarms"
DESCRIPTION = (
    "Runs synthetic machines through changing load, temperature, stops and "
    "re-learning: false alarms per machine and 30 days, delay per fault and severity."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_simulated(parser, machines=135, days=10.0)


def run(arguments: argparse.Namespace) -> int:
    """Simulate and report."""
    from thrum.calibration.longrun import run as longrun

    return longrun.run(
        machines=arguments.machines,
        days=arguments.days,
        hours=arguments.learn_hours,
        model=arguments.model,
        parameters=arguments.config,
    )
