"""Monday's digest to Bagian Hukum and Kanwil: rows with a due time, worked out when their hour has come."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.clock import iso
from bot.storage import outbox, outreach, people
from bot.storage.load_facts import board_of_seat
from bot.storage.outbox import Letter
from bot.storage.roster import Roster
from bot.workers.worker import Ticking, letters_to
from flows.model.facts import Contact, Overseer, Seat, Setting
from flows.staff import digest

AT = time(8, 30)
SLICE = 20
WEEK = timedelta(days=7)


@dataclass(slots=True)
class Digests(Ticking):
    """`tick` plans the next Monday and sends what is due; on a holiday the next working day."""

    async def tick(self) -> None:
        """Decide on all that is due by now."""
        await self.all_due(self._work, SLICE)

    def _work(self, connection: sqlite3.Connection) -> tuple[int, list[Letter]]:
        roster = self.roster.get(connection)
        if roster is None:
            return 0, []
        now = self.clock()
        self._plan(connection, roster, now)
        rows = outreach.due_digests(connection, now, SLICE)
        sent: list[Letter] = []
        for number, seat_id, monday in rows:
            sent += self._one(connection, roster, number, seat_id, monday, now)
        outbox.put(connection, sent, iso(now))
        self.fault("digests_written")
        return len(rows), sent

    def _plan(self, connection: sqlite3.Connection, roster: Roster, now: datetime) -> None:
        """The coming Monday, today included; one that was over before it could be planned is let go."""
        wanted = []
        for seat_id, region_id in outreach.staff(connection):
            zone = self.zone_for(roster.regions.get(region_id or 0))
            today = now.astimezone(zone).date()
            monday = today + timedelta(days=-today.weekday() % 7)
            day = self.calendar(today).on_or_after(monday)
            wanted.append((seat_id, monday, datetime.combine(day, AT, zone)))
        outreach.plan_digests(connection, wanted)

    def _one(
        self,
        connection: sqlite3.Connection,
        roster: Roster,
        number: int,
        seat_id: int,
        monday: date,
        now: datetime,
    ) -> list[Letter]:
        held = people.holder(connection, roster, seat_id)
        if held is None or not held[1].reachable:
            outreach.settle_digest(
                connection, number, "lapsed", "left" if held is None else "unreachable"
            )
            return []
        seat, contact = held
        zone = self.zone_for(seat.region)
        local = now.astimezone(zone)
        if local.date() >= monday + WEEK:
            outreach.settle_digest(connection, number, "lapsed", "late")
            return []
        slot = self.calendar(local.date()).slot(local)
        if slot > local:
            outreach.postpone_digest(connection, number, slot)
            return []
        return self._written(connection, roster, number, seat, contact, local)

    def _written(
        self,
        connection: sqlite3.Connection,
        roster: Roster,
        number: int,
        seat: Seat,
        contact: Contact,
        local: datetime,
    ) -> list[Letter]:
        board = board_of_seat(connection, roster, local.tzinfo or self.zone, seat)
        units = [office.unit.id for office in board.offices]
        zone = local.tzinfo or self.zone
        unanswered = outreach.unanswered(connection, roster.period.id, units, zone)
        effects = outreach.effects(connection, roster.period.id, units, local - WEEK)
        ended = outreach.digests_ended(connection, seat.id)
        setting, desk = Setting(local, roster.period), Overseer(seat, board)
        said = digest.of_week(setting, desk, unanswered, effects, ended)
        if said is None:
            outreach.settle_digest(connection, number, "done", "nothing", local)
            return []
        reason = outreach.LAST if digest.is_last(said) else None
        outreach.settle_digest(connection, number, "done", reason, local)
        found = letters_to(connection, contact.chat_id, said)
        for letter in found:
            letter.bulk = True
        return found
