"""The report of an audit of a timeline, and its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

__all__ = [
    "KEEP_BOTH",
    "NOT_PROVED",
    "RESTORED",
    "Report",
    "Verdict",
    "tampered",
    "unproven",
    "verdict_of",
]

Verdict = Literal["verified", "tampered", "unproven"]

NOT_PROVED: Final = (
    "That nothing said outside was left out: only what was recorded is here.",
    "Who an author really was: the service wrote down who it believed it heard.",
    "The clock: recorded times never go back, but no witness has confirmed them.",
    "Events of the last second before the checkpoint, and all later ones: they are not signed yet.",
)
UNSAVED: Final = (
    "That the whole data folder, keys included, was not put back to an earlier day: "
    "bring an earlier checkpoint with --since.",
)

RESTORED: Final = (
    "An honest restore looks like this, too: an older backup was put back, and what was recorded "
    "after it is gone. The operator should have announced that at once, by the way that the key "
    "came to you: the last checkpoint from before, at how many events the restored record begins, "
    "and why. Without such an announcement, take it for tampering.",
)
KEEP_BOTH: Final = (
    "Keep both files, the checkpoint that you saved and the one that is shown now: with the key "
    "they prove it to anybody.",
)


class Report(Struct, kw_only=True):
    """`revision` is the first bad one, if it is known; `size` and `root` (base64) are those of the
    signed checkpoint; `beyond` is how many events it does not cover yet; `saved` is the size of the
    largest earlier checkpoint that was compared; `beside` is further information that does not
    affect this timeline."""

    timeline: str
    outcome: Verdict
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
    beside: list[str] = []


def tampered(
    timeline: str, reason: str, revision: int | None = None, advice: Sequence[str] = ()
) -> Report:
    return Report(
        timeline=timeline,
        outcome="tampered",
        reason=reason,
        revision=revision,
        advice=list(advice),
    )


def unproven(timeline: str, reason: str, *advice: str) -> Report:
    return Report(timeline=timeline, outcome="unproven", reason=reason, advice=list(advice))


def verdict_of(reports: Sequence[Report]) -> Verdict:
    """The verdict on all reports together: tampered if any is, else unproven if any is, else
    verified. Unproven if there are no reports."""
    found = {report.outcome for report in reports}
    if "tampered" in found:
        return "tampered"
    return "verified" if found == {"verified"} else "unproven"
