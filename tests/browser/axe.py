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
_ASKED: Final = """rules => {
    const exclude = ["[data-alike]"];
    return axe.run({ exclude }, { runOnly: rules, resultTypes: ["violations"] });
}"""
"""Of a rule that holds one element is told: to tell each took longer than to judge them all."""
_ALIKE: Final = """() => {
    const form = (part) => [
        part.tagName,
        ...[...part.attributes]
            .filter(({ name }) => /^(class|style|role|hidden|aria-current|data-.*ing)$/.test(name))
            .map(({ name, value }) => `${name}=${value}`),
        ...[...part.children].map(form),
    ].join();
    const known = new Set();
    for (const item of document.querySelectorAll("li")) {
        const found = `${form(item.parentElement.cloneNode(false))} ${form(item)}`;
        item.toggleAttribute("data-alike", known.has(found));
        known.add(found);
    }
}"""
"""Marks each item of a list of which another one has the form: the same elements with the same
classes, standing and state."""


class Axe:
    """What axe-core says of the document that a page shows now."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.evaluate(_PROGRAM)

    def judge(self, rules: Any = RULES) -> tuple[list[Any], list[str]]:
        """Each broken rule with the first elements that break it, and the rules that hold. Of items
        of lists that are alike the first is judged."""
        self._page.evaluate(_ALIKE)
        found = self._page.evaluate(_ASKED, rules)
        broken = [
            (each["id"], [node["html"][:160] for node in each["nodes"][:3]])
            for each in found["violations"]
        ]
        return broken, [each["id"] for each in found["passes"]]
