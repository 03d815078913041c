"""The path below a prefix."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from service.app import OPERATIONS, create_app
from service.http.edge.prefix import enter
from service.http.requests import PREFIX
from service.settings.edge_values import OWN_PATHS
from tests.rows import each_row
from tests.serving import in_process
from tests.writers import open_writer, said, working


@each_row(
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
    scope: dict[str, Any] = {PREFIX: "/desk", "path": unquote(asked), "raw_path": asked.encode()}
    enter(scope)
    assert scope == {PREFIX: "/desk", "path": unquote(path), "raw_path": path.encode()}


def test_no_prefix_can_be_one_of_our_paths() -> None:
    """A prefix cannot be taken for a path without it, so the first parts of all paths are known."""
    assert {each.path.split("/")[1] for each in OPERATIONS} - {""} <= OWN_PATHS


async def test_a_name_may_begin_as_the_prefix_does(tmp_path: Path) -> None:
    """The prefix is that of the whole path: no part of it is lost where it stands elsewhere."""
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.record(said("kursk"))
        await writer.projector.progress.wait_for("kursk", 2)
        with working(writer, tmp_path, root_path="/kursk") as worker:
            app: Any = create_app(worker)
            async with in_process(app, tmp_path) as client:
                for path in ("", "/statements", "/statements/kursk", "/facets"):
                    for prefix in ("", "/kursk"):
                        answer = await client.get(f"{prefix}/v1/timelines/kursk{path}")
                        assert answer.headers.get("Onrecord-Revision") == "2", (prefix, path)
