"""The root of the family of errors."""

from __future__ import annotations

__all__ = [
    "OnrecordError",
]


class OnrecordError(Exception):
    """The root: everything onrecord raises on purpose."""
