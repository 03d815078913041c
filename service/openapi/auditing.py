"""The operations that prove a record."""

from __future__ import annotations

from typing import Final

from service.alarms import AuditHealth
from service.openapi.parts import Answer, Operation, Parameter, Schema
from service.openapi.reading import T, below
from service.openapi.schemas import ref
from service.proofs import ConsistencyProof, InclusionProof
from service.reading import MOST

__all__ = ["AUDIT", "AUDITING"]

_SAME: Final = Parameter(
    "If-None-Match", "header", "The ETag of an answer that the caller has.", {"type": "string"}
)
_TEXT: Final[Schema] = {"type": "string"}
_PROBLEMS: Final = ("timeline-not-found", "projection-lagging")


def _answers(content: dict[str, Schema], words: str, *headers: str) -> dict[int, Answer]:
    return {
        200: Answer(words, content, ("ETag", *headers)),
        304: Answer("What the caller has is still true.", {}, ("ETag", *headers)),
    }


def _number(name: str, words: str, *, required: bool = False) -> Parameter:
    schema = {"type": "integer", "minimum": 0, "maximum": MOST}
    return Parameter(name, "query", words, schema, 1, required=required)


def _checkpoint(path: str, name: str, summary: str) -> Operation:
    words = "A C2SP tlog-checkpoint in a signed note, Ed25519."
    return Operation(
        "GET",
        below(path),
        name,
        "Auditing",
        summary,
        parameters=(T, _SAME),
        answers=_answers({"text/plain": _TEXT}, words, "Cache-Control"),
        problems=(*_PROBLEMS, "not-found"),
    )


AUDITING: Final = (
    _checkpoint("checkpoint", "show_checkpoint", "The signed head of a timeline"),
    _checkpoint("log/checkpoint", "show_log_checkpoint", "The same, for clients of tlog-tiles"),
    Operation(
        "GET",
        below("keys"),
        "list_keys",
        "Auditing",
        "The keys that checkpoints are verified with",
        description="One a line, the current one first. Compare them with those you have: trust "
        "does not come from here.",
        parameters=(T, _SAME),
        answers=_answers(
            {"text/plain": _TEXT}, "Verifier keys as signed notes write them.", "Cache-Control"
        ),
        problems=(*_PROBLEMS, "not-found"),
    ),
    Operation(
        "GET",
        below("proofs/inclusion"),
        "prove_inclusion",
        "Auditing",
        "A proof that an event is in the signed tree",
        parameters=(
            T,
            _number("revision", "The event's revision.", required=True),
            _number("size", "The size of the tree; the signed one if not said."),
            _SAME,
        ),
        answers=_answers({"application/json": ref(InclusionProof)}, "The proof of RFC 6962."),
        problems=(*_PROBLEMS, "rejected", "log-unavailable"),
    ),
    Operation(
        "GET",
        below("proofs/consistency"),
        "prove_consistency",
        "Auditing",
        "A proof that a later tree begins with an earlier one",
        parameters=(
            T,
            _number("from", "The size of the earlier tree.", required=True),
            _number("to", "The size of the later tree; the signed size if not said."),
            _SAME,
        ),
        answers=_answers({"application/json": ref(ConsistencyProof)}, "The proof of RFC 6962."),
        problems=(*_PROBLEMS, "rejected"),
    ),
    Operation(
        "GET",
        below("log/tile/{tile}"),
        "show_tile",
        "Auditing",
        "A tile of the tree, or a bundle of its leaves",
        description="As C2SP tlog-tiles has it; `tile` has slashes within.",
        parameters=(
            T,
            Parameter("tile", "path", "Level and number of the tile.", _TEXT, "0/000.p/1"),
            _SAME,
        ),
        answers=_answers(
            {"application/octet-stream": {"type": "string", "format": "binary"}},
            "Hashes of 32 bytes each, or leaves behind their lengths in two bytes each.",
            "Cache-Control",
        ),
        problems=(*_PROBLEMS, "not-found", "log-unavailable"),
    ),
)
AUDIT: Final = Operation(
    "GET",
    "/health/audit",
    "audit",
    "Operations",
    "Whether an alarm of the audit is up",
    answers={
        200: Answer("None is.", {"application/json": ref(AuditHealth)}),
        503: Answer("One is: somebody must look.", {"application/json": ref(AuditHealth)}),
    },
)
