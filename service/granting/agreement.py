"""The agreement of all workers: a change of access is answered once each worker decides by it."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Final

from service.tally import POLICY, Tally

__all__ = ["agreed"]

_LIMIT: Final = 1.0
"""Seconds that a worker has, as promised for every host."""
_PAUSE: Final = 0.002


async def agreed(tally: Tally, revision: int) -> bool:
    """Wait at most a second until every worker on this host decides by the policy of `revision`, or
    of a later one. Returns whether all do. A worker without a policy answers no request, so it is
    not waited for."""
    end = monotonic() + _LIMIT
    while any(0 < held < revision for (held,) in tally.rows_of(POLICY)):
        if monotonic() > end:
            return False
        await asyncio.sleep(_PAUSE)  # noqa: TID251 - memory that is shared tells nobody of a change
    return True
