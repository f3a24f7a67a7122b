"""A season of reminders: three zones, sixty offices, holidays, pauses, blocks, restarts around due minutes.

The clock is ours; everything else is real: the bot, its file, and the local Bot API server over HTTP.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.app import App
from bot.demo.botapi import SimulatedPerson
from bot.holidays import calendar
from bot.roster import apply_roster
from bot.roster.roster_yaml import read_text
from bot.storage.database import connect, in_transaction
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.support.beside import AttentiveSandbox

ZONES = {"31.71": ("WIB", 7), "31.72": ("WITA", 8), "31.73": ("WIT", 9)}
OFFICES = 20
FIRST, LAST = date(2017, 3, 10), date(2017, 4, 6)
HEAD = """\
period:
  {code: "2017", instrument: permenkumham-25-2013, data_year: 2016, opens: 2017-02-01,
   deadline: 2017-03-31, verification_deadline: 2017-05-15}
institution: {name: Kanwil, help_contact: Bidang HAM}
invitation_days: 90
province: {code: "31", name: DKI Jakarta}
staff: [{name: Rina, role: kanwil}]
regions:
"""


def roster_text() -> str:
    """Return three cities (in three zones, which they are not in truth) with twenty offices each."""
    lines = [HEAD]
    for code, (zone, _) in ZONES.items():
        lines.append(f'  - {{code: "{code}", kind: kota, name: Kota {zone}, zone: {zone}, units: [')
        for office_no in range(OFFICES):
            seats = 2 if office_no % 7 == 0 else 1
            owes = "[15]" if office_no % 2 else "[1, 15]"
            lines.append(
                f"      {{code: k{office_no}, name: Kantor {office_no} {zone}, short: K{office_no} {zone},"
                f" owes: {owes}, seats: {seats}}},"
            )
        lines.append("    ]}")
    return "\n".join(lines)


@dataclass
class Season:
    """Who is who, and what happened when."""

    stage: Stage
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    people: dict[int, tuple[SimulatedPerson, str, str]] = field(default_factory=dict)
    done_at: dict[str, datetime] = field(default_factory=dict)
    steps: dict[int, datetime] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    restarts: int = 0

    async def join(self) -> None:
        """Let most offices join; some only with one of two seats, a few never."""
        offices: dict[str, int] = defaultdict(int)
        for link in self.stage.setup.links:
            offices[link.office] += 1
            office_no = int(link.office.split()[0][1:]) if link.office else 99
            if link.role == "kanwil" or office_no in (5, 11):
                continue
            zone = link.office.split()[-1]
            person = self.stage.server.person(f"{link.office} {offices[link.office]}")
            person.open_link(link.token)
            await person.wait_for("Selamat datang")
            self.people[person.id] = (person, link.office, zone)

    async def step(self, person: SimulatedPerson, office: str) -> None:
        """Do something that a contact does on some day."""
        now = self.stage.clock.now
        what = self.chance.random()
        if what < 0.25:
            await act(person, "/lanjut")
            self.steps[person.id] = now
        elif what < 0.35:
            await act(person, f"/jeda {self.chance.choice((1, 2, 4))}")
        elif what < 0.45 and office not in self.done_at:
            await self.finish(person, office)
        elif what < 0.5:
            person.block()
            self.blocked.add(person.id)
        elif what < 0.55 and person.id in self.blocked:
            person.unblock()
            await act(person, "/mulai")
            self.blocked.discard(person.id)
            self.steps[person.id] = now

    async def finish(self, person: SimulatedPerson, office: str) -> None:
        """Answer all questions of the office: there is nothing left to remind of."""
        for _ in range(4):
            await act(person, "/lanjut")
            if "sudah terjawab" in person.text:
                break
            figures = "12 dari 14.250" if "kematian ibu" in person.text else "2"
            await act(person, figures)
            await act(person, "simpan")
        await self.stage.server.idle()
        await act(person, "/ringkasan")
        send = next(one for one in person.last.labels if one.startswith("📤 Kirim "))
        await act(person, f"!{send}")
        person.tap(next(one for one in person.last.labels if one.startswith("📤 Kirim ")))
        await self.stage.server.idle()
        self.done_at[office] = self.stage.clock.now
        self.steps[person.id] = self.stage.clock.now


def reminders(person: SimulatedPerson) -> list[tuple[datetime, str]]:
    result = []
    for message in person.replies:
        text = str(message.body.get("text", ""))
        if text.startswith("🔔"):
            result.append((datetime.fromtimestamp(int(str(message.body["date"])), UTC), text))
    return result


@pytest.fixture
def many(server: AttentiveSandbox, tmp_path: Path) -> Stage:
    clock = server.held  # type: ignore[attr-defined]
    clock.now = datetime.combine(FIRST, datetime.min.time(), UTC)
    path = tmp_path / "reminders.db"
    connection = connect(path)
    roster = read_text(roster_text(), "roster.yaml", tmp_path)
    result = in_transaction(
        connection, lambda db: apply_roster(db, roster, now=clock(), bot_username="PeduliHamBot")
    )
    connection.close()
    return Stage(server, path, clock, setup=result)


async def settled(stage: Stage) -> None:
    """Wait until nothing is on its way: the clock may move on."""
    await stage.server.idle(quiet=0.02)
    connection = sqlite3.connect(stage.database)
    for _ in range(1000):
        waits = "SELECT count(*) FROM outbox WHERE state = 'queued'"
        if connection.execute(waits).fetchone() == (0,):
            break
        await asyncio.sleep(0.01)
    else:
        raise AssertionError("letters stay in the outbox")
    connection.close()


async def a_day(season: Season, app: App, day: date) -> bool:
    """Go on by half an hour from 05:00 WIB to 20:00 WIB; True where the bot is to be restarted."""
    stage = season.stage
    begin = datetime.combine(day, datetime.min.time(), UTC) - timedelta(hours=2)
    active = season.chance.sample(sorted(season.people), 6)
    for half in range(30):
        moment = begin + timedelta(minutes=30 * half)
        if moment <= stage.clock.now:
            continue
        stage.clock.now = moment
        if half in (8, 13, 18) and day.weekday() < 6:
            for person_id in active[:2]:
                person, office, _ = season.people[person_id]
                if person_id not in season.blocked or season.chance.random() < 0.5:
                    await season.step(person, office)
            active = active[2:]
        await app.reminders.tick()
        await settled(stage)
        if half in (4, 7, 8) and season.chance.random() < 0.25:
            return True
    return day >= LAST


@pytest.mark.campaign
async def test_a_season_of_reminders(many: Stage) -> None:
    season = Season(many)
    async with many.running():
        await season.join()
        await many.server.idle()
    day = FIRST
    while day <= LAST:
        async with many.running() as app:
            await app.reminders.tick()  # what came due while we were away
            await settled(many)
            while day <= LAST:
                again = await a_day(season, app, day)
                if again:
                    season.restarts += 1
                    if season.restarts % 3 == 0:  # away until the evening
                        many.clock.advance(hours=9)
                    break
                day += timedelta(days=1)
            if day >= LAST and many.clock.now.date() >= LAST:
                break
    check_messages(season)
    check_log(season)


def check_messages(season: Season) -> None:
    """Check what arrived: in working hours of the office's zone, within the caps, never to one that is done."""
    days = calendar(FIRST)
    total = 0
    for person, office, zone in season.people.values():
        hours = next(hours for name, hours in ZONES.values() if name == zone)
        got = [
            (at.astimezone(timezone(timedelta(hours=hours))), text)
            for at, text in reminders(person)
        ]
        total += len(got)
        for at, _ in got:
            assert days.is_working(at.date()), (office, at)
            assert 8 <= at.hour < 17, (office, at)
            done = season.done_at.get(office)
            assert done is None or at <= done, (office, at, done)
        by_day = Counter(at.date() for at, _ in got)
        assert max(by_day.values(), default=0) <= 1, (office, by_day)
        for at, _ in got:
            week = [one for one in by_day if at.date() - timedelta(days=6) <= one <= at.date()]
            assert len(week) <= 3, (office, by_day)
    assert total > 150, "the season would prove nothing"
    assert season.restarts >= 3
    assert len(season.done_at) > 10


