"""What a step costs: none walks a whole timeline, and none reads a whole past."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

import pytest
import pytest_asyncio

from events.event.types import TYPES
from projections.queries.columns import cached_columns
from projections.queries.listing import query_plan
from service.app import HANDLERS
from service.reading.question import FILTERS
from tests.long_timeline import KEYS, PAST, beginning, events, fill, open_others
from tests.tracing import Work, queries_in, traced
from tests.unit.service.asked_costs import (
    ask,
    asking,
    do,
    fed,
    filtered,
    found_for_many,
    listed,
    loaded,
    steps,
    urls,
)
from tests.unit.service.long_questions import COLUMNS, COMMANDS, FIRST, PAGES, WHOLE
from tests.writers import open_writer

FEW: Final = 2 * PAST
"""Steps of SQLite's machine that one statement may take: each row that is looked at takes two at
least."""
OTHERS: Final = re.compile(r"ledger/|storage/(files/|store\.py)")
"""Modules whose queries are not asked of the read model's timelines, but of the ledger or of a file
as a whole."""
INDEX_OF_WORDS: Final = re.compile("'main'")
"""What the full-text index executes for itself; the steps of all its uses are counted together."""
PROJECTIONS: Final = Path(__file__).resolve().parents[3] / "projections"

ELSEWHERE: Final = re.compile(
    "^/((health|metrics|problems|openapi|docs|page|t|embed)[./].*|metrics|docs)?$"
    "|/(live|checkpoint|keys|proofs|log|export)(/|$)|/feed[.]"
    "|^/v1/(me|keys|grants|why|session)(/|$)|^/sign-in|/(proposals|imports|mappings)(/|$)"
)
"""Routes that ask the read model what these ask, or nothing, or are about the service's own
timelines."""
OWN: Final = re.compile(r"(FROM|UPDATE)\\ (keys|grants|proposals)\\ ")
"""Queries about the service's own timelines, of keys and grants and of proposals."""
OWN_EVENTS: Final = ("key.", "grant.", "proposal.")


class Spent(NamedTuple):
    """What SQLite did for each question, and for each command with what was folded of it; and how
    many events a command fetched from the log. `columns` are pages that were asked of columns in
    memory, everything else was asked of the tables."""

    pages: dict[str, list[Work]]
    columns: dict[str, list[Work]]
    whole: dict[str, list[Work]]
    commands: dict[str, list[Work]]
    fetched: dict[str, int]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def spent(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Spent]:
    folder = tmp_path_factory.mktemp("long")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(query_plan, "_FEW", 100)  # a constant, which a walk has to stand out from
        patch.setattr(cached_columns, "_FEWEST", 2**62)
        async with open_writer(folder) as writer:
            with traced(writer.store.writer) as work:
                first = await fill(writer, beginning(), 0)
                await writer.projector.progress.wait_for("kursk", first)
                redaction = work[:]
            last = await fill(writer, events(), first)
            await open_others(writer)
            with traced(writer.store.reader._connection, writer.store.writer) as work:
                async with asking(writer, folder) as web:
                    pages = {url: await ask(web, url, work) for url in urls(last, PAGES)}
                    whole = {url: await ask(web, url, work) for url in urls(last, WHOLE)}
                    patch.setattr(cached_columns, "_FEWEST", 0)
                    whole["columns"] = loaded(writer, work)
                    for url in urls(last, FIRST):
                        whole[f"{url}, of columns"] = await ask(web, url, work)
                    asked = urls(last, {**PAGES, **COLUMNS})
                    columns = {url: await ask(web, url, work) for url in asked}
                    patch.setattr(cached_columns, "_FEWEST", 2**62)
                pages["the filter of a live stream"] = filtered(writer, work)
                pages["a feed, and a page of an export"] = fed(writer, work)
                pages["what many commands are about"] = found_for_many(writer, work)
                whole["once"] = [*redaction, *listed(writer, work)]
                commands = {name: await do(writer, *step, work) for name, step in steps()}
    yield Spent(
        pages,
        columns,
        whole,
        {name: works for name, (works, _) in commands.items()},
        {name: count for name, (_, count) in commands.items()},
    )


