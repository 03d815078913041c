"""The typed client against a real service: every call, and what each answers."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from events.statement.statement import Quantity, Said, Source, Statement
from service.client import (
    Client,
    CommandBody,
    Invalid,
    Lost,
    NotFound,
    NotModified,
    Recorded,
)
from tests.acceptance import typed_client
from tests.acceptance.typed_client import claim

client, timeline = typed_client.client, typed_client.timeline


async def test_a_timeline_is_opened_described_and_listed(client: Client, timeline: str) -> None:
    """201 the first time, 200 after it; the list of all has it once, whatever the pages."""
    described = await client.open_timeline(timeline, "Kursk region", description="Who said what.")
    assert (described.status, described.value.revision, described.revision) == (200, 2, 2)
    shown = (await client.timeline(timeline, min_revision=2)).value
    assert (shown.title, shown.description) == ("Kursk region", "Who said what.")
    assert [item.timeline async for item in client.every_timeline()].count(timeline) == 1
    assert len((await client.timelines(limit=1)).value.items) == 1


async def test_a_statement_comes_back_as_it_was_recorded(client: Client, timeline: str) -> None:
    """Every part that was sent is shown, with its standing and the bounds of its dates."""
    sent = Statement(
        id="count",
        kind="estimate",
        text="At least 1,000 died.",
        said=Said(by="Western officials", on="/2025-04~"),
        occurred="2024-10/2025-01",
        quantities=(Quantity(what="dead", low="1000", unit="soldiers", qualifier="at-least"),),
        sources=(Source(id="article", title="An article", quote="at least 1,000"),),
        tags=("casualties",),
    )
    recorded = await client.record(timeline, [sent])
    assert recorded.status == 201
    assert [item.duplicate for item in recorded.value.items] == [False]
    answer = await client.statement(timeline, "count", min_revision=recorded.value.revision)
    shown = answer.value
    assert (shown.text, tuple(shown.quantities), tuple(shown.sources)) == (
        sent.text,
        sent.quantities,
        sent.sources,
    )
    assert shown.standing == "asserted"
    assert shown.bounds.occurred is not None
    assert shown.bounds.occurred.start.earliest == "2024-10-01T00:00:00Z"
    assert answer.etag == f'"{shown.changed}"'
    with pytest.raises(NotModified):
        await client.statement(timeline, "count", if_none_match=answer.etag)


async def test_what_is_done_to_a_statement_is_its_history(client: Client, timeline: str) -> None:
    """Correction, relation, grade and retraction are events of it, and each changes what it
    shows."""
    await client.record(timeline, [claim("a"), claim("b", by="Ukraine")])
    await client.correct(timeline, "a", {"text": "Better."}, "a slip", key="k1")
    again = await client.correct(timeline, "a", {"text": "Better."}, "a slip", key="k1")
    assert (again.status, again.value.duplicate) == (200, True)
    await client.relate(timeline, "b", "disputes", "a", note="why")
    await client.grade_statement(timeline, "a", 2)
    await client.unrelate(timeline, "b", "disputes", "a", "not so")
    last = await client.retract(timeline, "a", "wrong", by="KCNA")
    shown = (await client.statement(timeline, "a", min_revision=last.value.revision)).value
    assert (shown.text, shown.credibility, shown.standing, shown.disputes) == (
        "Better.",
        2,
        "retracted",
        0,
    )
    history = (await client.history(timeline, "a")).value
    assert [event.type for event in history.items] == [
        "statement.recorded",
        "statement.corrected",
        "statement.related",
        "statement.graded",
        "statement.unrelated",
        "statement.retracted",
    ]


async def test_an_etag_guards_a_write(client: Client, timeline: str) -> None:
    """Who has not seen the last change is refused, and the error has both revisions."""
    await client.record(timeline, [claim("a")])
    etag = (await client.statement(timeline, "a", min_revision=2)).etag
    await client.correct(timeline, "a", {"text": "One."}, "first", if_match=etag)
    with pytest.raises(Lost) as caught:
        await client.correct(timeline, "a", {"text": "Two."}, "second", if_match=etag)
    assert caught.value.slug == "revision-conflict"
    assert caught.value.members["actual"] == 3


async def test_actors_and_sources_are_described_and_graded(client: Client, timeline: str) -> None:
    """Aliases come and go, spellings with odd letters too, and grades stand with the source."""
    source = {"id": "an article?", "title": "An article"}
    await client.record(timeline, [claim("a", by="Kim Jon Un", sources=[source])])
    await client.describe_actor(timeline, "kim-jong-un", "Kim Jong Un", "person")
    await client.add_alias(timeline, "kim-jong-un", "Kim Jon Un")
    await client.add_alias(timeline, "kim-jong-un", "김정은?#%")
    removed = await client.remove_alias(timeline, "kim-jong-un", "김정은?#%")
    graded = await client.grade_source(timeline, "an article?", "F", note="undated")
    assert graded.value.revision == removed.value.revision + 1
    await client.timeline(timeline, min_revision=graded.value.revision)
    (kim,) = (await client.actors(timeline)).value.items
    assert (kim.id, kim.aliases, kim.registered, kim.statements) == (
        "kim-jong-un",
        ["Kim Jon Un"],
        True,
        1,
    )
    (article,) = (await client.sources(timeline)).value.items
    assert (article.reliability, article.grades[0].note) == ("F", "undated")


async def test_a_refusal_is_an_error_with_its_facts(client: Client, timeline: str) -> None:
    """What is wrong is reported with its place, and what is not there by its name."""
    with pytest.raises(Invalid) as invalid:
        await client.record(timeline, [{"kind": "claim", "text": "x", "said": {"by": "A"}}])
    assert [fault.path for fault in invalid.value.faults] == ["/0/said/on"]
    with pytest.raises(NotFound) as missing:
        await client.statement(timeline, "nothing")
    assert (missing.value.slug, missing.value.members["id"]) == ("statement-not-found", "nothing")


async def test_a_statement_is_put_and_commands_are_carried_out(
    client: Client, timeline: str
) -> None:
    """Each command's outcome is what was recorded, or the refusal with its facts; all or none
    raises it. A dry run records nothing."""
    one = Statement(kind="claim", text="x", said=Said(by="A", on=None))
    assert (await client.dry_run().put(timeline, "a", one)).value.dry_run is True
    assert (await client.put(timeline, "a", one)).status == 201
    changed = msgspec.structs.replace(one, text="y")
    assert (await client.put(timeline, "a", changed, reason="r", if_match='"2"')).status == 201
    with pytest.raises(Lost):
        await client.put(timeline, "a", one, if_match='"2"')
    commands: list[CommandBody | dict[str, Any]] = [
        CommandBody(put=msgspec.structs.replace(changed, id="a")),
        {"retraction": {"id": "z", "reason": "r"}},
        {"retraction": {"id": "a", "reason": "r"}},
    ]
    answer = (await client.carry_out(timeline, commands, key="k")).value
    first, refusal, last = answer.items
    assert isinstance(first, Recorded)
    assert isinstance(last, Recorded)
    assert (first.duplicate, last.revision, answer.revision) == (True, 4, 4)
    again = (await client.carry_out(timeline, commands, key="k")).value
    assert isinstance(again.items[2], Recorded)
    assert (again.items[2].duplicate, again.revision) == (True, 4)
    await client.timeline(timeline, min_revision=4)
    _, corrected, _ = (await client.history(timeline, "a")).value.items
    assert msgspec.to_builtins(corrected)["data"]["reason"] == "r"
    assert isinstance(refusal, NotFound)
    assert (refusal.slug, refusal.members["id"]) == ("statement-not-found", "z")
    with pytest.raises(Invalid) as refused:
        await client.carry_out(timeline, commands, atomic=True)
    assert [fault.path for fault in refused.value.faults] == ["/1/retraction", "/2/retraction"]


async def test_a_grant_is_given_once_with_a_key(client: Client, timeline: str) -> None:
    """Repeated with the key, it is the same grant; without one, another."""
    holder = f"key:{timeline}"
    await client.issue_key(timeline)
    given = [(await client.give_grant(holder, "reader", timeline, key="k")).value for _ in "12"]
    given.append((await client.give_grant(holder, "reader", timeline)).value)
    first, again, other = (grant.id for grant in given)
    assert first == again
    assert first != other
    held = [grant.id for grant in (await client.grants()).value.items if grant.to == holder]
    assert sorted(held) == sorted({first, other})
