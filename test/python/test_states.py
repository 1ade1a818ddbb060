"""The states and faults of the firmware and of Python have the same numbers and names."""

from __future__ import annotations

import json
import re

from thrum.dashboard.handler import state_names
from thrum.dashboard.samples import STRAINED
from thrum.dashboard.server import PAGE
from thrum.paths import ROOT
from thrum.states import WORDS, Fault, State

DETECTOR = (ROOT / "lib/vibration/src/thrum/detection/detector.h").read_text(encoding="utf-8")
TELEMETRY = (ROOT / "lib/vibration/src/thrum/protocol/telemetry.cpp").read_text(encoding="utf-8")
REPORTS = (ROOT / "src/commands/reports.cpp").read_text(encoding="utf-8")


def enumerators(name: str) -> list[str]:
    """Of a C++ enum class, in order, without their k."""
    found = re.search(rf"enum class {name} : uint8_t {{(.*?)}};", DETECTOR, re.DOTALL)
    assert found
    code = re.sub(r"//.*", "", found[1])
    words = [word.split("=") for word in code.split(",") if word.strip()]
    assert all(int(word[1]) == n for n, word in enumerate(words) if len(word) > 1)
    return [word[0].strip().removeprefix("k") for word in words]


def texts(kind: str) -> tuple[str, ...]:
    """That Name() of telemetry.cpp chooses from."""
    body = TELEMETRY.partition(f"Name({kind} ")[2].partition("}")[0]
    return tuple(re.findall(r'"(.*?)\\0"', body))


def test_states_have_the_same_numbers() -> None:
    assert [name.upper() for name in enumerators("State")] == [state.name for state in State]


def test_states_have_the_same_names() -> None:
    assert texts("State") == WORDS


def test_faults_have_the_same_numbers() -> None:
    names = [re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper() for name in enumerators("Fault")]
    assert names == [fault.name for fault in Fault]


def test_faults_have_the_same_words() -> None:
    assert texts("Fault") == tuple(fault.words for fault in Fault)


def test_the_live_page_says_what_the_firmware_says_of_an_alarm() -> None:
    """Where the page judges samples itself, it words events as src/commands/reports.cpp does."""
    said = re.sub(r'"\s+"', "", REPORTS)
    assert f'": {STRAINED}"' in said
    samples = (PAGE.parent / "samples.py").read_text(encoding="utf-8")
    for words in ("goes on", "alarm ended"):
        assert f'": {words}"' in said and f'"{words}"' in samples


def test_the_live_page_has_words_and_a_colour_for_every_state() -> None:
    listed = state_names().decode().removeprefix("export const NAMES = ").removesuffix(";\n")
    assert tuple(json.loads(listed)) == WORDS
    text = (PAGE / "states.js").read_text(encoding="utf-8")
    shown = text.partition("const SHOWN = {")[2].partition("\n};")[0]
    assert tuple(re.findall(r"^  (\w+): {", shown, re.MULTILINE)) == WORDS
    style = (PAGE / "style.css").read_text(encoding="utf-8")
    assert all(f"--{word}:" in style for word in WORDS)
