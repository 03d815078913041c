"""What the service takes and answers, written down: as a document for programs, a page for people.

The operations are tables (`reading`, `writing`, `operations`); the schemas come from the types
that the program itself uses. Tests hold the tables against the routes and the running service.
"""

from __future__ import annotations

from service.openapi.document import document
from service.openapi.page import show_docs, show_document

__all__ = ["document", "show_docs", "show_document"]
