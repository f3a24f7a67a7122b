"""What comes next is found by those who send it: weeks ahead, for what was left open, and not for nobody."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import pytest

from bot.demo import scene
from bot.demo.coming import ZONE, coming, next_stop
from tests.demo.stages import START
from tests.support import dump
from tests.support.nightly import sampled


async def when(folder: Path, code: str) -> tuple[dict[str, datetime], Path]:
    path = folder / "coming.db"
    await scene.build(code, path, START)
    before = dump(path, "due", "staff_due", "outbox", "reminders")
    stops = {one.code: one.at.astimezone(ZONE) for one in await coming(path, START)}
    assert dump(path, "due", "staff_due", "outbox", "reminders") == before
    return stops, path


async def test_in_mid_season(tmp_path: Path) -> None:
    stops, path = await when(tmp_path, "mid")
    assert {code: at.strftime("%d.%m. %H.%M") for code, at in stops.items()} == {
        "reminder": "27.11. 09.00",  # a week before the deadline
        "digest": "30.11. 08.30",  # Monday
        "deadline": "05.12. 00.00",
    }
    assert next_stop(path, START) == datetime(2026, 11, 26, 9, tzinfo=ZONE)


@pytest.mark.parametrize("code", sampled(["empty", "finished"], 2))
async def test_nobody_is_reminded_where_there_is_nobody_or_nothing(
    tmp_path: Path, code: str
) -> None:
    stops, _ = await when(tmp_path, code)
    assert "reminder" not in stops


async def test_weeks_ahead_and_for_what_was_left_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = scene.scenes()
    joins = scene.Doing(-1, time(9, 30), "Sudinkes", "join")
    opens = scene.Doing(0, time(9, 30), "Sudinkes", "say", {"text": "/lanjut"})
    for name, doings in (("joined", (joins,)), ("opened", (joins, opens))):
        played = scene.Scene(name, "", "", -2, 51, doings)
        monkeypatch.setattr(scene, "scenes", lambda played=played: known | {played.code: played})
        (tmp_path / name).mkdir()
        stops, _ = await when(tmp_path / name, name)
        day = {"joined": "31.12.", "opened": "26.11."}[name]
        assert stops["reminder"].strftime("%d.%m.") == day, stops
