"""C2SP tlog-checkpoint: the text of a timeline's signed head.

    <origin>
    <size in decimal>
    <base64 of the root>

Further lines may follow. They are extensions, which are kept but not interpreted.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

from events.tlog.errors import BadNote
from events.tlog.merkle import HASH_SIZE

__all__ = ["MOST_NOTE", "SignedCheckpoint", "origin_of"]

_size = re.compile(r"0|[1-9][0-9]{0,18}")
MOST_SIZE = 2**63 - 1
MOST_NOTE = 1_000_000
"""The most bytes of a checkpoint's note, and of any other note; readers stop there."""


class SignedCheckpoint(NamedTuple):
    """A tree's head: whose tree it is, how many leaves it has, and the root over them (32
    bytes)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The text that is signed."""
        root = base64.b64encode(self.root).decode()
        lines = (self.origin, str(self.size), root, *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> SignedCheckpoint:
        """Parse the text of a note. Raises `BadNote` if it is not a checkpoint."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines):
            raise BadNote("It is not a checkpoint: origin, size and root, each on its line.")
        origin, size, root, *extensions = lines
        raw = _decode(root)
        if not _size.fullmatch(size) or int(size) > MOST_SIZE:
            raise BadNote("The checkpoint's size is not a number of leaves.")
        if len(raw) != HASH_SIZE or base64.b64encode(raw).decode() != root:
            raise BadNote("The checkpoint's root is not a hash of 32 bytes in base64.")
        return cls(origin, int(size), raw, tuple(extensions))


def origin_of(service: str, timeline: str) -> str:
    """The first line of a timeline's checkpoints, which is also the key's name."""
    return f"{service}/timelines/{timeline}"


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
