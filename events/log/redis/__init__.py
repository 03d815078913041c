"""The log on Redis or Valkey: its keys, its scripts, and the calls that keep the contract.

Only modules of `driver` import redis, so no other module sees its errors. What any log must do
belongs to `events.log.contract`.

Tested elsewhere:
- `tests/contract/test_log.py`: `appender`, `log`, `notices`, `publisher`
- `tests/integration/test_arrivals.py`: `arrivals`
- `tests/integration/test_fitness.py`: `fitness`
- `tests/integration/test_questions.py`: `questions`
- `tests/integration/test_redis_log_opening.py`: `opening`
- `tests/integration/test_redis_log_server.py`: `server`
- `tests/integration/test_settling.py`: `settling`
"""

from __future__ import annotations

from events.log.redis.log import RedisLog, open_redis_log
from events.log.redis.opening import NoLog

__all__ = ["NoLog", "RedisLog", "open_redis_log"]
