"""Objects that each service of a test would create, created before its process is forked."""

from __future__ import annotations

from service.app import routes

__all__ = ["ROUTES"]

ROUTES = routes()
"""The routes, as `onrecord serve` has them before it forks its workers."""
