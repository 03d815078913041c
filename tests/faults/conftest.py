"""Fixtures of the tests that break things."""

from tests.servers import valkey  # noqa: F401 - a fixture
