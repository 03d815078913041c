"""Statements as the document shows them."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["BARE_STATEMENT", "STATEMENT_WITH_SOURCE"]

STATEMENT_WITH_SOURCE: Final[dict[str, Any]] = {
    "id": "kcna-confirmation",
    "kind": "confirmation",
    "text": "North Korea confirmed that its troops fought in the Kursk region.",
    "said": {
        "by": "Central Military Commission",
        "on": "2025-04~",
        "via": [{"actor": "KCNA", "role": "agency"}],
    },
    "occurred": "2024-10/2025-04",
    "sources": [{"id": "article", "title": "North Korea confirms troops", "published": "2025-04~"}],
    "tags": ["troops"],
}
BARE_STATEMENT: Final[dict[str, Any]] = {
    "kind": "claim",
    "text": "Kursk is free.",
    "said": {"by": "Gerasimov", "on": None},
}
