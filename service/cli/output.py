"""What a command says: its answer on stdout, and all else on stderr.

For people, text and colour; for programs, JSON: with `--json`, or where stdout is no terminal.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any, NoReturn, TextIO

import msgspec
from rich.console import Console, RenderableType
from rich.text import Text

from service.cli.failure import Failure
from service.cli.words import printable

__all__ = ["Output", "Terminal", "give_up_stdout"]


class Terminal(Console):
    """A console that leaves a broken pipe to its caller."""

    def on_broken_pipe(self) -> NoReturn:
        """Called by rich while it handles the error, which is raised again."""
        raise  # noqa: PLE0704 - the error being handled is the one that is meant


class Output:
    """The two streams of one command."""

    def __init__(self, *, as_json: bool, stdout: TextIO, stderr: TextIO) -> None:
        self.as_json = as_json
        self.out = Terminal(file=stdout, highlight=False, markup=False, emoji=False)
        self.err = Terminal(file=stderr, highlight=False, markup=False, emoji=False)
        self._stdout = stdout

    @classmethod
    def create(cls, *, as_json: bool) -> Output:
        """The process's own streams; `as_json` is what the flag says."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows `?`
        as_json = as_json or not sys.stdout.isatty()
        return cls(as_json=as_json, stdout=sys.stdout, stderr=sys.stderr)

    @classmethod
    def for_people(cls) -> Output:
        """The process's own streams, for a command that has no answer in JSON."""
        return cls(as_json=False, stdout=sys.stdout, stderr=sys.stderr)

    def show(self, *parts: RenderableType) -> None:
        """Text on stdout, at once. Text that says `no_wrap` is not cut either: it is copied."""
        for part in parts:
            self.out.print(part, soft_wrap=isinstance(part, Text) and bool(part.no_wrap))
        self._stdout.flush()

    def document(self, value: Any) -> None:
        """A JSON document on stdout: bytes as they are, in lines where it is a terminal."""
        body = value if isinstance(value, bytes) else msgspec.json.encode(value)
        if self.out.is_terminal:
            body = msgspec.json.format(body)
        self.line(body)

    def line(self, line: bytes) -> None:
        """Bytes as they are and a line feed on stdout, at once."""
        self._stdout.flush()
        binary = getattr(self._stdout, "buffer", None)
        if binary is None:
            self._stdout.write(line.decode() + "\n")
        else:
            binary.write(line + b"\n")
            binary.flush()
        self._stdout.flush()

    def note(self, sentence: str) -> None:
        """A sentence for whoever watches, on stderr; programs are spared it."""
        if not self.as_json:
            self.err.print(Text(printable(sentence), style="dim"), soft_wrap=True)

    def failure(self, failure: Failure) -> None:
        """What went wrong, on stderr."""
        if self.as_json:
            document = failure.document or msgspec.json.encode(
                {"title": failure.title, "detail": " ".join(failure.details)}
            )
            self.err.file.write(document.decode() + "\n")
            self.err.file.flush()
            return
        self.err.print(Text(printable(failure.title), style="bold red"), soft_wrap=True)
        for detail in failure.details:
            self.err.print(Text("  " + printable(detail)), soft_wrap=True)


def give_up_stdout() -> None:
    """Nobody reads stdout any more: what is still in its buffer goes nowhere, without a word."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
