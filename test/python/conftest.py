"""Marks what `make test-quick` leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Files that compile firmware, start programs, wait for a clock or train.
SLOW = (
    "calibration",
    "cli/test_robust",
    "compiler/operators",
    "compiler/test_importer_fuzz",
    "dashboard/page/test_page",
    "dashboard/page/test_page_buttons",
    "dashboard/page/test_page_follow",
    "dashboard/test_samples",
    "dashboard/test_server",
    "device/test_ask",
    "diagnosis/test_cwru",
    "diagnosis/test_rigs",
    "doctor",
    "evaluation/test_on_target",
    "evaluation/test_own_folder",
    "lib/test_soak",
    "recorder/test_record",
    "recorder/test_record_port",
    "recordings/test_mutations",
    "reference/test_operating_state",
    "reference/test_pipeline",
    "report",
    "simulation",
    "src",
    "test_parallel",
    "test_wheel",
    "tools/test_bench",
    "tools/test_bench_models",
    "tools/test_board_port",
    "tools/test_budget",
    "tools/test_firmware_hash",
    "tools/test_monitor",
    "tools/test_unity_runner",
    "tools/test_upload",
    "training/test_feasible",
    "training/test_pipeline",
    "verification",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the slow files."""
    for item in items:
        place = item.path.relative_to(HERE).with_suffix("")
        if any(place.is_relative_to(slow) for slow in SLOW):
            item.add_marker(pytest.mark.slow)
