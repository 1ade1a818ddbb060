"""SCons post-script: a firmware that exceeds a budget of its environment fails; target `bench`.

Options of an environment in platformio.ini, in bytes; test images are not subject to them:
  custom_flash_budget = 16384   flash of the whole firmware
  custom_ram_budget = 1400      its static RAM
  custom_stack_budget = 240     its peak stack, which the benchmark measures
  custom_stack_headroom = 400   what the board's RAM must leave beside these two
`make bench` checks the others, tools/scons/budget.py names them.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from SCons.Script import DefaultEnvironment

env = DefaultEnvironment()
ROOT = Path(env.subst("$PROJECT_DIR"))
sys.path.insert(0, str(ROOT))
try:
    from tools.scons import budget
finally:
    sys.path.remove(str(ROOT))
OPTIONS = {
    f"custom_{name}": str(env.GetProjectOption(f"custom_{name}", ""))
    for name in (*budget.FIRMWARE, *budget.MEASURED)
}


def enforce(target, source, env):
    """Action after every build: 1 stops it before anything is made from the program."""
    name = re.sub(r"(gcc|g\+\+)(\.exe)?$", r"c++filt\2", env.subst("$CC"))
    demangler = shutil.which(name, path=str(env["ENV"]["PATH"])) or name
    ram = int(env.BoardConfig().get("upload.maximum_ram_size", 0))
    try:
        limits = budget.limits(OPTIONS)
        excesses = budget.check_firmware(limits, Path(str(source[0])), ram, demangler)
    except (budget.BudgetError, OSError) as error:
        sys.stderr.write(f"thrum: {env['PIOENV']}: {error}\n")
        return 1
    for excess in excesses:
        sys.stderr.write(f"thrum: {excess.message(env['PIOENV'])}\n")
    return 1 if excesses else 0


if any(OPTIONS.values()) and "test" not in env.GetBuildType():
    env.AddPostAction("checkprogsize", env.VerboseAction(enforce, "Checking the budgets"))


def bench(*args, **kwargs):
    """Action of the target `bench`: the same as `make bench`."""
    return subprocess.call([sys.executable, "-m", "tools.bench"], cwd=str(ROOT))


env.AddCustomTarget("bench", None, bench, "Bench", "Measure the simulated boards")
