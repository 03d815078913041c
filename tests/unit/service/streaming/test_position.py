"""How far a subscriber has come, as text."""

from service.streaming.position import position_text


def test_a_position_names_timelines_where_they_are_joined() -> None:
    """Also where it is one alone: a stream of several timelines may have one."""
    assert position_text({"a": 12, "b": 7}, joined=True) == b"a:12,b:7"
    assert position_text({"a": 12}, joined=True) == b"a:12"
    assert position_text({"a": 12}, joined=False) == b"12"
