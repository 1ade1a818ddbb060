"""SCons pre-script: adds `custom_test_build_flags` of the environment to test builds only.

PlatformIO has build flags for debug builds but none for tests; sanitizers belong to the tests.
"""

from SCons.Script import DefaultEnvironment

env = DefaultEnvironment()
if "test" in env.GetBuildType():
    env.Append(BUILD_FLAGS=env.GetProjectOption("custom_test_build_flags", "").split())
