"""`python -m service.cli`: the program without its installed name."""

from __future__ import annotations

import sys

from service.cli.program import main

if __name__ == "__main__":
    sys.exit(main())
