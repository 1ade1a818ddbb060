"""The pre-script inside a stand-in for SCons: quick, quiet, and it trains only when it must."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from thrum.paths import ROOT

SCRIPT = ROOT / "extra_script.py"

# Runs the script as PlatformIO does, records what it would call, prints the record as JSON.
_DRIVER = """
import json, pathlib, subprocess, sys, time
settings = json.loads(sys.argv[1])
calls, targets, replaced = [], {}, {}

def call(command, cwd):
    calls.append(command)
    if "venv" in command:
        python = pathlib.Path(command[-1]) / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.touch()
    return settings.get("exit", 0)

class Env:
    def subst(self, text): return settings["root"]
    def GetProjectOption(self, name, default): return settings["options"].get(name, default)
    def IsCleanTarget(self): return settings.get("clean", False)
    def IsIntegrationDump(self): return {"idedata"} if settings.get("ide") else set()
    def AddCustomTarget(self, name, *rest): targets[name] = rest[1]
    def Replace(self, **variables): replaced.update(variables)
    def Exit(self, code): raise SystemExit(code)

subprocess.call = call
started = time.process_time()  # of this process: other work on the machine does not count
code = compile(open("extra_script.py").read(), "extra_script.py", "exec")
exec(code, {"Import": lambda name: None, "env": Env(), "__name__": "SCons.Script",
            "COMMAND_LINE_TARGETS": settings.get("targets", [])})
seconds = time.process_time() - started
if settings.get("target"):
    targets[settings["target"]]()
heavy = sorted({"numpy", "tensorflow", "keras", "thrum.config"} & set(sys.modules))
print(json.dumps({"calls": calls, "targets": sorted(targets), "seconds": seconds,
                  "heavy": heavy, "include": replaced.get("PROJECT_INCLUDE_DIR"),
                  "path": settings["root"] in sys.path}))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the script reads, in a path with a space and a non-ASCII letter."""
    root = tmp_path / "my prôject"
    for folder in ("model", "thrum"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
    for name in ("extra_script.py", "platformio.ini", "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    return root


def run(
    root: Path, model: str | None = None, **settings: Any
) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Run with the standard library alone: -S leaves no site-packages, -E no variables."""
    settings = {"root": str(root), "options": {}, **settings}
    environment = {k: v for k, v in os.environ.items() if k != "THRUM_MODEL"}
    if model:
        environment["THRUM_MODEL"] = model
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", _DRIVER, json.dumps(settings)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    last = done.stdout.splitlines()[-1] if done.returncode == 0 else "{}"
    return done, json.loads(last)


def make_stale(root: Path) -> None:
    path = root / "model" / "config.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("machines = ", "machines = 1"), "utf-8"
    )


def test_short() -> None:
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) < 100


def test_writes_headers_then_is_silent_and_quick(project: Path) -> None:
    done, record = run(project)
    assert "thrum: wrote include/model_aot.h" in done.stdout and record["calls"] == []
    done, record = run(project)
    assert len(done.stdout.splitlines()) == 1 and done.stderr == ""
    assert record["seconds"] < 0.2 and record["heavy"] == [] and not record["path"]
    assert record["targets"] == ["report", "train"]


@pytest.mark.parametrize(
    "settings",
    [{"clean": True}, {"ide": True}, {"targets": ["train"]}],
    ids=["clean", "ide", "train"],
)
def test_does_nothing_where_it_must_not(project: Path, settings: dict[str, Any]) -> None:
    make_stale(project)
    done, record = run(project, **settings)
    assert len(done.stdout.splitlines()) == 1 and record["calls"] == []
    assert not (project / "include").exists()


def test_stale_model_is_trained_in_a_new_environment(project: Path) -> None:
    make_stale(project)
    done, record = run(project)
    assert "sources of the model have changed: training" in done.stdout
    environment, train = record["calls"]
    assert environment[1:] == ["tools/ci/venv.py"]
    assert train[1:4] == ["-m", "thrum", "train"]
    assert Path(train[0]) == project / ".venv" / "bin" / "python"


def test_new_recordings_are_trained_on(project: Path) -> None:
    """The recorder's manifest in its default place makes it stale; the option names others."""
    (project / "recordings").mkdir()
    (project / "recordings" / "manifest.toml").write_text("", encoding="utf-8")
    options = {"custom_python": sys.executable}
    done, record = run(project, options=options)
    assert "there are new recordings in recordings/manifest.toml: training" in done.stdout
    assert record["calls"][0][-2:] == ["--manifest", "recordings/manifest.toml"]
    done, record = run(project, options={**options, "custom_recordings": "none"})
    assert record["calls"] == [] and "new recordings" not in done.stdout
    (project / "mine.toml").write_text("", encoding="utf-8")
    done, record = run(project, options={**options, "custom_recordings": "mine.toml"})
    assert record["calls"][0][-2:] == ["--manifest", "mine.toml"]


def test_custom_python_is_used(project: Path) -> None:
    make_stale(project)
    _, record = run(project, options={"custom_python": sys.executable})
    assert [Path(call[0]) for call in record["calls"]] == [Path(sys.executable)]


def test_missing_custom_python_says_so(project: Path) -> None:
    make_stale(project)
    done, _ = run(project, options={"custom_python": "/no/python"})
    assert done.returncode == 1
    assert "custom_python = /no/python does not exist: correct it in platformio.ini" in done.stderr


def test_never_train_keeps_the_model(project: Path) -> None:
    make_stale(project)
    done, record = run(project, options={"custom_train": "never"})
    assert record["calls"] == [] and "custom_train = never keeps the model" in done.stdout


def test_failed_training_stops_the_build(project: Path) -> None:
    make_stale(project)
    done, _ = run(project, options={"custom_python": sys.executable}, exit=1)
    assert done.returncode == 1 and "thrum train" in done.stderr


@pytest.mark.parametrize("content", ['{"format": 1, "determ', ""], ids=["truncated", "empty"])
def test_damaged_description_is_made_anew_and_says_why(project: Path, content: str) -> None:
    (project / "model" / "artifacts" / "model.json").write_text(content, encoding="utf-8")
    done, _ = run(project, options={"custom_python": sys.executable})
    assert "model.json is damaged (JSONDecodeError" in done.stdout
    assert "training the model" in done.stdout and "sources" not in done.stdout
    assert "model.json is damaged" in done.stderr  # the stand-in for training makes no other


def test_damaged_model_stops_the_build(project: Path) -> None:
    (project / "model" / "artifacts" / "model.tflite").write_bytes(b"damaged")
    done, _ = run(project, options={"custom_train": "never"})
    assert "model.tflite does not belong to model.json; custom_train" in done.stdout
    assert done.returncode == 1 and "does not belong to model.tflite" in done.stderr


def test_model_on_trial_stays_in_its_folder(project: Path) -> None:
    """THRUM_MODEL: another model, its headers beside it, the project's own untouched."""
    shutil.copytree(project / "model" / "artifacts", project / "trial")
    _, record = run(project, model="trial")
    assert Path(record["include"]) == project / "trial" / "include"
    assert (project / "trial" / "include" / "model_aot.h").exists()
    assert not (project / "include").exists()


@pytest.mark.parametrize("target", ["train", "report"])
def test_targets_use_the_projects_python(project: Path, target: str) -> None:
    _, record = run(
        project, target=target, targets=[target], options={"custom_python": sys.executable}
    )
    assert record["calls"][0][1:4] == ["-m", "thrum", target]