def refuse_excess(done: Mapping[str, Sequence[Work]], most: int) -> None:
    """Fail where a statement took more steps, or needed an index that there is not."""
    found = [
        f"{name}: {one.steps} steps, {one.indexes} rows indexed: {one.sql}"
        for name, works in done.items()
        for one in works
        if (one.steps > most or one.indexes) and not INDEX_OF_WORDS.search(one.sql)
    ]
    assert not found, "\n".join(found)


def modules() -> list[str]:
    """The paths of all modules of the projections, from their folder on."""
    return sorted(str(path.relative_to(PROJECTIONS)) for path in PROJECTIONS.rglob("*.py"))


def test_no_short_answer_walks_a_timeline(spent: Spent) -> None:
    """Whatever is asked of a long timeline for one page, no query looks at as many rows as it has
    keys, or as something has a past."""
    refuse_excess(spent.pages, FEW)


def test_no_page_of_columns_walks_a_table(spent: Spent) -> None:
    """Once a long timeline's columns are in memory, and the words that most of its statements have,
    a page under any filter, window or order takes a few look-ups in the tables, also one late in
    the record beside spans that never end."""
    refuse_excess(spent.columns, FEW)


def test_what_is_asked_of_the_whole_walks_it_once(spent: Spent) -> None:
    """A question about all statements looks at each a bounded number of times."""
    refuse_excess(spent.whole, 200 * KEYS)


def test_no_command_reads_a_whole_past(spent: Spent) -> None:
    """The next event about what has thousands costs, from the command to its rows, no more than
    one about what has none."""
    refuse_excess(spent.commands, FEW)
    assert {name: count for name, count in spent.fetched.items() if count > 2} == {}


def test_every_query_is_among_them(spent: Spent) -> None:
    """Each query that the read model's modules hold was executed: a new one is asked here, too."""
    executed = {one.sql for done in spent[:4] for works in done.values() for one in works}
    missing = [
        f"{module}: {query.pattern}"
        for module in modules()
        if not OTHERS.match(module)
        for query in queries_in(PROJECTIONS / module)
        if not OWN.search(query.pattern) and not any(query.search(sql) for sql in executed)
    ]
    assert not missing, "\n".join(missing)


def test_every_join_is_in_the_order_in_which_it_is_written() -> None:
    """Each query of several tables says in which order they are looked at: SQLite's planner, which
    knows nothing of how many rows there are, does not choose it."""
    free = re.compile(r"(?<!CROSS )(?<!LEFT )\bJOIN\b")
    found = [
        f"{module}: {query.pattern}"
        for module in modules()
        for query in queries_in(PROJECTIONS / module)
        if free.search(query.pattern.replace("\\", ""))
    ]
    assert not found, "\n".join(found)


def test_every_route_is_among_them() -> None:
    """Each route that answers from the read model is asked here."""
    routes = {
        path for handler in HANDLERS for path in handler.paths if "GET" in handler.http_methods
    }
    asked = PAGES.keys() | WHOLE.keys()
    assert {path for path in routes - asked if not ELSEWHERE.search(path)} == set()


def test_every_filter_is_among_them() -> None:
    """Each parameter that selects statements is asked of columns, and those that find few of the
    tables, too."""
    route = "/v1/timelines/{t:str}/statements"
    of_columns, of_tables = (
        {name for question in asked[route] for name, _ in parse_qsl(question.lstrip("?"))}
        for asked in (COLUMNS, PAGES)
    )
    assert {one.name for one in FILTERS} - of_columns == set()
    walked = {"from", "to", "said_from", "said_to", "match", "kind", "unsourced", "by", "corrected"}
    assert {one.name for one in FILTERS} - walked - of_tables == set()


def test_every_event_is_among_them() -> None:
    """Each kind of event is recorded here, but for those that read the whole by their meaning, and
    those of the service's own timelines."""
    wanted = {event.event_type for _, event in COMMANDS}
    made = {"timeline.described", "actor.described", "statement.recorded", "statement.redacted"}
    assert wanted | made == {name for name in TYPES if not name.startswith(OWN_EVENTS)}
