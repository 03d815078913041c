"""The refused rows of a file: reported at once, or written to a file of their own."""

from __future__ import annotations

from typing import IO

import msgspec

from service.cli.failure import NO, WRONG_USE, Failure, cause_of
from service.cli.interrupt import raising_interrupts
from service.cli.output import Output
from service.cli.statements.refusal import RefusedRow
from service.cli.views.words import count_of, printable

__all__ = ["Refusals"]


class Refusals:
    """The refused rows of one run over the input `name`. `count` is their number so far."""

    def __init__(self, name: str, output: Output, file: IO[bytes] | None) -> None:
        """Refused rows are written to `file` if it is given, else reported on stderr. People see
        each one as it is refused; programs get all of them in one document at the end."""
        self._name = name
        self._output = output
        self._file = file
        self._kept: list[RefusedRow] = []
        self._lost = False
        self.count = 0

    def add(self, refusal: RefusedRow) -> None:
        """Add one. Raises `Failure` if the file cannot be written."""
        self.count += 1
        if self._file is not None:
            self._write(self._file, refusal)
        elif self._output.as_json:
            self._kept.append(refusal)
        else:
            for sentence in refusal.sentences():
                self._output.warn(f"{self._name} {sentence}")

    def tell(self, rows: int) -> None:
        """Report how many of the `rows` were refused, if any were."""
        if not self.count:
            return
        title = f"{self.count:,} of {count_of(rows, 'row')} in {self._name} refused"
        if self._file is not None:
            where = printable(str(self._file.name))
            sentences = [
                f"They are in {where}, with their faults: correct them there, and append that file."
            ]
            if self._lost:
                sentences = [
                    f"They are not all in {where}. The same command again adds nothing twice."
                ]
        else:
            sentences = [sentence for refusal in self._kept for sentence in refusal.sentences()]
        document = None
        if self._kept:
            facts = [refusal.facts() for refusal in self._kept]
            document = msgspec.json.encode(
                {
                    "title": title,
                    "detail": "; ".join(sentences),
                    "file": self._name,
                    "refused": facts,
                }
            )
        self._output.failure(Failure(NO, title, *sentences, document=document))

    def _write(self, file: IO[bytes], refusal: RefusedRow) -> None:
        line = memoryview(refusal.as_line() + b"\n")
        try:
            with raising_interrupts():
                while line:
                    line = line[file.write(line) :]
        except OSError as error:
            self._lost = True
            title = f"{printable(str(file.name))} cannot be written"
            raise Failure(WRONG_USE, title, cause_of(error)) from error
