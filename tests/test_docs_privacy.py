"""The page about personal data says what the program does: days, commands, tables."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from bot.cli.commands import PLACES
from bot.storage.handled_updates import KEPT
from bot.storage.stranger_rows import PAUSE
from flows.model.privacy import KEEP

PAGE = (Path(__file__).parent.parent / "docs/privacy.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", PAGE.split("## How long it stays")[1], re.M)


def test_the_days_are_those_of_the_settings() -> None:
    days = {}
    for what, kept, removed in ROWS:
        if name := re.search(r"\(`(\w+)`\)", what):
            days[name[1]] = int(kept.split()[0])
            assert removed == "`peduli-ham tidy`"
    assert days == KEEP


def test_what_the_bot_removes_by_itself() -> None:
    kept = {what: time for what, time, removed in ROWS if removed == "the bot"}
    assert kept["numbers of updates that are done"] == f"{KEPT // timedelta(hours=1)} hours"
    assert kept["that somebody without a seat was answered"] == f"{PAUSE.seconds // 60} minutes"


def test_commands_that_it_names_are_there() -> None:
    named = set(re.findall(r"`peduli-ham (\w+)", PAGE))
    assert {"forget", "tidy", "privacy"} <= named <= set(PLACES)
