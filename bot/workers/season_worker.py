"""After a season was closed: its results to everybody, city by city, and the papers that end it.

What is still to be told is a row, so a restart loses and repeats nothing, and a province of a thousand
offices holds nobody up.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bot.clock import iso
from bot.storage import outbox, paper_orders, people, season_rows
from bot.storage.load_facts import board_of
from bot.storage.outbox import OutboxMessage
from bot.storage.roster import Roster
from bot.storage.season_rows import ClosingNews
from bot.telegram.updates import Incoming
from bot.workers.worker import Woken, letters_to
from flows.model.buttons import Verb, read
from flows.model.events import Tap
from flows.model.facts import Board, Holder, Region, Setting
from flows.model.outcome import OrderPaper, Picture, Say
from flows.model.roles import Role
from flows.staff import season_results

log = logging.getLogger(__name__)
Told = tuple[int, Say | Picture]
"""A chat, and what it is told."""


def concerns(batch: Sequence[Incoming]) -> bool:
    """Tell whether a batch may have closed a season."""
    pressed = (read(update.event.data) for update in batch if isinstance(update.event, Tap))
    return any(one is not None and one.verb == Verb.SEASON_CLOSE for one in pressed)


@dataclass(slots=True)
class Seasons(Woken):
    """`run` until cancelled; set `wake` when a season may have been closed. `ordered` is told of papers."""

    ordered: Callable[[], None] = lambda: None
    waits: str = field(default="results", init=False)

    async def tick(self) -> None:
        """Tell one city after the other, each in a transaction of its own, then the Kanwil."""
        if await self.all_due(self._work, 1):
            self.ordered()

    def _work(self, connection: sqlite3.Connection) -> tuple[int, list[OutboxMessage]]:
        news = season_rows.next_news(connection)
        roster = self.roster.get(connection, news.period_id) if news else None
        if news is None or roster is None:
            return 0, []
        setting = Setting(self.clock().astimezone(self.zone), roster.period_of(news.province))
        if news.region_id is None:
            messages = self._to_kanwil(connection, roster, setting, news)
        else:
            messages = self._to_city(connection, roster, setting, news)
        sent: list[OutboxMessage] = []
        for chat_id, message in messages:
            sent += letters_to(connection, chat_id, message, roster=roster)
        for letter in sent:
            letter.bulk = True
        outbox.put(connection, sent, iso(self.clock()))
        season_rows.mark_told(connection, news.id)
        self.fault("results_written")
        return 1, sent

    def _to_city(
        self, connection: sqlite3.Connection, roster: Roster, setting: Setting, news: ClosingNews
    ) -> list[Told]:
        """Tell the offices of a city and its Bagian Hukum, who gets its papers."""
        region = roster.regions[news.region_id or 0]
        board = board_of(connection, roster, self.zone, (region,))
        if not board.regions:
            return []
        holders = people.holders(connection, roster, [region.id], news.province)
        staff = season_results.listeners(holders, news.chat_id, setting.period.levels)
        own = [member for member in staff if member.seat.role == Role.COORDINATOR]
        hearers = [member for member in staff if member.seat.region == region]
        orders = season_results.papers(board, news.province, region)
        self._order(connection, roster, orders, news, own or _kanwil(holders))
        offices = season_results.to_offices(setting, board.offices)
        staff_news = season_results.to_staff(setting, board, hearers, news.by)
        return [*_each((*offices, *staff_news)), *_pictured(setting, board, hearers)]

    def _to_kanwil(
        self, connection: sqlite3.Connection, roster: Roster, setting: Setting, news: ClosingNews
    ) -> list[Told]:
        """Tell the other seats of the province; whoever closed gets the recap of all of it."""
        board = board_of(connection, roster, self.zone, _province(roster, news.province))
        holders = people.holders(connection, roster, [], news.province)
        orders = season_results.of_province(news.province)
        self._order(connection, roster, orders, news, _kanwil(holders))
        staff = season_results.listeners(holders, news.chat_id, setting.period.levels)
        beside = [member for member in staff if member.seat.role != Role.KANWIL]
        seats = [*(holder for holder in _kanwil(holders) if holder.contact.reachable), *beside]
        staff_news = season_results.to_staff(setting, board, staff, news.by)
        return [*_each(staff_news), *_pictured(setting, board, seats)]

    def _order(
        self,
        connection: sqlite3.Connection,
        roster: Roster,
        orders: Iterable[OrderPaper],
        news: ClosingNews,
        receivers: Sequence[Holder],
    ) -> None:
        """Order papers for the first who receives them; whoever closed comes first among the Kanwil."""
        chats = [receiver.contact.chat_id for receiver in receivers if receiver.contact.reachable]
        if not chats:
            return
        chat = news.chat_id if news.chat_id in chats else chats[0]
        for order in orders:
            closing = OrderPaper(
                order.kind, order.format, order.region_id, None, order.province, news.entry
            )
            now = iso(self.clock())
            paper_orders.order(connection, closing, chat, roster.period.id, None, now)


def _each(messages: Iterable[Say]) -> list[Told]:
    return [(message.chat_id, message) for message in messages if message.chat_id is not None]


def _pictured(setting: Setting, board: Board, seats: Iterable[Holder]) -> list[Told]:
    """Return each city's picture, to each of these seats."""
    drawn = season_results.pictures(setting, board)
    return [(holder.contact.chat_id, picture) for holder in seats for picture in drawn]


def _kanwil(holders: Iterable[Holder]) -> list[Holder]:
    return [
        holder for holder in holders if holder.seat.role == Role.KANWIL and not holder.suspended
    ]


def _province(roster: Roster, code: str) -> tuple[Region, ...]:
    return tuple(
        region for region in roster.regions.values() if roster.provinces[region.id] == code
    )
