"""Numbers as a column writes them."""

from __future__ import annotations

from service.interchange.mappings.operations.number_form import NumberForm
from tests.rows import each_row


@each_row(
    ("form", "text", "number"),
    [
        (NumberForm(), "11000", "11000"),
        (NumberForm(",", "."), "1.234,5", "1234.5"),
        (NumberForm(".", ","), "1,234", "1234"),
        (NumberForm(",", " "), "1\u202f234,5", "1234.5"),
        (NumberForm(), "\u22123", "-3"),
        (NumberForm(), "1,234", "1,234"),
        (NumberForm(), "3.641105963177327e-05", "0.00003641105963177327"),
        (NumberForm(","), "-1,5E+3", "-1500"),
        (NumberForm(), ".5", "0.5"),
        (NumberForm(), "-.80000001", "-0.80000001"),
        (NumberForm(","), "5,", "5"),
        (NumberForm(), "007", "007"),
        (NumberForm(), ".", "."),
        (NumberForm(), "1e400", "1e400"),
        (NumberForm(), "e5", "e5"),
    ],
)
def test_a_number_is_written_as_a_decimal_string(form: NumberForm, text: str, number: str) -> None:
    """The signs that the mapping names are replaced; without them nothing is taken for granted."""
    assert form.decimal_string(text) == number
