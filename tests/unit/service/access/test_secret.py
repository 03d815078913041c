"""The secrets of keys."""

from __future__ import annotations

import re
from hashlib import sha256

from service.access.secret import Secret
from tests.rows import each_row


def test_a_key_is_written_as_its_form_says() -> None:
    """A new key is `onr_`, eight characters, 43 characters, and is read back as itself."""
    made = Secret.make()
    written = made.reveal()
    assert re.fullmatch(r"onr_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}", written)
    read = Secret.read(written)
    assert read is not None
    assert (read.id, read.sha256) == (made.id, made.sha256)
    assert made.sha256 == sha256(written.rpartition("_")[2].encode()).hexdigest()


def test_no_two_keys_are_alike() -> None:
    """A thousand new keys have a thousand ids and secrets, of all 62 characters."""
    written = [Secret.make().reveal().split("_") for _ in range(1_000)]
    assert len({id_ for _, id_, _ in written}) == len({text for _, _, text in written}) == 1_000
    assert len(set("".join(text for _, _, text in written))) == 62


def test_only_the_same_secret_matches() -> None:
    """A secret matches its own hash, and not that of another secret."""
    one, other = Secret.make(), Secret.make()
    assert one.matches(one.sha256)
    assert not one.matches(other.sha256)


def test_a_printed_secret_shows_its_id_alone() -> None:
    """What logs, tracebacks and debuggers print of a secret has nothing of it but the id."""
    made = Secret.make()
    hidden = made.reveal().rpartition("_")[2]
    for shown in (repr(made), str(made), f"{made}", repr([made])):
        assert made.id in shown
        assert hidden not in shown


@each_row(
    "written",
    ["", "onr_", "onr_abcdefgh_", f"onr_abcdefgh_{'a' * 42}", f"onr_abcdefgh_{'a' * 44}",
     f"onr_abcdefgh_{'ä' * 43}", f"ONR_abcdefgh_{'a' * 43}", f"onr_abcdefgh_{'a' * 43}\n"],
)  # fmt: skip
def test_what_is_not_written_as_a_key_is_none(written: str) -> None:
    """A text of another form is no key."""
    assert Secret.read(written) is None
