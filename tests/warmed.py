"""What each service of a test would work out anew, worked out before its process is forked."""

from __future__ import annotations

from service.app import HANDLERS

__all__ = ["SIGNATURES"]

SIGNATURES = [each.parsed_fn_signature for each in HANDLERS]
"""A handler keeps what it has read of its function, and an application takes it over."""
