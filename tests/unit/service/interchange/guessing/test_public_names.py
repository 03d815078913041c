"""Names in tables of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.service.interchange.guessing.sheets import fields_of, guess_of


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        (
            {
                "报道日期": ["2020年1月11日", "2020年1月27日"],
                "省份": ["湖北", "山东"],
                "死亡人数": ["1", "12"],
                "内容": [
                    "武汉市报告新增肺炎病例，一名患者死亡。",
                    "日照市报告新增肺炎病例，没有死亡。",
                ],
                "来源链接": ["https://a.example/1", "https://a.example/2"],
            },
            ["said.on", "places.name", "quantities.best", "text", "sources.url"],
        ),
        (
            {
                "国会議員": ["山田 太郎", "鈴木 花子"],
                "発言": ["税金は上がらないと約束します。", "橋は三年で完成すると約束します。"],
                "日付": ["2024-05-01", "2024-05-02"],
                "備考": ["確認済み", "未確認"],
            },
            ["said.by", "text", "said.on", "extra.備考"],
        ),
        (
            {
                "국회의원": ["조은희", "김영배"],
                "정당": ["가당", "나당"],
                "공약내용": [
                    "예금자보호한도를 1억원으로 상향하겠습니다",
                    "이자소득세를 면제하겠습니다",
                ],
                "근거링크": ["https://a.example/1", "https://a.example/2"],
            },
            ["said.by", "extra.정당", "text", "sources.url"],
        ),
    ],
)
def test_names_are_read_in_scripts_without_spaces(
    tmp_path: Path, columns: dict[str, list[str]], fields: list[str]
) -> None:
    """Chinese, Japanese and Korean."""
    assert fields_of(guess_of(tmp_path, columns)) == {
        column: {field} for column, field in zip(columns, fields, strict=True)
    }


def test_players_and_their_clubs_are_whom_a_transfer_is_about(tmp_path: Path) -> None:
    """They are not kept as other columns."""
    columns = {
        "club_name": ["1.FC Saarbrücken", "1.FC Saarbrücken"],
        "player_name": ["Thomas Stratos", "Matthias Lust"],
        "club_involved_name": ["Hamburger SV", "Waldh. Mannheim"],
        "season": ["1992/1993", "1993/1994"],
    }
    fields = fields_of(guess_of(tmp_path, columns))
    assert all("about.actor" in fields[column] for column in [*columns][:3])
