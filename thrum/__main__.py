"""`python -m thrum` is the command `thrum`."""

from __future__ import annotations

import sys

from thrum.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
