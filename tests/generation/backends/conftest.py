"""What the tests of several backends need."""

from __future__ import annotations

import pytest


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine's proxy is, it does not know our loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
