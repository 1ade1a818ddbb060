"""SCons pre-script: `custom_engine = aot|tflm` of the environment, checked against the model.

Options of an environment in platformio.ini:
  custom_engine = aot         or tflm: TensorFlow Lite Micro
  custom_tflm = OWNER/NAME@V  its library, downloaded for tflm only: lib_deps would bring it always
  custom_arena_budget = 8192  largest tensor arena in bytes that this environment accepts
"""

import os
import sys
from pathlib import Path

from SCons.Script import DefaultEnvironment

env = DefaultEnvironment()
ROOT = Path(env.subst("$PROJECT_DIR"))


def library_folders():
    """Folders of libraries that this environment sees."""
    for storage in env.GetLibSourceDirs():
        folder = Path(storage)
        if folder.is_dir():
            yield from sorted(item for item in folder.iterdir() if item.is_dir())


def board_limit(name):
    """A number of the board's manifest; 0 on the host."""
    if "BOARD" not in env:
        return 0
    return int(env.BoardConfig().get(f"upload.{name}", 0))


def check(engine):
    """End the build with the remedy when model, library and board do not fit together."""
    from thrum.artifacts import release
    from thrum.compiler import compatibility
    from thrum.compiler.graph import ModelError

    target = compatibility.Target(
        engine=engine,
        library=compatibility.find_library(library_folders()) if engine == "tflm" else None,
        flash=board_limit("maximum_size"),
        ram=board_limit("maximum_ram_size"),
        arena_budget=int(env.GetProjectOption("custom_arena_budget", "0")),
    )
    try:
        made = release.load(ROOT / os.environ.get("THRUM_MODEL", "model/artifacts"))
        compatibility.check(made.graph, int(made.arena["nbytes"]), target)
    except ModelError as error:
        sys.stderr.write(f"thrum: {env['PIOENV']}: {error}\n")
        env.Exit(1)


def bring_library():
    """Download the interpreter's library once for all environments, and let this one see it.

    It has a folder of its own: PlatformIO empties that of an environment without lib_deps.
    """
    from platformio.exception import PlatformioException
    from platformio.package.manager.library import LibraryPackageManager

    folder = env.subst(str(Path("$PROJECT_LIBDEPS_DIR") / "tflm"))
    library = env.GetProjectOption("custom_tflm")
    manager = LibraryPackageManager(folder)
    try:
        if not manager.get_package(library):
            manager.install(library)
    except PlatformioException as error:
        sys.stderr.write(
            f"thrum: {env['PIOENV']}: {library} was not downloaded: {error}\n"
            "Try again when the network is there, or set custom_engine = aot, which needs none\n"
        )
        env.Exit(1)
    env.Append(LIBSOURCE_DIRS=[folder])
    section = f"env:{env['PIOENV']}"
    config = env.GetProjectConfig()
    config.set(section, "lib_deps", [*config.get(section, "lib_deps", []), library])


ENGINE = env.GetProjectOption("custom_engine", "aot")
if ENGINE == "tflm" and not env.IsCleanTarget():
    env.Append(CPPDEFINES=[("THRUM_ENGINE_TFLM", 1)])
    bring_library()
if not (env.IsCleanTarget() or env.IsIntegrationDump()):
    sys.path.insert(0, str(ROOT))
    try:
        check(ENGINE)
    finally:
        sys.path.remove(str(ROOT))
