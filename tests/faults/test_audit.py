"""A log that was tampered with while nobody looked, and accidents that only look like it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.intrusions import COUNT, COVERED, LOG, MATRIX, entries, rewrite
from tests.looks import look_again
from tests.servers import DURABLE, ValkeyServer
from tests.serving import Service, said
from tests.tampering import Scene, alarms, raised, replica, signed, verify, vkey_of, write

MOVING = {"an event deleted", "the end cut off", "an event copied", "a timeline dropped"}
"""What is behind these has another place then, and all read models are folded again."""


@pytest.mark.parametrize("cases", [{*MATRIX} - MOVING, MOVING], ids=["in place", "moving"])
def test_the_matrix(tmp_path: Path, cases: set[str]) -> None:
    """Each tampering with what is signed, several in one log, raises the alarm with its timeline
    and revision; that timeline is signed no more, writing and reading go on, and another is signed.
    An auditor's `verify` names the same revisions, and so does a service without the signing key,
    which is new to the log and alone with it."""
    names = {case: case.replace(" ", "-") for case in sorted(cases)}
    amiss = sorted((names[case], MATRIX[case][1]) for case in cases)
    with ValkeyServer(*DURABLE) as valkey:
        scene = Scene(valkey, tmp_path)
        vkeys = signed_as_is(scene, [*names.values(), "other"])
        with scene.store() as store:
            for case, name in names.items():
                rewrite(store, partial(MATRIX[case][0], name=name))
        with scene.service() as service:
            assert sorted(alarms(service)) == amiss
            for case, name in names.items():
                is_signed_no_more(service, case, name)
                if case in COVERED:
                    found = verify(service, vkeys[name], name=name)
                    assert (case, *found) == (case, 1, MATRIX[case][1])
        assert (tmp_path / "stderr").read_text().count("audit alarm") == len(cases)
        with replica(scene) as service:
            assert sorted(raised(service, len(cases))) == amiss
            write(service, "other", range(200, 201))


def signed_as_is(scene: Scene, names: list[str]) -> dict[str, str]:
    """Timelines that are written and signed. Returns their verifier keys."""
    with scene.service() as service:
        for name in names:
            write(service, name, range(COUNT - 1))
        for name in names:
            signed(service, name, COUNT)
        return {name: vkey_of(service, name) for name in names}


def is_signed_no_more(service: Service, case: str, name: str) -> None:
    with service.client() as client:
        there = client.get(f"/v1/timelines/{name}").status_code == 200
        note = client.get(f"/v1/timelines/{name}/checkpoint").text
        assert note.split("\n")[1] == str(COUNT) if there else case == "a timeline dropped"


def test_an_entry_taken_out_stops_no_write(scene: Scene) -> None:
    """With one signed entry deleted from the middle of the stream, both timelines of its partition
    are written on, at once and after a restart; then the audit names the revision that is gone."""
    with scene.service() as service:
        with scene.store() as store:
            mark = b'{"timeline":"kursk","revision":5,'
            [place] = [id_ for id_, fields in entries(store) if fields[b"h"].startswith(mark)]
            assert store.xdel(LOG, place) == 1
        for name in ("kursk", "other"):
            write(service, name, range(20, 22))
    with scene.service() as service:
        assert alarms(service) == [("kursk", 5)]
        write(service, "other", range(30, 31))


def test_verify_names_an_entry_taken_out_wherever_it_stood(scene: Scene) -> None:
    """A hole in the first events that the server reads at once, or in the middle of later ones, is
    tampering with its revision, and not a server that does not answer."""
    holes = {f"hole-{revision}": revision for revision in (8, 9, 14, 38)}
    with scene.service() as service:
        for name in holes:
            write(service, name, range(COUNT - 1))
            write(service, name, range(COUNT, 40))
        for name in holes:
            signed(service, name, 40)
        with scene.store() as store:
            marks = [b'{"timeline":"%s","revision":%d,' % (n.encode(), r) for n, r in holes.items()]
            found = [i for i, fields in entries(store) if fields[b"h"].startswith((*marks,))]
            assert store.xdel(LOG, *found) == len(holes)
        named = {name: verify(service, vkey_of(service, name), name=name) for name in holes}
        assert named == {name: (1, revision) for name, revision in holes.items()}


def test_an_old_store_put_back_is_noticed(scene: Scene) -> None:
    """A store that lacks what was signed, revisions and all."""
    with scene.store() as store:
        kept = {key: store.dump(key) for key in store.keys("*")}
    with scene.service() as service:
        write(service, "kursk", range(COUNT, COUNT + 4))
        signed(service, "kursk", COUNT + 4)
    with scene.store() as store:
        store.flushall()
        for key, dumped in kept.items():
            store.restore(key, 0, dumped)
    with scene.service() as service:
        assert alarms(service) == [("kursk", COUNT + 1)]


def test_an_alarm_stays_until_somebody_acts(scene: Scene) -> None:
    """What was tampered with and put back is still reported after a restart; with the alarm taken
    away by hand, signing goes on."""
    with scene.store() as store:
        before = entries(store)
        rewrite(store, MATRIX["data altered"][0])
    with scene.service() as service:
        assert alarms(service) == [("kursk", 5)]
    with scene.store() as store:
        later = [dict(fields) for _, fields in entries(store)][len(before) :]
        rewrite(store, lambda _: [*(fields for _, fields in before), *later])
    with scene.service() as service:
        assert alarms(service) == [("kursk", 5)]
    (scene.data / "alarms.json").unlink()
    with scene.service() as service:
        assert alarms(service) == []
        write(service, "kursk", range(20, 21))
        signed(service, "kursk", COUNT + 1)


def test_a_lost_state_signs_nothing(scene: Scene) -> None:
    """Beside a key and a log the state must be there: else every timeline has an alarm, and the
    owner still sees them."""
    (scene.data / "signed.json").unlink()
    with scene.service() as service, service.client() as client:
        while client.get("/health/audit").status_code == 200:
            look_again()
        found = client.get("/health/audit").json()["alarms"]
        assert [alarm["timeline"] for alarm in found] == ["_access", "kursk", "other"]
        assert client.get("/v1/timelines/kursk/checkpoint").status_code == 404


@pytest.mark.parametrize("lost", ["readmodel-*", "ledger.sqlite3*", "*.sqlite3*"])
def test_what_is_made_anew_is_no_alarm(scene: Scene, lost: str) -> None:
    """Without the read model, or without the ledger, all is made from the log again, nothing is
    signed twice at one size, and signing goes on."""
    before = (scene.data / "signed.json").read_bytes()
    for path in scene.data.glob(lost):
        path.unlink()
    with scene.service() as service:
        assert alarms(service) == []
        write(service, "kursk", range(20, 21))
        signed(service, "kursk", COUNT + 1)
    assert before != (scene.data / "signed.json").read_bytes()


def test_what_no_checkpoint_covers_may_be_lost(scene: Scene) -> None:
    """A failover that lost the last events raises no alarm where they were not signed yet."""
    with scene.store() as store:
        kept = {key: store.dump(key) for key in store.keys("*")}
    hidden = scene.data / "signing.key"
    hidden.rename(scene.folder / "hidden")
    with scene.service() as service:
        write(service, "kursk", range(COUNT, COUNT + 4))
    (scene.folder / "hidden").rename(hidden)
    with scene.store() as store:
        store.flushall()
        for key, dumped in kept.items():
            store.restore(key, 0, dumped)
    with scene.service() as service:
        assert alarms(service) == []


def test_only_what_is_durable_is_signed(tmp_path: Path) -> None:
    """At `everysec` nothing is signed while the server synchronises nothing to its disk, though it
    can be read; nor is anything written once that is seen. As soon as it does, both go on."""
    with ValkeyServer("--appendonly", "yes", "--appendfsync", "everysec") as valkey:
        made = Scene(valkey, tmp_path)
        with made.service() as service, made.store() as store:
            write(service, "kursk", range(3))
            signed(service, "kursk", 4)
            store.config_set("appendfsync", "no")
            with service.client(timeout=30) as client:
                at = "/v1/timelines/kursk/statements"
                head = 4
                while (answer := client.post(at, json=said(f"x{head}"))).status_code != 503:
                    head += 1
                    client.get("/v1/timelines/kursk", params={"min_revision": head})
                    note = client.get("/v1/timelines/kursk/checkpoint").text
                    assert note.split("\n")[1] == "4"
                assert "appendfsync" in answer.json()["detail"]
                assert client.get("/v1/timelines/kursk/events").json()["head"] == head
                assert client.get("/v1/timelines/kursk/checkpoint").text.split("\n")[1] == "4"
                store.config_set("appendfsync", "everysec")
                at += "?wait=checkpoint"
                while (answer := client.post(at, json=said("y"))).status_code == 503:
                    look_again()
                assert answer.headers["Onrecord-Checkpoint"] == str(head + 1)
                assert client.get("/health/audit").json()["alarms"] == []
