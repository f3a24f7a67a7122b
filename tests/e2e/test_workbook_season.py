"""A season in workbooks beside chats: the record is that of the same season typed, but for where it came from.

Every second office works in forms only, one reviewer of the Kanwil and one Bagian Hukum in queues only, all of
them saved by LibreOffice in between; the others answer and judge in the chat, the same indicators. By default
eight offices of two cities; the whole one has 3 cities and 40 offices (`-m campaign`).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.storage import record
from tests.e2e.big import Reviewer, together
from tests.e2e.big_plan import RIGHTS, Plan, planned
from tests.e2e.books import Clerk, Steady, Ticker, through_libreoffice
from tests.e2e.conftest import TOKEN
from tests.e2e.test_big_season import WHOLE, Season
from tests.support import HeldClock, dump
from tests.support.beside import AttentiveSandbox

SHORT = {"jakpus": 4, "jakut": 4}
Entries = dict[tuple[int, int], list[tuple[Any, ...]]]


def plan_of(size: dict[str, int], returns: int, corrections: int) -> Plan:
    """Return a season in which nobody takes anything back, or sends anything late: workbooks cannot say so."""
    plan = planned(size, returns, corrections)
    for story in plan.stories.values():
        story.city = [one for one in story.city if one[1] != "undo"]
        story.kanwil = [one for one in story.kanwil if one[1] != "undo"]
    return plan


class Typed(Season):
    """The season in which all is typed and tapped."""

    books = False

    def __init__(self, server: AttentiveSandbox, folder: Path, plan: Plan) -> None:
        super().__init__(server, folder, plan)
        self.folder = folder

    def regions(self) -> dict[str, list[tuple[str, str]]]:
        """Return the offices of each region, in their order."""
        known: dict[str, list[tuple[str, str]]] = {}
        for place in self.plan.offices():
            known.setdefault(place[0], []).append(place)
        return known

    def ways(self) -> None:
        """Let everybody work in their way: in this season all in the chat."""
        for place, contact in self.contacts.items():
            way = Clerk if self.books and self.plan.offices().index(place) % 2 else Steady
            self.contacts[place] = way(contact.phone, contact.plan, *place)
        last = list(self.plan.size)[-1]
        for region, legal in self.city.items():
            judging = Ticker if self.books and region == last else Reviewer
            self.city[region] = judging(legal.phone, legal.plan, "city", ticks=False)
        self.kanwil = [
            (Ticker if self.books and at else Reviewer)(one.phone, one.plan, "kanwil", ticks=False)
            for at, one in enumerate(self.kanwil)
        ]

    async def in_turn(self, offices: dict[str, list[tuple[str, str]]], *, first: bool) -> None:
        """Let the offices of a city answer, or mend, one after the other: what is odd hangs on the others."""
        filled = await self.filled([one for line in offices.values() for one in line], first=first)

        async def line(places: list[tuple[str, str]]) -> None:
            for place in places:
                contact = self.contacts[place]
                if place in filled:
                    form, rights = filled[place]
                    assert isinstance(contact, Clerk)
                    await contact.brings(form)
                    await contact.sends(rights)
                elif first:
                    await contact.answers_all()
                    await contact.sends(list(RIGHTS))
                else:
                    await contact.fixes()

        await together([line(places) for places in offices.values()])

    async def filled(
        self, places: list[tuple[str, str]], *, first: bool
    ) -> dict[tuple[str, str], tuple[bytes, list[str]]]:
        """Return the forms of those who work in them, filled in and saved by LibreOffice in one run."""
        made: dict[str, bytes] = {}
        rights: dict[str, list[str]] = {}
        clerks = {f"{at}.xlsx": one for at, one in enumerate(places)}
        for name, place in clerks.items():
            contact = self.contacts[place]
            if isinstance(contact, Clerk):
                stories, owed = (self.plan.of(*place), list(RIGHTS)) if first else contact.mended()
                made[name], rights[name] = await contact.fills(stories), owed
        saved = await through_libreoffice(made, self.folder)
        return {clerks[name]: (form, rights[name]) for name, form in saved.items()}

    async def judged(self) -> None:
        """Let Bagian Hukum judge all that waits for it, then the Kanwil's two reviewers their halves."""
        regions = self.regions()
        await together([self.goes(self.city[one], regions[one]) for one in regions])
        await self.mend()
        await together([self.goes(self.city[one], regions[one]) for one in regions])
        shares = [self.plan.offices()[0::2], self.plan.offices()[1::2]]
        await together(
            [self.goes(one, share) for one, share in zip(self.kanwil, shares, strict=True)]
        )

    async def goes(self, reviewer: Reviewer, offices: list[tuple[str, str]]) -> None:
        if isinstance(reviewer, Ticker):
            await reviewer.goes_through(offices, self.folder)
            return
        for place in offices:
            await reviewer.reviews(*place)

    async def mend(self) -> None:
        pending = {
            region: [one for one in places if one in self.plan.pending]
            for region, places in self.regions().items()
        }
        await self.in_turn(pending, first=False)


