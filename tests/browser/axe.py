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
    const says = /^(class|style|role|hidden|aria-current|data-(?!testid|[a-z]+-id).*)$/;
    const own = (part) => [part.tagName, ...[...part.attributes]
        .filter(({ name }) => says.test(name)).map(({ name, value }) => `${name}=${value}`)].join();
    const form = (part) => own(part) + form.of(part.parentElement, part);
    form.of = (parent, part) => " " + (part.tagName === "LI" ? own(parent) : form(parent));
    const known = new Set();
    for (const part of document.querySelectorAll("li, li *")) {
        if (part.children.length) continue;
        const found = form(part);
        part.toggleAttribute("data-alike", known.has(found));
        known.add(found);
    }
}"""
"""Marks each element of a list that has no others in it and is like an earlier one: the same
elements with the same classes, standing and state around it."""


class Axe:
    """What axe-core says of the document that a page shows now."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.evaluate(_PROGRAM)

    def judge(self, rules: Any = RULES) -> tuple[list[Any], list[str]]:
        """Each broken rule with the first elements that break it, and the rules that hold. Of parts
        of lists that are alike the first is judged."""
        self._page.evaluate(_ALIKE)
        found = self._page.evaluate(_ASKED, rules)
        broken = [
            (each["id"], [node["html"][:160] for node in each["nodes"][:3]])
            for each in found["violations"]
        ]
        return broken, [each["id"] for each in found["passes"]]
