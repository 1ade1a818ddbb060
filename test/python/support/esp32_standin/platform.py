from platformio.platform.base import PlatformBase


class Espressif32Platform(PlatformBase):
    def is_embedded(self):
        return True
