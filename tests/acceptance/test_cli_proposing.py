"""The client and the commands of somebody who may only propose, against a real service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.client import Client, Lost, NotPermitted, ServerRefused, WriteProposed
from tests.program import Program
from tests.serving import Service, key_headers, running, said

NAME = "gate"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("proposing")) as service:
        with service.client() as client:
            client.put(f"/v1/timelines/{NAME}", json={"title": "Gate"}).raise_for_status()
            recorded = client.post(f"/v1/timelines/{NAME}/statements", json=[said("a"), said("b")])
            recorded.raise_for_status()
        yield service


@pytest.fixture(scope="module")
def key(service: Service) -> str:
    """The key of a contributor."""
    with service.client() as client:
        made = client.post("/v1/keys", json={"name": "con"}).raise_for_status().json()
        grant = {"to": "key:con", "role": "contributor", "timelines": NAME}
        client.post("/v1/grants", json=grant).raise_for_status()
    whole: str = made["key"]
    return whole


@pytest.fixture
def program(service: Service, key: str) -> Program:
    return Program(service.url, ONRECORD_KEY=key)


def waiting(service: Service) -> set[str]:
    """The ids of the proposals that wait."""
    with service.client() as client:
        asked = {"state": "proposed", "limit": "500"}
        page = client.get(f"/v1/timelines/{NAME}/proposals", params=asked).raise_for_status()
    return {item["proposal"] for item in page.json()["items"]}


@pytest.mark.parametrize(
    "arguments",
    [
        ("correct", NAME, "a", '{"text": "Another."}', "--reason", "misread"),
        ("retract", NAME, "a", "--reason", "wrong"),
        ("relate", NAME, "a", "disputes", "b"),
        ("grade", NAME, "a", "3"),
    ],
)
def test_a_change_says_which_proposal_it_became(
    service: Service, program: Program, arguments: tuple[str, ...]
) -> None:
    """The command ends with 0 and names the proposal, which waits for a reviewer."""
    done = program.run(*arguments)
    assert done.code == 0, done.err
    assert done.answer["state"] == "proposed"
    assert done.answer["proposal"] in waiting(service)


def test_append_tells_lines_proposals_and_refusals(service: Service, program: Program) -> None:
    """Rows that can be proposed are one proposal; a refused row is reported beside it. Run again,
    it is the same proposal."""
    rows = [said("c"), said("d", on="2024-13"), said("e")]
    done = program.run("append", NAME, "-", stdin="\n".join(map(json.dumps, rows)))
    assert done.code == 1
    assert [(item["line"], item["id"]) for item in done.answer["items"]] == [(1, "c"), (3, "e")]
    assert done.answer["proposal"] in waiting(service)
    assert "2024-13" in done.err or "Month 13" in done.err
    again = program.run("append", NAME, "-", stdin="\n".join(map(json.dumps, rows)))
    assert again.answer == done.answer


def test_import_and_seed_tell_their_proposals(
    service: Service, program: Program, tmp_path: Path
) -> None:
    """Both go through to their end, and what they sent waits as proposals."""
    rows = tmp_path / "rows.csv"
    rows.write_text("id,text,by\n1,Hello.,Bob\n2,Hi.,Ann\n")
    done = program.run("import", NAME, str(rows), "--guess", "--yes")
    assert (done.code, done.answer["new"]) == (0, 2), done.err
    assert done.err.strip().removeprefix("proposed: ") in waiting(service)
    again = program.run("import", NAME, str(rows), "--guess", "--yes")
    assert again.err == done.err
    seed = tmp_path / f"{NAME}.jsonl"
    lines = [{"statement": said("f")}, {"grade": {"statement": "a", "credibility": 2}}]
    seed.write_text("\n".join(map(json.dumps, lines)))
    done = program.run("seed", str(seed))
    assert done.code == 0, done.err
    assert len(done.answer["proposals"]) == len(set(done.answer["proposals"]) & waiting(service))
    assert len(done.answer["proposals"]) == len(lines)


def test_waiting_for_a_checkpoint_tells_no_size_of_the_proposals(
    service: Service, key: str
) -> None:
    """The proposer gets `pending`, as a size would count the proposals; the reviewer gets the size
    that covers the refusal, or what an approval has recorded."""
    wait = {"wait": "checkpoint"}
    path = f"/v1/timelines/{NAME}"
    with service.client() as editor, service.stranger(headers=key_headers(key)) as author:
        ids = []
        for n in range(3):
            body = said(f"w{n}")
            made = author.post(f"{path}/statements", params=wait, json=body)
            assert (made.status_code, made.headers["Onrecord-Checkpoint"]) == (202, "pending")
            ids.append(f"{path}/proposals/{made.json()['proposal']}")
        gone = author.post(f"{ids[0]}/withdrawal", params=wait, json={})
        assert (gone.status_code, gone.headers["Onrecord-Checkpoint"]) == (201, "pending")
        refused = editor.post(f"{ids[1]}/refusal", params=wait, json={"reason": "so"})
        assert int(refused.headers["Onrecord-Checkpoint"]) >= 5
        approved = editor.post(f"{ids[2]}/approval", params=wait, json={})
        [item] = approved.json()["items"]
        assert int(approved.headers["Onrecord-Checkpoint"]) >= item["revision"]


async def test_the_client_raises_what_a_write_became(service: Service, key: str) -> None:
    """`WriteProposed` has the proposal and what became of each command; a dry run leaves no
    proposal; what cannot be proposed is refused as ever."""
    commands = [{"statement": said("g")}, {"statement": said("h", on="2024-13")}]
    async with Client.create(service.url, key=key) as client:
        with pytest.raises(WriteProposed) as made:
            await client.carry_out(NAME, commands)
        with pytest.raises(WriteProposed) as tried:
            await client.dry_run().record(NAME, [said("i")])
        with pytest.raises(NotPermitted):
            await client.redact(NAME, "a", "gone")
    first, second = made.value.items
    assert (first, isinstance(second, ServerRefused)) == ("g", True)
    assert made.value.proposal in waiting(service)
    assert tried.value.dry_run
    assert tried.value.proposal not in waiting(service)


async def test_a_spent_key_is_named_as_it_was_sent(service: Service, key: str) -> None:
    """The refusal of an Idempotency-Key that was used for another proposal names that key alone."""
    async with Client.create(service.url, key=key) as client:
        with pytest.raises(WriteProposed):
            await client.record(NAME, [said("j")], key="spent")
        with pytest.raises(Lost, match=r"^'spent' was used before") as refused:
            await client.record(NAME, [said("k")], key="spent")
    assert refused.value.members["id"] == "spent"
