"""How often the header of an event is decoded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from events.audit.examination import Examination
from events.event import codec
from events.event.envelope import Header, StoredEvent
from projections.fold.fold import Fold
from projections.storage.store import Store
from tests.histories import CODEC, IDENTITY, History


class _Counting:
    """The decoder of headers, which counts how often it is asked."""

    def __init__(self) -> None:
        self._decoder: msgspec.json.Decoder[Header] = msgspec.json.Decoder(Header)
        self.count = 0

    def decode(self, header: bytes) -> Header:
        self.count += 1
        return self._decoder.decode(header)


def folded(folder: Path, entries: list[StoredEvent]) -> None:
    store = Store.open(folder, IDENTITY)
    with store.transaction():
        Fold(store.writer, CODEC, 1).fold(0, entries)
    store.close()


def examined(_: Path, entries: list[StoredEvent]) -> None:
    looked = Examination(CODEC, 0, 1, {}, lambda *_: b"", lambda *_: True)
    looked.examine(entries)
    assert not looked.findings


@pytest.mark.parametrize("read", [folded, examined])
def test_a_header_is_decoded_once(
    read: Callable[[Path, list[StoredEvent]], Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The fold and the examination decode the header of each event once, and open or check the
    event with what they decoded."""
    history = History()
    history.open()
    history.record("a")
    history.record("b")
    counting = _Counting()
    monkeypatch.setattr(codec, "_header", counting)
    read(tmp_path, history.entries)
    assert counting.count == len(history.entries)
