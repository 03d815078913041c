"""Rates, as settings have them."""

from __future__ import annotations

import pytest

from service.settings.rate import Rate, parse_rate
from tests.rows import each_row


def test_a_rate_has_a_unit() -> None:
    """A number alone is by the second; what is off has no rate. It is shown as it is written."""
    assert parse_rate("20/second") == parse_rate("20") == parse_rate("20 / Second") == Rate(20, 1)
    for text, seconds in (("5/minute", 60), ("5/hour", 3_600), ("5/day", 86_400)):
        rate = parse_rate(text)
        assert (rate, str(rate)) == (Rate(5, seconds), text)
    assert parse_rate("off") is parse_rate("0") is None


@each_row("text", ["", "-1", "0/second", "1.5/second", "20/week", "x", "20/", "١/day"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    """With what to write instead."""
    with pytest.raises(ValueError, match="such as 20/second"):
        parse_rate(text)
