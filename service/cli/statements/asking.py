"""Queries a timeline: reads as many pages as needed, and shows them as one answer."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Raw
from rich.text import Text

from service.cli.output import Output
from service.cli.progress import Bar, bar
from service.cli.views.statement_view import Grouping, StatementsView, title_of
from service.cli.views.words import count_of
from service.client import Client, ServerAnswer, StatementQuery, StatementsPage

__all__ = ["Question", "ask"]

_PAGE: Final = 500
_USUAL: Final = 50


class Question(NamedTuple):
    """A query. `cursor` continues an earlier answer and includes its filter; a `limit` of None
    means the server's default."""

    timeline: str
    wanted: StatementQuery
    limit: int | None = None
    cursor: str | None = None
    total: bool = False


async def ask(client: Client, question: Question, output: Output) -> None:
    """Run the query, and show the answer."""
    with bar(output.err, "Asking", question.limit or _USUAL) as drawn:
        answers = await _pages(client, question, drawn)
    if output.as_json:
        output.document(answers[0].body if len(answers) == 1 else _joined(answers))
        return
    last = answers[-1].value
    statements = [one for answer in answers for one in client.statements_of(answer.value)]
    then = None if last.as_of is None else last.as_of.revision
    timeline = (await client.timeline(question.timeline, as_of=then)).value
    output.show(*title_of(timeline, len(statements)))
    output.show(StatementsView(statements, _grouping(question)))
    for line in _below(len(statements), last):
        output.show(line)


async def _pages(
    client: Client, question: Question, drawn: Bar
) -> list[ServerAnswer[StatementsPage[Raw]]]:
    timeline, wanted, limit, cursor, total = question
    left = _USUAL if limit is None else limit
    if cursor is not None:
        answer = await client.more_statements(timeline, cursor, limit=min(left, _PAGE))
    else:
        answer = await client.statements(timeline, wanted, limit=min(left, _PAGE), count=total)
    answers = [answer]
    while True:
        got = len(answer.value.items)
        drawn.advance(got)
        left -= got
        if left <= 0 or answer.value.next is None:
            return answers
        answer = await client.more_statements(timeline, answer.value.next, limit=min(left, _PAGE))
        answers.append(answer)


def _joined(answers: list[ServerAnswer[StatementsPage[Raw]]]) -> bytes:
    """Join the pages into one; all have the same revision."""
    page = answers[0].value
    document: dict[str, Any] = {
        "timeline": page.timeline,
        "revision": page.revision,
        "as_of": page.as_of,
        "items": [item for answer in answers for item in answer.value.items],
        "next": answers[-1].value.next,
    }
    if page.total is not None:
        document["total"] = page.total
    return msgspec.json.encode(document)


def _grouping(question: Question) -> Grouping:
    """How to group the statements. A cursor does not show how its list is ordered, so the default
    is used."""
    match question.wanted.order:
        case "said" | "-said":
            return "said"
        case "recorded" | "-recorded":
            return "recorded"
        case _:
            return "occurred"


def _below(shown: int, last: StatementsPage[Raw]) -> list[Text]:
    lines = []
    if not shown:
        lines.append(Text("No statement matches.", style="dim"))
    if last.total is not None:
        lines.append(Text(f"{count_of(last.total, 'statement')} in all.", style="dim"))
    if last.next is not None:
        detail = f"There are more: a larger --limit, or --cursor {last.next}"
        lines.append(Text(detail, style="dim", overflow="fold"))
    return lines
