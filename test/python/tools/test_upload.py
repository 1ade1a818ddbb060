"""`pio run -t upload`, with and without -e, against a mock of the ESP32's ROM boot loader.

platformio.ini, its scripts and esptool are the real ones; the platform is a stand-in that makes an
image without a compiler (test/python/support/esp32_standin).
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from thrum.paths import ROOT
from tools.offline import core_dir, packages
from tools.offline.core_dir import Package

mock = pytest.importorskip(
    "esp32_mock_bootloader.api",
    reason="THE ESP32 UPLOAD WAS NOT REHEARSED: type make setup",
)

STANDIN = ROOT / "test/python/support/esp32_standin"
LINKED = (
    "extra_script.py",
    "pyproject.toml",
    "tools",
    "model",
    "thrum",
    "src",
    "lib",
    "include",
    ".venv",
)
SECONDS = 60
# Gives every Python of a run another list of ports.
SITE = """
import os
import serial.tools.list_ports as module
from serial.tools.list_ports_common import ListPortInfo

def comports(include_links=False):
    found = []
    for line in os.environ["STANDIN_PORTS"].splitlines():
        device, _, usb = line.partition(" ")
        port = ListPortInfo(device)
        port.vid, port.pid = (int(part, 16) for part in usb.split(":")) if usb else (None, None)
        port.description = "n/a"
        port.hwid = f"USB VID:PID={usb}" if usb else "n/a"
        found.append(port)
    return found

module.comports = comports
"""
TTYS0 = "/dev/ttyS0"
PORT_HEADERS = {
    "micro_interpreter.h": "#define TFLITE_SCHEMA_VERSION (3)\n",
    "micro_mutable_op_resolver.h": "TfLiteStatus AddFullyConnected(\nTfLiteStatus AddSoftmax(\n",
}


def pin(option: str) -> str:
    """Version that platformio.ini pins, such as 7.1.3 of platform = espressif32@7.1.3."""
    text = (ROOT / "platformio.ini").read_text(encoding="utf-8")
    found = re.search(rf"{option}@([\w.]+)", text)
    assert found, f"platformio.ini does not pin {option}"
    return found.group(1)


def install_library(folder: Path) -> None:
    """A folder that PlatformIO takes for the pinned port of TensorFlow Lite Micro."""
    micro = folder / "src" / "tensorflow" / "lite" / "micro"
    micro.mkdir(parents=True)
    for name, text in PORT_HEADERS.items():
        (micro / name).write_text(text, encoding="utf-8")
    name, version = "Chirale_TensorFLowLite", pin("Chirale_TensorFLowLite")
    (folder / "library.json").write_text(json.dumps({"name": name, "version": version}))
    spec = {"owner": "spaziochirale", "id": None, "name": name, "requirements": None, "uri": None}
    metadata = {"type": "library", "name": name, "version": version, "spec": spec}
    (folder / ".piopm").write_text(json.dumps(metadata))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project by links, with a core directory of its own and no network needed."""
    folder = tmp_path_factory.mktemp("upload with spaces")
    for name in LINKED:
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    text = (ROOT / "platformio.ini").read_text(encoding="utf-8")
    text = text.replace("\n[env]\n", "\n[env]\ncustom_train = never\n", 1)
    (folder / "platformio.ini").write_text(text, encoding="utf-8")
    install_library(folder / ".pio" / "libdeps" / "tflm" / "Chirale_TensorFLowLite")
    standin = Package(
        folder="platforms/espressif32",
        kind="platform",
        version=pin("espressif32"),
        origin="stand-in",
        fill=lambda target: core_dir.copy_tree(STANDIN, target),
    )
    for package in (packages.scons(), packages.platform("native"), standin):
        core_dir.ensure(folder / "core", package)
    return folder


@pytest.fixture
def esp32() -> Iterator[str]:
    """Address of a mock ESP32 that waits for esptool."""
    with mock.mock_bootloader("esp32") as board:
        yield board.url()


def upload(project: Path, port: str) -> subprocess.CompletedProcess[str]:
    """Run the upload as a user would who names everything."""
    return pio_run(project, "-e", "esp32dev", "-t", "upload", "--upload-port", port)


