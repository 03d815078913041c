"""Whether the signing key in the folder is the one that signed before."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from service.datafolder.key_continuity import fault_of_key, refuse_another_key
from service.datafolder.key_rotation import rotate_key
from service.datafolder.signed_state import load_heads
from service.datafolder.signing_key import SigningKeyError, load_signing_keys
from tests.seals import append_of, retracted
from tests.signers import OTHER, TIME, Faulty, put_key, signing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One whose key has signed a timeline."""

    async def make() -> None:
        log = Faulty()
        await log.append(append_of(retracted("e")))
        async with signing(tmp_path, log, [TIME]) as scene:
            assert await scene.heads.covered("kursk", 1, 20) == 1

    asyncio.run(make())
    return tmp_path


def test_the_key_that_signed_before_is_no_other(folder: Path) -> None:
    """Neither that key nor a new one before it is refused, nor any key where nothing was signed."""
    refuse_another_key(folder, "onrecord.local")
    rotate_key(folder)
    refuse_another_key(folder, "onrecord.local")
    (folder / "signed.json").unlink()
    put_key(folder, OTHER)
    refuse_another_key(folder, "onrecord.local")


def test_a_key_that_somebody_put_in_its_place_is_refused(folder: Path) -> None:
    """Another key is refused with what to do, and so is a folder whose key is gone."""
    put_key(folder, OTHER)
    with pytest.raises(SigningKeyError, match="put that one back from a backup"):
        refuse_another_key(folder, "onrecord.local")
    put_key(folder, None)
    with pytest.raises(SigningKeyError, match="is not there"):
        refuse_another_key(folder, "onrecord.local")


def test_another_name_of_the_service_is_refused(folder: Path) -> None:
    """A key of another name is another key for whoever has pinned it: the old name is given, as
    what to set the setting back to."""
    with pytest.raises(SigningKeyError, match=r"set it back to 'onrecord\.local'"):
        refuse_another_key(folder, "news.example")


def test_a_name_that_was_changed_once_before_is_signed_on(folder: Path) -> None:
    """An earlier release has let it change: where one timeline was signed under the present name,
    another one's old name is no reason to sign nothing."""
    seeds, (heads, _) = load_signing_keys(folder), load_heads(folder)
    old = "news.example/timelines/other"
    (key,) = heads["kursk"].keys
    renamed = key.replace("onrecord.local/timelines/kursk", old)
    both = {**heads, "other": msgspec.structs.replace(heads["kursk"], keys=(renamed,))}
    assert fault_of_key(folder, seeds, both, "onrecord.local") is None
    assert fault_of_key(folder, seeds, both, "third.example") is not None


async def test_nothing_is_signed_under_another_name(tmp_path: Path) -> None:
    """A service whose name was changed signs nothing and says so in its health; with the name set
    back it signs what came meanwhile."""
    log = Faulty()
    await log.append(append_of(retracted("e")))
    async with signing(tmp_path, log, [TIME]) as scene:
        assert await scene.heads.covered("kursk", 1, 20) == 1
    await log.append(append_of(retracted("f")))
    async with signing(tmp_path, log, [TIME], origin="news.example") as scene:
        health = scene.signer.watch.health()
        assert not health.signs
        assert "ONRECORD_ORIGIN is 'news.example'" in (health.problem or "")
        assert await scene.heads.covered("kursk", 2, 0.2) is None
    async with signing(tmp_path, log, [TIME]) as scene:
        assert await scene.heads.covered("kursk", 2, 20) == 2
