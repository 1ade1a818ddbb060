"""Who may include whom in the C++ sources: lib, src, and the headers of the model between.

lib/vibration has five folders. Each names the folders it may include beside its own:
    core <- dsp <- detection <- protocol, and core <- nn
src is a stack of layers. A file includes its own layer and the layers below, never one above:
    entry points, main, commands, baseline_keeper, samplers, pipeline, identity, engine,
    storage, window and settings, console and hardware, board
Below src are the generated headers (include/), below them the libraries. Only the pipeline sees
more than one of the stages dsp, nn and detection. Every file belongs to one of these places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path

import pytest

from thrum.paths import ROOT

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')
SUFFIXES = (".h", ".cpp", ".S")
VIBRATION, TFLM = "lib/vibration/src", "lib/tflm_engine/src"

LIBRARY = {
    "core": {"core"},
    "dsp": {"core", "dsp"},
    "nn": {"core", "nn"},
    "detection": {"core", "dsp", "detection"},
    "protocol": {"core", "dsp", "detection", "protocol"},
}
# From the top down.
LAYERS = {
    "entry": ("platform/*/entry.cpp",),
    "main": ("main.*",),
    "commands": ("commands/*",),
    "baseline_keeper": ("storage/baseline_keeper.*",),
    "samplers": ("samplers/*",),
    "light": ("platform/hardware.h", "platform/arduino/console.cpp", "platform/avr/console.cpp"),
    "pipeline": ("pipeline.*",),
    "identity": ("identity.*",),
    "engine": ("engine.h", "deployed_model.h"),
    "storage": ("storage/*",),
    "window and settings": ("window.*", "settings.*"),
    "console": ("console/*", "platform/native/*", "platform/qemu/*"),
    "board": ("board.h",),
}
STAGES = ("dsp", "nn", "detection")
GENERATED = ("model_params.h", "model_aot.h", "model_data.h")


def layer_of(name: str) -> int:
    """Place of a file of src in the stack, 0 is the top; name: relative to src."""
    for place, patterns in enumerate(LAYERS.values()):
        if any(fnmatch(name, pattern) for pattern in patterns):
            return place
    raise LookupError(f"src/{name} belongs to no layer: add it to LAYERS in {Path(__file__).name}")


def _library_arrow(folder: str, included: str) -> str | None:
    if included.startswith("thrum/"):
        target = included.split("/")[1]
        return None if target in LIBRARY[folder] else f"{folder} must not include {target}"
    return "the library sees itself alone"


def _firmware_arrow(name: str, included: str) -> str | None:
    if included in GENERATED or included.startswith("thrum/"):
        return None
    own, target = layer_of(name), layer_of(included)
    names = list(LAYERS)
    return None if target >= own else f"{names[own]} is below {names[target]}"


def _stage(included: str) -> str | None:
    if included in ("engine.h", "model_aot.h", "model_data.h"):
        return "nn"
    parts = included.split("/")
    return parts[1] if parts[0] == "thrum" and parts[1] in STAGES else None


def _includes(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if found := INCLUDE.match(line):
            yield number, found[1]


def _wrong(path: str, included: str) -> str | None:
    """Reason why this file must not include that, None where it may."""
    if path.startswith(VIBRATION):
        return _library_arrow(path.removeprefix(VIBRATION).split("/")[2], included)
    if path.startswith(TFLM):
        allowed = "/" not in included or included.startswith(("thrum/core/", "tensorflow/"))
        return None if allowed else "tflm_engine sees core and the interpreter alone"
    return _firmware_arrow(path.removeprefix("src/"), included)


def violations(sources: Mapping[str, str]) -> list[str]:
    """Every include that goes against an arrow, as FILE:LINE: reason; sources: text by path."""
    found = []
    for path, text in sources.items():
        stages: dict[str, int] = {}
        for number, included in _includes(text):
            if reason := _wrong(path, included):
                found.append(f'{path}:{number}: "{included}": {reason}')
            if stage := _stage(included):
                stages.setdefault(stage, number)
        apart = path.startswith("src/") and not path.startswith("src/pipeline.")
        if apart and len(stages) > 1:
            found.append(f"{path}:{max(stages.values())}: sees {' and '.join(sorted(stages))}")
    return found


def _sources() -> dict[str, str]:
    paths = [path for folder in ("lib", "src") for path in sorted((ROOT / folder).rglob("*"))]
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in paths
        if path.suffix in SUFFIXES
    }


def test_every_include_follows_the_arrows() -> None:
    assert violations(_sources()) == []


def test_every_file_has_its_place() -> None:
    for path in _sources():
        if path.startswith("src/"):
            layer_of(path.removeprefix("src/"))
        elif path.startswith(VIBRATION):
            assert path.removeprefix(VIBRATION).split("/")[2] in LIBRARY, path


def test_every_header_that_is_included_exists() -> None:
    """Includes name files from the root of their library or of src, so that the arrows see them."""
    known = {path.removeprefix(f"{root}/") for path in _sources() for root in (VIBRATION, "src")}
    for path, text in _sources().items():
        if not path.startswith(TFLM):
            for number, included in _includes(text):
                assert (
                    included in known or included in GENERATED or included.startswith("thrum/tflm")
                ), f"{path}:{number}: {included}"


@pytest.mark.parametrize(
    ("path", "line", "reason"),
    [
        (f"{VIBRATION}/thrum/core/a.h", '#include "thrum/dsp/fft.h"', "core must not include dsp"),
        (f"{VIBRATION}/thrum/dsp/a.cpp", '# include "thrum/nn/kernels.h"', "must not include nn"),
        (f"{VIBRATION}/thrum/nn/avr/a.h", '#include "thrum/dsp/fft.h"', "nn must not include dsp"),
        (f"{VIBRATION}/thrum/detection/a.h", '#include "thrum/protocol/requests.h"', "protocol"),
        (f"{VIBRATION}/thrum/protocol/a.h", '#include "model_params.h"', "sees itself alone"),
        (f"{TFLM}/thrum/a.h", '#include "thrum/detection/detector.h"', "core and the interpreter"),
        ("src/commands/answers.cpp", '#include "main.h"', "commands is below main"),
        ("src/samplers/analog/avr.cpp", '#include "commands/raw_stream.h"', "is below commands"),
        ("src/pipeline.h", '#include "samplers/sampler.h"', "pipeline is below samplers"),
        ("src/storage/file.cpp", '#include "storage/baseline_keeper.h"', "storage is below"),
        ("src/settings.h", '#include "pipeline.h"', "window and settings is below pipeline"),
    ],
)
def test_an_include_against_an_arrow_is_named(path: str, line: str, reason: str) -> None:
    [found] = violations({path: f"#pragma once\n\n// {line}\n{line}\n"})
    assert found.startswith(f"{path}:4: ") and reason in found


def test_a_second_stage_is_named() -> None:
    text = '#include "thrum/dsp/features.h"\n#include "engine.h"\n'
    assert violations({"src/main.cpp": text}) == ["src/main.cpp:2: sees dsp and nn"]
    assert violations({"src/pipeline.cpp": text}) == []


def test_a_file_without_a_place_is_named() -> None:
    with pytest.raises(LookupError, match=r"src/new\.cpp belongs to no layer"):
        violations({"src/new.cpp": '#include "main.h"\n'})
