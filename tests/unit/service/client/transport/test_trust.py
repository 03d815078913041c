"""Certificates: whose are accepted, and what is said of the others."""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from service.cli import main
from service.client import Client, Unreachable, Untrusted
from service.client.transport.trust import trust_for
from service.settings.environment import ConfigError, load_client

LISTED = b'{"items":[],"next":null}'
BEGIN = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)


class Certificate(NamedTuple):
    """A certificate and the key to it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def write(self, path: Path, *, key: bool = False) -> Path:
        pem = self.certificate.public_bytes(Encoding.PEM)
        if key:
            pem += self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(pem)
        return path


def certified(name: str, by: Certificate | None = None, *, days: int = 36_500) -> Certificate:
    """A certificate for the host `name`, signed by an authority; without one it is an authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    signer, issuer = (by.key, by.certificate.subject) if by else (key, subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(BEGIN + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    )
    if by is not None:
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        builder = builder.add_extension(names, critical=False)
    return Certificate(builder.sign(signer, hashes.SHA256()), key)


@asynccontextmanager
async def serving(certificate: Certificate, folder: Path) -> AsyncIterator[str]:
    """A server that shows this certificate, and lists no timelines; its URL."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(LISTED)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + LISTED)
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.write(folder / "server.pem", key=True))
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}"


@pytest.fixture(autouse=True)
def unnamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine names is not to help the tests."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


def hash_of(common_name: str) -> str:
    """The name under which OpenSSL looks for an authority in a folder, as c_rehash computes it:
    SHA-1 over the canonical subject, its first four bytes in little-endian order."""
    text = common_name.lower().encode()
    inner = b"\x06\x03\x55\x04\x03\x0c" + bytes([len(text)]) + text
    item = b"\x30" + bytes([len(inner)]) + inner
    digest = hashlib.sha1(b"\x31" + bytes([len(item)]) + item, usedforsecurity=False).digest()
    return f"{int.from_bytes(digest[:4], 'little'):08x}.0"


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
async def test_an_authority_of_ones_own_is_heard(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its server answers once it is named, by its file or by the folder that it is in, on this
    machine's loopback too; and not before."""
    authority = certified("Desk CA")
    async with serving(certified("localhost", authority), tmp_path) as url:
        async with Client.create(url) as client:
            with pytest.raises(Untrusted):
                await client.timelines()
        file = authority.write(tmp_path / hash_of("Desk CA"))
        monkeypatch.setenv(variable, str(file if variable == "SSL_CERT_FILE" else tmp_path))
        async with Client.create(url) as client:
            assert (await client.timelines()).value.items == []


@pytest.mark.parametrize(
    ("name", "days", "known", "reason", "advice"),
    [
        ("localhost", 36_500, False, "unable to get local issuer certificate", "SSL_CERT_FILE"),
        ("desk.example", 36_500, True, "desk.example|localhost", "Name the server"),
        ("localhost", 1, True, "expired", "clock"),
    ],
)
async def test_a_refused_certificate_is_reported_with_what_to_do(
    name: str,
    days: int,
    known: bool,
    reason: str,
    advice: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of an unknown authority, for another host, and of yesterday: each has its own advice, and
    nothing was sent."""
    authority = certified("Desk CA")
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path / "ca.pem")))
    async with (
        serving(certified(name, authority, days=days), tmp_path) as url,
        Client.create(url) as client,
    ):
        with pytest.raises(Untrusted, match=reason) as caught:
            await client.open_timeline("kursk", "T")
    assert advice in caught.value.advice
    assert not caught.value.sent


async def test_the_command_line_says_that_it_does_not_trust(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody is there: it is not "No server", and the exit code is 3 all the same."""
    async with serving(certified("localhost", certified("Desk CA")), tmp_path) as url:
        code = await asyncio.to_thread(main, ["query", "kursk", "--url", url])
    said = capsys.readouterr().err
    assert code == 3
    assert "The server is not trusted" in said
    assert "SSL_CERT_FILE" in said


async def test_a_server_without_tls_is_distinguished() -> None:
    """https:// to a server that speaks http:// is no matter of trust, and says what to write."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with Client.create(url) as client:
            with pytest.raises(Unreachable, match="http://") as caught:
                await client.timelines()
    assert not isinstance(caught.value, Untrusted)


def test_authorities_are_read_for_https_alone() -> None:
    """By http nobody is trusted, which takes no time; whoever showed a certificate there all the
    same would be refused."""
    plain, encrypted = trust_for("http://onrecord.example"), trust_for("HTTPS://onrecord.example")
    assert plain.cert_store_stats()["x509_ca"] == 0 < encrypted.cert_store_stats()["x509_ca"]
    for context in (plain, encrypted):
        assert context.check_hostname
        assert context.verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("content", [None, b"", b"nonsense", b"\xff\xfe"])
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_certificates_that_cannot_be_read_are_reported(
    variable: str, content: bytes | None, tmp_path: Path
) -> None:
    """OpenSSL would pass over them in silence. For http they do not matter."""
    path = tmp_path / "certificates"
    if content is not None:
        path.write_bytes(content)
    given = {variable: str(path), "ONRECORD_URL": "https://localhost"}
    with pytest.raises(ConfigError) as caught:
        load_client(given)
    assert [fault.path for fault in caught.value.faults] == [variable]
    assert load_client(given | {"ONRECORD_URL": "http://localhost"}).key is None


@pytest.mark.parametrize("proxy", ["nonsense://x", "socks5://127.0.0.1:1", "http://[::1"])
def test_a_proxy_that_cannot_be_used_is_reported(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that is wrong is an error of the client's own, not a traceback."""
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(Unreachable, match="proxy"):
        Client.create("http://onrecord.example")