class Mixed(Typed):
    """The same with half of it in workbooks."""

    books = True


async def played(season: Typed) -> Entries:
    """Play a season to the last verified answer, and return what its record says of each answer."""
    async with season.stage.running():
        await season.joins()
        season.ways()
        await season.in_turn(season.regions(), first=True)
        season.clock.now += timedelta(days=3)
        while any(one.city + one.kanwil for one in season.plan.stories.values()):
            await season.judged()
            await season.mend()
        await season.server.idle()
    with sqlite3.connect(season.stage.database) as connection:
        assert record.verify(connection).broken is None
        rows = connection.execute(
            "SELECT unit_id, indicator, kind, revision, person_id, seat_id, body FROM record"
            " WHERE kind IN ('answer', 'move') ORDER BY id"
        ).fetchall()
    entries: Entries = {}
    for unit, indicator, *place, body in rows:
        entries.setdefault((unit, indicator), []).append((*place, told_by(orjson.loads(body))))
    return entries


def told_by(body: dict[str, Any]) -> str:
    """Return what an entry says, without where its figures came from, and the columns that it repeats."""
    kept = {key: one for key, one in body.items() if key not in ("at", "marks")}
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode()


def check_ways(season: Typed) -> None:
    """Check that half of the offices and two reviewers have worked in workbooks, and nobody else has."""
    with sqlite3.connect(season.stage.database) as connection:
        applied = connection.execute(
            "SELECT s.role, count(DISTINCT s.id), count(*) FROM returned_sheets r"
            " JOIN seats s ON s.id = r.seat_id WHERE r.state = 'applied' GROUP BY s.role"
        ).fetchall()
        answers = connection.execute(
            "SELECT unit_id, body LIKE '%\"sheet\"%', body LIKE '%\"inputs\"%' FROM record"
            " WHERE kind = 'answer'"
        ).fetchall()
    by_role = {role: seats for role, seats, _ in applied}
    in_forms = len(season.plan.offices()) // 2 if season.books else 0
    assert by_role == ({"contact": in_forms, "coordinator": 1, "kanwil": 1} if season.books else {})
    assert len({unit for unit, in_form, _ in answers if in_form}) == in_forms
    by_form = {unit for unit, in_form, _ in answers if in_form}
    assert all(in_form == (unit in by_form) for unit, in_form, figures in answers if figures)


@asynccontextmanager
async def server_of_its_own() -> AsyncIterator[AttentiveSandbox]:
    clock = HeldClock()
    async with AttentiveSandbox(clock=lambda: clock.now.timestamp()) as sandbox:
        sandbox.add_bot(TOKEN)
        sandbox.held = clock  # type: ignore[attr-defined]
        yield sandbox


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("size", "returns", "corrections"),
    [
        (SHORT, 8, 2),
        pytest.param(WHOLE, 64, 12, marks=[pytest.mark.campaign, pytest.mark.timeout(3600)]),
    ],
    ids=["short", "whole"],
)
async def test_a_season_in_workbooks_is_the_season_typed(
    tmp_path: Path, size: dict[str, int], returns: int, corrections: int
) -> None:
    async def record_of(way: type[Typed]) -> Entries:
        folder = tmp_path / way.__name__
        folder.mkdir()
        async with server_of_its_own() as server:
            season = way(server, folder, plan_of(size, returns, corrections))
            entries = await played(season)
        assert dump(season.stage.database, "failed_updates") == []
        season.compared()
        check_ways(season)
        return entries

    typed, mixed = await asyncio.gather(record_of(Typed), record_of(Mixed))
    assert mixed.keys() == typed.keys()
    for place, entries in typed.items():
        assert mixed[place] == entries, place
