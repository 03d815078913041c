"""Whether the signing key can be changed without a moment at which an auditor cannot verify."""

from __future__ import annotations

import json
from pathlib import Path

from events.tlog.note import VerifierKey, open_note
from tests.looks import look_again
from tests.program import Program
from tests.serving import Service, running, said

PATH = "/v1/timelines/kursk"


def note_of(service: Service, signatures: int) -> str:
    """The checkpoint, once it has so many signatures."""
    while True:
        text = service.ask("GET", f"{PATH}/checkpoint").text
        if text.count("\n— ") == signatures:
            return text
        look_again()


def keys_of(service: Service) -> list[VerifierKey]:
    return [VerifierKey.parse(line) for line in service.ask("GET", f"{PATH}/keys").text.split()]


def head_of(note: str) -> str:
    return note.rpartition("\n\n")[0]


def test_a_key_is_changed_in_two_steps(tmp_path: Path) -> None:
    """Both keys sign the very head that was there, the new one listed first; the old one goes only
    after the new one has signed, and its last size is kept. The service need not be written to.
    What a killed process was writing, perhaps a key, is removed by a rotation and at a start."""
    data = str(tmp_path / "data")
    with running(tmp_path) as service:
        service.ask("PUT", PATH, json={"title": "Kursk"})
        service.ask("POST", f"{PATH}/statements?wait=checkpoint", json=said("a"))
        [old] = keys_of(service)
        first = note_of(service, 1)
        busy = Program().run("rotate", "--data-dir", data)
        assert busy.code == 1
    assert Program().run("rotate", "--retire", "--data-dir", data).code == 1
    left = tmp_path / "data" / f"signing.key.{'0' * 15}1"
    left.touch()
    assert Program().run("rotate", "--data-dir", data).code == 0
    assert not left.exists()
    assert Program().run("rotate", "--data-dir", data).code == 1
    early = Program().run("rotate", "--retire", "--data-dir", data)
    assert early.code == 1
    assert "has not signed" in early.err
    with running(tmp_path) as service:
        both = note_of(service, 2)
        new, second = keys_of(service)
        assert second == old
        assert new != old
        assert head_of(both) == head_of(first)
        for key in (old, new):
            assert open_note(both.encode(), [key]).signed_by == (key,)
    retired = Program().run("rotate", "--retire", "--data-dir", data)
    assert retired.code == 0, retired.err
    assert retired.answer["last"]["kursk"] == 2
    unfinished = tmp_path / "data" / f"signing.key.{'0' * 16}"
    unfinished.write_text("cd" * 32 + "\n")  # as one leaves that is killed while it writes
    kept = json.loads((tmp_path / "data" / "retired.json").read_bytes())
    assert kept == [{"key": retired.answer["retired"], "last": {"_access": 4, "kursk": 2}}]
    assert (tmp_path / "data" / "signing.key").stat().st_mode & 0o077 == 0
    with running(tmp_path) as service:
        assert not unfinished.exists()
        last = note_of(service, 1)
        assert keys_of(service) == [new]
        assert open_note(last.encode(), [new]).signed_by == (new,)
        assert service.ask("GET", "/health/audit").json()["alarms"] == []


def test_no_key_is_changed_from_one_that_never_signed(tmp_path: Path) -> None:
    """Beside a key that somebody put in its place a new one could not sign either: it is refused,
    and the file stays as it is."""
    data = tmp_path / "data"
    with running(tmp_path) as service:
        service.ask("PUT", f"{PATH}?wait=checkpoint", json={"title": "Kursk"})
    key = data / "signing.key"
    key.write_text("ab" * 32 + "\n")
    done = Program().run("rotate", "--data-dir", str(data))
    assert done.code == 1
    assert "holds another key than the one that signed before" in done.err
    assert key.read_text() == "ab" * 32 + "\n"
