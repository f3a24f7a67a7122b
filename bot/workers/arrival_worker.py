"""Tells reviewers quietly of work that came: rows with a due time, audience and text worked out when due.

The step that sends, approves or mends only notes the row; a restart loses and repeats nothing.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, time

from bot.storage import arrival_rows, people
from bot.storage.load_facts import board_of_seat
from bot.storage.outbox import OutboxMessage
from bot.storage.roster import Roster
from bot.workers.worker import Ticking, letters_to
from flows.model.facts import Contact, Overseer, Seat
from flows.policy.schedule import Postpone, Withhold
from flows.staff.arrivals import decision, message

ROWS = 500
"""So many offices in one transaction."""


@dataclass(slots=True)
class Arrivals(Ticking):
    """`tick` tells all reviewers for whom work came in an hour that is over."""

    async def tick(self) -> None:
        """Decide on all that is due by now."""
        await self.all_due(self._spread, ROWS)
        await self.seat_by_seat(arrival_rows.next_due, self._settle_seat, "arrivals_written")

    def _spread(self, connection: sqlite3.Connection) -> tuple[int, list[OutboxMessage]]:
        roster = self.roster.get(connection)
        return (arrival_rows.spread(connection, roster, self.clock(), ROWS) if roster else 0), []

    def _settle_seat(
        self,
        connection: sqlite3.Connection,
        roster: Roster,
        due: arrival_rows.DueNotice,
        now: datetime,
    ) -> list[OutboxMessage]:
        held = people.holder(connection, roster, due.seat_id)
        if held is None or not held[1].reachable:
            reason = "left" if held is None else "unreachable"
            arrival_rows.settle(connection, due.rows, "lapsed", reason, now)
            return []
        seat, contact = held
        local = now.astimezone(self.zone_for(seat.region))
        midnight = datetime.combine(local.date(), time(), local.tzinfo)
        heard = arrival_rows.heard(connection, due.seat_id, midnight)
        decided = decision(heard, local, self.calendar(local.date()))
        if isinstance(decided, Postpone):
            arrival_rows.postpone(connection, due.rows, decided.until)
            return []
        if isinstance(decided, Withhold):
            arrival_rows.settle(connection, due.rows, "done", decided.reason, now)
            return []
        return self._notify(connection, roster, (seat, contact), due, local)

    def _notify(
        self,
        connection: sqlite3.Connection,
        roster: Roster,
        held: tuple[Seat, Contact],
        due: arrival_rows.DueNotice,
        local: datetime,
    ) -> list[OutboxMessage]:
        seat, contact = held
        seats = people.who(connection, roster, contact.chat_id).seats
        board = board_of_seat(connection, roster, local.tzinfo or self.zone, seat)
        since = arrival_rows.known_until(connection, seat.id) or due.hour
        notice = message(Overseer(seat, board), seats, since)
        arrival_rows.settle(connection, due.rows, "done", None if notice else "nothing", local)
        if notice is None:
            return []
        arrival_rows.knows(connection, seat.id, local)
        sent = letters_to(connection, contact.chat_id, notice, roster=roster)
        for letter in sent:
            letter.bulk = True
        return sent
