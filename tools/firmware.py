"""SCons pre-script: gives the firmware the hash by which it says who it is (firmware_hash.py).

Only src/identity.cpp is compiled with it: nothing else is built again when it changes.
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
        from tools.firmware_hash import firmware_hash
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


if not (env.IsCleanTarget() or env.IsIntegrationDump()):
    HASH = own_hash()
    env.AddBuildMiddleware(with_hash, "*identity.cpp")
