"""Batteries: the arithmetic, against values computed by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from thrum.paths import ROOT
from tools.bench import energy
from tools.bench.energy import BATTERIES, BOARDS, Battery, Board

PLAIN = Board("b", "3 V", 3200, 8e6, 4.0, 1.0, 0.005, 100, 0.0, 0.5, 0.001, "by hand")


def test_a_verdict_costs_computing_waiting_and_the_sensor() -> None:
    """16 windows are 1.28 s; 150,000 + 25,600 cycles each are 0.351 s of them."""
    computing = 16 * 175_600 / 8e6
    by_hand = (computing * 4.0 + (1.28 - computing) * 1.0 + 1.28 * 0.5) / 3600
    assert energy.charge(PLAIN, 150_000) == pytest.approx(by_hand)
    assert energy.awake(PLAIN, 150_000) == pytest.approx(0.02195 / 0.08)


def test_the_average_is_that_of_verdict_and_sleep() -> None:
    by_hand = energy.charge(PLAIN, 150_000) + 0.006
    assert energy.average(PLAIN, 150_000, 3600) == pytest.approx(by_hand)
    each_minute = 60 * energy.charge(PLAIN, 150_000) + 0.006
    assert energy.average(PLAIN, 150_000, 60) == pytest.approx(each_minute)


def test_a_battery_loses_something_by_itself() -> None:
    """225 mAh at 5 uA are 5.13 years, and 4.88 with one per cent a year."""
    assert energy.years(Battery("b", 225, 0.0), 0.005) == pytest.approx(5.13, abs=0.01)
    assert energy.years(Battery("b", 225, 0.01), 0.005) == pytest.approx(4.88, abs=0.01)


def test_a_processor_that_is_too_slow_computes_all_the_time() -> None:
    slow = replace(PLAIN, hertz=1e6)
    assert energy.awake(slow, 150_000) == 1.0
    assert energy.continuous(slow) == pytest.approx(4.5)


def test_an_atmega_passes_five_years_on_a_coin_cell_at_one_verdict_an_hour() -> None:
    board, cell = BOARDS["ATmega328P"], BATTERIES[0]
    assert energy.years(cell, energy.average(board, 170_000, 3600)) > 5
    watchdog = energy.average(replace(board, asleep=0.0042), 170_000, 3600)  # no crystal
    assert energy.years(cell, watchdog) == pytest.approx(4.9, abs=0.1)
    long = energy.average(board, 170_000, 3600, windows=512)
    assert energy.years(cell, long) < 1.5  # so short averages first


def test_the_table_names_every_board_and_battery() -> None:
    text = energy.table({"ATmega328P": 170_000, "Cortex-M4": 32_000})
    for words in ("ATmega328P", "nRF52840", "ESP32", "CR2032", "2 x AA", "18650", "all the time"):
        assert words in text
    assert energy.table({}).count("\n") == 1


def test_the_page_has_the_table_of_the_cycles_that_it_names() -> None:
    page = (ROOT / "docs" / "battery.md").read_text(encoding="utf-8")
    assert energy.table(energy.PAGE_CYCLES) in page
    for name, cycles in energy.PAGE_CYCLES.items():
        assert f"{cycles:,.0f}" in page, name
