"""The image, as far as it can be seen without building it: what it starts, as whom, and for whom it
is open then."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.serving import Service, running

_ROOT: Final = Path(__file__).parents[2]
_FILES: Final = ("Dockerfile", "compose.yaml")
DOCKERFILE: Final = (_ROOT / "Dockerfile").read_text()
COMPOSE: Final[dict[str, Any]] = yaml.safe_load((_ROOT / "compose.yaml").read_text())


def _commands() -> list[list[str]]:
    """The commands of the health check and of the service."""
    return [json.loads(text) for text in re.findall(r"^ *CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)]


@pytest.fixture(scope="module")
def contained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """What the image starts, on another port and in a folder of the test."""
    _, [program, command, *options] = _commands()
    assert (program, command, options[2:]) == ("onrecord", "serve", ["--port", "8000"])
    with running(tmp_path_factory.mktemp("image"), *options[:2]) as service:
        yield service._replace(url=service.url.replace("0.0.0.0", "127.0.0.1"))


def test_nobody_reads_or_writes_without_a_key(contained: Service) -> None:
    """It listens where others reach it, so nothing is given to everyone."""
    with contained.stranger() as stranger:
        for path in ("/v1/timelines/kursk", "/v1/timelines/kursk/statements", "/metrics"):
            assert stranger.get(path).status_code == 401, path
        assert stranger.put("/v1/timelines/kursk", json={"title": "Kursk"}).status_code == 401
        assert stranger.get("/health/ready").json() == {"ready": True}
    assert (contained.log.parent / "data" / "owner.key").stat().st_mode & 0o777 == 0o600
    with contained.client() as owner:
        assert owner.put("/v1/timelines/kursk", json={"title": "Kursk"}).status_code == 201


def test_it_answers_to_no_name_that_it_does_not_know(contained: Service) -> None:
    """A page whose name was made to point here is refused, in a container too."""
    with contained.stranger(headers={"Host": "evil.example"}) as stranger:
        assert stranger.get("/health/live").status_code == 400


def test_it_limits_who_is_not_known(contained: Service) -> None:
    """Without any setting."""
    with contained.stranger() as stranger:
        assert "RateLimit" in stranger.get("/docs").headers


def test_its_health_check_needs_no_key(contained: Service) -> None:
    """The command of the health check succeeds while the service is ready."""
    [_, *arguments], _ = _commands()
    port = contained.url.rpartition(":")[2]
    check = [sys.executable, *(argument.replace("8000", port) for argument in arguments)]
    assert subprocess.run(check, check=False, timeout=30).returncode == 0


def test_it_runs_as_a_user_by_number() -> None:
    """Who is not root, and owns the data folder."""
    [user] = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(r"([1-9]\d{3,}):\1", user)
    assert f"--uid {user.partition(':')[0]}" in DOCKERFILE


def test_commands_that_are_told_to_be_run_in_it_name_the_program() -> None:
    """The image has no entrypoint: what stands behind its name, or behind that of a container, is a
    program that it has."""
    told = [*(_ROOT / "docs").glob("*.md"), _ROOT / "README.md", *map(_ROOT.joinpath, _FILES)]
    texts = "\n".join(file.read_text() for file in told)
    assert "ENTRYPOINT" not in DOCKERFILE
    ran = re.findall(r"docker run [^\n`]*?onrecord:[\d.]+ (\w+)", texts)
    executed = re.findall(r"docker (?:exec CONTAINER|compose exec onrecord) (\w+)", texts)
    assert ran.count("onrecord") == 2
    assert executed
    assert {*ran, *executed} <= {"onrecord", "cat"}


def test_compose_publishes_to_this_host_alone() -> None:
    """The log's server is published to nobody, and nothing in it is given more rights than it
    needs."""
    services = COMPOSE["services"]
    assert services["onrecord"]["ports"] == ["127.0.0.1:8000:8000"]
    assert "ports" not in services["valkey"]
    assert services["valkey"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert services["onrecord"]["cap_drop"] == ["ALL"]
    for service in services.values():
        assert service["read_only"] is True
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in service
