"""Monday's digest to Bagian Hukum and Kanwil: rows with a due time, worked out when their hour has come."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.storage import outreach_rows, people
from bot.storage.load_facts import board_of_seat
from bot.storage.outbox import OutboxMessage
from bot.storage.roster import Roster, province_of
from bot.workers.worker import Ticking, letters_to
from flows.model.facts import Contact, Overseer, Seat, Setting
from flows.staff import digest

AT = time(8, 30)
WEEK = timedelta(days=7)


@dataclass(slots=True)
class Digests(Ticking):
    """`tick` plans the next Monday and sends what is due; on a holiday the next working day."""

    async def tick(self) -> None:
        """Decide on all that is due by now."""
        await self.database.transaction(self._plan)
        await self.seat_by_seat(outreach_rows.next_digest, self._settle_digest, "digests_written")

    def _plan(self, connection: sqlite3.Connection) -> None:
        """Plan the coming Monday, today included; one that was over before it could be planned is dropped."""
        roster, now = self.roster.get(connection), self.clock()
        if roster is None:
            return
        wanted = []
        for seat_id, region_id in outreach_rows.staff(connection):
            zone = self.zone_for(roster.regions.get(region_id or 0))
            today = now.astimezone(zone).date()
            monday = today + timedelta(days=-today.weekday() % 7)
            day = self.calendar(today).on_or_after(monday)
            wanted.append((seat_id, monday, datetime.combine(day, AT, zone)))
        outreach_rows.plan_digests(connection, wanted)

    def _settle_digest(
        self,
        connection: sqlite3.Connection,
        roster: Roster,
        due: outreach_rows.DueDigest,
        now: datetime,
    ) -> list[OutboxMessage]:
        held = people.holder(connection, roster, due.seat_id)
        if held is None or not held[1].reachable:
            outreach_rows.settle_digest(
                connection, due.id, "lapsed", "left" if held is None else "unreachable"
            )
            return []
        seat, contact = held
        zone = self.zone_for(seat.region)
        local = now.astimezone(zone)
        if local.date() >= due.monday + WEEK:
            outreach_rows.settle_digest(connection, due.id, "lapsed", "late")
            return []
        slot = self.calendar(local.date()).slot(local)
        if slot > local:
            outreach_rows.postpone_digest(connection, due.id, slot)
            return []
        return self._written(connection, roster, due.id, seat, contact, local)

    def _written(
        self,
        connection: sqlite3.Connection,
        roster: Roster,
        digest_id: int,
        seat: Seat,
        contact: Contact,
        local: datetime,
    ) -> list[OutboxMessage]:
        board = board_of_seat(connection, roster, local.tzinfo or self.zone, seat)
        units = [office.unit.id for office in board.offices]
        zone = local.tzinfo or self.zone
        unanswered = outreach_rows.unanswered(connection, roster.period.id, units, zone)
        effects = outreach_rows.effects(connection, roster.period.id, units, local - WEEK)
        ended = outreach_rows.digests_ended(connection, seat.id)
        setting, desk = (
            Setting(local, roster.period_of(province_of(roster, seat))),
            Overseer(seat, board),
        )
        message = digest.of_week(setting, desk, unanswered, effects, ended)
        if message is None:
            outreach_rows.settle_digest(connection, digest_id, "done", "nothing", local)
            return []
        reason = outreach_rows.LAST if digest.is_last(message) else None
        outreach_rows.settle_digest(connection, digest_id, "done", reason, local)
        sent = letters_to(connection, contact.chat_id, message, roster=roster)
        for letter in sent:
            letter.bulk = True
        return sent
