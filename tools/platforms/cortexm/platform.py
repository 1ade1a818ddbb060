from platformio.platform.base import PlatformBase


class CortexmPlatform(PlatformBase):
    """Has no uploader: PlatformIO then runs the tests as programs of the host, under QEMU."""
