"""The proxies of docs/deploy in front of a service: the unchanged files, except names, ports and
certificates of this machine."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.leash import leashed
from tests.program import LIMIT
from tests.servers import free_port

__all__ = ["FRONTS", "PREFIX", "Front", "fronted"]

_CONFIGS: Final = Path(__file__).parents[1] / "docs" / "deploy"
PREFIX: Final = "/onrecord"
_HOST: Final = "localhost"
_NGINX: Final = """daemon off;
pid {folder}/pid;
error_log stderr notice;
user root;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""
_CADDY: Final = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"


class Front(NamedTuple):
    """One of the files, with or without a change: how it becomes the program's own file, the
    command, and the message that shows that it listens."""

    file: str
    change: tuple[str, str] = ("", "")

    @property
    def idle_seconds(self) -> int:
        """For how long it keeps a connection to the service that is not used."""
        text = (_CONFIGS / self.file).read_text("utf-8")
        [seconds] = re.findall(r"^\s*keepalive(?:_timeout)? (\d+)s;?$", text, re.MULTILINE)
        return int(seconds)

    @property
    def root_path(self) -> str:
        return PREFIX if "prefix" in self.file else ""

    @property
    def program(self) -> str:
        return "caddy" if self.file.startswith("Caddy") else "nginx"


FRONTS: Final = {
    "nginx": Front("nginx.conf"),
    "nginx passes the prefix on": Front("nginx-prefix.conf"),
    "nginx removes the prefix": Front("nginx-prefix.conf", ("//onrecord;", "//onrecord/;")),
    "caddy": Front("Caddyfile"),
    "caddy passes the prefix on": Front("Caddyfile-prefix"),
    "caddy removes the prefix": Front("Caddyfile-prefix", ("handle /", "handle_path /")),
}


@contextmanager
def fronted(front: Front, service_url: str, folder: Path) -> Iterator[str]:
    """The address at which the proxy shows the service, over TLS with a certificate of its own,
    until the block ends."""
    program = shutil.which(front.program)
    if program is None:
        pytest.skip(f"no {front.program} is installed here")
    port, (certificate, key) = free_port(), _certificate(folder)
    text = (_CONFIGS / front.file).read_text()
    assert front.change[0] in text
    text = text.replace(*front.change) if front.change[0] else text
    text = text.replace("127.0.0.1:8000", urlsplit(service_url).netloc)
    make, arguments, ready = _PROGRAMS[front.program]
    path = folder / front.file
    path.write_text(make(text, port, certificate, key, folder))
    command = [program, *(argument.format(path=path, folder=folder) for argument in arguments)]
    environment = {"HOME": str(folder), "PATH": "/usr/bin"}
    with subprocess.Popen(
        leashed(command),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stderr is not None
        try:
            said: list[str] = []
            for line in process.stderr:
                said.append(line)
                if ready in line:
                    break
            else:
                pytest.fail("".join(said))
            yield f"https://{_HOST}:{port}{front.root_path}"
        finally:
            process.terminate()
            process.communicate(timeout=LIMIT)


def _nginx(text: str, port: int, certificate: Path, key: Path, folder: Path) -> str:
    site = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    site = re.sub(r"ssl_certificate [^;]+", f"ssl_certificate {certificate}", site)
    site = re.sub(r"ssl_certificate_key [^;]+", f"ssl_certificate_key {key}", site)
    return _NGINX.format(folder=folder, site=site.replace("record.example.org", _HOST))


def _caddy(text: str, port: int, certificate: Path, key: Path, folder: Path) -> str:
    begin = f"https://{_HOST}:{port} {{\n\ttls {certificate} {key}\n\tbind 127.0.0.1"
    return _CADDY + text.replace("record.example.org {", begin)


_PROGRAMS: Final[dict[str, tuple[Callable[..., str], list[str], str]]] = {
    "nginx": (_nginx, ["-e", "stderr", "-p", "{folder}", "-c", "{path}"], "start worker process"),
    "caddy": (
        _caddy,
        ["run", "--adapter", "caddyfile", "--config", "{path}"],
        "serving initial configuration",
    ),
}


def _certificate(folder: Path) -> tuple[Path, Path]:
    """The files of a certificate for the host, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _HOST)])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(_HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "certificate.key"
    paths[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
