import os

from platformio.platform.base import PlatformBase


class AtmelavrPlatform(PlatformBase):
    """Takes avrdude and simavr from PATH; the packages are links and placeholders.

    avr-gcc is the package that tools/offline/avr_gcc.py made, or the one on PATH: without the
    package, and with THRUM_AVR_GCC=system.
    """

    def configure_default_packages(self, options, targets):
        """Leave the toolchain out where the user wants the compiler on PATH."""
        if os.environ.get("THRUM_AVR_GCC") == "system":
            self.packages.pop("toolchain-atmelavr", None)
        return super().configure_default_packages(options, targets)
