"""`onrecord sign-in`: a link that signs a browser in, once."""

from __future__ import annotations

import os

import rich_click as click
from rich.text import Text

from service import clock
from service.access.secret import Secret
from service.access.sessions import Sessions
from service.cli.command import CliCommand, json_option, run_command
from service.cli.failure import DONE, NO, Failure
from service.cli.output import Output
from service.datafolder.owner_key import OWNER_KEY, load_owner_key
from service.datafolder.seal_key import load_seal_key
from service.settings.environment import load_client_from_environment, load_from_environment

__all__ = ["sign_in"]


@click.command("sign-in", cls=CliCommand)
@click.option("--url", metavar="URL", help="The server. [ONRECORD_URL, http://127.0.0.1:8000]")
@click.option("--key", metavar="KEY", help="The API key. [ONRECORD_KEY, the owner's]")
@click.option("--data-dir", metavar="DIR", help="The data folder. [ONRECORD_DATA_DIR, .onrecord]")
@json_option
def sign_in(url: str | None, key: str | None, data_dir: str | None, as_json: bool) -> int:
    """Print a link that signs a browser in with the owner's key, once and within ten minutes.

    It is for who has the server's data folder. With another key a browser signs in by that key.

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
        written = asked.key or load_owner_key(folder)
        secret = None if written is None else Secret.read(written)
        if seal is None or secret is None:
            missing = "seal.key" if seal is None else OWNER_KEY
            raise Failure(NO, f"There is no {missing} in {folder}", "Name the server's --data-dir.")
        code = Sessions(seal, clock.now, os.urandom).make_code(secret.id)
        link = f"{asked.url}/sign-in#{code}"
        if output.as_json:
            output.document({"link": link, "code": code})
        else:
            output.show(Text(link, no_wrap=True))
        return DONE

    return run_command(output, make())
