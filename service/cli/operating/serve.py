"""`onrecord serve`: runs the service in the foreground."""

from __future__ import annotations

import rich_click as click

from service.cli.command import CliCommand
from service.cli.failure import failure_of
from service.cli.output import Output
from service.settings.environment import ConfigError, load_from_environment

__all__ = ["serve"]


@click.command(cls=CliCommand)
@click.option("--host", metavar="ADDRESS", help="Where to listen. [ONRECORD_HOST, 127.0.0.1]")
@click.option("--port", metavar="PORT", help="0 takes a free one. [ONRECORD_PORT, 8000]")
@click.option(
    "--workers",
    metavar="N",
    help="Processes that answer. [ONRECORD_WORKERS, one less than the cores]",
)
@click.option("--data-dir", metavar="DIR", help="The data folder. [ONRECORD_DATA_DIR, .onrecord]")
@click.option(
    "--redis-url",
    metavar="URL",
    help="A Redis or Valkey server to use. [ONRECORD_REDIS_URL, the bundled Valkey]",
)
def serve(
    host: str | None,
    port: str | None,
    workers: str | None,
    data_dir: str | None,
    redis_url: str | None,
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
            host=host,
            port=port,
            workers=workers,
            data_dir=data_dir,
            redis_url=redis_url,
        )
    except ConfigError as error:
        failure = failure_of(error)
        Output.for_people().failure(failure)
        return failure.code
    from service.app import run_service  # noqa: PLC0415 - the help of all commands needs no web server

    return run_service(settings)