def check_log(season: Season) -> None:
    """Check that every planned reminder ended in the log, and that what the log calls sent has arrived."""
    connection = sqlite3.connect(season.stage.database)
    ask = connection.execute
    assert ask(
        "SELECT count(*) FROM due WHERE state = 'waiting' AND day < '2017-04-05'"
    ).fetchone() == (0,)
    silent = ask(
        "SELECT d.kind, d.reason FROM due d WHERE d.state <> 'waiting' AND d.reason IS NOT 'rescheduled'"
        " AND NOT EXISTS (SELECT 1 FROM reminders r WHERE r.unit_id = d.unit_id AND r.kind = d.kind)"
    ).fetchall()
    assert silent == []
    assert ask(
        "SELECT count(*) FROM reminders WHERE outcome <> 'sent' AND reason IS NULL"
    ).fetchone() == (0,)
    planned = ask("SELECT kind, count(*) FROM due WHERE kind <> 'nudge' GROUP BY kind").fetchall()
    assert dict(planned) == dict.fromkeys(("d-14", "d-7", "d-3", "d-1", "d+1"), 3 * OFFICES)
    reasons = {row[0] for row in ask("SELECT DISTINCT reason FROM reminders")}
    assert {"done", "not_joined", "paused", "unreachable", None} <= reasons, reasons
    sent = ask("SELECT count(*) FROM reminders WHERE outcome = 'sent'").fetchone()[0]
    arrived = sum(len(reminders(person)) for person, _, _ in season.people.values())
    assert sent == arrived
    twice = ask(
        "SELECT seat_id, kind, day, count(*) FROM reminders WHERE outcome = 'sent'"
        " GROUP BY seat_id, kind, day HAVING count(*) > 1"
    ).fetchall()
    assert twice == []
    assert {"nudge"} <= {row[0] for row in ask("SELECT kind FROM reminders WHERE outcome = 'sent'")}
    assert ask("SELECT count(*) FROM failed_updates").fetchone() == (0,)
    connection.close()
