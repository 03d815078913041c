"""The place of the next event in a JSON document, and whether it is among the rows."""

from __future__ import annotations

from typing import Any, Final

from service.interchange.tables.limits import TableRefused

__all__ = ["DocumentPlace"]

_DEEPEST_DOCUMENT: Final = 64
_MOST_OTHERS: Final = 20
"""The most arrays that are counted besides the rows."""


class DocumentPlace:
    """The place of the next event in a document: its depth, its names, and whether it is among the
    rows."""

    def __init__(self, property_: str | None) -> None:
        self._property = property_
        self._names: list[str | None] = []
        self._opened: int | None = None
        self._rows: int | None = None

    @property
    def is_among_rows(self) -> bool:
        """Whether the next event begins a row, or ends the rows."""
        return self._rows == len(self._names)

    @property
    def is_behind_rows(self) -> bool:
        """Whether the rows have ended."""
        return self._rows is not None and len(self._names) < self._rows

    def begins_row(self, event: str, value: Any) -> bool:
        """Process an event that begins something. Returns whether that is a row."""
        depth = len(self._names)
        is_row = event != "end_array" and (self.is_among_rows or self._begins_rows(event, depth))
        if is_row:
            self._rows = depth
        if event == "map_key":
            self._names[-1] = value
        elif event in ("start_map", "start_array"):
            if event == "start_array" and self._rows is None and self._is_wanted():
                self._opened = depth + 1
            self._names.append(None)
            if len(self._names) > _DEEPEST_DOCUMENT:
                reason = f"The file nests more than {_DEEPEST_DOCUMENT} levels."
                raise TableRefused(reason, "Give the rows as a plain list of objects.")
        elif self._opened == depth and self._rows is None and event != "end_array":
            self._opened = None  # a list of something else
        return is_row

    def _begins_rows(self, event: str, depth: int) -> bool:
        """Whether the first row begins: an object in an array, or anything in the requested array
        or in an array that is the document itself."""
        if self._rows is not None or self._opened != depth:
            return False
        is_certain = self._property is not None or depth == 1
        return event == "start_map" or (is_certain and event != "start_array")

    def leave(self, event: str) -> None:
        """Process an event that ends something."""
        if event in ("end_map", "end_array"):
            self._names.pop()

    def pass_over(self, event: str, value: Any, others: dict[str, int]) -> None:
        """Process an event behind the rows. An object in an array that `property` could name is
        counted there by the name of the array."""
        names = self._names
        if event == "map_key":
            names[-1] = value
        elif event in ("start_map", "start_array"):
            *above, within = names
            if event == "start_map" and within is None and None not in above:
                name = ".".join(filter(None, above))
                if name in others or len(others) < _MOST_OTHERS:
                    others[name] = others.get(name, 0) + 1
            names.append("" if event == "start_map" else None)
        else:
            self.leave(event)

    def _is_wanted(self) -> bool:
        below = ".".join(name for name in self._names if name is not None)
        return self._property is None or below == self._property
