"""What each service of a test would make anew, made before its process is forked."""

from __future__ import annotations

from service.app import routes

__all__ = ["ROUTES"]

ROUTES = routes()
"""As `onrecord serve` has them before it forks its workers."""
