"""SCons pre-script: adds `custom_test_build_flags` of the environment to test builds only.

PlatformIO has build flags for debug builds but none for tests; sanitizers belong to the tests.
"""

from SCons.Script import DefaultEnvironment

env = DefaultEnvironment()
if "test" in env.GetBuildType():
    # As one text: a flag such as `-include FILE` is two words.
    env.Append(BUILD_FLAGS=[env.GetProjectOption("custom_test_build_flags", "")])
