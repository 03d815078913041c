"""The name of a dataset, from the name of its file."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

from service.interchange.mappings.operations.dates.months import folded

__all__ = ["REFUSED", "dataset_name"]

REFUSED: Final = ".refused"
"""The end of the name of a file of refused rows, before its suffix."""
_REFUSED: Final = re.compile(rf"{re.escape(REFUSED)}(?:[ -]*\([0-9]+\))?$")
"""The same, with the number that a browser adds."""
_MOST: Final = 64
_SIGN: Final = re.compile("[^a-z0-9]+")
_LATIN: Final = str.maketrans(
    dict(zip("абвгґдезиіклмнопрстуфхыэєёйї", "abvhgdeziiklmnoprstufhyeeeyi", strict=True))
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"}
    | {"ь": "", "ъ": "", "ł": "l", "đ": "d", "ø": "o", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"}
)
_MARK: Final = 8
"""The number of hash digits that distinguish names that differ only in lost letters."""


def dataset_name(file: str) -> str:
    """The file's name without its suffix, in the form of a mapping's name. For a file of refused
    rows it is the name of the file that they are from. Cyrillic letters are transliterated. If
    letters of other scripts are lost, a part of the name's hash distinguishes the files; otherwise
    the rows of one would count as missing from the other."""
    stem = unicodedata.normalize("NFC", (file.rpartition(".")[0] or file).lower())
    stem = _REFUSED.sub("", stem) or stem
    plain = folded(stem.translate(_LATIN))
    slug = _SIGN.sub("-", plain).strip("-")
    if all(c.isascii() or not c.isalnum() for c in plain):
        return slug[:_MOST].strip("-") or "rows"
    mark = hashlib.sha256(stem.encode()).hexdigest()[:_MARK]
    return f"{slug[: _MOST - _MARK - 1]}-{mark}".strip("-")
