"""The log on Redis or Valkey. `driver` alone imports redis: no other module sees its errors."""

from __future__ import annotations

from events.redis_log.log import RedisLog, open_redis_log
from events.redis_log.opening import NoLog

__all__ = ["NoLog", "RedisLog", "open_redis_log"]
