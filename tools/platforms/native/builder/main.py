"""SCons script: builds a host program with the GCC-like compiler on PATH."""

from SCons.Script import COMMAND_LINE_TARGETS, AlwaysBuild, Default, DefaultEnvironment

env = DefaultEnvironment()
flags = {name: env.get(name, []) for name in ("CFLAGS", "CXXFLAGS")}
for name in ("CC", "CXX"):
    if name in env:
        del env[name]
env.Tool("gcc")
env.Tool("g++")
if "compiledb" in COMMAND_LINE_TARGETS:
    env.Tool("compilation_db")
env.Append(**flags)

program = env.BuildProgram()
run = env.VerboseAction("$SOURCE $PROGRAM_ARGS", "Executing $SOURCE")
for target in ("exec", "upload"):
    AlwaysBuild(env.Alias(target, program, run))
Default(program)
