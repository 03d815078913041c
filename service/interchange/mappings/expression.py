"""An expression of a mapping: where one text of a statement comes from, and its operations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from events.errors import Fault
from events.statement.validation import validate
from service.interchange.mappings.operations.dates.date_pattern import PATTERN_NAMES, is_pattern

__all__ = ["SOURCES", "Expression", "is_expression", "read_expression"]

_FIELD: Final = re.compile(r"\{([^{}]*)\}")
SOURCES: Final = ("column", "value", "template")
_Separator = Annotated[str, Meta(min_length=1)]
_Number = Annotated[int, Meta(ge=1, le=1_000)]


class Expression(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """One source and its operations, which are applied in the order of these fields."""

    column: str | UnsetType = UNSET
    value: str | UnsetType = UNSET
    template: str | UnsetType = UNSET
    split: _Separator | tuple[_Separator, ...] | None = None
    take: str | _Number | None = None
    strip_html: bool = False
    clean: bool = False
    lookup: dict[str, str | None] | None = None
    else_: str | UnsetType | None = msgspec.field(default=UNSET, name="else")
    slug: bool = False
    date: str | tuple[str, ...] | None = None
    empty: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        if self.column is not UNSET:
            return (self.column,)
        return () if self.template is UNSET else tuple(_FIELD.findall(self.template))

    @property
    def separators(self) -> tuple[str, ...]:
        """The separators at which its text is split."""
        return (self.split,) if isinstance(self.split, str) else self.split or ()

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns of its dates."""
        return (self.date,) if isinstance(self.date, str) else self.date or ()

    @property
    def is_several(self) -> bool:
        """Whether it may give more than one text."""
        return self.split is not None and self.take is None

    def filled(self, texts: Mapping[str, str]) -> str:
        """The template with the texts of its columns."""
        template = "" if self.template is UNSET else self.template
        return _FIELD.sub(lambda found: texts[found[1]], template)


def is_expression(given: Any) -> bool:
    """Whether a part of a mapping is meant as an expression: it names a source. An object of fields
    may have a field called `value`, which is an object itself."""
    if not isinstance(given, dict):
        return False
    return any(name in given and not isinstance(given[name], dict) for name in SOURCES)


def read_expression(given: Any, at: str, faults: list[Fault]) -> Expression | None:
    """The expression at the pointer `at` of a mapping; None if it has faults, which are added to
    `faults`."""
    found, mended = validate(given, Expression)
    wrong = {fault.path.split("/")[1] for fault in found if fault.path}
    right = {name: value for name, value in mended.items() if name not in wrong}
    expression = msgspec.convert(right, Expression)
    found += [Fault(at, message) for at, message in _wrong(expression, wrong)]
    faults += [fault._replace(path=at + fault.path) for fault in found]
    return None if found else expression


def _wrong(expression: Expression, left_out: set[str]) -> list[tuple[str, str]]:
    """What is wrong with members of the right shape, apart from those that were left out."""
    found: list[tuple[str, str]] = []
    sources = [name for name in SOURCES if getattr(expression, name) is not UNSET]
    if len(sources) + len(left_out.intersection(SOURCES)) != 1:
        found.append(("", "An expression has exactly one of column, value and template."))
    if expression.template is not UNSET and re.search("[{}]", _FIELD.sub("", expression.template)):
        found.append(("/template", "Each { of a template needs its }, with a column between them."))
    if isinstance(expression.take, str) and expression.take not in ("first", "last"):
        found.append(("/take", "take is first, last or a number from 1."))
    if expression.take is not None and expression.split is None and "split" not in left_out:
        found.append(("/take", "take chooses among the parts that split makes; add split."))
    if expression.else_ is not UNSET and expression.lookup is None and "lookup" not in left_out:
        found.append(("/else", "else is for what a lookup does not find; add lookup."))
    for number, pattern in enumerate(expression.patterns):
        if not is_pattern(pattern):
            at = f"/date/{number}" if isinstance(expression.date, tuple) else "/date"
            found.append((at, f"{pattern!r} is no pattern. There are {PATTERN_NAMES}."))
    return found
