"""Commands that are typed in the console, before the bot has told which it has and after."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.demo.console.console_commands import _refuse_misspelt


def session(*names: str) -> Any:
    """Return a session of somebody whose menu shows these commands."""
    person = SimpleNamespace(commands=[{"command": name} for name in names])
    return cast("Any", SimpleNamespace(person=person))


def test_before_a_menu_is_set_all_commands_of_the_bot_are_its() -> None:
    _refuse_misspelt(session(), "/lanjut")
    with pytest.raises(Exception, match="/keluar"):
        _refuse_misspelt(session(), "/keluarr")


def test_a_command_of_the_bot_is_sent_and_one_that_is_nearly_ours_is_not() -> None:
    _refuse_misspelt(session("lanjut"), "/lanjut")
    with pytest.raises(Exception, match="/lihat"):
        _refuse_misspelt(session("status"), "/lanjut")
