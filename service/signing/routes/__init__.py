"""The calls that prove: signed checkpoints, keys, proofs, and the tiles of C2SP tlog-tiles.

The modules of `service.signing` sign the checkpoints and raise the alarms.

Tested elsewhere:
- `tests/acceptance/test_audit.py`: `checkpoints`, `proofs`, `tiles`
- `tests/acceptance/test_openapi.py`: `operation`
"""

from __future__ import annotations

from typing import Final

from service.signing.routes import checkpoints, proofs, tiles

__all__ = ["HANDLERS"]

HANDLERS: Final = (*checkpoints.HANDLERS, *proofs.HANDLERS, *tiles.HANDLERS)
