"""`onrecord serve`: the service, in the foreground."""

from __future__ import annotations

import rich_click as click

from service.app import serve as serve_until_stopped
from service.cli.failure import failure_of
from service.cli.output import Output
from service.config import ConfigError, load_from_environment

__all__ = ["serve"]


@click.command()
@click.option("--host", metavar="ADDRESS", help="Where to listen. [ONRECORD_HOST, 127.0.0.1]")
@click.option("--port", metavar="PORT", help="0 takes a free one. [ONRECORD_PORT, 8000]")
@click.option("--data-dir", metavar="DIR", help="The data folder. [ONRECORD_DATA_DIR, .onrecord]")
@click.option(
    "--redis-url",
    metavar="URL",
    help="A Redis or Valkey server to use. [ONRECORD_REDIS_URL, the bundled Valkey]",
)
@click.option(
    "--open",
    "open_",
    is_flag=True,
    default=None,
    help="Listen where others can reach it, though everyone may write. [ONRECORD_OPEN]",
)
def serve(
    host: str | None,
    port: str | None,
    data_dir: str | None,
    redis_url: str | None,
    open_: bool | None,
) -> int:
    """Run the service until Ctrl-C.

    \b
    Examples:
      onrecord serve
      onrecord serve --port 9000 --data-dir /var/lib/onrecord
      onrecord serve --redis-url redis://127.0.0.1:6379/0
    """
    try:
        settings = load_from_environment(
            host=host, port=port, data_dir=data_dir, redis_url=redis_url, open=open_
        )
    except ConfigError as error:
        failure = failure_of(error)
        Output.for_people().failure(failure)
        return failure.code
    return serve_until_stopped(settings)
