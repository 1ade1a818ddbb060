"""Every board's environment in platformio.ini names sources that exist and one board."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from thrum.device.boards import read_boards
from thrum.paths import ROOT

BOARDS = {board.environment: board for board in read_boards(ROOT / "platformio.ini")}
SENSORS = {
    "nano33ble": ("lsm9ds1", "i2c", "flash_iap", 952),
    "nano33ble_rev2": ("bmi270", "i2c", "flash_iap", 1600),
    "esp32dev": ("adxl345", "spi", "nvs", 3200),
    "esp32dev_i2c": ("adxl345", "i2c", "nvs", 800),
    "esp32dev_mpu6050": ("mpu6050", "i2c", "nvs", 1000),
}


@pytest.fixture(scope="module")
def config() -> Any:
    """As PlatformIO reads it."""
    project = pytest.importorskip("platformio.project.config")
    return project.ProjectConfig(str(ROOT / "platformio.ini"))


@pytest.mark.parametrize("environment", SENSORS)
def test_sensor_bus_and_storage(config: Any, environment: str) -> None:
    sensor, bus, storage, rate = SENSORS[environment]
    sources = config.get(f"env:{environment}", "build_src_filter")
    text = " ".join(sources) if isinstance(sources, list) else sources
    for pattern in (f"samplers/*/{sensor}.cpp", f"samplers/*/{bus}.cpp", f"storage/{storage}.cpp"):
        assert f"+<{pattern}>" in text
        assert len(list((ROOT / "src").glob(pattern))) == 1
    flags = " ".join(config.get(f"env:{environment}", "build_flags"))
    assert f"-DTHRUM_RATE_HZ={rate}" in flags
    assert "-DTHRUM_SPI_SELECT" not in flags or bus == "spi"


def test_one_environment_of_each_board_is_no_variant() -> None:
    """So an upload knows which one to take for a board that says nothing."""
    plain = {name for name, board in BOARDS.items() if not board.variant}
    assert plain == {"nano", "nano_new", "nano33ble", "esp32dev"}
    assert set(SENSORS) <= set(BOARDS)


def test_the_interpreters_library_is_no_dependency(config: Any) -> None:
    """PlatformIO would download it for custom_engine = aot, too."""
    for environment in config.envs():
        libraries = config.get(f"env:{environment}", "lib_deps")
        assert not [name for name in libraries if "tensorflow" in name.lower()]


def test_the_nanos_differ_in_their_boot_loader_only(config: Any) -> None:
    old, new = (dict(config.items(env=name)) for name in ("nano", "nano_new"))
    differing = {key for key in old | new if old.get(key) != new.get(key)}
    assert differing - {"extends"} == {"board", "upload_speed"}


def test_every_environment_has_its_page() -> None:
    """docs/hardware/ names each board's command."""
    pages = [path.read_text(encoding="utf-8") for path in Path(ROOT / "docs/hardware").glob("*.md")]
    for name in BOARDS:
        assert re.search(rf"\b{name}\b", "\n".join(pages)), f"docs/hardware names no {name}"
