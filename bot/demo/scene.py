"""The states of the demo: what people did until today, played through the real bot when one is asked for.

The figures are in `figures.toml`, the doings in `scenes.toml`; both are invented.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from bot.demo.botapi import Sandbox
from bot.demo.cast import cast, group, prepare, season
from bot.demo.clock import MovedClock
from bot.demo.coming import ZONE
from bot.demo.inside import Inside, inside
from bot.demo.playing import Player
from bot.holidays import calendar

FOLDER = resources.files("bot") / "demo"
TICKS = (time(8, 30), time(9))
"""When the bot looks on the days between: the hours of digests and reminders."""


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does what, and when; `day` is counted from today."""

    day: int
    at: time
    who: str
    what: str
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """One state: the days of its period from today, and what has happened."""

    code: str
    title: str
    hint: str
    opens: int
    deadline: int
    doings: tuple[Doing, ...]


@cache
def scenes() -> dict[str, Scene]:
    """All states by their codes."""
    found = tomllib.loads((FOLDER / "scenes.toml").read_text(encoding="utf-8"))
    return {code: _scene(code, said) for code, said in found.items()}


def _scene(code: str, said: dict[str, Any]) -> Scene:
    doings = [_doing(dict(one)) for one in said.get("doings", ())]
    doings.sort(key=lambda one: (one.day, one.at))
    return Scene(code, said["title"], said["hint"], said["opens"], said["deadline"], tuple(doings))


def _doing(said: dict[str, Any]) -> Doing:
    at = time.fromisoformat(said.pop("at").replace(".", ":"))
    return Doing(said.pop("day"), at, said.pop("who"), said.pop("what"), said)


@cache
def figures() -> dict[str, dict[str, list[str]]]:
    """What each office answers, by indicator, as people type it."""
    return tomllib.loads((FOLDER / "figures.toml").read_text(encoding="utf-8"))


async def build(code: str, path: Path, now: datetime) -> Sandbox:
    """Play a state into a new database; returns the world of its server, with every conversation."""
    scene = scenes()[code]
    today = now.astimezone(ZONE).date()
    clock = MovedClock(base=lambda: datetime.min.replace(tzinfo=UTC))
    clock.set(_moment(today, scene.opens, time(8)))
    box = Sandbox(clock=clock)
    roster = season(today, scene.opens, scene.deadline)
    people = cast(box, prepare(path, clock, roster))
    chat = group(box)
    async with inside(box, path, clock) as bot:
        period, tables = roster.period, figures()
        players = {
            key: Player(
                box.known(number), period.instrument, bot=bot, key=key, group=chat,
                figures=tables.get(key, {}), year=period.data_year,
            )
            for key, number in people.items()
        }  # fmt: skip
        for doing in scene.doings:
            moment = _moment(today, doing.day, doing.at)
            await _pass_time(bot, min(moment, now))
            await players[doing.who].does(doing.what, doing.more)
        await _pass_time(bot, now)
    return box


def _moment(today: Any, day: int, at: time) -> datetime:
    """A time of a day, which is a working day in any case."""
    date = today + timedelta(days=day)
    return datetime.combine(calendar(date).on_or_before(date), at, ZONE).astimezone(UTC)


async def _pass_time(bot: Inside, until: datetime) -> None:
    """Let the days go by, with the bot looking what is due; time never goes back."""
    day = bot.clock().astimezone(ZONE).date()
    while day <= until.astimezone(ZONE).date():
        for at in TICKS:
            moment = datetime.combine(day, at, ZONE).astimezone(UTC)
            if bot.clock() < moment <= until:
                bot.clock.forward(moment)
                await bot.tick()
        day += timedelta(days=1)
    bot.clock.forward(until)
