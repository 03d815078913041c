"""Checks the variables that name the certificates that OpenSSL trusts."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from events.errors import Fault

__all__ = ["wrong_certificates"]

_FILE: Final = "SSL_CERT_FILE"
_FOLDER: Final = "SSL_CERT_DIR"


def wrong_certificates(environ: Mapping[str, str]) -> list[Fault]:
    """What is wrong with SSL_CERT_FILE and SSL_CERT_DIR. OpenSSL itself silently ignores what it
    cannot read."""
    return [*_wrong_file(environ.get(_FILE, "")), *_wrong_folders(environ.get(_FOLDER, ""))]


def _wrong_file(path: str) -> list[Fault]:
    try:
        if path:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        return [Fault(_FILE, f"{path!r} holds no certificates: name a file of them in PEM.")]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return [Fault(_FILE, f"{path!r} cannot be read: {reason}.")]
    return []


def _wrong_folders(paths: str) -> list[Fault]:
    """At least one folder of the list must exist, since lists often name the places of several
    systems."""
    if not paths or any(Path(path).is_dir() for path in paths.split(os.pathsep)):
        return []
    return [
        Fault(_FOLDER, f"{paths!r} is not a folder: name one of certificates, made by c_rehash.")
    ]
