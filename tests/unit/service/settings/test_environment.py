"""Settings from flags, environment, files and defaults."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from service.settings.environment import ConfigError, load, load_client
from service.settings.rate import Rate
from service.settings.settings import ClientSettings, Settings
from tests.rows import each_row
from tests.unit.service.settings.wrong import KEY, faults


def test_nothing_said_is_the_defaults() -> None:
    """An empty environment gives the documented defaults, each marked as one."""
    settings = load({})
    assert set(settings.given_by.values()) == {"default"}
    assert settings == Settings(
        given_by=settings.given_by,
        host="127.0.0.1",
        port=8000,
        data_dir=Path.cwd() / ".onrecord",
        redis_url=None,
        origin="onrecord.local",
        seal_key=None,
        body_limit=16_777_216,
        allowed_hosts=(),
        cors_origins=(),
        trusted_proxies=(),
        root_path="",
        rate_anonymous=None,
        rate_key=None,
        streams=None,
        allow_volatile=False,
        log_level="info",
        log_format="json",
    )
    assert load_client({}) == ClientSettings(
        given_by={"url": "default", "key": "default"}, url="http://127.0.0.1:8000", key=None
    )


def test_every_setting_is_read() -> None:
    """Each name of the interface reaches its setting."""
    settings = load(
        {
            "ONRECORD_HOST": "0.0.0.0",
            "ONRECORD_PORT": "0",
            "ONRECORD_WORKERS": "3",
            "ONRECORD_PARTITIONS": "4",
            "ONRECORD_DATA_DIR": "/data",
            "ONRECORD_REDIS_URL": "redis://redis:6379/0",
            "ONRECORD_ORIGIN": "example.org/desk",
            "ONRECORD_SEAL_KEY": KEY,
            "ONRECORD_BODY_LIMIT": "1024",
            "ONRECORD_ALLOWED_HOSTS": "a.example",
            "ONRECORD_CORS_ORIGINS": "https://a.example",
            "ONRECORD_TRUSTED_PROXIES": "10.0.0.0/8",
            "ONRECORD_ROOT_PATH": "/desk/",
            "ONRECORD_RATE_ANONYMOUS": "5/minute",
            "ONRECORD_RATE_KEY": "1000/second",
            "ONRECORD_STREAMS": "7",
            "ONRECORD_OIDC_ISSUER": "https://login.example",
            "ONRECORD_OIDC_CLIENT_ID": "onrecord",
            "ONRECORD_OIDC_CLIENT_SECRET": "hush",
            "ONRECORD_OIDC_GROUPS": "groups",
            "ONRECORD_ALLOW_VOLATILE": "true",
            "ONRECORD_SCRUB_INTERVAL": "60",
            "ONRECORD_LOG_LEVEL": "WARNING",
            "ONRECORD_LOG_FORMAT": "console",
            "ONRECORD_URL": "http://elsewhere:8000",
            "ONRECORD_KEY": "secret",
            "PATH": "/bin",
        }
    )
    assert set(settings.given_by.values()) == {"environment"}
    assert settings.host == "0.0.0.0"
    assert (settings.port, settings.data_dir) == (0, Path("/data"))
    assert (settings.workers, settings.partitions) == (3, 4)
    assert settings.redis_url == "redis://redis:6379/0"
    assert (settings.origin, settings.seal_key) == ("example.org/desk", bytes.fromhex(KEY))
    assert (settings.body_limit, settings.allow_volatile) == (1024, True)
    assert settings.scrub_interval == 60
    assert (settings.allowed_hosts, settings.cors_origins) == (
        ("a.example",),
        ("https://a.example",),
    )
    assert (settings.rate_anonymous, settings.rate_key) == (Rate(5, 60), Rate(1_000, 1))
    assert settings.streams == 7
    assert (settings.trusted_proxies, settings.root_path) == (("10.0.0.0/8",), "/desk")
    assert (settings.log_level, settings.log_format) == ("warning", "console")


def test_a_service_that_others_reach_limits_them() -> None:
    """Unless a setting says otherwise; one on loopback limits nobody by itself."""
    told = {"ONRECORD_HOST": "0.0.0.0"}
    settings = load(told)
    assert (settings.rate_anonymous, settings.rate_key, settings.streams) == (
        Rate(20, 1),
        None,
        100,
    )
    told |= {"ONRECORD_RATE_ANONYMOUS": "off", "ONRECORD_STREAMS": "off"}
    settings = load(told)
    assert (settings.rate_anonymous, settings.rate_key, settings.streams) == (None, None, None)


def test_logs_on_a_terminal_are_for_people() -> None:
    """The default form of logs follows where they go; what was said wins."""
    assert load({}, terminal=True).log_format == "console"
    assert load({"ONRECORD_LOG_FORMAT": "json"}, terminal=True).log_format == "json"


def test_flag_before_environment_before_default(tmp_path: Path) -> None:
    """A flag wins over the variable, even over a wrong one; None is a flag that was not given."""
    environ = {"ONRECORD_PORT": "no number", "ONRECORD_HOST": "::1"}
    settings = load(environ, port=9, host=None, data_dir=tmp_path)
    assert (settings.port, settings.host, settings.data_dir) == (9, "::1", tmp_path)
    assert [settings.given_by[name] for name in ("port", "host", "data_dir", "origin")] == [
        "flag",
        "environment",
        "flag",
        "default",
    ]


@each_row(
    ("name", "nearest"),
    [
        ("ONRECORD_PROT", "ONRECORD_PORT"),
        ("ONRECORD_DATADIR", "ONRECORD_DATA_DIR"),
        ("ONRECORD_SEAL_KEYFILE", "ONRECORD_SEAL_KEY_FILE"),
        ("ONRECORD_WORKER", "ONRECORD_"),
        ("ONRECORD_", "ONRECORD_"),
        ("ONRECORD_port", "ONRECORD_"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(name: str, nearest: str) -> None:
    """A slip in a name is reported with the name that was probably meant, to client and server."""
    assert f"is not a setting. Was {nearest}" in faults({name: "1"})[name]
    with pytest.raises(ConfigError, match="is not a setting"):
        load_client({name: "1"})


def test_everything_wrong_is_reported_at_once() -> None:
    """One start reports all that is wrong, each by the name that gave it."""
    wrong = faults(
        {
            "ONRECORD_PORTS": "1",
            "ONRECORD_PORT": "99999",
            "ONRECORD_SEAL_KEY": "hunter2",
            "ONRECORD_LOG_LEVEL": "loud",
            "ONRECORD_HOST": "",
        },
        redis_url="redis://:hunter2/@host",
    )
    assert wrong.keys() == {
        "ONRECORD_PORTS",
        "ONRECORD_PORT",
        "ONRECORD_SEAL_KEY",
        "ONRECORD_LOG_LEVEL",
        "ONRECORD_HOST",
        "--redis-url",
    }
    assert "hunter2" not in str(wrong)


@each_row("host", ["0.0.0.0", "::", "192.168.1.2", "example.org"])
def test_the_service_may_listen_anywhere(host: str) -> None:
    """An address that others can reach needs no consent: nobody may do anything there without a
    key. The setting by which that was given once is an error that says so."""
    assert load({"ONRECORD_HOST": host}).host == host
    assert "unset it" in faults({"ONRECORD_HOST": host, "ONRECORD_OPEN": "yes"})["ONRECORD_OPEN"]


def test_a_client_is_not_judged_by_the_servers_settings() -> None:
    """A command that asks a server works beside settings that only the server must justify."""
    settings = load_client(
        {"ONRECORD_HOST": "0.0.0.0", "ONRECORD_PORT": "x", "ONRECORD_KEY": "k"},
        url="http://there:1/",
    )
    assert (settings.url, settings.key) == ("http://there:1", "k")


def test_a_flag_that_is_no_setting_is_a_mistake_of_the_program() -> None:
    """The command line cannot pass a name that nothing reads."""
    with pytest.raises(TypeError, match="colour"):
        load({}, colour="red")


def test_the_processes_own_environment_is_read() -> None:
    """A real process gets its settings from its real environment."""
    program = (
        "import json; from service.settings.environment import *;"
        "s = load_from_environment(host='::1'); c = load_client_from_environment();"
        "print(json.dumps([s.host, s.port, s.log_format, c.key]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env={"ONRECORD_PORT": "81", "ONRECORD_KEY": "k"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        check=True,
    )
    assert json.loads(answer.stdout) == ["::1", 81, "json", "k"]
