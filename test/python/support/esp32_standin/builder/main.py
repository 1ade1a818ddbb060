"""SCons script: an image without a compiler, uploaded with the real platform's esptool options."""

from pathlib import Path

from SCons.Script import AlwaysBuild, Default, DefaultEnvironment

env = DefaultEnvironment()
board = env.BoardConfig()


def write_image(target, source, env):
    """64 KB with esptool's magic byte in front and no two equal sectors."""
    content = bytes((i * 7 + (i >> 12)) & 0xFF for i in range(65536))
    Path(str(target[0])).write_bytes(b"\xe9" + content[1:])


env.Replace(
    UPLOADERFLAGS=[
        "--chip",
        board.get("build.mcu"),
        "--port",
        '"$UPLOAD_PORT"',
        "--baud",
        "$UPLOAD_SPEED",
        "--before",
        "default_reset",
        "--after",
        "hard_reset",
        "write_flash",
        "-z",
        "--flash_size",
        board.get("upload.flash_size"),
    ],
    UPLOADCMD='"$PYTHONEXE" -m esptool $UPLOADERFLAGS 0x10000 $SOURCE',
)
image = env.Command("$BUILD_DIR/firmware.bin", [], env.VerboseAction(write_image, "Making $TARGET"))
upload = [
    env.VerboseAction(env.AutodetectUploadPort, "Looking for upload port..."),
    env.VerboseAction("$UPLOADCMD", "Uploading $SOURCE"),
]
AlwaysBuild(env.Alias("upload", image, upload))
Default(image)
