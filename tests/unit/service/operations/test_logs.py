"""What a line of the log shows, and what it must not."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
import pytest
import structlog

from events.errors import CorruptEvent
from service.operations.logs import LogFile, configure_logs
from service.settings.settings import LogFormat

TEXT = "A text that nobody else may read."
KEY = bytes(range(32))


def stop(text: str, key: bytes) -> CorruptEvent:
    """An error as a fold raises it, whose frames hold a text and the key."""
    held = {"text": text, "key": key}
    try:
        if held:
            raise CorruptEvent(3, "does not have the digest of its data")
    except CorruptEvent as error:
        return error
    raise AssertionError


@pytest.mark.parametrize("format_", ["json", "console"])
@pytest.mark.parametrize("by", ["ours", "a library"])
def test_a_traceback_shows_no_variables(
    capsys: pytest.CaptureFixture[str], format_: LogFormat, by: str
) -> None:
    """A stop's line has the traceback, but neither the text nor the key that its frames hold,
    whoever logs it."""
    configure_logs("info", format_)
    error = stop(TEXT, KEY)
    if by == "ours":
        structlog.get_logger("of this test").error("a timeline stopped", exc_info=error)
    else:
        logging.getLogger("library").error("a timeline stopped", exc_info=error)
    told = capsys.readouterr().err
    assert "a timeline stopped" in told
    assert "CorruptEvent" in told
    assert "in stop" in told or '"name":"stop"' in told.replace(" ", "")
    assert TEXT not in told
    assert repr(KEY)[2:12] not in told
    assert repr(KEY)[2:12].replace("\\", "\\\\") not in told
    if format_ == "json":
        [line] = told.splitlines()
        assert msgspec.json.decode(line)["exception"][0]["exc_type"] == "CorruptEvent"


def test_a_stream_that_was_closed_takes_no_line(tmp_path: Path) -> None:
    """Whoever closed stderr gets no lines; the service goes on."""
    with (tmp_path / "log").open("w") as stream:
        file = LogFile(stream)
    assert file.write("a line") == len("a line")
    file.flush()
