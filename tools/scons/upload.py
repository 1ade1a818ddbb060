"""SCons pre-script: in an environment with `custom_upload = board`, the target `upload` flashes the
board that is plugged in.

It is the default environment's, which has no board of its own, so that `pio run -t upload` does
what it says. The board's own environment then does the work: `pio run -e nano -t upload`.
"""

import subprocess
import sys
from pathlib import Path

from SCons.Script import COMMAND_LINE_TARGETS, DefaultEnvironment

env = DefaultEnvironment()
ROOT = Path(env.subst("$PROJECT_DIR"))


def find(device):
    """The board at this port, or at whatever port it is."""
    from thrum.device import ask, boards, choose

    config = env.GetProjectConfig()
    platforms = Path(config.get("platformio", "platforms_dir"))
    known = boards.with_manifests(boards.read_boards(Path(config.path)), platforms)
    return choose.choose(known, ask.list_ports(), ask.ask, device)


def upload():
    """Find the board and let its environment do it; return the exit code."""
    from thrum.device.boards import BRIDGES

    device = env.subst("$UPLOAD_PORT")
    print("thrum: looking for the board ...", flush=True)
    try:
        choice = find(device)
    except ValueError as error:
        sys.stderr.write(f"thrum: {error}\n")
        return 1
    command = ["run", "-e", choice.board.environment]
    for target in map(str, COMMAND_LINE_TARGETS):
        command += ["-t", target]
    # A board with USB of its own shows at another port in its boot loader: PlatformIO finds it.
    if device or choice.port.usb in BRIDGES.values():
        command += ["--upload-port", choice.port.device]
    print(f"thrum: {choice.board.environment} at {choice.port}: {choice.reason}")
    print(f"thrum: pio {' '.join(command)}", flush=True)
    config = ["-c", env.GetProjectConfig().path]
    return subprocess.call([env.subst("$PYTHONEXE"), "-m", "platformio", *command, *config])


wanted = env.GetProjectOption("custom_upload", "") == "board"
if wanted and "upload" in map(str, COMMAND_LINE_TARGETS) and "test" not in env.GetBuildType():
    sys.path.insert(0, str(ROOT))
    try:
        code = upload()
    finally:
        sys.path.remove(str(ROOT))
    env.Exit(code)
