"""Workflows, hooks and templates say what the project does: they are not run here, but read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from thrum.cli.main import COMMANDS
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


PAGES = sorted(
    path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")]
)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    words = re.sub(r"```.*?```", "", text(page), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", words)
    for link in links:
        if "://" in link or link.startswith("#"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve()
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            titles = re.findall(r"^#+ (.+)$", text(target), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
            assert anchor in slugs, f"{page.name}: {link}"


def test_every_file_that_a_recipe_names_is_there() -> None:
    names = re.findall(r"`((?:src|lib|test|thrum|docs)/[\w./-]+)`", text(ROOT / "CONTRIBUTING.md"))
    assert len(names) > 10
    for name in names:
        if "NAME" not in name:
            assert (ROOT / name).exists(), name


def test_the_readme_is_short() -> None:
    assert len(text(ROOT / "README.md").split()) <= 1300


def test_every_command_of_the_pages_exists() -> None:
    told = " ".join(text(page) for page in PAGES)
    named = set(re.findall(r"`thrum ([a-z]+)", told)) | set(
        re.findall(r"^thrum ([a-z]+)", told, re.MULTILINE)
    )
    assert named and named <= set(COMMANDS), named - set(COMMANDS)
