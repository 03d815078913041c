"""What an audit of a timeline came to, and in which words it is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

__all__ = ["NOT_PROVED", "Outcome", "Report", "outcome_of", "tampered", "unproven"]

Outcome = Literal["verified", "tampered", "unproven"]

NOT_PROVED: Final = (
    "That nothing said outside was left out: only what was recorded is here.",
    "Who an author really was: the service wrote down who it believed it heard.",
    "The clock: recorded times never go back, but no witness has confirmed them.",
    "The last second before the checkpoint, and all behind it: that is not signed yet.",
)
UNSAVED: Final = (
    "That the whole data folder, keys included, was not put back to an earlier day: "
    "bring an earlier checkpoint with --since.",
)


class Report(Struct, kw_only=True):
    """`revision` is the first bad one, where that is known; `size` and `root` (base64) are those
    of the signed checkpoint; `beyond` is how many events it does not cover yet; `saved` is the
    size of the earlier checkpoint that it was held against."""

    timeline: str
    outcome: Outcome
    reason: str | None = None
    revision: int | None = None
    advice: list[str] = []
    size: int | None = None
    root: str | None = None
    signed_by: list[str] = []
    redacted: int = 0
    beyond: int | None = None
    saved: int | None = None
    proved: list[str] = []
    not_proved: list[str] = []


def tampered(timeline: str, reason: str, revision: int | None = None) -> Report:
    return Report(timeline=timeline, outcome="tampered", reason=reason, revision=revision)


def unproven(timeline: str, reason: str, *advice: str) -> Report:
    return Report(timeline=timeline, outcome="unproven", reason=reason, advice=list(advice))


def outcome_of(reports: Sequence[Report]) -> Outcome:
    """Of all together: what is tampered counts more than what is not proved, which counts more
    than what is. Of none, nothing is proved."""
    found = {report.outcome for report in reports}
    if "tampered" in found:
        return "tampered"
    return "verified" if found == {"verified"} else "unproven"
