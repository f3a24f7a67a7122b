"""Instruments at the desk of an officer, whose terminal is Indonesian."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def indonesian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")
