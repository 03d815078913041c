"""What a document contains before its script runs."""

from __future__ import annotations

from service.page.opening import sign_in_document, with_classes


def test_an_issuer_is_offered_where_the_service_has_one() -> None:
    """Elsewhere the link would lead to an address that does not exist; nothing else differs."""
    offered, alone = (sign_in_document(with_issuer=each) for each in (True, False))
    assert 'href="/v1/session/oidc"' in offered
    assert "oidc" not in alone
    assert alone.splitlines() == [line for line in offered.splitlines() if "issuer" not in line]


def test_a_document_is_marked_by_what_its_address_asks_for() -> None:
    """The classes stand at its root, and one that asks for nothing has none."""
    text = '<!doctype html>\n<html lang="en"><p>&lt;html</p></html>'
    assert with_classes(text) == text
    assert '<html class="embed opened" lang="en"><p>' in with_classes(text, "embed", "opened")
