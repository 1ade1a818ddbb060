"""Set-up and checks of this project: PlatformIO's packages, compilers, the test run."""
