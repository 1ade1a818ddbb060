"""SCons script: links the program with start-up code and newlib for QEMU's mps2-an386."""

import os

from SCons.Script import AlwaysBuild, Default, DefaultEnvironment

env = DefaultEnvironment()
runtime = os.path.join(env.PioPlatform().get_dir(), "runtime")
machine = ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"]

env.Replace(
    AR="arm-none-eabi-gcc-ar",
    AS="arm-none-eabi-as",
    CC="arm-none-eabi-gcc",
    CXX="arm-none-eabi-g++",
    OBJCOPY="arm-none-eabi-objcopy",
    RANLIB="arm-none-eabi-gcc-ranlib",
    SIZETOOL="arm-none-eabi-size",
    ARFLAGS=["rc"],
    PROGNAME="firmware",
    PROGSUFFIX=".elf",
    SIZEPROGREGEXP=r"^(?:\.text|\.data|\.ARM\.exidx|\.ARM\.extab)\s+(\d+).*",
    SIZEDATAREGEXP=r"^(?:\.data|\.bss)\s+(\d+).*",
    SIZECHECKCMD="$SIZETOOL -A -d $SOURCES",
    LDSCRIPT_PATH=os.path.join(runtime, "mps2_an386.ld"),
)
env.Append(
    ASFLAGS=machine,
    ASPPFLAGS=["-x", "assembler-with-cpp"],
    CCFLAGS=[*machine, "-Os", "-Wall", "-ffunction-sections", "-fdata-sections"],
    CXXFLAGS=["-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"],
    LINKFLAGS=[*machine, "--specs=nano.specs", "-nostartfiles", "-Wl,--gc-sections"],
    LIBS=["m"],
)
env.BuildSources("$BUILD_DIR/runtime", runtime)

program = env.BuildProgram()
show_size = env.VerboseAction("$SIZETOOL -A -d $SOURCES", "Calculating size $SOURCE")
AlwaysBuild(env.Alias("size", program, show_size))
Default(program)
