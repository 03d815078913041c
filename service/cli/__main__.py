"""`python -m service.cli`: runs the program without its installed name."""

from __future__ import annotations

import sys

from service.cli import main

if __name__ == "__main__":
    sys.exit(main())
