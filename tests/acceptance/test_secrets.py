"""No secret is in anything that the program prints, logs or answers, whatever goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from service.access.secret import Secret
from service.settings.environment import load, load_client
from tests.program import Done, Program
from tests.servers import DURABLE, ValkeyServer
from tests.serving import running

PASSWORD: Final = "p4ssw0rd-of-the-log-9f2c"
SEAL: Final = "5ea1" * 16
FOREIGN: Final = Secret.make().reveal()
"""A key that is nobody's."""
NO_KEY: Final = "a-mistyped-key-77aa"


class Heard:
    """Everything that was printed, logged and answered."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def add(self, name: str, text: str) -> None:
        self._texts[name] = self._texts.get(name, "") + text

    def run(self, program: Program, *arguments: str, **more: str) -> Done:
        done = program.run(*arguments, **more)
        self.add(" ".join(arguments[:2]), done.out + done.err)
        return done

    def places_of(self, *secrets: str) -> list[str]:
        """Where any of the secrets, or the secret half of a key, is to be seen."""
        parts = [part for secret in secrets for part in {secret, secret.rpartition("_")[2]}]
        return [name for name, text in self._texts.items() if any(part in text for part in parts)]


def test_nothing_that_is_printed_has_a_secret(tmp_path: Path) -> None:
    """The service at level debug, the doctor and commands, with right and wrong credentials and
    while the log's server is away. What they print does show the facts around them."""
    heard = Heard()
    with ValkeyServer("--requirepass", PASSWORD, *DURABLE, tcp=True) as valkey:
        url = f"redis://default:{PASSWORD}@127.0.0.1:{valkey.port}/0"
        settings = {"ONRECORD_SEAL_KEY": SEAL, "ONRECORD_LOG_LEVEL": "debug"}
        options = ("--redis-url", url, "--workers", "1")
        with running(tmp_path, *options, **settings) as service:
            owner = service.key
            assert owner is not None
            with service.stranger() as client:
                for key in (owner, FOREIGN, NO_KEY):
                    sent = {"Authorization": f"Bearer {key}"}
                    for path in ("/v1/timelines", f"/v1/timelines?key={key}", "/metrics"):
                        answer = client.get(path, headers=sent)
                        heard.add(f"the answer to {path[:14]}", f"{answer.headers}{answer.text}")
                    put = client.put("/v1/timelines/kursk", json={"title": "K"}, headers=sent)
                    heard.add("the answer to PUT", f"{put.headers}{put.text}")
            heard.run(Program(service.url, ONRECORD_KEY=FOREIGN), "query", "kursk")
            heard.run(service.program, "query", "kursk", "--key", owner)
            asked = Program(ONRECORD_REDIS_URL=url, ONRECORD_DATA_DIR=str(service.data), **settings)
            assert "ONRECORD_SEAL_KEY" in heard.run(asked, "doctor").out
            heard.run(asked, "doctor", "--json")
            valkey.kill()
            assert service.ask("GET", "/v1/timelines/kursk/events").status_code == 503
            heard.add("readiness", service.ask("GET", "/health/ready").text)
            heard.run(asked, "doctor", "--json")
        heard.run(asked, "serve")
        heard.add("the log", service.log.read_text())
        heard.add("the first line", service.line)
    assert "/v1/timelines" in service.log.read_text()
    assert heard.places_of(PASSWORD, SEAL, owner, FOREIGN, NO_KEY) == []


@pytest.mark.parametrize(
    ("variables", "secret"),
    [
        ({"ONRECORD_SEAL_KEY": f"{SEAL}x"}, SEAL),
        ({"ONRECORD_REDIS_URL": f"redis://u:{PASSWORD}@host name/0"}, PASSWORD),
        ({"ONRECORD_REDIS_URL": f"nosql://u:{PASSWORD}@host/0"}, PASSWORD),
        ({"ONRECORD_KEY": f"{NO_KEY} ä"}, NO_KEY),
        ({"ONRECORD_URL": f"ftp://u:{PASSWORD}@host"}, PASSWORD),
        ({"ONRECORD_URL": f"http://u:{PASSWORD}@127.0.0.1:1"}, PASSWORD),
        ({"ONRECORD_URL": "http://127.0.0.1:1", "ONRECORD_KEY": FOREIGN}, FOREIGN),
    ],
    ids=range(7),
)
def test_a_setting_that_is_wrong_is_not_repeated(variables: dict[str, str], secret: str) -> None:
    """The error names the variable, and says what to write."""
    heard = Heard()
    codes = [heard.run(Program(**variables), *each).code for each in (["doctor"], ["query", "k"])]
    assert any(codes)
    assert heard.places_of(secret) == []


def test_what_python_shows_of_settings_is_masked() -> None:
    """In a traceback or a debugger too; what is no secret is shown."""
    environ = {"ONRECORD_SEAL_KEY": SEAL, "ONRECORD_REDIS_URL": f"redis://u:{PASSWORD}@host/0"}
    shown: list[Any] = [load(environ), load_client({"ONRECORD_KEY": FOREIGN})]
    texts = [f"{each!r}{each}{json.dumps(each.masked())}" for each in shown]
    texts.append(repr(Secret.read(FOREIGN)))
    for secret in (SEAL, str(bytes.fromhex(SEAL)), PASSWORD, FOREIGN, FOREIGN.rpartition("_")[2]):
        assert not any(secret in text for text in texts)
    assert "redis://u:***@host/0" in texts[0]
