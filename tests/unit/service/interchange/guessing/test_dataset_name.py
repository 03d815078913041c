"""The name of a dataset."""

from __future__ import annotations

from service.interchange.guessing.dataset_name import dataset_name
from service.interchange.mappings.mapping import mapping_of
from tests.rows import each_row


@each_row(
    ("file", "name"),
    [
        ("Claims 2024 (final).csv", "claims-2024-final"),
        ("Обстріли 2024.xlsx", "obstrili-2024"),
        ("Заявления.csv", "zayavleniya"),
        ("Übersicht Außenpolitik.ods", "ubersicht-aussenpolitik"),
        ("łódź_zażółć.csv", "lodz-zazolc"),
        (".csv", "csv"),
        ("…", "rows"),
        ("Claims 2024.refused.csv", "claims-2024"),
        ("claims-2024.refused (1).csv", "claims-2024"),
        (".refused.csv", "refused"),
        ("x" * 90 + ".csv", "x" * 64),
    ],
)
def test_letters_become_those_that_a_name_may_have(file: str, name: str) -> None:
    """Without accents, and in Latin script."""
    assert dataset_name(file) == name


def test_two_files_have_two_names() -> None:
    """Also where their letters are lost; each is a name that a mapping may have."""
    files = ["حوادث 2024.csv", "تصريحات 2024.csv", "発言2024.csv", "発言.csv", "ם" * 80]
    names = [dataset_name(file) for file in files]
    assert len({*names}) == len(files)
    assert all(len(name) <= 64 for name in names)
    assert names[0].startswith("2024-")
    statement = {"kind": {"value": "claim"}, "text": {"value": "x"}, "said": {}}
    for name in names:
        assert (
            mapping_of({"name": name, "resources": [{"onrecord": {"statement": statement}}]}).name
            == name
        )
