"""The demo's tests play each state once, and have the bot beside them where its process is not the point."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.support.staging import cheap


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    with cheap(item):
        return (yield)


@pytest.fixture(autouse=True)
def soon_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a bot that crashed at once; people are given three seconds to see that it is gone."""
    monkeypatch.setattr("bot.demo.bot_process.BACK_SECONDS", 0.1)
