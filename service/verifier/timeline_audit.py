"""The audit of one timeline: first the signed checkpoint, then every line, then the report."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Sequence

from events.audit.verification import Verification
from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.errors import AuditError, BadNote, Tampered, TwoHistories, UnknownSignature
from events.tlog.note import OpenedNote, VerifierKey, open_note
from service.verifier.pins import SavedCheckpoint, timeline_of
from service.verifier.report import (
    KEEP_BOTH,
    NOT_PROVED,
    RESTORED,
    UNSAVED,
    Report,
    Verdict,
    tampered,
    unproven,
)

__all__ = ["AuditEnded", "TimelineAudit", "open_audit"]


class AuditEnded(AuditError):
    """The audit ends early; `report` says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.reason or report.outcome)
        self.report = report


class TimelineAudit:
    """A timeline with a valid signed checkpoint; `verification` takes its lines. Saved checkpoints
    are checked too, even those that cover more than the signed one."""

    def __init__(
        self,
        timeline: str,
        note: OpenedNote,
        signed: SignedCheckpoint,
        saved: Sequence[SavedCheckpoint],
    ) -> None:
        self.timeline = timeline
        self.signed = signed
        self.saved = max((each.checkpoint.size for each in saved), default=0)
        checkpoints = [signed, *(each.checkpoint for each in saved)]
        self.verification = Verification(timeline, checkpoints)
        self._signers = [
            (signed.size, note.signed_by),
            *((each.checkpoint.size, each.signed_by) for each in saved),
        ]
        self._signed_by = [str(key) for key in note.signed_by]

    def verified(self, beyond: int) -> Report:
        """The report once all lines were taken; `beyond` counts further lines that no checkpoint
        covers."""
        report = self._report("verified")
        report.redacted = self.verification.redacted
        report.beyond = beyond
        report.proved = self._proved()
        report.not_proved = [*NOT_PROVED, *(() if self.saved else UNSAVED)]
        if beyond:
            report.not_proved.append(
                f"{beyond:,} events after revision {self.verification.size:,}: not signed yet."
            )
        return report

    def tampered(self, error: Tampered) -> Report:
        report = self._report("tampered")
        report.revision = error.revision
        if isinstance(error, TwoHistories):
            report.reason = self._two_histories(error)
            report.advice = [*KEEP_BOTH, *RESTORED]
        elif self._is_behind(error):
            report.reason = self._behind()
            report.advice = [*KEEP_BOTH, *RESTORED]
        else:
            report.reason = str(error)
        return report

    def _two_histories(self, error: TwoHistories) -> str:
        keys = [{*keys} for size, keys in self._signers if size in error.sizes]
        both = [str(key) for key in set.intersection(*keys)] if keys else []
        who = f"One key, {both[0]}, has" if both else "Keys that you trust have"
        return f"{who} signed two different histories. {error}"

    def _is_behind(self, error: Tampered) -> bool:
        """Whether everything is valid up to the signed head, but later events, which an earlier
        checkpoint covers, are missing."""
        good = error.good if error.revision is None else error.revision - 1
        return self.saved > self.signed.size <= good

    def _behind(self) -> str:
        first = self.signed.size + 1
        return (
            f"The signed checkpoint covers {self.signed.size:,} events, fewer than the saved one "
            f"of {self.saved:,}. Up to there all is as it was signed; revisions {first:,} to "
            f"{self.saved:,}, which were signed too, are not there as they were."
        )

    def unproven(self, reason: str, *advice: str) -> Report:
        report = self._report("unproven")
        report.reason = reason
        report.advice = list(advice)
        return report

    def _report(self, outcome: Verdict) -> Report:
        return Report(
            timeline=self.timeline,
            outcome=outcome,
            size=self.signed.size,
            root=base64.b64encode(self.signed.root).decode(),
            signed_by=self._signed_by,
            saved=self.saved or None,
        )

    def _proved(self) -> list[str]:
        count, gone = self.verification.size, self.verification.redacted
        found = [
            f"The checkpoint of {self.signed.size:,} events is signed by a key that you brought.",
            f"Each of {count - gone:,} events has the data that it was recorded with.",
            f"Revisions 1 to {count:,} are all there, in their order, each event id once; "
            "no event was recorded before the one in front of it.",
            f"The tree over all {count:,} headers has the signed root: none was altered, removed, "
            "reordered or put in since.",
        ]
        if gone:
            found.insert(2, f"{gone:,} more lost their text to a later redaction that names them.")
        if self.saved:
            found.append(f"It continues the saved checkpoint of {self.saved:,} events.")
        return found


