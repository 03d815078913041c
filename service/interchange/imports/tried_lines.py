"""The effects that the lines of a file would have on each other. In a dry run nothing is recorded,
and the service sees only the lines of one array, so that they are kept here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from events.errors import Fault
from events.statement.shape import faults_of_value
from service.interchange.imports.target import CommandOutcome
from service.messages.commands import CommandBody, faults_of_command

__all__ = ["TriedLines"]

_Fact = tuple[str, ...]
"""A fact that may be true of a timeline: a kind, and the ids that it is about."""


class _Rule(NamedTuple):
    """What must be true before a command, and what is true after it."""

    before: Mapping[_Fact, bool]
    after: Mapping[_Fact, bool]


_REASONS: Final = {
    ("statement", True): "There is no statement {0!r} here. Record it first.",
    ("source", True): "No statement names the source {0!r}.",
    ("actor", True): "There is no actor {0!r} here. Register it first.",
    ("alias", True): "{1!r} is no alias of {0!r}.",
    ("retracted", False): "Statement {0!r} was retracted by a line before. Nothing is left to do.",
    ("retracted", True): "Statement {0!r} is not retracted.",
    ("related", False): "{0!r} {1} {2!r} by a line before. Nothing is left to do.",
    ("related", True): "No relation {1} leads from {0!r} to {2!r}.",
}
"""Why a command is refused, by the fact that had to be true or false."""


class TriedLines:
    """Decides about commands on the changes that the lines before them would make. A timeline that
    is not open yet has nothing else."""

    def __init__(self, *, is_open: bool) -> None:
        self._is_open = is_open
        self._facts: dict[_Fact, bool] = {}
        self._seen: set[_Fact] = set()
        self._unseen: set[_Fact] = set()

    def begin_array(self) -> None:
        """Note that the service has not seen the lines before the next array."""
        self._unseen |= self._seen
        self._seen.clear()

    def judged(self, command: dict[str, Any], outcome: CommandOutcome) -> CommandOutcome:
        """The outcome that the command would have; `outcome` is the service's answer, which
        considers the array alone."""
        if faults := faults_of_value(command, CommandBody, faults_of_command):
            return outcome if outcome.faults else CommandOutcome(faults=tuple(faults))
        rule = _rule_of(command)
        for fact, wanted in rule.before.items():
            known = self._known(fact)
            if known is not None and known != wanted:
                reason = _REASONS[fact[0], wanted].format(*fact[1:])
                return CommandOutcome(faults=(Fault("", reason),))
        if outcome.faults and not self._is_seen_here_alone(rule):
            return outcome
        if not outcome.duplicate:
            self._facts |= rule.after
            (self._unseen if outcome.faults else self._seen).update(rule.after)
        return CommandOutcome(outcome.duplicate)

    def _known(self, fact: _Fact) -> bool | None:
        """Whether the fact is true after the lines before; None if they do not decide it."""
        return self._facts.get(fact, None if self._is_open else False)

    def _is_seen_here_alone(self, rule: _Rule) -> bool:
        """Whether everything that must be true is, and the service could not know that."""
        facts = rule.before.items()
        is_all = all(
            self._known(fact) == wanted for fact, wanted in facts if _must_be(fact, wanted)
        )
        return is_all and not self._unseen.isdisjoint(rule.before)


def _must_be(fact: _Fact, wanted: bool) -> bool:
    """Whether a line must have made the fact so: without any line nothing is retracted or
    related."""
    return wanted or fact[0] not in ("retracted", "related")


def _rule_of(command: Mapping[str, Any]) -> _Rule:
    """The rule of a command of the right shape."""
    name, body = next((n, value) for n, value in command.items() if n != "reason")
    match name:
        case "statement" | "put":
            return _Rule({}, dict(_given_by(body)))
        case "actor":
            return _Rule({}, {("actor", body["id"]): True})
        case "alias":
            spelling = ("alias", body["actor"], body["alias"])
            return _Rule({("actor", body["actor"]): True}, {spelling: True})
        case "unalias":
            spelling = ("alias", body["actor"], body["alias"])
            return _Rule({spelling: True}, {spelling: False})
        case "grade":
            kind = "source" if body.get("source") is not None else "statement"
            return _Rule({(kind, body[kind]): True}, {})
        case "relation" | "unrelation":
            return _relating(name, body)
        case "correction" | "retraction" | "reinstatement" | "redaction":
            return _changing(name, body["id"])
        case _:
            return _Rule({}, {})


def _given_by(statement: Mapping[str, Any]) -> Iterator[tuple[_Fact, bool]]:
    if id_ := statement.get("id"):
        yield ("statement", id_), True
        yield ("retracted", id_), False
    for source in statement.get("sources") or ():
        yield ("source", source["id"]), True


def _relating(name: str, body: Mapping[str, Any]) -> _Rule:
    """The rule of a relation, or of its end."""
    begins = name == "relation"
    source, target = body["statement" if begins else "id"], body["target"]
    related: _Fact = ("related", source, body["relation"], target)
    before: dict[_Fact, bool] = {related: not begins}
    if begins:
        before = {("statement", source): True, ("statement", target): True} | before
    return _Rule(before, {related: begins})


def _changing(name: str, id_: str) -> _Rule:
    there: _Fact = ("statement", id_)
    retracted: _Fact = ("retracted", id_)
    match name:
        case "reinstatement":
            return _Rule({retracted: True}, {retracted: False})
        case "redaction":
            return _Rule({there: True}, {there: False})
        case _:
            after = {there: True, retracted: name == "retraction"}
            return _Rule({there: True, retracted: False}, after)
