"""SCons pre-script: adds `custom_test_build_flags` of the environment to test builds only.

PlatformIO has build flags for debug builds but none for tests; sanitizers belong to the tests.
"""

from SCons.Script import DefaultEnvironment

env = DefaultEnvironment()
CONFIG = "UNITY_INCLUDE_CONFIG_H"


def with_empty_macro(environment, node):
    """Define Unity's macro as empty, which mbed_config.h of the Nano 33 BLE does as well.

    PlatformIO and Unity's build script define it as 1: every file would warn of the difference.
    """
    before = environment.get("CPPDEFINES", [])
    compiled = not hasattr(node, "get_suffix")  # by tools/scons/firmware.py: a list of objects
    if compiled or CONFIG not in before:
        return node
    defines = [(CONFIG, "") if item == CONFIG else item for item in before]
    return environment.Object(node, CPPDEFINES=defines)


if "test" in env.GetBuildType():
    # As one text: a flag such as `-include FILE` is two words.
    env.Append(BUILD_FLAGS=[env.GetProjectOption("custom_test_build_flags", "")])
    env.AddBuildMiddleware(with_empty_macro)
