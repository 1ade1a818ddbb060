"""The layout of the repository: tests mirror modules; files, folders and functions stay small."""

from __future__ import annotations

import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import lizard
import numpy as np
import pytest

from thrum.paths import PACKAGE, ROOT

TESTS = ROOT / "test" / "python"

# Modules without a test file of their stem, and why.
WITHOUT_TEST = {
    "report/material.py": "a dataclass without code",
    "compiler/kernel.py": "the base class of every operator's kernel",
    "compiler/operators/shared/convolution.py": "test_conv_2d.py and test_depthwise_conv_2d.py",
    "compiler/operators/shared/float_scale.py": "test_quantize.py and test_dequantize.py",
    "compiler/operators/shared/larger.py": "test_maximum.py and test_minimum.py",
    "diagnosis/analysis.py": "diagnosis/test_diagnose.py",
    "diagnosis/causes.py": "names and dataclasses",
    "diagnosis/pictures.py": "diagnosis/test_page.py looks at what is drawn",
    "diagnosis/words.py": "diagnosis/test_command.py reads them",
    "look/plot.py": "test_look.py looks at what is drawn",
    "look/spectrum.py": "test_look.py looks at what is drawn",
    # Readers are tested by what they read, not by module.
    "recordings/acquisition.py": "test_formats.py",
    "recordings/arrays.py": "test_dataset.py and test_formats.py",
    "recordings/cells.py": "test_table_text.py",
    "recordings/checks.py": "test_dataset.py and look/test_look.py",
    "recordings/columns.py": "test_table_text.py and test_formats.py",
    "recordings/extras.py": "test_formats.py",
    "recordings/files.py": "look/test_look.py",
    "recordings/header.py": "test_table_text.py",
    "recordings/instruments.py": "test_formats.py",
    "evaluation/folder.py": "evaluation/test_own_folder.py runs the command",
    "evaluation/leave_one_out.py": "evaluation/test_own_folder.py runs the command",
    "evaluation/survey.py": "evaluation/test_own_folder.py runs the command",
    "evaluation/window_features.py": "evaluation/test_own_folder.py runs the command",
    "evaluation/verdicts.py": "evaluation/test_own_folder.py runs the command",
    "recordings/ranges.py": "test_ranges_and_clocks.py",
    "recordings/readers.py": "test_dataset.py and test_formats.py",
    "recordings/sampling.py": "test_timing.py and test_dataset.py",
    "recordings/separators.py": "test_table_text.py",
    "recordings/source.py": "test_formats.py",
    "recordings/text_file.py": "test_table_text.py",
    "recordings/units.py": "test_formats.py",
    "recordings/wav_reading.py": "test_dataset.py and test_formats.py",
    "recordings/mat_structure.py": "test_dataset.py and test_formats.py read such files",
    "compiler/cost.py": "verification/test_compile_model.py reads the plan",
    "compiler/operators/shared/folded.py": "test_shape.py, test_strided_slice.py and test_pack.py",
    "codegen/compiled.py": "verification/test_compile_model.py compiles what it writes",
    "verification/layers.py": "verification/test_compile_model.py compares every layer",
    "checked_toml.py": "test_config.py and recordings/test_manifest.py try every type and range",
    # Modules of cli/ only declare options; test_main.py holds them to that.
    "cli/calibrate.py": "calibration/test_calibrate.py runs the command",
    "cli/dashboard.py": "dashboard/test_run.py runs the command",
    "cli/demo.py": "test_demo.py",
    "cli/compile.py": "verification/test_compile_model.py runs the command",
    "cli/diagnose.py": "diagnosis/test_command.py runs the command",
    "cli/doctor.py": "doctor/test_computer.py runs the command",
    "cli/evaluate.py": "evaluation/test_on_target.py runs the command",
    "cli/gateway.py": "gateway/test_run.py runs the command",
    "gateway/board.py": "gateway/test_run.py, with boards that come and go",
    "gateway/commands.py": "gateway/test_run.py sends them",
    "gateway/publisher.py": "gateway/test_run.py, with a broker that is killed",
    "cli/follow.py": "recorder/test_follow.py runs the command",
    "cli/headers.py": "codegen/test_headers.py",
    "cli/longrun.py": "calibration/longrun/test_run.py",
    "cli/look.py": "look/test_look.py runs the command",
    "cli/options.py": "cli/test_main.py tries every range",
    "cli/record.py": "recorder/test_record.py runs the command",
    "cli/report.py": "report/test_report.py",
    "cli/train.py": "training/test_pipeline.py runs the command",
    "cli/verify.py": "verification/test_verify.py runs the command",
}

