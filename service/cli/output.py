"""The output of a command: its answer on stdout, everything else on stderr.

People get text and colour; programs get JSON, with `--json` or if stdout is not a terminal.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TextIO

import msgspec
from rich.console import Console, RenderableType
from rich.text import Text

from service.cli.failure import WRONG_USE, Failure, cause_of
from service.cli.interrupt import raising_interrupts
from service.cli.streams import give_up, ignoring_errors_of, is_terminal
from service.cli.views.words import printable

__all__ = ["Output", "Terminal"]


class Terminal(Console):
    """A console that leaves broken pipes to its caller."""

    def on_broken_pipe(self) -> NoReturn:
        """Called by rich while it handles the error, which is raised again."""
        raise  # noqa: PLE0704 - the error being handled is the one that is meant


class Output:
    """The two streams of one command.

    Methods that write to stdout raise BrokenPipeError if its reader has closed it, and `Failure`
    (wrong use) if writing fails for another reason. What cannot be written to stderr is lost.
    """

    def __init__(self, *, as_json: bool, stdout: TextIO, stderr: TextIO) -> None:
        self.as_json = as_json
        self.out = Terminal(file=stdout, highlight=False, markup=False, emoji=False)
        self.err = Terminal(file=stderr, highlight=False, markup=False, emoji=False)
        self._stdout = stdout
        self._stderr = stderr

    @classmethod
    def create(cls, *, as_json: bool) -> Output:
        """The process's own streams; `as_json` is what the flag says."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows `?`
        as_json = as_json or not is_terminal(sys.stdout)
        return cls(as_json=as_json, stdout=sys.stdout, stderr=sys.stderr)

    @classmethod
    def for_people(cls) -> Output:
        """The process's own streams, for a command that has no answer in JSON."""
        return cls(as_json=False, stdout=sys.stdout, stderr=sys.stderr)

    def show(self, *parts: RenderableType) -> None:
        """Print text to stdout immediately. Text with `no_wrap` is not cut off either, because
        people copy it."""
        with self._answering():
            for part in parts:
                self.out.print(part, soft_wrap=isinstance(part, Text) and bool(part.no_wrap))
            self._stdout.flush()

    def document(self, value: Any) -> None:
        """Print a JSON document to stdout. Bytes are printed unchanged; on a terminal it is
        indented."""
        body = value if isinstance(value, bytes) else _encoded(value)
        if is_terminal(self._stdout):
            body = msgspec.json.format(body)
        self.line(body)

    def line(self, line: bytes) -> None:
        """Print bytes unchanged and a line feed to stdout immediately."""
        with self._answering():
            self._stdout.flush()
            binary = getattr(self._stdout, "buffer", None)
            if binary is None:
                self._stdout.write(line.decode() + "\n")
            else:
                binary.write(line + b"\n")
                binary.flush()
            self._stdout.flush()

    def note(self, sentence: str) -> None:
        """Print a sentence for people to stderr; it is left out for programs."""
        if not self.as_json:
            self._aside(Text(printable(sentence), style="dim"))

    def warn(self, sentence: str) -> None:
        """Print a sentence to stderr about a problem that does not end the command."""
        self._aside(Text(printable(sentence), style="yellow"))

    def failure(self, failure: Failure) -> None:
        """Print the failure to stderr."""
        if self.as_json:
            document = failure.document or _encoded(
                {"title": failure.title, "detail": " ".join(failure.details)}
            )
            with ignoring_errors_of(self._stderr), raising_interrupts():
                self._stderr.write(document.decode(errors="replace") + "\n")
                self._stderr.flush()
            return
        self._aside(
            Text(printable(failure.title), style="bold red"),
            *(Text("  " + printable(detail)) for detail in failure.details),
        )

    @contextmanager
    def even_unread(self) -> Iterator[None]:
        """If the reader of stdout closes it within the block, skip the rest of the block and
        continue, because the command's exit code is still needed."""
        try:
            yield
        except BrokenPipeError:
            give_up(self._stdout)

    def _aside(self, *lines: Text) -> None:
        with ignoring_errors_of(self._stderr), raising_interrupts():
            for line in lines:
                self.err.print(line, soft_wrap=True)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            with raising_interrupts():
                yield
        except BrokenPipeError:
            raise
        except OSError as error:
            give_up(self._stdout)
            title = "The answer cannot be written to stdout"
            raise Failure(WRONG_USE, title, cause_of(error)) from error


def _encoded(value: Any) -> bytes:
    """The value as JSON. Bytes of file names that are not UTF-8 become question marks."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        plain = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, separators=(",", ":"))
        return plain.encode(errors="replace")
