"""What rows are known by."""

from __future__ import annotations

from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from events.statement.wording import STATEMENT_ID
from service.interchange.mappings.row_key import (
    content_hash,
    key_of,
    key_of_content,
    statement_id,
    written_key,
)
from service.interchange.tables.row import TableRow
from tests.unit.service.interchange.mappings.mapping_texts import mapping, minimal

names = st.from_regex("[a-z0-9._-]{1,64}", fullmatch=True)
keys = st.text(min_size=1, max_size=80) | st.from_regex("[A-Za-z0-9.-]{1,10}", fullmatch=True)


@given(names, keys, names, keys)
def test_every_row_of_every_dataset_has_an_id_of_its_own(
    dataset: str, key: str, other: str, other_key: str
) -> None:
    """Ids are ids, and two of them are equal only where dataset and key are."""
    one, two = statement_id(dataset, key), statement_id(other, other_key)
    assert STATEMENT_ID.admits(one) or dataset[0] in "._-"
    assert (one == two) == ((dataset, key) == (other, other_key))


@given(
    st.lists(st.text(max_size=5), min_size=2, max_size=2),
    st.lists(st.text(max_size=5), min_size=2, max_size=2),
)
def test_a_key_of_two_columns_is_that_of_no_other_row(one: list[str], two: list[str]) -> None:
    """However the columns are written, what joins them cannot be mistaken for their text."""
    keyed = mapping(minimal(), primaryKey=["A", "B"])
    found = [
        key_of(keyed, TableRow(2, dict(zip("AB", texts, strict=True)))) for texts in (one, two)
    ]
    seen = [[normalize("NFC", text.strip()) for text in texts] for texts in (one, two)]
    assert (found[0] == found[1]) == (seen[0] == seen[1])


def test_a_row_without_a_key_is_known_by_its_content() -> None:
    """The order of columns and new empty ones change nothing; equal rows are counted; an empty key
    is none."""
    plain = mapping(minimal())
    row = TableRow(2, {"A": "x", "B": "y"})
    assert key_of(plain, row) is None
    content = content_hash(row.cells)
    assert content == content_hash({"B": "y", "A": "x", "C": "", "D": ()})
    assert key_of_content(content, 0) != key_of_content(content, 1)
    assert content_hash({"A": "x"}) != content_hash({"A": ("x",)})
    assert key_of(mapping(minimal(), primaryKey=["A"]), TableRow(2, {"A": " "})) is None
    assert key_of(mapping(minimal(), primaryKey=["A"]), TableRow(2, {"A": "claims.A1"})) == "A1"
    assert statement_id("claims", "A1") == "claims.A1"


@given(st.text("aéñüőç각ạ̈-", min_size=1, max_size=12))
def test_a_key_is_the_same_however_its_letters_are_composed(text: str) -> None:
    """Key and content of a row that another program has saved in the other Unicode form are those
    of before; only the key as it is written tells them apart."""
    keyed = mapping(minimal(), primaryKey=["A"])
    rows = [TableRow(2, {"A": normalize(form, text)}) for form in ("NFC", "NFD")]
    assert key_of(keyed, rows[0]) == key_of(keyed, rows[1]) == normalize("NFC", text)
    assert content_hash(rows[0].cells) == content_hash(rows[1].cells)
    texts = [row.cells["A"] for row in rows]
    assert [written_key(keyed, row) for row in rows] == texts
