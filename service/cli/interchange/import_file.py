"""How a file is imported: by the named mapping, a guess, or the format that it looks like."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Final

from events.errors import InvalidInput
from service.cli.failure import WRONG_USE, Failure, cause_of
from service.cli.output import Output
from service.client import Client, NotFound, NotPermitted, ServerRefused
from service.interchange.formats.known import FORMATS
from service.interchange.guessing.dataset_name import dataset_name
from service.interchange.guessing.first_mapping import first_mapping
from service.interchange.imports.import_file import ImportFile, misfit, read_as_before, recognized
from service.interchange.mappings.mapping import AbsentColumns, RowMapping, mapping_of, read_mapping
from service.interchange.tables.dialect import Dialect
from service.interchange.tables.limits import TableRefused
from service.interchange.tables.table import open_table
from service.messages.imports import ImportReport

__all__ = [
    "choose_mapping",
    "file_by_stored_mapping",
    "store_for_next",
    "unreadable",
    "wrong_mapping",
]

_GUESSED_FROM: Final = 1_000
_OTHERWISE: Final = "name another one with --map, or write a new one with --guess"


def unreadable(error: TableRefused) -> Failure:
    """The failure for a file that cannot be read."""
    return Failure(WRONG_USE, "The file cannot be read", error.reason, error.advice)


def wrong_mapping(what: str, error: InvalidInput) -> Failure:
    """The failure for a mapping with faults, each with the pointer to it, or for a file without
    columns that it names."""
    if isinstance(error, AbsentColumns):
        absent = [f"{fault.message} ({fault.path})" for fault in error.faults]
        return Failure(WRONG_USE, "The file does not have all columns of its mapping", *absent)
    faults = [f"{fault.path or 'the file'}: {fault.message}" for fault in error.faults]
    return Failure(WRONG_USE, f"{what} is wrong", *faults)


def choose_mapping(path: Path, named: str | None, *, guess: bool, output: Output) -> ImportFile:
    """The file with its mapping. Raises `Failure` (wrong use) if no mapping is known."""
    try:
        if named is not None:
            return ImportFile(path, named if named in FORMATS else _mapping_in(Path(named)))
        if guess:
            return _guessed(path, output)
        if found := recognized(path):
            output.note(f"It looks like {found.lines or found.by}.")
            return found
    except TableRefused as error:
        raise unreadable(error) from error
    except OSError as error:
        raise Failure(WRONG_USE, f"{path} cannot be read", cause_of(error)) from error
    names = ", ".join(FORMATS)
    raise Failure(
        WRONG_USE,
        "It is not known what the columns of the file mean",
        "Name a mapping with --map, or write a first one with --guess and look through it.",
        f"Known formats are {names}.",
    )


async def file_by_stored_mapping(
    client: Client, timeline: str, path: Path, output: Output
) -> ImportFile | None:
    """The file by the mapping of its dataset's last import on the timeline. None if there is none
    that the caller may see, or if it does not fit. Raises `Failure` if the file cannot be read."""
    try:
        stored = (await client.stored_mapping(timeline, dataset_name(path.name))).value
    except (NotFound, NotPermitted):
        return None
    try:
        file = read_as_before(path, stored.mapping, stored.day)
    except (InvalidInput, TableRefused) as error:
        output.warn(misfit(error, stored.day))
        return None
    except OSError as error:
        raise Failure(WRONG_USE, f"{path} cannot be read", cause_of(error)) from error
    output.warn(f"It is read by the mapping of the import of {stored.day}; {_OTHERWISE}.")
    return file


async def store_for_next(
    client: Client, timeline: str, file: ImportFile, report: ImportReport, output: Output
) -> None:
    """Keep the mapping by which rows were recorded, for the next file of its dataset."""
    is_recorded = report.new + report.changed + report.same > 0 and not report.proposals
    if not is_recorded or not isinstance(file.by, RowMapping):
        return
    try:
        for dataset in {dataset_name(file.path.name), file.by.name}:
            await client.store_mapping(timeline, dataset, file.by.descriptor)
    except ServerRefused as error:
        output.warn(f"The mapping is not kept for the next file: {error}")


def _mapping_in(path: Path) -> RowMapping:
    try:
        return read_mapping(path.read_bytes())
    except OSError as error:
        known = f"It is the name of no known format either: {', '.join(FORMATS)}."
        raise Failure(WRONG_USE, f"{path} cannot be read", cause_of(error), known) from error
    except InvalidInput as error:
        raise wrong_mapping(f"The mapping {path}", error) from error


def _guessed(path: Path, output: Output) -> ImportFile:
    """The file with a first mapping, which is written beside it. A different mapping that is there
    already was probably edited, and is not overwritten."""
    with open_table(path, Dialect()) as table:
        descriptor = first_mapping(path.name, table.facts, islice(table.rows, _GUESSED_FROM))
    content = f"{json.dumps(descriptor, ensure_ascii=False, indent=2)}\n"
    written = path.with_name(f"{path.name}.map.json")
    if written.exists() and written.read_text(encoding="utf-8") != content:
        advice = f"Use it with --map {written}, or remove it."
        raise Failure(WRONG_USE, f"{written} is there already, and says something else", advice)
    written.write_text(content, encoding="utf-8")
    output.note(f"A first mapping is in {written}: look through it, and name it with --map.")
    return ImportFile(path, mapping_of(descriptor), notes=tuple(table.facts.notes))
