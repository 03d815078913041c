"""Columns of places: their names and their degrees."""

from __future__ import annotations

from typing import Any

from service.interchange.guessing.assignment import Assignment
from service.interchange.guessing.columns.seen_table import SeenTable

__all__ = ["guess_places"]


def guess_places(table: SeenTable, roles: Assignment) -> list[dict[str, Any]]:
    """Named places, wider ones after the others; the degrees belong to the first one. If no column
    has names, a place is named by its degrees."""
    columns = sorted(roles.all("place"), key=lambda c: "place" not in table.meanings[c])
    named: list[dict[str, Any]] = [{"name": table.expression(c, clean=True)} for c in columns]
    degrees = _degrees(table, roles)
    if degrees and not named:
        named.append({"name": _name_by_degrees(table, roles)})
    if named:
        named[0] |= degrees
    return named


def _degrees(table: SeenTable, roles: Assignment) -> dict[str, Any]:
    latitude, longitude = roles.one("latitude"), roles.one("longitude")
    if latitude and longitude:
        return {"latitude": {"column": latitude}, "longitude": {"column": longitude}}
    if both := roles.one("coordinates"):
        sign = ";" if all(";" in text for text in table.filled(both)) else ","
        place = {"column": both, "split": sign}
        return {"latitude": place | {"take": 1}, "longitude": place | {"take": 2}}
    return {}


def _name_by_degrees(table: SeenTable, roles: Assignment) -> dict[str, Any]:
    both = [c for c in (roles.one("latitude"), roles.one("longitude")) if c]
    if len(both) > 1 and all(map(table.fits_template, both)):
        return {"template": ", ".join(f"{{{column}}}" for column in both)}
    return {"column": roles.one("coordinates") or both[0], "clean": True}
