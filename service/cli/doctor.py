"""`onrecord doctor`: every setting, and a check of each thing that the service needs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

import rich_click as click
from rich.table import Table
from rich.text import Text

from service.cli.checks import (
    Check,
    Verdict,
    check_data_folder,
    check_port,
    check_python,
    check_seal_key,
    check_sqlite,
    check_valkey,
    owner_of,
)
from service.cli.command import json_option, run
from service.cli.failure import DONE, NO
from service.cli.log_checks import check_log
from service.cli.output import Output
from service.cli.words import count_of, printable
from service.config import load_client_from_environment, load_from_environment
from service.logs import configure_logs
from service.runtime import PRIVATE
from service.settings import Settings, ShownSetting

__all__ = ["doctor"]

_MARKS: Final[dict[Verdict, tuple[str, str]]] = {
    "ok": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "skipped": ("·", "dim"),
}


@click.command()
@click.option("--data-dir", metavar="DIR", help="The data folder. [ONRECORD_DATA_DIR, .onrecord]")
@click.option("--redis-url", metavar="URL", help="Another Redis. [ONRECORD_REDIS_URL]")
@json_option
def doctor(data_dir: str | None, redis_url: str | None, as_json: bool) -> int:
    """Show every setting and who gave it, and check what the service needs.

    It needs no server. Where none runs, the bundled Valkey is started for a moment to look at
    the log, if there is one. Secrets are not shown.

    \b
    Examples:
      onrecord doctor
      onrecord doctor --data-dir /var/lib/onrecord --json
    """
    output = Output.create(as_json=as_json)

    async def look() -> int:
        settings = load_from_environment(data_dir=data_dir, redis_url=redis_url)
        configure_logs("error", settings.log_format)
        os.umask(PRIVATE)
        shown = [*settings.masked(), *load_client_from_environment().masked()]
        checks = await _checks(settings)
        _tell(output, shown, checks)
        return NO if _failed(checks) else DONE

    return run(output, look())


async def _checks(settings: Settings) -> list[Check]:
    owner = await owner_of(settings.data_dir)
    return [
        check_python(),
        await check_valkey(settings),
        check_sqlite(),
        check_data_folder(settings.data_dir, owner),
        check_seal_key(settings),
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
