"""The command line: `thrum COMMAND`. `thrum COMMAND -h` explains each command."""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import importlib.metadata
import os
import signal
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from thrum import paths

# Modules of this folder, in the order of the help.
GROUPS = {
    "model": (
        *("train", "compile", "headers", "features", "look", "diagnose", "evaluate"),
        *("calibrate", "longrun", "demo", "report"),
    ),
    "board": ("doctor", "verify", "record", "follow", "dashboard", "gateway"),
}
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EIO, *filter(None, [getattr(errno, "EDQUOT", 0)]))
COMMANDS = tuple(name for names in GROUPS.values() for name in names)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="thrum",
        usage="thrum COMMAND [OPTIONS]",
        description="Train, compile and judge a vibration model, and talk to the board that runs "
        "it.",
        epilog=_listing() + "\n`thrum COMMAND -h` shows the options of a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"thrum {_version()}")
    commands = parser.add_subparsers(metavar="COMMAND", help=argparse.SUPPRESS)
    for name in COMMANDS:
        module = _module(name)
        command = commands.add_parser(name, prog=f"thrum {name}", description=module.DESCRIPTION)
        module.add_arguments(command)
        needs = getattr(module, "NEEDS_PROJECT", False)
        command.set_defaults(run=module.run, needs_project=needs)
    return parser


def _listing() -> str:
    """Every command with its line of help, group by group."""
    lines = []
    for group, names in GROUPS.items():
        lines.append(f"{group} commands:")
        lines += [f"  {name:<12}{_module(name).HELP}" for name in names]
    return "\n".join(lines)


def _version() -> str:
    """The version of the installed package, which comes from the newest tag."""
    try:
        return importlib.metadata.version("thrum")
    except importlib.metadata.PackageNotFoundError:  # run from a folder that was never installed
        return "of unknown version: not installed"


def _module(name: str) -> Any:
    return importlib.import_module(f"thrum.cli.{name}")


def _missing_project(arguments: argparse.Namespace) -> str:
    """Why a command cannot run here: what it takes from a project by default is not there."""
    if paths.is_project(paths.ROOT):
        return ""
    defaults = {"model": paths.ARTIFACTS, "config": paths.CONFIG}
    wanted = [f"--{name}" for name, path in defaults.items() if vars(arguments).get(name) == path]
    if not (wanted or arguments.needs_project):
        return ""
    change = f"{paths.ROOT} is in no Thrum project: change to a folder of one"
    return change if arguments.needs_project else f"{change}, or pass {' and '.join(wanted)}"


def _remedy() -> str:
    if paths.is_project(paths.ROOT):
        return "type `make setup`, then `. .venv/bin/activate`, and repeat"
    return "install Thrum with its extras train, live and dev"


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """One line; without the place in the code if it is about a recording."""
    if category.__module__.startswith("thrum."):
        print(f"warning: {message}", file=sys.stderr)
    else:
        sys.stderr.write(warnings.formatwarning(message, category, filename, lineno, line))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; errors are one line on stderr and exit code 1."""
    stopped: list[int] = []
    try:
        _obey_signals(stopped)
        code = _run(argv)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _tell("stopped by hand")
        return 128 + (stopped or [signal.SIGINT])[0]
    except BrokenPipeError:  # the reader has seen enough, as in `thrum look DIR | head`
        _close_output()
        return 1
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None:
            _close_output()
        _tell(f"error: {_sentence(error)}")
        return 1
    return code


def _run(argv: Sequence[str] | None) -> int:
    parser = _parser()
    arguments = parser.parse_args(argv)
    if not hasattr(arguments, "run"):
        parser.print_help()
        return 0
    if missing := _missing_project(arguments):
        _tell(f"error: {missing}")
        return 1
    warnings.showwarning = _show_warning
    return int(arguments.run(arguments))


def _obey_signals(stopped: list[int]) -> None:
    """End tidily on Ctrl+C and SIGTERM: once, for impatience must not disturb the tidying."""

    def stop(number: int, _: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        stopped.append(number)
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        return
    for number, default in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGTERM, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is default:  # else somebody ignores it, as nohup does
            signal.signal(number, stop)


def _tell(words: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may have been closed, or its file be full
        print(words, file=sys.stderr, flush=True)


def _close_output() -> None:
    """What could not be written is not tried again at the end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _sentence(error: Exception) -> str:
    """The error in one line; one that nobody expected goes to a file whole."""
    if isinstance(error, ModuleNotFoundError) and not _is_ours(error.name or "thrum"):
        return f"{error.name} is not installed for {sys.executable}: {_remedy()}"
    if isinstance(error, ValueError) and _is_ours(type(error).__module__):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, OSError) and error.errno in _FULL:
        return f"the output cannot be written: {error.strerror}; make room and repeat"
    log = Path(tempfile.gettempdir()) / "thrum-error.log"
    with contextlib.suppress(OSError):
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    what = str(error).splitlines() or [""]
    return f"unexpected {type(error).__name__}: {what[0]}; send {log} to the project's issues"


def _is_ours(module: str) -> bool:
    return module.split(".")[0] == "thrum"
