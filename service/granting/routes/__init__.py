"""The calls about keys, grants, sessions and oneself.

What they do is decided in `service.granting`.

Tested elsewhere:
- `tests/acceptance/test_granting.py`: `asking`, `grants`, `granting`, `keys`
- `tests/acceptance/test_open_id.py`: `identity`
- `tests/acceptance/test_sessions.py`: `sessions`
"""

from __future__ import annotations

from typing import Final

from service.granting.routes import asking, grants, identity, keys, sessions
from service.granting.routes.granting import Granting

__all__ = ["HANDLERS", "Granting"]

HANDLERS: Final = (
    *asking.HANDLERS,
    *keys.HANDLERS,
    *grants.HANDLERS,
    *sessions.HANDLERS,
    *identity.HANDLERS,
)
"""Every call about access. Their handlers get `granting`."""
