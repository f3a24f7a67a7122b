"""Tells the Kanwil quietly that a changed instrument file proposes other figures.

Whoever sets a roster up may do so while no bot runs; what is still to be said is marked at the proposal.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from bot.clock import iso
from bot.storage import criteria_rows, outbox, people
from bot.storage.outbox import OutboxMessage
from bot.workers.worker import Ticking, letters_to
from flows.model.criteria import Proposal
from flows.model.facts import Holder
from flows.model.roles import Role
from flows.staff.proposing import from_file


@dataclass(slots=True)
class Wishes(Ticking):
    """`tick` tells each Kanwil to which a file proposes something, once somebody is there to hear it."""

    async def tick(self) -> None:
        """Tell what has not been told yet."""
        await self.all_due(self._work, 1)

    def _work(self, connection: sqlite3.Connection) -> tuple[int, list[OutboxMessage]]:
        for (period_id, province), proposals in criteria_rows.unheard(connection).items():
            if sent := self._letters(connection, period_id, province, proposals):
                outbox.put(connection, sent, iso(self.clock()))
                criteria_rows.announce(connection, proposals)
                self.fault("wishes_written")
                return 1, sent
        return 0, []

    def _letters(
        self,
        connection: sqlite3.Connection,
        period_id: int,
        province: str,
        proposals: list[Proposal],
    ) -> list[OutboxMessage]:
        roster = self.roster.get(connection, period_id)
        if roster is None:
            return []
        instrument = roster.period_of(province).instrument
        sent: list[OutboxMessage] = []
        for holder in filter(_hears, people.holders(connection, roster, [], province)):
            message = from_file(instrument, proposals, holder)
            sent += letters_to(connection, holder.contact.chat_id, message, roster=roster)
        for letter in sent:
            letter.bulk = True
        return sent


def _hears(holder: Holder) -> bool:
    is_kanwil = holder.seat.role == Role.KANWIL and not holder.suspended
    return is_kanwil and holder.contact.reachable
