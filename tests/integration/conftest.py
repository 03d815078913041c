"""Fixtures of the tests with real servers."""

from tests.servers import valkey  # noqa: F401 - a fixture
