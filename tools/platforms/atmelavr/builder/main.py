"""SCons script: builds, measures and uploads AVR firmware with the tools on PATH."""

from SCons.Script import COMMAND_LINE_TARGETS, AlwaysBuild, Builder, Default, DefaultEnvironment

env = DefaultEnvironment()
env.Replace(
    AR="avr-gcc-ar",
    AS="avr-as",
    CC="avr-gcc",
    CXX="avr-g++",
    OBJCOPY="avr-objcopy",
    RANLIB="avr-gcc-ranlib",
    SIZETOOL="avr-size",
    ARFLAGS=["rc"],
    PROGNAME="firmware",
    PROGSUFFIX=".elf",
    SIZEPROGREGEXP=r"^(?:\.text|\.data|\.bootloader)\s+(\d+).*",
    SIZEDATAREGEXP=r"^(?:\.data|\.bss|\.noinit)\s+(\d+).*",
    SIZECHECKCMD="$SIZETOOL -A -d $SOURCES",
    SIZEPRINTCMD="$SIZETOOL -A -d $SOURCES",
    UPLOADER="avrdude",
    UPLOADERFLAGS=["-p", "$BOARD_MCU", "-c", "$UPLOAD_PROTOCOL", "-b", "$UPLOAD_SPEED", "-D"],
    UPLOADCMD='$UPLOADER $UPLOADERFLAGS -P "$UPLOAD_PORT" -U flash:w:$SOURCES:i',
)
to_hex = env.VerboseAction("$OBJCOPY -O ihex -R .eeprom $SOURCES $TARGET", "Building $TARGET")
env.Append(BUILDERS={"ElfToHex": Builder(action=to_hex, suffix=".hex")})

if "nobuild" in COMMAND_LINE_TARGETS:
    elf = "$BUILD_DIR/${PROGNAME}.elf"
    firmware = "$BUILD_DIR/${PROGNAME}.hex"
else:
    elf = env.BuildProgram()
    firmware = env.ElfToHex("$BUILD_DIR/${PROGNAME}", elf)
    env.Depends(firmware, "checkprogsize")

AlwaysBuild(env.Alias("nobuild", firmware))
AlwaysBuild(env.Alias("buildprog", firmware, firmware))
AlwaysBuild(env.Alias("size", elf, env.VerboseAction("$SIZEPRINTCMD", "Calculating size $SOURCE")))


def find_port(target, source, env):
    """Pick the serial port, except where upload_command replaces the uploader."""
    if env.subst("$UPLOAD_PROTOCOL") != "custom":
        env.AutodetectUploadPort()


upload = [
    env.VerboseAction(find_port, "Looking for upload port..."),
    env.VerboseAction("$UPLOADCMD", "Uploading $SOURCE"),
]
AlwaysBuild(env.Alias("upload", firmware, upload))
Default(firmware)
