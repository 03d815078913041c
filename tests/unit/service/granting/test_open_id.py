"""What an issuer of identities says, where that is not what OpenID requires."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from events.errors import IdentityUnavailable
from service import clock
from service.granting.open_id import IssuerDescription, OpenId
from service.settings.settings import Settings

ISSUER = "https://issuer.example"
DESCRIBED = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
    "userinfo_endpoint": f"{ISSUER}/who",
}


@pytest.fixture
def open_id() -> OpenId:
    given: Any = {"oidc_issuer": ISSUER, "oidc_client_id": "onrecord"}
    settings = Settings(data_dir=Path("/nowhere"), log_format="json", given_by={}, **given)
    return OpenId(settings, bytes(32), clock.now)


def saying(monkeypatch: pytest.MonkeyPatch, **answers: Any) -> None:
    """Let the issuer answer with this JSON, by the last part of the address."""

    async def get(_: httpx.AsyncClient, address: str, **__: object) -> httpx.Response:
        answer = answers[address.rpartition("/")[2].replace("-", "_")]
        return httpx.Response(200, json=answer, request=httpx.Request("GET", address))

    monkeypatch.setattr(httpx.AsyncClient, "get", get)


@pytest.mark.parametrize(
    "described",
    [
        [],
        {},
        {"issuer": ISSUER},
        DESCRIBED | {"jwks_uri": None},
        DESCRIBED | {"authorization_endpoint": 1},
        DESCRIBED | {"issuer": "https://another.example"},
    ],
)
async def test_an_issuer_that_is_none_is_reported(
    open_id: OpenId, monkeypatch: pytest.MonkeyPatch, described: Any
) -> None:
    """Nobody can sign in, and the caller reads why; once the issuer is mended they can."""
    saying(monkeypatch, openid_configuration=described)
    with pytest.raises(IdentityUnavailable, match=r"openid-configuration|another address"):
        await open_id.begin("https://onrecord.example/back")
    saying(monkeypatch, openid_configuration=DESCRIBED)
    address, _ = await open_id.begin("https://onrecord.example/back")
    assert address.startswith(f"{ISSUER}/authorize?")


async def test_keys_and_people_that_are_none_prove_nobody(
    open_id: OpenId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer of the issuer is an error of this service."""
    given: Any = open_id
    issuer = IssuerDescription(**DESCRIBED)
    none: tuple[Any, ...] = ([], {}, {"keys": 1}, {"keys": [1]})
    for wrong in none:
        saying(monkeypatch, keys=wrong)
        with pytest.raises(IdentityUnavailable, match="/keys"):
            await given._verified(issuer, {"id_token": "x"}, "nonce")
    saying(monkeypatch, who=[])
    with pytest.raises(IdentityUnavailable, match="/who"):
        await given._userinfo(issuer, {}, "ann")
