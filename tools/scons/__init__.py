"""Scripts that PlatformIO runs before and after a build, and what they compute."""
