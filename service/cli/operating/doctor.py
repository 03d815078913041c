"""`onrecord doctor`: every setting, and a check of each thing that the service needs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

import rich_click as click
from rich.table import Table
from rich.text import Text

from service.cli.command import CliCommand, json_option, run_command
from service.cli.failure import DONE, NO
from service.cli.operating.checks import (
    Check,
    CheckOutcome,
    check_data_folder,
    check_port,
    check_python,
    check_seal_key,
    check_sqlite,
    check_valkey,
    serving_process,
    tried,
)
from service.cli.operating.folder_checks import check_disk, check_folder
from service.cli.operating.log_checks import check_log
from service.cli.output import Output
from service.cli.views.words import count_of, printable
from service.datafolder.files import PRIVATE
from service.operations.logs import configure_logs
from service.settings.environment import load_client_from_environment, load_from_environment
from service.settings.settings import Settings, ShownSetting

__all__ = ["doctor"]

_MARKS: Final[dict[CheckOutcome, tuple[str, str]]] = {
    "ok": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "skipped": ("·", "dim"),
}


@click.command(cls=CliCommand)
@click.option("--data-dir", metavar="DIR", help="The data folder. [ONRECORD_DATA_DIR, .onrecord]")
@click.option("--redis-url", metavar="URL", help="Another Redis. [ONRECORD_REDIS_URL]")
@json_option
def doctor(data_dir: str | None, redis_url: str | None, as_json: bool) -> int:
    """Show every setting and where it comes from, and check what the service needs.

    No server needs to run. If none does, the bundled Valkey is started for a moment to check the
    log, if there is one. Every file in the data folder is checked, and none is changed. Secrets are
    not shown.

    \b
    Examples:
      onrecord doctor
      onrecord doctor --data-dir /var/lib/onrecord --json
    """
    output = Output.create(as_json=as_json)

    async def diagnose() -> int:
        settings = load_from_environment(data_dir=data_dir, redis_url=redis_url)
        configure_logs("error", settings.log_format)
        os.umask(PRIVATE)
        shown = [*settings.masked(), *load_client_from_environment().masked()]
        checks = await _checks(settings)
        with output.even_unread():
            _tell(output, shown, checks)
        return NO if _failed(checks) else DONE

    return run_command(output, diagnose())


async def _checks(settings: Settings) -> list[Check]:
    owner = await serving_process(settings.data_dir)
    return [
        check_python(),
        await check_valkey(settings),
        check_sqlite(),
        tried("data folder", lambda: check_data_folder(settings.data_dir, owner)),
        tried("disk", lambda: check_disk(settings.data_dir)),
        tried("seal key", lambda: check_seal_key(settings)),
        *check_folder(settings.data_dir, settings.origin, bundled=settings.redis_url is None),
        check_port(settings, owner),
        *await check_log(settings, owner),
    ]


def _failed(checks: Sequence[Check]) -> int:
    return sum(check.verdict == "failed" for check in checks)


def _tell(output: Output, settings: Sequence[ShownSetting], checks: Sequence[Check]) -> None:
    if output.as_json:
        output.document(
            {
                "ok": not _failed(checks),
                "settings": [setting._asdict() for setting in settings],
                "checks": [check._asdict() for check in checks],
            }
        )
        return
    output.show(_settings_table(settings), Text())
    for check in checks:
        mark, colour = _MARKS[check.verdict]
        line = Text.assemble((f"{mark} ", colour), (f"{check.name:<12}", "bold"))
        output.show(line.append(printable(check.detail)))
    failed = _failed(checks)
    if failed:
        output.show(Text(f"\n{count_of(failed, 'check')} failed.", style="bold red"))
    else:
        output.show(Text("\nAll is well.", style="green"))


def _settings_table(settings: Sequence[ShownSetting]) -> Table:
    table = Table("setting", "value", "given by", box=None, header_style="dim", pad_edge=False)
    for setting in settings:
        value = "" if setting.value is None else printable(setting.value)
        style = "dim" if setting.given_by == "default" else ""
        table.add_row(setting.name, Text(value, style=style), Text(setting.given_by, style=style))
    return table
