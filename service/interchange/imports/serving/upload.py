"""Receives a form with a file: the file is written to disk as it arrives, and never held in
memory."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, Final

from multipart import (
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from events.errors import Fault, InvalidInput
from service.http.bodies import Incoming, check_coding, chunks_of
from service.http.requests import TooLarge, UnsupportedMediaType, header
from service.interchange.imports.serving.import_folder import ImportFolder
from service.interchange.tables.limits import MOST_BYTES

__all__ = ["FORM", "MOST_OF_MAPPING", "Upload", "receive_form"]

FORM: Final = "multipart/form-data"
_FIELDS: Final = ("mapping", "format", "missing", "guess")
MOST_OF_MAPPING: Final = 1 << 20
_FORM_ADVICE: Final = (
    "See that the Content-Type names the boundary of the form, and that all of it is sent."
)
_ADVICE: Final = "Send a form (multipart/form-data) with the file as `file`."


class Upload:
    """The content of a form: the name of its file, the file's path, and its other fields as
    text."""

    def __init__(self) -> None:
        self.name = ""
        self.path: Path | None = None
        self.fields: dict[str, str] = {}


async def receive_form(request: Incoming, folder: ImportFolder) -> Upload:
    """Receive the form of a request into the folder.

    Raises UnsupportedMediaType, TooLarge (1 GiB a file), InvalidInput, Disconnected, OSError.
    """
    receiving = _Receiving(folder)
    try:
        with PushMultipartParser(_boundary(request), max_segment_count=8) as parser:
            async for chunk in chunks_of(request):
                for event in parser.parse(chunk):
                    receiving.handle(event)
    except MultipartError as error:
        message = f"The form cannot be read: {str(error).rstrip('.')}. {_FORM_ADVICE}"
        raise InvalidInput([Fault("", message)]) from error
    finally:
        receiving.close()
    if receiving.upload.path is None:
        raise InvalidInput([Fault("/file", f"The form has no file. {_ADVICE}")])
    return receiving.upload


def _boundary(request: Incoming) -> str:
    check_coding(request.scope, [FORM])
    kind, options = parse_options_header(header(request.scope, b"content-type") or "")
    if kind != FORM:
        raise UnsupportedMediaType(_ADVICE, [FORM])
    boundary = options.get("boundary", "")
    if not 1 <= len(boundary) <= 70 or not boundary.isascii():
        message = "The Content-Type names no boundary of the form, of 1 to 70 characters."
        raise InvalidInput([Fault("", message)])
    return str(boundary)


class _Receiving:
    """The parts of a form, one after the other."""

    def __init__(self, folder: ImportFolder) -> None:
        self._folder = folder
        self.upload = Upload()
        self._file: IO[bytes] | None = None
        self._field: str | None = None
        self._text = bytearray()
        self._size = 0

    def handle(self, event: Any) -> None:
        """Handle one event of the parser: a part begins, goes on, or ends (None)."""
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event is not None:
            self._size += len(event)
            if self._file is not None:
                self._check(MOST_BYTES)
                self._file.write(event)
            else:
                self._check(MOST_OF_MAPPING)
                self._text += event
        else:
            self._end()

    def close(self) -> None:
        """Close the file if it is open."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin(self, part: MultipartSegment) -> None:
        self._size, self._text, self._field = 0, bytearray(), part.name
        if part.name == "file" and self.upload.path is None:
            self.upload.name = (part.filename or "file")[:200]
            self.upload.path = self._folder.file_for(self.upload.name)
            self._file = self.upload.path.open("wb")
        elif part.name == "file" or part.name in self.upload.fields:
            raise InvalidInput([Fault(f"/{part.name}", "The form has it twice: send it once.")])
        elif part.name not in _FIELDS:
            names = ", ".join(("file", *_FIELDS))
            message = f"A form has {names}, and no {part.name[:60]!r}."
            raise InvalidInput([Fault("", message)])

    def _end(self) -> None:
        if self._file is not None:
            self.close()
            return
        try:
            self.upload.fields[str(self._field)] = self._text.decode()
        except UnicodeDecodeError as error:
            raise InvalidInput([Fault(f"/{self._field}", "It is not UTF-8.")]) from error

    def _check(self, most: int) -> None:
        if self._size > most:
            raise TooLarge(f"This part of a form has at most {most:,} bytes: split it.", most)
