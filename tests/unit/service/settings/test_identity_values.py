"""The settings of signing in at an issuer."""

from __future__ import annotations

import pytest

from service.settings.environment import ConfigError, load
from service.settings.identity_values import parse_claim, parse_client_text, parse_issuer
from tests.rows import each_row


@each_row(
    "text", ["https://login.example.org", "https://a.example/realms/x/", "http://127.0.0.1:9400",
             "http://localhost:9400", "http://[::1]:1"],
)  # fmt: skip
def test_issuers(text: str) -> None:
    """An https address, or an http one of this machine, is kept as it is written."""
    assert parse_issuer(text) == text


@each_row(
    "text", ["", "login.example.org", "http://login.example.org", "ftp://a.example",
             "https://a.example/?x", "https://a.example/#x", "https://", "https://a b.example",
             "https://a.example:x"],
)  # fmt: skip
def test_what_is_no_issuer(text: str) -> None:
    """Others, and what others could listen to, are refused."""
    with pytest.raises(ValueError, match="must be"):
        parse_issuer(text)


def test_an_issuer_needs_the_services_id_there() -> None:
    """A setting of signing in without the others it needs is reported, each by its name."""
    with pytest.raises(ConfigError) as caught:
        load({"ONRECORD_OIDC_GROUPS": "groups"})
    missing = {fault.path for fault in caught.value.faults}
    assert missing == {"ONRECORD_OIDC_ISSUER", "ONRECORD_OIDC_CLIENT_ID"}


def test_the_secret_is_never_shown() -> None:
    """Neither the list of settings nor their text has it."""
    settings = load(
        {
            "ONRECORD_OIDC_ISSUER": "https://a.example",
            "ONRECORD_OIDC_CLIENT_ID": "onrecord",
            "ONRECORD_OIDC_CLIENT_SECRET": "hunter2",
        }
    )
    assert settings.oidc_client_secret == "hunter2"
    assert "hunter2" not in f"{settings!r} {settings.masked()}"


@pytest.mark.parametrize("parse", [parse_client_text, parse_claim])
def test_texts_of_the_issuer_are_visible(parse: object) -> None:
    """A space or a letter that is not ASCII is a typing error."""
    assert callable(parse)
    assert parse("https://a.example/groups") == "https://a.example/groups"
    for text in ("", "a b", "ä"):
        with pytest.raises(ValueError, match="must be"):
            parse(text)
