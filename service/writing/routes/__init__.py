"""The calls that write. Each takes three steps: the request is read, the command is executed, and
the answer is made. The rules in `service.writing.rules` decide what a command may do.

Tested elsewhere:
- `tests/acceptance/test_write.py`: `actors`, `statements`, `steps`
- `tests/acceptance/test_commands.py`: `commands`
- `tests/unit/service/writing/proposing/test_reviewer.py`: `proposals`, `proposal_operations`
"""

from __future__ import annotations

from typing import Final

from service.writing.routes import actors, commands, proposals, statements
from service.writing.routes.steps import WriteSteps

__all__ = ["HANDLERS", "WriteSteps"]

HANDLERS: Final = (*statements.HANDLERS, *actors.HANDLERS, *commands.HANDLERS, *proposals.HANDLERS)
"""Every call that writes. Their handlers take `write`."""
