"""SCons pre-script: gives the firmware the rate of its serial line and a hash by which to know it.

The rate is monitor_speed, in tests test_speed. Only src/identity.cpp is compiled with the hash
(firmware_hash.py): nothing else is built again when it changes.
"""

import sys
from pathlib import Path
from typing import Any

from SCons.Script import DefaultEnvironment

env = DefaultEnvironment()
ROOT = Path(env.subst("$PROJECT_DIR"))


def own_hash() -> str:
    """The hash of the firmware that is being built."""
    sys.path.insert(0, str(ROOT))
    try:
        from tools.scons.firmware_hash import firmware_hash
    finally:
        sys.path.remove(str(ROOT))
    headers = Path(env.subst("$PROJECT_INCLUDE_DIR"))
    return firmware_hash(
        ROOT, headers, env["PIOENV"], lambda name: env.GetProjectOption(name, None)
    )


def with_hash(environment: Any, node: Any) -> Any:
    """Compile this file with THRUM_FIRMWARE."""
    defines = [*environment.get("CPPDEFINES", []), ("THRUM_FIRMWARE", HASH)]
    return environment.Object(node, CPPDEFINES=defines)


SPEED = "test_speed" if "test" in env.GetBuildType() else "monitor_speed"
env.Append(CPPDEFINES=[("THRUM_BAUD", env.GetProjectOption(SPEED))])
if not (env.IsCleanTarget() or env.IsIntegrationDump()):
    HASH = own_hash()
    env.AddBuildMiddleware(with_hash, "*identity.cpp")
