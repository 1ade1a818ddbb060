from platformio.platform.base import PlatformBase


class AtmelavrPlatform(PlatformBase):
    """Takes avr-gcc, avrdude and simavr from PATH; the packages are links and placeholders."""
