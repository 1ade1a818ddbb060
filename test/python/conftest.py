"""Marks what `make test-quick` leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

# Files that compile firmware, start programs, wait for a clock or train.
SLOW = {
    *("test_aot", "test_bench", "test_board_port", "test_budget", "test_calibrate"),
    *("test_dashboard_browser", "test_long_baseline", "test_operation", "test_replay"),
    *("test_dashboard_server", "test_firmware_hash", "test_float_interface", "test_fuzz"),
    *("test_kept_programs", "test_longrun", "test_monitor", "test_nano_line", "test_operators"),
    *("test_own_training", "test_record", "test_record_port", "test_report", "test_soak"),
    *(
        "test_synth",
        "test_target",
        "test_tolerance",
        "test_unity_runner",
        "test_upload",
        "test_verify",
    ),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the slow files."""
    for item in items:
        if Path(item.path).stem in SLOW:
            item.add_marker(pytest.mark.slow)
