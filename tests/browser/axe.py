"""axe-core, asked of a page whose policy lets a script from outside look into it."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import Page

__all__ = ["OF_COLOURS", "RULES", "Axe"]

_PROGRAM: Final = (files("axe_playwright_python") / "axe.min.js").read_text()
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS: Final = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""Those that look at colours."""
_ASKED: Final = "rules => axe.run({ runOnly: rules, resultTypes: ['violations'] })"
"""Of a rule that holds one element is told: to tell each took longer than to judge them all."""


class Axe:
    """What axe-core says of the document that a page shows now."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.evaluate(_PROGRAM)

    def judge(self, rules: Any = RULES) -> tuple[list[Any], list[str]]:
        """Each broken rule with the first elements that break it, and the rules that hold."""
        found = self._page.evaluate(_ASKED, rules)
        broken = [
            (each["id"], [node["html"][:160] for node in each["nodes"][:3]])
            for each in found["violations"]
        ]
        return broken, [each["id"] for each in found["passes"]]
