"""One timeline's audit: the signed checkpoint first, then every line, then what it came to."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Sequence

from events.audit_errors import AuditError, BadNote, Tampered, UnknownSignature
from events.checkpoint import Checkpoint
from events.note import OpenedNote, VerifierKey, open_note
from events.verification import Verification
from service.auditing.pins import timeline_of
from service.auditing.report import NOT_PROVED, UNSAVED, Outcome, Report, tampered, unproven

__all__ = ["Case", "Closed", "open_case"]


class Closed(AuditError):
    """There is nothing to be looked at any further: `report` says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.reason or report.outcome)
        self.report = report


class Case:
    """A timeline whose signed checkpoint is true; `verification` takes its lines. A saved
    checkpoint that covers more than the signed one is met too."""

    def __init__(
        self, timeline: str, note: OpenedNote, signed: Checkpoint, saved: Checkpoint | None
    ) -> None:
        self.timeline = timeline
        self.signed = signed
        self.saved = saved
        self.verification = Verification(timeline, [signed, *([saved] if saved else [])])
        self._signed_by = [str(key) for key in note.signed_by]

    def verified(self, beyond: int) -> Report:
        """All lines were taken; `beyond` more are there that no checkpoint covers."""
        report = self._report("verified")
        report.redacted = self.verification.redacted
        report.beyond = beyond
        report.proved = self._proved()
        report.not_proved = [*NOT_PROVED, *(() if self.saved else UNSAVED)]
        if beyond:
            report.not_proved.append(
                f"{beyond:,} events behind revision {self.verification.size:,}: not signed yet."
            )
        return report

    def tampered(self, error: Tampered) -> Report:
        report = self._report("tampered")
        report.reason = str(error)
        report.revision = error.revision
        return report

    def unproven(self, reason: str, *advice: str) -> Report:
        report = self._report("unproven")
        report.reason = reason
        report.advice = list(advice)
        return report

    def _report(self, outcome: Outcome) -> Report:
        return Report(
            timeline=self.timeline,
            outcome=outcome,
            size=self.signed.size,
            root=base64.b64encode(self.signed.root).decode(),
            signed_by=self._signed_by,
            saved=self.saved.size if self.saved else None,
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
        if self.saved is not None:
            found.append(f"It goes on from the saved checkpoint of {self.saved.size:,} events.")
        return found


def open_case(
    timeline: str,
    note: bytes | None,
    pins: Sequence[VerifierKey],
    shown: Sequence[str],
    saved: Checkpoint | None = None,
) -> Case:
    """The case of a timeline with this signed note. `shown` are the keys that whoever is audited
    shows: to compare, never to trust. Raises Closed."""
    if saved is not None and saved.size == 0:
        saved = None
    if not pins:
        raise Closed(_unpinned(timeline, shown, "No verifier key was brought."))
    if not note:
        raise Closed(_empty(timeline, "Nothing of this timeline is signed", saved))
    opened = _opened(timeline, note, pins, shown)
    try:
        signed = Checkpoint.parse(opened.text)
    except BadNote as error:
        raise Closed(tampered(timeline, f"What is signed is no checkpoint: {error}")) from error
    own = any(key.name == signed.origin for key in opened.signed_by)
    if not own or timeline_of(signed.origin) != timeline:
        raise Closed(tampered(timeline, f"The checkpoint is of {signed.origin!r}, not of it."))
    if signed.size == 0:
        raise Closed(_empty(timeline, "The timeline is empty, as it is signed", saved))
    return Case(timeline, opened, signed, saved)


def _opened(
    timeline: str, note: bytes, pins: Sequence[VerifierKey], shown: Sequence[str]
) -> OpenedNote:
    """The note, signed by a pinned key. Raises Closed."""
    try:
        _check_form(note)
    except BadNote as error:
        raise Closed(unproven(timeline, f"The checkpoint is no signed note: {error}")) from error
    try:
        return open_note(note, pins)
    except UnknownSignature:
        reason = "The checkpoint is signed by none of the verifier keys that you brought."
        raise Closed(_unpinned(timeline, shown, reason)) from None
    except BadNote as error:
        reason = f"The signed checkpoint is not what the key signed: {error}"
        raise Closed(tampered(timeline, reason)) from error


def _empty(timeline: str, reason: str, saved: Checkpoint | None) -> Report:
    """Nothing is there to be proved, unless there once was."""
    if saved is None:
        return unproven(timeline, f"{reason}: there is nothing to prove.")
    return tampered(timeline, f"{reason}, though {saved.size:,} events were signed earlier.", 1)


def _check_form(note: bytes) -> None:
    """BadNote where it is no note at all, whoever signed it."""
    with contextlib.suppress(UnknownSignature):
        open_note(note, ())


def _unpinned(timeline: str, shown: Sequence[str], reason: str) -> Report:
    keys = [key for key in shown if len(key) < 1_000][:5]
    if not keys:
        return unproven(timeline, reason, "No key is shown that could be compared.")
    return unproven(
        timeline,
        reason,
        "This key is shown; a forger would show his own:",
        *keys,
        "Compare it with what the service's operator told you by another way, then bring it:",
        f"--vkey {keys[0]}",
    )
