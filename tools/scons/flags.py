"""SCons post-script: the target `flags` writes how this environment compiles and links.

tools/bench/programs.py reads it, so that the benchmark measures what the firmware is: the flags
stand in platformio.ini and in the platform, nowhere else.
"""

import json
import re
import shutil
from pathlib import Path

from SCons.Script import DefaultEnvironment

env = DefaultEnvironment()


def words(variables):
    """A command's words: SCons writes quotes of a define as a shell wants them."""
    found = [str(word) for word in env.subst_list(variables)[0]]
    return [re.sub(r"\\(.)", r"\1", word) if word.startswith("-D") else word for word in found]


def program(variable):
    """A compiler's path: PlatformIO's packages come before PATH."""
    name = env.subst(variable)
    return shutil.which(name, path=str(env["ENV"]["PATH"])) or name


def write(*args, **kwargs):
    """Action of the target `flags`."""
    path = Path(env.subst("$BUILD_DIR")) / "flags.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = {
        "compiler": program("$CC"),
        "cxx_compiler": program("$CXX"),
        "c": words("$CFLAGS $CCFLAGS $_CPPDEFFLAGS"),
        "cxx": words("$CXXFLAGS $CCFLAGS $_CPPDEFFLAGS"),
        "assembler": words("$CCFLAGS $_CPPDEFFLAGS"),
        "link": words("$LINKFLAGS"),
    }
    path.write_text(json.dumps(flags, indent=1) + "\n", encoding="utf-8")


env.AddCustomTarget("flags", None, write, "Flags", "Write the compiler's flags to flags.json")
