"""PlatformIO pre-script: a fresh model, its headers, and the targets `train` and `report`.

Standard library only. Options of an environment in platformio.ini:
  custom_python = path    Python with the project installed (default: .venv, made when needed)
  custom_train = never    use model/artifacts as it is, even if its sources have changed
  custom_accept = yes     take a new model that is worse as well
  custom_recordings = f   manifest of your own (default: recordings/manifest.toml), or none
The variable THRUM_MODEL names another folder than model/artifacts, which gets the headers as well:
a model on trial does not disturb the project's own. THRUM_TRAIN=never is custom_train = never.
"""

import os
import subprocess
import sys
from pathlib import Path

Import("env")  # noqa: F821  (SCons provides it)

ROOT = Path(env.subst("$PROJECT_DIR"))  # noqa: F821
MODEL = ROOT / os.environ.get("THRUM_MODEL", "model/artifacts")
HEADERS = MODEL if "THRUM_MODEL" in os.environ else ROOT
NEVER = "never" in (os.environ.get("THRUM_TRAIN"), env.GetProjectOption("custom_train", ""))  # noqa: F821
ACCEPT = ["--accept"] * (env.GetProjectOption("custom_accept", "") == "yes")  # noqa: F821
OWN = env.GetProjectOption("custom_recordings", "recordings/manifest.toml")  # noqa: F821


def stop(message):
    """End the build with one clear line."""
    sys.stderr.write(f"thrum: {message}\n")
    env.Exit(1)  # noqa: F821


def run(command, problem):
    """Run a command that shows its own progress."""
    if subprocess.call([str(part) for part in command], cwd=str(ROOT)) != 0:
        stop(problem)


def project_python():
    """The Python that trains: custom_python, or the project's own environment."""
    wanted = env.GetProjectOption("custom_python", "")  # noqa: F821
    if wanted:
        python = ROOT / Path(wanted).expanduser()
        if not python.exists():
            stop(f"custom_python = {wanted} does not exist: correct it in platformio.ini")
        return python
    python = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (python.exists() and (ROOT / ".venv" / ".requirements").exists()):  # made for training
        run([sys.executable, "tools/ci/venv.py"], "no .venv to train in (see above)")
    return python


def train():
    """Train in the project's environment."""
    todo = [project_python(), "-m", "thrum", "train", "--out", MODEL, "--manifest", OWN, *ACCEPT]
    run(todo, "training failed (see above): type .venv/bin/thrum train")


def prepare():
    """Train if the sources of the model have changed, then write the headers that differ."""
    from thrum.artifacts import freshness
    from thrum.codegen.headers import write_headers
    from thrum.compiler.graph import ModelError

    try:
        reason = freshness.why_stale(MODEL, ROOT, recordings=OWN)
        if reason and NEVER:
            print(f"thrum: {reason}; custom_train = never keeps the model")
        elif reason:
            print(f"thrum: {reason}: training the model (about a minute)")
            train()
        for path in write_headers(HEADERS, MODEL):
            print(f"thrum: wrote {path}")
        env.Replace(PROJECT_INCLUDE_DIR=str(HEADERS / "include"))  # noqa: F821
    except ModelError as error:
        stop(error)


def wants_headers():
    """Not for clean and IDE runs, nor for the targets that make the model themselves."""
    mine = {"train", "report"} & set(map(str, COMMAND_LINE_TARGETS))  # noqa: F821
    return not (env.IsCleanTarget() or env.IsIntegrationDump() or mine)  # noqa: F821


def report_command(*args, **kwargs):
    """Action of the target `report`."""
    run([project_python(), "-m", "thrum", "report"], "the report failed (see above)")


if sys.version_info < (3, 10):  # noqa: UP036  (PlatformIO may run on an older one)
    stop(f"Python {sys.version.split()[0]} runs PlatformIO; install PlatformIO with 3.10 or newer")
sys.path.insert(0, str(ROOT))
try:
    if wants_headers():
        prepare()
finally:
    sys.path.remove(str(ROOT))
env.AddCustomTarget("train", None, lambda *a, **k: train(), "Train", "Train the model")  # noqa: F821
env.AddCustomTarget("report", None, report_command, "Report", "Write the HTML report")  # noqa: F821
