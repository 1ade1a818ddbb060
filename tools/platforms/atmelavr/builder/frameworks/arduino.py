"""SCons script: the Arduino core, with the flags of PlatformIO's own atmelavr 5.2.0."""

from pathlib import Path

from SCons.Script import DefaultEnvironment

env = DefaultEnvironment()
board = env.BoardConfig()
framework = Path(env.PioPlatform().get_package_dir("framework-arduino-avr"))
core = framework / "cores" / board.get("build.core")
variant = framework / "variants" / board.get("build.variant")

env.Append(
    ASFLAGS=["-mmcu=$BOARD_MCU"],
    ASPPFLAGS=["-x", "assembler-with-cpp"],
    CFLAGS=["-std=gnu11", "-fno-fat-lto-objects"],
    CCFLAGS=[
        "-mmcu=$BOARD_MCU",
        "-Os",
        "-Wall",
        "-ffunction-sections",
        "-fdata-sections",
        "-flto",
    ],
    CXXFLAGS=["-std=gnu++11", "-fno-exceptions", "-fno-threadsafe-statics", "-fpermissive"],
    LINKFLAGS=["-mmcu=$BOARD_MCU", "-Os", "-Wl,--gc-sections", "-flto", "-fuse-linker-plugin"],
    CPPDEFINES=[
        ("F_CPU", "$BOARD_F_CPU"),
        "ARDUINO_ARCH_AVR",
        ("ARDUINO", 10808),
        ("DECIMAL_DIG", "__DECIMAL_DIG__"),  # core 1.8.7 uses it, avr-libc for gcc 5.4 lacks it
    ],
    LIBS=["m"],
    LIBSOURCE_DIRS=[str(framework / "libraries")],
    CPPPATH=[str(core), str(variant)],
)
env.Prepend(LIBS=[env.BuildLibrary("$BUILD_DIR/FrameworkArduino", str(core))])
