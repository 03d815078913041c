"""Statements as the API shows them, of any fields, drawn by hypothesis."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from tests.unit.service.interchange.writers.made import shown_json

_VISIBLE: Final = st.sampled_from("=+-@'\"¦|;,<>&\\()/#é한中ж\U0001f600abcXYZ012")
_WORDS: Final = st.text(_VISIBLE, min_size=1, max_size=8)
_NAMES: Final = st.lists(_WORDS, min_size=1, max_size=3).map(" ".join)
_PROSE: Final = st.builds(
    "{}{}{}".format,
    st.text(st.sampled_from("\n\t ="), max_size=2),
    _WORDS,
    st.text(_VISIBLE | st.sampled_from("\n\r\t \x07\ufffe\u2028"), max_size=40),
) | st.sampled_from([r'\"a"', r'\" "', "\u00a0x\u3000", "'=x", "¦"])
_COLUMN_NAMES: Final = _NAMES | st.sampled_from(
    ["a  b", "\ufeffa", "x\n", "extra.a", "a (2)", "value"]
)
_EXTRA_TEXTS: Final = _PROSE | st.sampled_from(["", " "])
_LINKS: Final = st.sampled_from(
    ["https://example.org/a?b=c&d=%20#e", "http://example.org/;x,y", "https://例え.jp/¦"]
)
_DATES: Final = st.sampled_from(
    [
        "2024",
        "2024-10",
        "2024-10-13",
        "2024-10-13T09:30:00Z",
        "2024-10-13T23:30:00+03:00",
        "2024-10-13/2024-10-20",
        "2025-04~",
        "/2025-04~",
        "2024-10/..",
        "../2024",
        "202X",
        "{2024-10,2025-04}",
        "2024-24",
        "-0044-03-15",
        "Y-170000002",
        "2024-02-29/2025-06~",
        "9999-12-31",
        "1950S2",
    ]
)
_DECIMALS: Final = st.sampled_from(["0", "-3", "0.25", "11000", "123456789012345678901234567890"])
_DEGREES: Final = st.floats(-90, 90, allow_nan=False)


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def _some(items: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, max_size=most)


_PLACES: Final = st.builds(
    lambda name, point: {"name": name, "latitude": point[0], "longitude": point[1]},
    _NAMES,
    st.just((None, None)) | st.tuples(_DEGREES, _DEGREES),
)
_QUANTITIES: Final = st.builds(
    lambda what, range_, unit, qualifier: {
        "what": what,
        "low": range_[0],
        "best": "0" if range_ == (None, None) else None,
        "high": range_[1],
        "unit": unit,
        "qualifier": qualifier,
    },
    _NAMES,
    st.sampled_from([("1", None), (None, "7"), ("-3", "0.25"), (None, None)]),
    _NAMES,
    _maybe(st.sampled_from(["about", "at-least"])),
)
_SOURCES: Final = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["s1", "s2", "статья-3"]),
        "title": _NAMES,
        "publisher": _maybe(_NAMES),
        "url": _maybe(_LINKS),
        "published": _maybe(_DATES),
        "quote": _maybe(_PROSE),
        "locator": _maybe(_PROSE),
        "archive_url": _maybe(_LINKS),
        "sha256": st.none() | st.just("5c" * 32),
        "retrieved_at": st.none() | st.just("2025-05-01T10:00:00Z"),
    }
)
_VIA: Final = st.fixed_dictionaries(
    {"actor": _NAMES, "role": st.just("agency"), "on": _maybe(_DATES)}
)
_RATINGS: Final = st.fixed_dictionaries(
    {
        "label": _NAMES,
        "value": _maybe(_DECIMALS),
        "best": _maybe(_DECIMALS),
        "worst": _maybe(_DECIMALS),
    }
)
_ORIGINS: Final = st.fixed_dictionaries(
    {
        "dataset": st.just("ged"),
        "id": _maybe(st.just("7")),
        "url": _maybe(_LINKS),
        "sha256": st.none(),
    }
)
_AGAIN: Final = "\0"
"""Stands for who said the statement."""
_FIELDS: Final = {
    "text": _PROSE,
    "kind": st.sampled_from(["claim", "report"]),
    "language": st.sampled_from(["en", "uk", "ko-KR"]),
    "by": _maybe(_NAMES),
    "with_": _some(_NAMES | st.just(_AGAIN)),
    "on": _maybe(_DATES),
    "via": _some(_VIA),
    "occurred": _maybe(_DATES),
    "about": _some(st.fixed_dictionaries({"actor": _NAMES, "role": _maybe(st.just("target"))})),
    "places": _some(_PLACES),
    "quantities": _some(_QUANTITIES),
    "sources": _some(_SOURCES),
    "rating": _maybe(_RATINGS),
    "tags": st.lists(st.sampled_from(["war", "мир", "a-1"])),
    "origin": _maybe(_ORIGINS),
    "extra": st.dictionaries(_COLUMN_NAMES, _EXTRA_TEXTS, max_size=3),
}


def _stated(fields: dict[str, Any]) -> dict[str, Any]:
    speaker = fields["by"] or "KCNA"
    with_ = [speaker if name == _AGAIN else name for name in fields["with_"]]
    return shown_json(**(fields | {"with_": with_}))


def statements(**fixed: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Statements as the API shows them, of any fields that the rules admit, but for `fixed`. The
    strategies are made once: one that is made for each example takes longer than its example."""
    certain = {name: st.just(value) for name, value in fixed.items()}
    return st.fixed_dictionaries(_FIELDS | certain).map(_stated)
