"""The project's Python, the machine's compilers and simulators, every check: `make test`."""
