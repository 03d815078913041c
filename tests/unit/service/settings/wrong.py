"""What is wrong with settings."""

from __future__ import annotations

from typing import Any

import pytest

from service.settings.environment import ConfigError, load

KEY = "0123456789abcdef" * 4


def faults(environ: dict[str, str], **flags: Any) -> dict[str, str]:
    """What `load` refuses: name to sentence."""
    with pytest.raises(ConfigError) as caught:
        load(environ, **flags)
    return {fault.path: fault.message for fault in caught.value.faults}
