from platformio.platform.base import PlatformBase


class NativePlatform(PlatformBase):
    """Needs no package of its own: compiler and linker come from PATH."""
