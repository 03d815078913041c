"""A service without the signing key beside the one that has it, or left alone with a log that was
tampered with."""

from __future__ import annotations

import signal

import httpx

from tests.serving import said
from tests.tampering import COUNT, Scene, raised, replica, scene, signed, write

__all__ = ["scene"]

CHECKPOINTS = "onrecord:{0}:checkpoints"


def test_a_service_without_the_key_proves_what_was_signed(scene: Scene) -> None:
    """It starts beside the other without an alarm, shows the same checkpoint, keys and proofs, and
    who writes there can wait for the checkpoint; through a kill of the signer too."""
    paths = [f"/v1/timelines/kursk{path}" for path in ("/checkpoint", "/keys", "/log/checkpoint")]
    paths += [f"/v1/timelines/kursk/proofs/{kind}" for kind in ("inclusion?revision=3",)]
    paths += ["/v1/timelines/kursk/proofs/consistency?from=2", "/health/audit"]
    with replica(scene) as second, httpx.Client(base_url=second.url, timeout=30) as client:
        for _ in range(2):
            with scene.service() as first:
                signed(second, "kursk", COUNT)
                path = "/v1/timelines/kursk/statements?wait=checkpoint"
                recorded = client.post(path, json=said("there"))
                size = recorded.headers["Onrecord-Checkpoint"]
                assert int(size) == COUNT + 1
                with httpx.Client(base_url=first.url) as other:
                    answers = [(client.get(path), other.get(path)) for path in paths]
                [*same, (audit, signer)] = answers
                assert all(mine.content == its.content for mine, its in same)
                assert all(mine.status_code == 200 for mine, _ in answers)
                assert audit.json() == {"signs": False, "alarms": []}
                assert signer.json() == {"signs": True, "alarms": []}
                first.stop(signal.SIGKILL)
            assert client.get(paths[0]).text.split("\n")[1] == size


def test_what_is_redacted_goes_from_both_folders(scene: Scene) -> None:
    """The signer removes it from the log; the other sees that it is gone there, and rewrites its
    own read model."""
    secret = "Zyxwvut"
    with (
        scene.service() as first,
        replica(scene) as second,
        httpx.Client(base_url=first.url) as client,
        httpx.Client(base_url=second.url) as other,
    ):
        path = "/v1/timelines/kursk/statements"
        recorded = client.post(path, json=said("hidden", text=f"It was {secret}.")).json()
        query = {"min_revision": recorded["revision"]}
        assert secret in other.get(f"{path}/hidden", params=query).text
        assert holders(scene, secret) == ["data", "second"]
        redacted = client.post(f"{path}/hidden/redactions", json={"reason": "A court."})
        assert redacted.status_code == 201
        query = {"min_revision": redacted.json()["revision"]}
        assert other.get(f"{path}/hidden", params=query).status_code == 410
        while holders(scene, secret):
            pass
        for each in (client, other):
            assert each.get("/health/ready").json()["redactions"]["problem"] is None
            assert each.get("/health/audit").status_code == 200


def holders(scene: Scene, word: str) -> list[str]:
    """Which folders have files that hold the word."""
    found = {
        name
        for name, folder in (("data", scene.data), ("second", scene.folder / "second" / "data"))
        for path in folder.rglob("*")
        if path.is_file() and word.encode() in path.read_bytes()
    }
    return sorted(found)


def test_a_checkpoint_that_somebody_else_published_is_an_alarm(scene: Scene) -> None:
    """One timeline's, put in the place of another's by somebody who has Redis alone; an older one
    of the same timeline is none."""
    with scene.store() as store:
        [(_, old), (_, other)] = sorted(store.xrange(CHECKPOINTS), key=lambda entry: entry[1][b"t"])
        assert (old[b"t"], other[b"t"]) == (b"kursk", b"other")
    with replica(scene) as service:
        with scene.service() as first:
            write(first, "kursk", range(COUNT, COUNT + 1))
            signed(service, "kursk", COUNT + 1)
        with scene.store() as store:
            store.xadd(CHECKPOINTS, old)
            store.xadd(CHECKPOINTS, {b"t": b"other", b"c": old[b"c"]})
        assert raised(service) == [("other", COUNT + 1)]
        with httpx.Client(base_url=service.url) as client:
            note = client.get("/v1/timelines/kursk/checkpoint").text
            assert note.split("\n")[1] == str(COUNT + 1)
