"""PlatformIO's packages where its registry does not answer."""