def pio_run(
    project: Path, *options: str, ports: str | None = None
) -> subprocess.CompletedProcess[str]:
    """`pio run` on a computer with these ports: "DEVICE VID:PID" and line ends."""
    command = [sys.executable, "-m", "platformio", "run"]
    environment = {**os.environ, "PLATFORMIO_CORE_DIR": str(project / "core")}
    if ports is not None:
        folder = project / "ports"
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(SITE, encoding="utf-8")
        environment |= {"PYTHONPATH": str(folder), "STANDIN_PORTS": ports}
    return subprocess.run(
        [*command, *options],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_standin_has_the_pinned_version() -> None:
    manifest = json.loads((STANDIN / "platform.json").read_text(encoding="utf-8"))
    assert manifest["version"] == pin("espressif32")


def test_uploads_and_verifies(project: Path, esp32: str) -> None:
    done = upload(project, esp32)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Hash of data verified" in done.stdout
    assert "65536 bytes" in done.stdout


def test_uses_the_speed_of_platformio_ini(project: Path, esp32: str) -> None:
    done = upload(project, esp32)
    assert "460800" in done.stdout, done.stdout + done.stderr


def test_refuses_another_chip(project: Path) -> None:
    with mock.mock_bootloader("esp32c3") as board:
        done = upload(project, board.url())
    assert done.returncode != 0
    assert "esp32" in (done.stdout + done.stderr).lower()


def test_says_that_nobody_listens(project: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = upload(project, f"socket://127.0.0.1:{port}")
    assert done.returncode != 0
    assert str(port) in done.stdout + done.stderr


def test_without_an_environment_the_board_is_found(project: Path, esp32: str) -> None:
    done = pio_run(project, "-t", "upload", ports=f"{TTYS0}\n{esp32} 10C4:EA60")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"thrum: esp32dev at {esp32} (CP210x): its USB identity" in done.stdout
    assert f"thrum: pio run -e esp32dev -t upload --upload-port {esp32}" in done.stdout
    assert "Hash of data verified" in done.stdout and TTYS0 not in done.stdout


def test_without_an_environment_an_ambiguous_bridge_is_asked(project: Path, esp32: str) -> None:
    done = pio_run(project, "-t", "upload", ports=f"{esp32} 1A86:7523")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "its boot loader answers" in done.stdout and "Hash of data verified" in done.stdout


def test_without_an_environment_the_users_port_is_taken(project: Path, esp32: str) -> None:
    """The other port would be found by its identity."""
    ports = "/dev/ttyACM7 2341:805A"
    done = pio_run(project, "-t", "upload", "--upload-port", esp32, ports=ports)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Hash of data verified" in done.stdout and "ttyACM7" not in done.stdout


@pytest.mark.parametrize("ports", ["", TTYS0], ids=["no port", "ttyS0"])
def test_without_a_board_the_commands_are_shown(project: Path, ports: str) -> None:
    done = pio_run(project, "-t", "upload", ports=ports)
    assert done.returncode == 1
    assert "thrum: no board is plugged in" in done.stderr and "cable" in done.stderr
    for board in ("nano", "nano_new", "nano33ble", "esp32dev"):
        assert f"pio run -e {board} -t upload" in done.stderr
    words = done.stdout + done.stderr
    assert TTYS0 not in words and "Error 2" not in words and "Traceback" not in words


def test_generated_code_needs_no_library(project: Path, esp32: str) -> None:
    """And asks for none: this core directory knows no registry."""
    text = (project / "platformio.ini").read_text(encoding="utf-8")
    own = project / "aot.ini"
    own.write_text(f"{text}\n[env:aot]\nextends = env:esp32dev\ncustom_engine = aot\n", "utf-8")
    library = project / ".pio" / "libdeps" / "tflm"
    library.rename(project / "elsewhere")
    try:
        done = pio_run(project, "-e", "aot", "-t", "upload", "--upload-port", esp32, "-c", str(own))
        assert done.returncode == 0, done.stdout + done.stderr
        assert not library.exists() and "Library Manager" not in done.stdout
    finally:
        (project / "elsewhere").rename(library)


def test_a_failed_upload_fails(project: Path) -> None:
    with mock.mock_bootloader("esp32c3") as board:
        done = pio_run(project, "-t", "upload", ports=f"{board.url()} 10C4:EA60")
    assert done.returncode == 1, done.stdout + done.stderr
