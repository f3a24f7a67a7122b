"""The states of the demo: what people did until today, played through the real bot when one is asked for.

The figures are in `figures.toml`, the doings in `scenes.toml`; both are invented.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, time, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from bot.demo.botapi import Sandbox
from bot.demo.cast import cast, group, lasting, prepare, season
from bot.demo.coming import ZONE
from bot.demo.demo_clock import MovedClock
from bot.demo.inside import Inside, inside
from bot.demo.scene_player import ScenePlayer
from bot.holidays import calendar
from bot.roster import ParsedRoster

FOLDER = resources.files("bot") / "demo"
TICKS = (time(8, 30), time(9))
"""When the bot looks on the days between: the hours of digests and reminders."""


class Doing(Struct, frozen=True):
    """Who does what, and when; `day` is counted from today."""

    day: int
    at: time
    who: str
    what: str
    more: dict[str, Any] = field(default_factory=dict)


class Scene(Struct, frozen=True):
    """One state: the days of its period from today, and what has happened."""

    code: str
    title: str
    hint: str
    opens: int
    deadline: int
    doings: tuple[Doing, ...]
    levels: tuple[str, ...] = ()
    """The seats beside Bagian Hukum and the Kanwil that its period has."""
    english: tuple[str, ...] = ()
    """Title and hint for a terminal that speaks English."""

    def shown(self, language: str) -> tuple[str, ...]:
        """Return title and hint in a language."""
        return (self.title, self.hint) if language == "id" else self.english


OWN = "own"
"""The state in which one's own roster is played, from its first day on."""


@cache
def scenes(*, own: bool = False) -> dict[str, Scene]:
    """Return all states by their codes, those of the example, and first of all the own roster's."""
    tables = tomllib.loads((FOLDER / "scenes.toml").read_text(encoding="utf-8"))
    known = {code: _scene(code, said) for code, said in tables.items()}
    mine = known.pop(OWN)
    return {OWN: mine} | known if own else known


def _scene(code: str, table: dict[str, Any]) -> Scene:
    doings = [_doing(dict(one)) for one in table.get("doings", ())]
    doings.sort(key=lambda doing: (doing.day, doing.at))
    return Scene(
        code, table["title"], table["hint"], table["opens"], table["deadline"], tuple(doings),
        tuple(table.get("levels", ())), tuple(table["english"]),
    )  # fmt: skip


def _doing(table: dict[str, Any]) -> Doing:
    at = time.fromisoformat(table.pop("at").replace(".", ":"))
    return Doing(table.pop("day"), at, table.pop("who"), table.pop("what"), table)


@cache
def figures() -> dict[str, dict[str, list[str]]]:
    """Return what each office answers, by indicator, as people type it."""
    return tomllib.loads((FOLDER / "figures.toml").read_text(encoding="utf-8"))


def build_own(path: Path, now: datetime, roster: ParsedRoster) -> Sandbox:
    """Set one's own roster up in a new database; returns the world of its server, where nobody has joined."""
    clock = MovedClock(base=lambda: datetime.min.replace(tzinfo=UTC))
    clock.set(now)
    server = Sandbox(clock=clock)
    cast(server, prepare(path, clock, lasting(roster)))
    group(server, roster.regions[0].name)
    return server


async def build(code: str, path: Path, now: datetime) -> Sandbox:
    """Play a state into a new database; returns the world of its server, with every conversation."""
    scene = scenes()[code]
    today = now.astimezone(ZONE).date()
    clock = MovedClock(base=lambda: datetime.min.replace(tzinfo=UTC))
    clock.set(_moment(today, scene.opens, time(8)))
    server = Sandbox(clock=clock)
    roster = season(today, scene.opens, scene.deadline, scene.levels)
    people = cast(server, prepare(path, clock, roster, "jakarta-pusat"))
    chat = group(server)
    async with inside(server, path, clock) as bot:
        period, tables = roster.period, figures()
        players = {
            key: ScenePlayer(
                server.known(number), period.instrument, bot=bot, key=key, group=chat,
                figures=tables.get(key, {}), year=period.data_year,
            )
            for key, number in people.items()
        }  # fmt: skip
        for doing in scene.doings:
            moment = _moment(today, doing.day, doing.at)
            await _pass_time(bot, min(moment, now))
            await players[doing.who].does(doing.what, doing.more)
        await _pass_time(bot, now)
    return server


def _moment(today: Any, day: int, at: time) -> datetime:
    """Return a time of a day, moved to a working day if need be."""
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