def open_audit(
    timeline: str,
    note: bytes | None,
    pins: Sequence[VerifierKey],
    shown: Sequence[str],
    saved: Sequence[SavedCheckpoint] = (),
) -> TimelineAudit:
    """Begin the audit of a timeline with this signed note. `shown` are the keys that the audited
    side shows; they are compared but never trusted. Raises AuditEnded."""
    saved = [each for each in saved if each.checkpoint.size]
    if not pins:
        raise AuditEnded(_unpinned(timeline, shown, "No verifier key was brought."))
    if not note:
        raise AuditEnded(_empty(timeline, "Nothing of this timeline is signed", saved))
    opened = _opened(timeline, note, pins, shown)
    try:
        signed = SignedCheckpoint.parse(opened.text)
    except BadNote as error:
        raise AuditEnded(
            tampered(timeline, f"What is signed is not a checkpoint: {error}")
        ) from error
    own = any(key.name == signed.origin for key in opened.signed_by)
    if not own or timeline_of(signed.origin) != timeline:
        raise AuditEnded(
            tampered(timeline, f"The checkpoint belongs to {signed.origin!r}, not to it.")
        )
    if signed.size == 0:
        raise AuditEnded(_empty(timeline, "The timeline is empty, as it is signed", saved))
    return TimelineAudit(timeline, opened, signed, saved)


def _opened(
    timeline: str, note: bytes, pins: Sequence[VerifierKey], shown: Sequence[str]
) -> OpenedNote:
    """Open the note with the pinned keys. Raises AuditEnded."""
    try:
        _check_form(note)
    except BadNote as error:
        raise AuditEnded(
            unproven(timeline, f"The checkpoint is not a signed note: {error}")
        ) from error
    try:
        return open_note(note, pins)
    except UnknownSignature:
        reason = "The checkpoint is signed by none of the verifier keys that you brought."
        raise AuditEnded(_unpinned(timeline, shown, reason)) from None
    except BadNote as error:
        reason = f"The signed checkpoint is not what the key signed: {error}"
        raise AuditEnded(tampered(timeline, reason)) from error


def _empty(timeline: str, reason: str, saved: Sequence[SavedCheckpoint]) -> Report:
    """The report for an empty timeline: nothing can be proved, unless events were signed
    earlier."""
    if not saved:
        return unproven(timeline, f"{reason}: there is nothing to prove.")
    most = max(each.checkpoint.size for each in saved)
    what = f"{reason}, though {most:,} events were signed earlier."
    return tampered(timeline, what, 1, RESTORED)


def _check_form(note: bytes) -> None:
    """Raise BadNote if it does not have the form of a note; signatures are not checked."""
    with contextlib.suppress(UnknownSignature):
        open_note(note, ())


def _unpinned(timeline: str, shown: Sequence[str], reason: str) -> Report:
    keys = [key for key in shown if len(key) < 1_000][:5]
    if not keys:
        return unproven(timeline, reason, "No key is shown that could be compared.")
    return unproven(
        timeline,
        reason,
        "This key is shown; a forger would show another one:",
        *keys,
        "Compare it with the key that the operator gave you in another way, then pass it:",
        f"--vkey {keys[0]}",
    )
