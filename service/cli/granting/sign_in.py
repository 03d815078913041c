"""`onrecord sign-in`: a link that signs a browser in, once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import rich_click as click
from rich.text import Text

from events.edtf.timestamp import parse_rfc3339
from projections.answers.access import IssuedKey
from service import clock
from service.access.secret import Secret
from service.access.sessions import Sessions
from service.cli.command import CliCommand, json_option, run_command
from service.cli.failure import DONE, NO, Failure
from service.cli.output import Output
from service.datafolder.owner_key import OWNER_KEY, load_owner_key
from service.datafolder.seal_key import load_seal_key
from service.settings.environment import load_client_from_environment, load_from_environment

__all__ = ["require_holding", "sign_in"]

_FORM: Final = (
    "A key is written `onr_<id>_<secret>`, as `onrecord keys add` shows it: look at --key, "
    "ONRECORD_KEY and ONRECORD_KEY_FILE."
)
_OTHERWISE: Final = (
    "Give a valid key by --key (ONRECORD_KEY). To make one on the server's machine: `onrecord keys "
    "add NAME --data-dir DIR`, then `onrecord grants add key:NAME admin '*' --data-dir DIR`."
)


@click.command("sign-in", cls=CliCommand)
@click.option("--url", metavar="URL", help="The server. [ONRECORD_URL, http://127.0.0.1:8000]")
@click.option("--key", metavar="KEY", help="The API key. [ONRECORD_KEY, the owner's]")
@click.option("--data-dir", metavar="DIR", help="The data folder. [ONRECORD_DATA_DIR, .onrecord]")
@json_option
def sign_in(url: str | None, key: str | None, data_dir: str | None, as_json: bool) -> int:
    """Print a link that signs a browser in with the owner's key, once and within ten minutes.

    This needs access to the server's data folder. With another key the browser signs in by that
    key.

    \b
    Examples:
      onrecord sign-in
      onrecord sign-in --data-dir /var/lib/onrecord --url https://record.example.org
    """
    output = Output.create(as_json=as_json)

    async def make() -> int:
        asked = load_client_from_environment(url=url, key=key)
        settings = load_from_environment(data_dir=data_dir)
        folder = settings.data_dir
        seal = settings.seal_key or load_seal_key(folder)
        if seal is None:
            raise Failure(NO, f"There is no seal.key in {folder}", "Name the server's --data-dir.")
        id_ = _id_of(asked.key, folder)
        await _check(id_, folder)
        code = Sessions(seal, clock.now, os.urandom).make_code(id_)
        link = f"{asked.url}/sign-in#{code}"
        if output.as_json:
            output.document({"link": link, "code": code})
        else:
            output.show(Text(link, no_wrap=True))
        return DONE

    return run_command(output, make())


def _id_of(given: str | None, folder: Path) -> str:
    """The id of the given key, else of the owner's key in the folder. Raises Failure."""
    written = load_owner_key(folder) if given is None else given
    if written is None:
        raise Failure(NO, f"There is no {OWNER_KEY} in {folder}", "Name the server's --data-dir.")
    secret = Secret.read(written)
    if secret is not None:
        return secret.id
    if given is None:
        raise Failure(NO, f"{folder / OWNER_KEY} does not hold an API key", _OTHERWISE)
    raise Failure(NO, "What was given is not an API key", _FORM)


async def _check(id_: str, folder: Path) -> None:
    """Raise Failure unless the key with that id is valid, because its link would not work."""
    from service.cli.granting.folder import folder_backend  # noqa: PLC0415 - a client loads no database

    async with folder_backend(str(folder)) as backend:
        issued = {key.id: key for key in await backend.keys()}
    require_holding(issued.get(id_), folder, clock.now())


def require_holding(key: IssuedKey | None, folder: Path, now: int) -> None:
    """Raises Failure if the log of the folder has not issued the key, or if it is revoked or
    expired at `now`, in microseconds since 1970."""
    if key is None:
        raise Failure(NO, f"The log of {folder} has not issued this key", _OTHERWISE)
    if key.revoked is not None:
        why = f"By {key.revoked.author}: {key.revoked.reason}"
        raise Failure(NO, f"The key {key.name} is revoked", why, _OTHERWISE)
    if key.expires is not None and parse_rfc3339(key.expires) <= now:
        raise Failure(NO, f"The key {key.name} expired at {key.expires}", _OTHERWISE)
