"""Asks PlatformIO itself what it has and whether it reaches its registry."""

from __future__ import annotations

import subprocess
import sys

# One small request through PlatformIO's client: its hosts, proxies and certificates, not ours.
PROBE = """
from platformio.registry.client import RegistryClient
assert RegistryClient().get_package("platform", "platformio", "native")
"""
PROBE_SECONDS = 8.0


def reachable(seconds: float = PROBE_SECONDS) -> bool:
    """True when PlatformIO's registry answers in time."""
    command = [sys.executable, "-c", PROBE]
    try:
        result = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return False
    return result.returncode == 0


def installed() -> bool:
    """True when PlatformIO already holds what the native environment needs."""
    from platformio.package.manager.core import get_core_package_dir
    from platformio.package.manager.platform import PlatformPackageManager
    from platformio.project.config import ProjectConfig

    pin = ProjectConfig.get_instance().get("env:native", "platform")
    engine = get_core_package_dir("tool-scons", auto_install=False)
    return bool(engine and PlatformPackageManager().get_package(pin))
