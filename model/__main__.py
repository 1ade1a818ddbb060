"""Command line of the pipeline: `python -m model COMMAND`. -h explains each command."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from model.release import FOLDER

ROOT = Path(__file__).resolve().parents[1]
Command = Callable[[argparse.Namespace], int]


def _train(arguments: argparse.Namespace) -> int:
    from model import freshness
    from model.params import load

    cfg = load(arguments.config)
    if not arguments.force and freshness.is_fresh(arguments.out, config=arguments.config):
        print(f"The model in {arguments.out} is up to date; --force trains it again.")
        return 0
    from model.lower import lower
    from model.pipeline import train

    train(cfg, arguments.out, config=arguments.config, accept=lower)
    return 0


def _headers(arguments: argparse.Namespace) -> int:
    from model.codegen.headers import write_headers

    written = write_headers(arguments.root, arguments.model)
    print("\n".join(f"wrote {path}" for path in written) or "All headers are up to date.")
    return 0


def _elsewhere(module: str) -> Command:
    """A command that lives in a module of its own: `run(arguments) -> int`."""

    def run(arguments: argparse.Namespace) -> int:
        return int(importlib.import_module(f"model.{module}").run(arguments))

    return run


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text}: give a number above 0")
    return value


def _at_least_one(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text}: give a number of 1 or more")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m model", description="Train, compile and judge the vibration model."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_train(commands)
    _add_headers(commands)
    _add_features(commands)
    _add_demo(commands)
    _add_report(commands)
    _add_evaluate(commands)
    _add_calibrate(commands)
    _add_longrun(commands)
    _add_verify(commands)
    _add_record(commands)
    return parser


def _add_train(commands: Any) -> None:
    train = commands.add_parser(
        "train",
        help="train, quantize and release the model",
        description="Makes synthetic machines, trains, quantizes to int8, measures the arena and "
        "writes model.tflite, model.json and golden.json.",
    )
    train.add_argument(
        "--out",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help="folder of the model (default: model/artifacts, which is committed)",
    )
    train.add_argument(
        "--config",
        type=Path,
        default=ROOT / "model" / "config.toml",
        metavar="FILE",
        help="parameters (default: model/config.toml)",
    )
    train.add_argument("--force", action="store_true", help="train even if nothing has changed")
    train.set_defaults(run=_train)


def _add_headers(commands: Any) -> None:
    headers = commands.add_parser(
        "headers",
        help="write the C++ headers of a trained model",
        description="Writes include/model_*.h and test/golden.h, those that differ. Every build "
        "does this too.",
    )
    headers.add_argument(
        "--model",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help="folder of the model (default: model/artifacts)",
    )
    headers.add_argument(
        "--root",
        type=Path,
        default=ROOT,
        metavar="DIR",
        help="project that gets the headers (default: this one)",
    )
    headers.set_defaults(run=_headers)


def _add_features(commands: Any) -> None:
    features = commands.add_parser(
        "features",
        help="write the log bands of recordings as CSV",
        description="One row per window: the integers that the firmware computes, log2 of each "
        "band's power in units of 1/256.",
    )
    features.add_argument(
        "manifest",
        type=Path,
        metavar="MANIFEST",
        help="describes the recordings; see model/manifests",
    )
    features.add_argument(
        "--data", type=Path, metavar="DIR", help="folder of the files (default: the manifest's)"
    )
    features.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    features.add_argument(
        "--config",
        type=Path,
        default=ROOT / "model" / "config.toml",
        metavar="FILE",
        help="parameters (default: model/config.toml)",
    )
    features.set_defaults(run=_elsewhere("export"))


def _add_demo(commands: Any) -> None:
    demo = commands.add_parser(
        "demo",
        help="train, build and replay a machine that goes bad",
        description="Trains a scratch model, builds the firmware for this computer with it, "
        "replays a recording of a machine that goes bad, and writes a report. Exit "
        "code 0: the alarm came after the fault began and not before.",
    )
    demo.add_argument(
        "--out",
        type=Path,
        default=ROOT / "build" / "demo",
        metavar="DIR",
        help="scratch folder (default: build/demo)",
    )
    _add_data(demo)
    demo.set_defaults(run=_elsewhere("demo"))


def _add_report(commands: Any) -> None:
    report = commands.add_parser(
        "report",
        help="replay and evaluate recordings, write one HTML page",
        description="Builds the firmware for this computer, replays every recording through it "
        "and writes a page that needs nothing else.",
    )
    report.add_argument(
        "--out",
        type=Path,
        default=ROOT / "build" / "report.html",
        metavar="FILE",
        help="the page (default: build/report.html)",
    )
    report.add_argument(
        "--model",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help="folder of the model (default: model/artifacts)",
    )
    report.add_argument(
        "--firmware",
        type=Path,
        metavar="PROGRAM",
        help="a native firmware with this model, instead of building one",
    )
    report.add_argument(
        "--picture", type=Path, metavar="FILE", help="also draw the alarm timeline alone, as SVG"
    )
    _add_data(report)
    report.set_defaults(run=_elsewhere("report"))


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder of the recordings (default: THRUM_DATA or ../shared/data; "
        "without any, a synthetic machine is used)",
    )


def _add_evaluate(commands: Any) -> None:
    evaluate = commands.add_parser(
        "evaluate",
        help="judge recordings by an honest protocol, print one table",
        description="Learns a baseline from the first half of a healthy recording and judges the "
        "rest: false alarms on the same and on other sessions, detection, delay, with "
        "95 %% intervals, beside simple scores.",
    )
    evaluate.add_argument(
        "--model",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help="folder of the model (default: model/artifacts)",
    )
    evaluate.add_argument(
        "--manifest",
        type=Path,
        metavar="FILE",
        help="your own recordings (default: synthetic and public ones)",
    )
    evaluate.add_argument(
        "--summary",
        type=Path,
        nargs="?",
        const=ROOT / "README.md",
        metavar="FILE",
        help="print the short table and put it between the markers of FILE (default: README.md)",
    )
    _add_data(evaluate)
    evaluate.set_defaults(run=_elsewhere("evaluate"))


def _add_calibrate(commands: Any) -> None:
    calibrate = commands.add_parser(
        "calibrate",
        help="choose how long a deviation must last, by a budget of false alarms",
        description="Simulates healthy machines for days, prints false alarms against detection "
        "and delay, and chooses threshold, k and n of config.toml.",
    )
    _add_simulated(calibrate, machines=60, days=4.0)
    calibrate.add_argument(
        "--threshold-from",
        type=float,
        metavar="SHARE",
        help="lowest threshold to consider (default: alarm.threshold, which recordings need)",
    )
    calibrate.add_argument("--write", action="store_true", help="edit the configuration file")
    calibrate.add_argument(
        "--manifest", type=Path, metavar="FILE", help="replay your own healthy recordings as well"
    )
    _add_data(calibrate)
    calibrate.set_defaults(run=_elsewhere("calibrate"))


def _add_longrun(commands: Any) -> None:
    longrun = commands.add_parser(
        "longrun",
        help="simulate machine-years of operation, count false alarms",
        description="Runs synthetic machines through changing load, temperature, stops and "
        "re-learning: false alarms per machine and 30 days, delay per fault and severity.",
    )
    _add_simulated(longrun, machines=135, days=10.0)
    longrun.set_defaults(run=_elsewhere("longrun.run"))


def _add_simulated(command: argparse.ArgumentParser, machines: int, days: float) -> None:
    command.add_argument(
        "--machines",
        type=_at_least_one,
        default=machines,
        metavar="N",
        help=f"installations; three of each machine (default: {machines})",
    )
    command.add_argument(
        "--days",
        type=_positive,
        default=days,
        metavar="D",
        help=f"days that each machine is judged (default: {days:g})",
    )
    command.add_argument(
        "--learn-hours",
        type=_positive,
        metavar="H",
        help="hours of operation that a baseline covers (default: what baseline.windows and "
        "baseline.stride give)",
    )
    command.add_argument(
        "--model",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help="folder of the model (default: model/artifacts)",
    )
    command.add_argument(
        "--config",
        type=Path,
        default=ROOT / "model" / "config.toml",
        metavar="FILE",
        help="parameters (default: model/config.toml)",
    )


def _add_verify(commands: Any) -> None:
    verify = commands.add_parser(
        "verify",
        help="compare a board with the reference, bit for bit",
        description="Feeds a board windows over its serial line and compares every feature, "
        "score and decision with this computer's. The board then takes its stored baseline back.",
    )
    _add_device(verify)
    verify.add_argument(
        "--windows",
        type=_at_least_one,
        default=200,
        metavar="N",
        help="windows to judge after learning (default: 200)",
    )
    verify.add_argument("--seed", type=int, metavar="N", help="default: a fresh one, printed")
    verify.add_argument(
        "--seconds",
        type=_positive,
        default=2.0,
        metavar="S",
        help="how long an answer may take (default: 2)",
    )
    verify.add_argument(
        "--model",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help="folder of the model (default: model/artifacts)",
    )
    verify.set_defaults(run=_elsewhere("verify"))


def _add_record(commands: Any) -> None:
    record = commands.add_parser(
        "record",
        help="record a board's raw samples for training and evaluation",
        description="Streams the samples of a board into WAV files and adds them to manifest.toml "
        "in the same folder.",
    )
    _add_device(record)
    record.add_argument(
        "--label", choices=("healthy", "anomalous"), required=True, help="what the machine is like"
    )
    record.add_argument("--machine", required=True, metavar="NAME", help="which machine it is")
    record.add_argument(
        "--condition",
        default="as found",
        metavar="TEXT",
        help="speed, load or fault (default: as found)",
    )
    record.add_argument(
        "--sensor", metavar="TEXT", help="which sensor, and where it sits (default: its type)"
    )
    record.add_argument("--seconds", type=_positive, default=60.0, metavar="S", help="default: 60")
    record.add_argument(
        "--out",
        type=Path,
        default=ROOT / "recordings",
        metavar="DIR",
        help="folder (default: recordings)",
    )
    record.set_defaults(run=_elsewhere("record"))


def _add_device(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--port",
        metavar="PORT",
        help="serial port or pyserial URL, such as socket://127.0.0.1:4000",
    )
    command.add_argument(
        "--baud", type=int, default=115_200, metavar="RATE", help="default: 115200"
    )
    command.add_argument(
        "command",
        nargs="*",
        metavar="COMMAND",
        help="after --: a program that is the device, such as the native firmware with --serve",
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; errors are one line on stderr and exit code 1."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except ValueError as error:
        if not type(error).__module__.startswith("model."):
            raise
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