LONGEST = 250  # lines of a file
LONG = {
    "lib/vibration/src/thrum/detection/baseline_store.h": "half of it explains the stored format",
    "lib/vibration/src/thrum/nn/avr/fully_connected.h": "one kernel and the packing of its stream",
    "lib/vibration/src/thrum/nn/cortex_m4/fully_connected.h": "one kernel, unrolled by hand",
    "platformio.ini": "one section for each board",
    "test/python/cli/test_robust.py": "every command with everything that is no good for it",
    "test/python/recordings/test_dataset.py": "every format and every damage",
    "test/python/recordings/test_formats.py": "every format in the ways that people write it",
    "test/python/tools/test_monitor.py": "a terminal session for each question of the monitor",
    "test/test_loops/test_main.cpp": "one suite, one program",
    "test/test_baseline_store/test_main.cpp": "one suite, one program",
    "test/test_detector/test_main.cpp": "one suite, one program",
    "test/test_imu_analog/test_main.cpp": "one suite, one program",
    "test/test_kernels/test_main.cpp": "one suite, one program",
}

MOST_SOURCES = 20  # in a folder
CROWDED = {
    "test/python/support": "doubles and makers of all tests, one a file",
    "lib/vibration/src/thrum/nn": "a header for each operator",
    "test/python/compiler/operators": "a file for each operator",
    "thrum/compiler/operators": "a file for each operator",
    "thrum/recordings": "a module for each format and step of reading",
}

MOST_BRANCHES = 12  # cyclomatic complexity of a function
BRANCHED = {
    ("lib/vibration/src/thrum/core/status.cpp", "Explain"): "a case for each status",
    ("lib/vibration/src/thrum/protocol/requests.cpp", "Parse"): "a branch for each request",
    ("src/commands/commands.cpp", "Execute"): "a branch for each request",
    ("src/platform/native/entry.cpp", "Parse"): "a branch for each option",
    ("thrum/compiler/tflite.py", "_check_references"): "a check for each kind of reference",
    ("thrum/device/choose.py", "_identify"): "a branch for each thing that tells boards apart",
    ("tools/bench/__main__.py", "main"): "a line for each option",
}

SOURCES = (".py", ".cpp", ".c", ".h", ".js", ".css", ".j2")


@cache
def files() -> tuple[str, ...]:
    """Files that git knows, without doubles, which are parts of other projects' interfaces."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    names = found.stdout.splitlines()
    return tuple(n for n in names if (ROOT / n).is_file() and not n.startswith("test/doubles/"))


@cache
def functions(*endings: str) -> list[tuple[str, lizard.FunctionInfo]]:
    """Every function of the files with such an ending, with its file."""
    return [
        (name, function)
        for name in files()
        if name.endswith(endings)
        for function in lizard.analyze_file(str(ROOT / name)).function_list
    ]


def modules() -> list[Path]:
    """Public modules of thrum/; a package's __init__.py has its name from the folder."""
    return [path for path in PACKAGE.rglob("*.py") if not path.name.startswith("_")]


def test_every_module_has_a_test_file_of_its_stem() -> None:
    missing = {
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        if not (TESTS / path.relative_to(PACKAGE).with_name(f"test_{path.name}")).is_file()
    }
    assert sorted(missing - WITHOUT_TEST.keys()) == []
    assert sorted(WITHOUT_TEST.keys() - missing) == [], "they have one by now, or are gone"


def test_every_folder_of_tests_is_one_of_the_package_or_of_the_repository() -> None:
    others = {TESTS / name for name in ("lib", "src", "support", "tools")}
    folders = {path.parent for path in TESTS.rglob("test_*.py")} - others
    strange = [path for path in folders if not (PACKAGE / path.relative_to(TESTS)).is_dir()]
    assert strange == []


def test_long_files_have_a_reason() -> None:
    names = [name for name in files() if name.endswith((*SOURCES, ".ini", ".toml"))]
    counted = {name: len((ROOT / name).read_bytes().splitlines()) for name in names}
    long = {name for name, lines in counted.items() if lines > LONGEST}
    assert sorted(long - LONG.keys()) == []
    assert sorted(LONG.keys() - long) == [], "they are shorter by now, or gone"


def test_no_folder_is_crowded() -> None:
    folders = Counter(str(Path(name).parent) for name in files() if name.endswith(SOURCES))
    assert {name for name, count in folders.items() if count > MOST_SOURCES} <= CROWDED.keys()


@pytest.mark.parametrize("endings", [(".py",), (".cpp", ".c", ".h")], ids=["Python", "C++"])
def test_no_function_has_many_branches(endings: tuple[str, ...]) -> None:
    many = {
        (name, function.name.split("::")[-1]): function.cyclomatic_complexity
        for name, function in functions(*endings)
        if function.cyclomatic_complexity > MOST_BRANCHES
    }
    assert {key: count for key, count in many.items() if key not in BRANCHED} == {}
    expected = {key for key in BRANCHED if key[0].endswith(endings)}
    assert sorted(expected - many.keys()) == [], "they have fewer by now, or are gone"


def test_python_functions_are_short() -> None:
    """From `def` to the last line: half of them 7 lines or fewer, nine of ten 18 or fewer."""
    lengths = [f.length for name, f in functions(".py") if not name.startswith("test/")]
    assert np.median(lengths) <= 7
    assert np.quantile(lengths, 0.9) <= 18
