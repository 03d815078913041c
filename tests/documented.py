"""The document of the service, made once for all tests that read it."""

from __future__ import annotations

from typing import Final

from service.app import OPERATIONS
from service.openapi.document import Document

__all__ = ["DOCUMENT"]

DOCUMENT: Final = Document(OPERATIONS).content
"""Nobody changes it: those who want another one copy it."""
