"""What our own exports of prose have: the text with facts for readers below it, and who said it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from service.interchange.mappings.operations.exact_text import ExactText
from service.interchange.tables.row import Cell

__all__ = ["own_source", "own_speakers", "text_above_facts"]

_BETWEEN: Final = "\n\n"


def text_above_facts(content: str) -> str:
    """The text of the statement, exactly; empty if there is none above a paragraph of facts. No
    fact has an empty line in it."""
    text, _, _ = content.rpartition(_BETWEEN)
    return ExactText(text) if text else ""


def own_source(link: str) -> dict[str, Cell]:
    """The source of a statement: the page of the statement itself is none."""
    return {"title": "", "feed": "", "published": "", "link": link}


def own_speakers(said: Mapping[str, Any]) -> dict[str, Cell]:
    """Who said a statement, and through whom it came, one list for each part."""
    together, via = (
        each if isinstance(each, list) else [] for each in (said.get("with"), said.get("via"))
    )
    chain = [each for each in via if isinstance(each, Mapping)]
    return {
        "speaker": str(said.get("by") or ""),
        "further speakers": tuple(map(str, together)),
        **{
            f"via {name}": tuple(str(each.get(name) or "") for each in chain)
            for name in ("actor", "role", "on")
        },
    }
