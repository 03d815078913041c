"""What each service of a test would load and create, before its process is forked."""

from __future__ import annotations

from projections.queries.columns.cached_columns import load_libraries
from service.app import routes

__all__ = ["ROUTES"]

load_libraries()
ROUTES = routes()
"""The routes, as `onrecord serve` has them before it forks its workers."""
