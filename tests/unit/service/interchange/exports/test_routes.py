"""What an export is asked for."""

from __future__ import annotations

import pytest

from events.errors import Rejected
from projections.queries import TimelineRef
from service.http.declared.operation import operation_of
from service.http.declared.query import DeclaredQuery
from service.interchange.exports import routes
from service.interchange.writers.tables import parquet
from service.reading.moment import Moment

_MOMENT = Moment(TimelineRef(0, "kursk", 7), 7, None)


def _wanted(text: bytes) -> routes._Wanted:
    declared = operation_of(routes.export_timeline).parameters
    asked = [parameter for parameter in declared if parameter.place == "query"]
    return routes._Wanted(DeclaredQuery(asked).parse(text), _MOMENT)


def test_parquet_is_refused_where_its_library_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal says what to install; every other format is there without it."""
    monkeypatch.setattr(parquet, "is_installed", lambda: False)
    with pytest.raises(Rejected, match=r"pip install onrecord\[parquet\]"):
        _wanted(b"format=parquet")
    assert _wanted(b"format=csv").file == "kursk-7.csv"


def test_events_lose_something_only_where_a_filter_chooses() -> None:
    """All events hold everything; those of some statements lack what leads to the others."""
    assert _wanted(b"format=ndjson").losses == ()
    assert [loss.field for loss in _wanted(b"format=ndjson&tag=x").losses] == [
        "relations",
        "sources",
    ]
