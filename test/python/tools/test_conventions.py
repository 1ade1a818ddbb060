"""Workflows, hooks and templates say what the project does: they are not run here, but read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from thrum.paths import ROOT
from tools.ci import toolchains

GITHUB = ROOT / ".github"


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_workflow_runs_the_two_commands_of_the_readme() -> None:
    readme = text(ROOT / "README.md").split("## Two commands")[1]
    [block] = re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)[:1]
    commands = [line.split("#")[0].strip() for line in block.splitlines()]
    ran = re.findall(r"- run: (.+)", text(GITHUB / "workflows" / "test.yml"))
    assert commands == ["make demo", "make test"]
    assert set(commands) <= set(ran) and "pio test -e native" in ran


def test_the_templates_ask_for_the_doctor() -> None:
    templates = sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml"))
    assert templates
    for template in templates:
        assert "thrum doctor" in text(template)


@pytest.mark.parametrize("tool", ["ruff", "clang-format", "lint-imports", "mypy"])
def test_every_checker_of_make_test_is_a_hook_of_pre_commit(tool: str) -> None:
    assert f"entry: .venv/bin/{tool}" in text(ROOT / ".pre-commit-config.yaml")
    assert tool in text(ROOT / "tools" / "ci" / "stages.py")


def test_the_container_has_what_make_test_needs() -> None:
    lines = text(ROOT / ".devcontainer" / "devcontainer.json").splitlines()
    container = json.loads("\n".join(line for line in lines if not line.startswith("//")))
    assert container["postCreateCommand"] == "make setup"
    recipe = text(ROOT / ".devcontainer" / container["build"]["dockerfile"])
    assert re.search(r"^FROM python:3\.1[0-3]-", recipe, re.MULTILINE)
    wanted = {package for toolchain in toolchains.ALL for package in toolchain.debian}
    assert wanted <= set(recipe.split())
