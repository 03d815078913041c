"""Fixtures of the tests that break things."""

from tests.servers import valkey  # noqa: F401 - a fixture
from tests.tampering import kept_scene, scene  # noqa: F401 - fixtures
