"""A service without the signing key beside the one that has it, or left alone with a log that was
tampered with."""

from __future__ import annotations

import signal
from typing import Any

import httpx

from tests.intrusions import COUNT
from tests.leftovers import contents
from tests.looks import look_again
from tests.serving import said, stream_of
from tests.tampering import Scene, raised, replica, signed, write

CHECKPOINTS = stream_of("kursk", "checkpoints", 1)


def test_a_service_without_the_key_proves_what_was_signed(scene: Scene) -> None:
    """It starts beside the other without an alarm, shows the same checkpoint, keys and proofs, and
    who writes there can wait for the checkpoint; through a kill of the signer too."""
    paths = [f"/v1/timelines/kursk{path}" for path in ("/checkpoint", "/keys", "/log/checkpoint")]
    paths += [f"/v1/timelines/kursk/proofs/{kind}" for kind in ("inclusion?revision=3",)]
    paths += ["/v1/timelines/kursk/proofs/consistency?from=2", "/health/audit"]
    with replica(scene) as second, second.client(timeout=30) as client:
        for _ in range(2):
            with scene.service() as first:
                signed(second, "kursk", COUNT)
                path = "/v1/timelines/kursk/statements?wait=checkpoint"
                recorded = client.post(path, json=said("there"))
                size = recorded.headers["Onrecord-Checkpoint"]
                assert int(size) == COUNT + 1
                with first.client() as other:
                    answers = [(client.get(path), other.get(path)) for path in paths]
                [*same, (audit, signer)] = answers
                assert all(mine.content == its.content for mine, its in same)
                assert all(mine.status_code == 200 for mine, _ in answers)
                for answered, signs in ((audit, False), (signer, True)):
                    told = answered.json()
                    age = told["signing"].pop("checkpoint_age_seconds")
                    assert 0 <= age < 60
                    assert told["alarms"] == []
                    assert told["signing"] == {
                        "signs": signs,
                        "unsigned_events": 0,
                        "problem": None,
                    }
                first.stop(signal.SIGKILL)
            assert client.get(paths[0]).text.split("\n")[1] == size


def test_what_is_redacted_goes_from_both_folders(scene: Scene) -> None:
    """The signer removes it from the log; the other sees that it is gone there, and rewrites its
    own read model. Once both say that they are done, neither folder holds it."""
    secret = "Zyxwvut"
    with (
        scene.service() as first,
        replica(scene) as second,
        first.client(timeout=60) as client,
        second.client(timeout=60) as other,
    ):
        path = "/v1/timelines/kursk/statements"
        recorded = client.post(path, json=said("hidden", text=f"It was {secret}.")).json()
        for each in (client, other):  # each folds by itself what the one has recorded
            assert secret in shown(each, f"{path}/hidden", recorded["revision"]).text
        assert holders(scene, secret) == ["data", "second"]
        redacted = client.post(f"{path}/hidden/redactions", json={"reason": "A court."})
        assert redacted.status_code == 201
        revision = redacted.json()["revision"]
        for each in (client, other):
            assert shown(each, f"{path}/hidden", revision).status_code == 410
            # It is gone from the file a moment before the service says that it is done.
            while health(each)["redactions"] != {"pending": 0, "problem": None}:
                look_again()
            assert each.get("/health/audit").status_code == 200
        assert holders(scene, secret) == []


def shown(client: httpx.Client, path: str, revision: int) -> httpx.Response:
    """The answer once the revision is folded, which may take a busy machine several questions."""
    while True:
        answer = client.get(path, params={"min_revision": revision})
        if answer.status_code != 503:
            return answer
        look_again()


def health(client: httpx.Client) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/health/ready").json()
    return answer


def holders(scene: Scene, word: str) -> list[str]:
    """Which folders have files that hold the word."""
    found = {
        name
        for name, folder in (("data", scene.data), ("second", scene.folder / "second" / "data"))
        for _, content in contents(folder)
        if word.encode() in content
    }
    return sorted(found)


def test_a_checkpoint_that_somebody_else_published_is_an_alarm(scene: Scene) -> None:
    """One timeline's, put in the place of another's by somebody who has Redis alone; an older one
    of the same timeline is none."""
    with scene.store() as store:
        published = {fields[b"t"]: fields for _, fields in store.xrange(CHECKPOINTS)}
        old = published[b"kursk"]
        assert b"other" in published
    with replica(scene) as service:
        with scene.service() as first:
            write(first, "kursk", range(COUNT, COUNT + 1))
            signed(service, "kursk", COUNT + 1)
        with scene.store() as store:
            store.xadd(CHECKPOINTS, old)
            store.xadd(CHECKPOINTS, {b"t": b"other", b"c": old[b"c"]})
        assert raised(service) == [("other", COUNT + 1)]
        with service.client() as client:
            note = client.get("/v1/timelines/kursk/checkpoint").text
            assert note.split("\n")[1] == str(COUNT + 1)
