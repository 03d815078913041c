"""Corrections: JSON merge patches of a statement."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from events.errors import Rejected
from events.statement.correction import corrected, merged
from events.statement.invisible import is_blank
from events.statement.statement import AboutActor, Said, Statement, Via
from tests.rows import each_row

BASE = Statement(
    id="a",
    kind="claim",
    text="Kursk is ours.",
    language="ko",
    said=Said(by="Gerasimov", on="2025-04-26", via=(Via(actor="KCNA", role="agency"),)),
    occurred="2025-04",
    tags=("kursk",),
)


@each_row(
    ("changes", "field", "value"),
    [
        ({"text": "Part of Kursk is ours."}, "text", "Part of Kursk is ours."),
        ({"occurred": None}, "occurred", None),
        ({"tags": None}, "tags", ()),
        ({"tags": ["a", "b"]}, "tags", ("a", "b")),
        ({"language": None}, "language", "en"),
        ({"said": {"on": None}}, "said", Said(by="Gerasimov", on=None, via=BASE.said.via)),
        ({"said": {"via": None}}, "said", Said(by="Gerasimov", on="2025-04-26")),
    ],
)
def test_a_patch_sets_and_removes_members(changes: dict[str, Any], field: str, value: Any) -> None:
    """What the patch names is set, what it removes takes its default, the rest stays."""
    after = corrected(BASE, changes)
    assert getattr(after, field) == value
    untouched = [name for name in Statement.__struct_fields__ if name != field]
    assert all(getattr(after, name) == getattr(BASE, name) for name in untouched)


@each_row(
    ("changes", "path"),
    [
        ({}, "/changes"),
        ({"text": "Kursk is ours."}, "/changes"),
        ({"id": "b"}, "/changes/id"),
        ({"id": None}, "/changes/id"),
        ({"colour": "red"}, "/changes/colour"),
        ({"colour": None}, "/changes/colour"),
        ({"said": {"where": "Moscow"}}, "/changes/said/where"),
        ({"said": {"where": None}}, "/changes/said/where"),
        ({"kind": None}, "/changes/kind"),
        ({"kind": "rumour"}, "/changes/kind"),
        ({"said": None}, "/changes/said"),
        ({"said": {"by": 7}}, "/changes/said/by"),
        ({"about": ["KCNA", "a  b"]}, "/changes/about/1"),
        ({"about": [{"actor": "a  b"}]}, "/changes/about/0/actor"),
        ({"rating": {"value": "3"}, "text": "y"}, "/changes/rating/label"),
        ({"extra": {"a/b": 7}}, "/changes/extra/a~1b"),
        ({"occurred": "2025-13"}, "/changes/occurred"),
        ({"occurred": 10**40}, "/changes/occurred"),
        (
            {"quantities": [{"what": "w", "unit": "u", "low": "9", "high": "1"}]},
            "/changes/quantities/0/low",
        ),
        ({"places": {"0": {"name": "Kursk"}}}, "/changes/places"),
    ],
)
def test_a_patch_that_the_rules_refuse_says_where(changes: dict[str, Any], path: str) -> None:
    """Each refusal is Rejected with a pointer into `changes`."""
    with pytest.raises(Rejected) as caught:
        corrected(BASE, changes)
    assert [fault.path for fault in caught.value.faults] == [path]


def test_what_a_patch_removes_takes_its_default() -> None:
    """A speaker that is taken back is unknown, columns and an origin go one by one."""
    added = corrected(
        BASE, {"origin": {"id": "1"}, "extra": {"a": "1", "b": "2"}, "about": ["x"], "tags": ["Ä"]}
    )
    assert (added.about, added.tags) == ((AboutActor(actor="x"),), ("ä",))
    changes = {"said": {"by": None}, "origin": {"id": None}, "extra": {"a": None}, "about": None}
    after = corrected(added, changes)
    assert (after.said.by, after.said.on) == (None, BASE.said.on)
    assert (after.origin, after.extra, after.about) == (None, {"b": "2"}, ())
    assert merged(added, changes) == after


def test_a_patch_without_end_is_refused_and_not_a_crash() -> None:
    """Nesting beyond the interpreter's depth is Rejected."""
    changes: dict[str, Any] = {}
    inner = changes
    for _ in range(5_000):
        inner["said"] = {}
        inner = inner["said"]
    with pytest.raises(Rejected):
        corrected(BASE, {"occurred": changes})


@given(text=st.text(min_size=1, max_size=20), tags=st.lists(st.sampled_from("abc"), max_size=3))
def test_folding_a_correction_gives_what_was_decided(text: str, tags: list[str]) -> None:
    """What the fold merges is the statement that the command accepted."""
    changes: dict[str, Any] = {"text": text, "tags": tags, "occurred": None}
    try:
        accepted = corrected(BASE, changes)
    except Rejected:
        assert "\0" in text or is_blank(text)
    else:
        assert merged(BASE, changes) == accepted


def test_a_refusal_is_not_longer_than_it_must_be() -> None:
    """Long names are cut off, and of many faults a hundred are reported."""
    with pytest.raises(Rejected) as caught:
        corrected(BASE, {"k" * 1_000_000: 1, "said": {"k" * 1_000_000: 1}})
    assert all(len(fault.path) + len(fault.message) < 500 for fault in caught.value.faults)
    with pytest.raises(Rejected) as caught:
        corrected(BASE, {f"k{n}": n for n in range(1_000)})
    assert len(caught.value.faults) == 100


def test_a_wrong_word_in_a_correction_is_told_the_right_ones() -> None:
    """As in a statement."""
    with pytest.raises(Rejected, match="prediction"):
        corrected(BASE, {"kind": "rumour"})


def test_a_correction_answers_only_for_what_it_writes() -> None:
    """A statement that was recorded under milder rules can be corrected member by member; what
    the correction itself writes is held to the rules of today, even where it was so before."""
    said = Said(by="Gerasimov", on="2024/25", via=BASE.said.via)
    old = structs.replace(BASE, occurred="2024/25", said=said)
    assert corrected(old, {"text": "Part of Kursk is ours."}).occurred == "2024/25"
    assert corrected(old, {"said": {"by": "Ukraine"}}).said.on == "2024/25"
    for changes, path in (
        ({"text": "x", "occurred": "2024/25"}, "/changes/occurred"),
        ({"said": {"on": "2024/25", "by": "Ukraine"}}, "/changes/said/on"),
    ):
        with pytest.raises(Rejected) as caught:
            corrected(old, changes)
        assert [fault.path for fault in caught.value.faults] == [path]


def test_a_patch_that_is_wrong_in_several_ways_says_all() -> None:
    """Wrong types, words, dates and lengths, at the members of the patch."""
    wrong = {"kind": "rumour", "text": 7, "occurred": "2025-13", "said": {"on": "x", "via": [{}]}}
    with pytest.raises(Rejected) as caught:
        corrected(BASE, wrong)
    assert [fault.path for fault in caught.value.faults] == [
        "/changes/kind",
        "/changes/occurred",
        "/changes/said/on",
        "/changes/said/via/0/actor",
        "/changes/said/via/0/role",
        "/changes/text",
    ]
