"""The path below a prefix."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from service.app import OPERATIONS
from service.http.edge.prefix import enter
from service.settings.edge_values import OWN_PATHS


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/desk", "/"),
        ("/desk/", "/"),
        ("/desk/v1/timelines", "/v1/timelines"),
        ("/v1/timelines", "/v1/timelines"),
        ("/desktop", "/desktop"),
        ("/desk/t/desk", "/t/desk"),
        ("/desk/desk", "/desk"),
        ("/desk/v1/timelines/a%2Fb", "/v1/timelines/a%2Fb"),
        ("/%64esk/v1", "/%64esk/v1"),
    ],
)
def test_a_prefix_is_removed_once_where_it_is_passed_on(asked: str, path: str) -> None:
    """A proxy may remove it or leave it; a path that only begins alike is another one."""
    scope = {"root_path": "/desk", "path": unquote(asked), "raw_path": asked.encode()}
    enter(scope)
    assert scope == {"root_path": "/desk", "path": unquote(path), "raw_path": path.encode()}


def test_no_prefix_can_be_one_of_our_paths() -> None:
    """A prefix cannot be taken for a path without it, so the first parts of all paths are known."""
    assert {each.path.split("/")[1] for each in OPERATIONS} - {""} <= OWN_PATHS
