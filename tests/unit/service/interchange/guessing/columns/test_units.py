"""Units in the names of columns."""

from __future__ import annotations

from service.interchange.guessing.columns.units import unit_in_name
from tests.rows import each_row


@each_row(
    ("column", "name", "unit"),
    [
        ("Multa (€)", "Multa", "EUR"),
        ("Investment low (USD m)", "Investment low", "USD m"),
        ("reduction_pct", "reduction", "pct"),
        ("finance_usd_bn", "finance", "usd bn"),
        ("Women %", "Women", "%"),
        ("Охват (тыс.)", "Охват", "тыс."),
        ("Teilnehmer (Polizei)", "Teilnehmer (Polizei)", None),
        ("Qty (m)", "Qty (m)", None),
        ("hours", "hours", None),
    ],
)
def test_a_unit_is_found_in_brackets_or_at_the_end(
    column: str, name: str, unit: str | None
) -> None:
    """What stands in brackets otherwise, and a name that is nothing but a unit, has none."""
    assert unit_in_name(column) == (name, unit)
