"""A Data Package in a ZIP file: `datapackage.json` with a mapping, and its table."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from events.errors import InvalidInput
from service.interchange.mappings.mapping import RowMapping, read_mapping
from service.interchange.tables.archive import check_archive
from service.interchange.tables.dialect import FORMS
from service.interchange.tables.limits import MOST_OF_ROW, TableRefused

__all__ = ["PACKAGE", "PackedTable", "is_package", "unpacked"]

PACKAGE: Final = "datapackage"
_DESCRIPTOR: Final = "datapackage.json"
_SUFFIXES: Final = frozenset(f".{form}" for form in FORMS)
"""The suffixes that show the form of a table; nothing else of its path is used as a file name."""
_ADVICE: Final = "Unpack it, and import the table with --map datapackage.json."


class PackedTable(NamedTuple):
    """The table of a package as a file of its own, and its mapping."""

    path: Path
    mapping: RowMapping


def is_package(path: Path) -> bool:
    """Whether the file is a ZIP archive with the description of a Data Package."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return _DESCRIPTOR in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


@contextmanager
def unpacked(path: Path) -> Iterator[PackedTable]:
    """The table of the package's mapping, in a temporary folder until the end of the block. Raises
    `TableRefused`."""
    check_archive(path)
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        try:
            described = archive.getinfo(_DESCRIPTOR)
            if described.file_size > MOST_OF_ROW:
                raise TableRefused("The description of the package is too large.", _ADVICE)
            mapping = read_mapping(archive.read(described))
            name = _path_in(mapping)
            suffix = Path(name).suffix
            unpacked_to = Path(folder, "table" + (suffix if suffix in _SUFFIXES else ""))
            with archive.open(name) as member, unpacked_to.open("wb") as file:
                shutil.copyfileobj(member, file)
        except InvalidInput as error:
            raise TableRefused(f"The package has no mapping: {error}.", _ADVICE) from error
        except (KeyError, zipfile.BadZipFile, ValueError) as error:
            raise TableRefused(f"The package is damaged: {error}.", _ADVICE) from error
        yield PackedTable(unpacked_to, mapping)


def _path_in(mapping: RowMapping) -> str:
    """The path of the mapping's table. Raises KeyError."""
    resources: list[dict[str, Any]] = mapping.descriptor["resources"]
    return str(next(one["path"] for one in resources if "onrecord" in one))
