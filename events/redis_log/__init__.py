"""The log on Redis or Valkey. `driver` alone imports redis: no other module sees its errors."""

from __future__ import annotations

from events.redis_log.log import RedisLog, open_redis_log

__all__ = ["RedisLog", "open_redis_log"]
