"""Somebody without a seat is answered once in ten minutes; what they send meanwhile is passed over.

What changes something is always done: a link that is opened, a group that moves, a bot that is removed.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, field

from bot.clock import iso
from bot.storage import stranger_rows
from bot.storage.outbox import OutboxMessage
from bot.storage.step_context import Speaker
from bot.storage.stranger_rows import PAUSE
from bot.telegram.crowd import A_SECOND, MOST
from bot.telegram.intake import BATCH
from bot.telegram.updates import Incoming
from flows.contact.paper_checks import code_of
from flows.engine import opened_link
from flows.model.events import Event, GroupChanged, GroupEvent, GroupMoved, Membership

IN_BOARD, OF_BOARD = 5, 20
"""Answers in a pause in a group with a board: to one person, and to all without a seat. Its members are the
audience that a seat switched it on for, so they rank as known.
"""
OF_LINKS = 3
"""Answers in a pause to somebody who opens links that lead nowhere (an old one, then the right one), or asks
about the code of a paper.
"""
MOST_OF = {"a": IN_BOARD, "b": OF_BOARD, "l": OF_LINKS}


class Allowance(Struct):
    """How many may be worked on where the queue is full: as many as go out of it, the newest of a batch.

    What is older would be written and dropped for nothing. Behind a full batch come newer ones.
    """

    left: float = float(A_SECOND)
    at: float = field(default_factory=time.monotonic)

    def take(self, asked: int, least: int) -> int:
        """Return how many of `asked` may pass, at least so many."""
        now = time.monotonic()
        self.left = min(float(A_SECOND), self.left + (now - self.at) * A_SECOND)
        self.at = now
        given = min(asked, max(least, int(self.left)))
        self.left = max(0.0, self.left - given)
        return given


class Case(Struct, frozen=True):
    """One update of somebody without a seat: which pauses its answer begins, and what is always done."""

    limits: tuple[str, ...]
    changes: bool
    opens: bool = False
    in_board: bool = False


class Strangers(Struct):
    """One batch: what of it came from strangers, and who of these has been answered."""

    cases: dict[int, Case]
    counts: dict[str, int]
    now: datetime
    over: frozenset[int] = frozenset()
    _joined: set[int] = field(default_factory=set)
    _new: dict[str, int] = field(default_factory=dict)

    @classmethod
    def look(
        cls,
        connection: sqlite3.Connection,
        batch: Sequence[Incoming],
        now: datetime,
        allowance: Allowance,
    ) -> Strangers:
        """Gather what has to be known before a batch is worked on."""
        events = [(update.update_id, update.speaker, update.event) for update in batch]
        known = stranger_rows.known(connection, {who.user_id for _, who, _ in events if who})
        if known and (back := stranger_rows.marked(connection, known)):
            stranger_rows.forget(connection, back)
        theirs = [
            (update_id, who, event)
            for update_id, who, event in events
            if who and event and who.user_id not in known
        ]
        if not theirs:
            return cls({}, {}, now)
        groups = {who.chat_id for _, who, event in theirs if isinstance(event, GroupEvent)}
        boards = stranger_rows.with_board(connection, groups) if groups else set()
        cases = {update_id: _case(who, event, boards) for update_id, who, event in theirs}
        keys = {key for case in cases.values() for key in case.limits}
        result = cls(cases, stranger_rows.answered(connection, keys, now), now)
        asking = [update_id for update_id, case in cases.items() if result._asks(case)]
        if asking:
            room = max(0, MOST - stranger_rows.waiting(connection))
            least = 0 if len(batch) >= BATCH else 1  # else the newest of all would be passed over
            more = allowance.take(len(asking) - room, least) if len(asking) > room else 0
            result.over = frozenset(asking[: max(0, len(asking) - room - more)])
        return result

    def _asks(self, case: Case) -> bool:
        return not (case.in_board or case.changes or self._is_used_up(case))

    def silences(self, update: Incoming) -> bool:
        """Tell whether this update stays without an answer, and so need not be looked into."""
        case = self._case(update)
        if case is None or case.changes:
            return False
        return update.update_id in self.over or self._is_used_up(case)

    def passed(
        self, connection: sqlite3.Connection, update: Incoming, sent: list[OutboxMessage]
    ) -> list[OutboxMessage]:
        """Return the letters that may be sent, ranked; call it after the update was worked on."""
        case, who = self._case(update), update.speaker
        if case is None or who is None or not sent:
            return sent
        if case.opens and stranger_rows.known(connection, {who.user_id}):
            self._joined.add(who.user_id)
            stranger_rows.forget(connection, {who.user_id})
            return sent
        own = (who.chat_id, 0)
        if self._is_used_up(case):
            return [letter for letter in sent if letter.chat_id not in own]
        for key in case.limits:
            self._new[key] = self.counts[key] = self.counts.get(key, 0) + 1
        if not case.in_board:
            for letter in sent:
                if letter.chat_id in own:
                    letter.stranger, letter.not_after = True, iso(self.now + PAUSE)
        return sent

    def keep(self, connection: sqlite3.Connection) -> None:
        """Note who was answered, in the transaction of the batch."""
        if self._new:
            stranger_rows.note(connection, self._new, self.now)

    def _case(self, update: Incoming) -> Case | None:
        """Return the case of an update; None where somebody known sent it."""
        if update.speaker is not None and update.speaker.user_id in self._joined:
            return None
        return self.cases.get(update.update_id)

    def _is_used_up(self, case: Case) -> bool:
        return any(self.counts.get(key, 0) >= MOST_OF.get(key[0], 1) for key in case.limits)


def _case(who: Speaker, event: Event, boards: set[int]) -> Case:
    """Sort an update by its limits; a link has its own, so whoever is told to ask for one may try at once."""
    user, chat = who.user_id, who.chat_id
    if isinstance(event, GroupEvent):
        board = chat in boards
        limits = (f"a{user}", f"b{chat}") if board else (f"g{user}", f"c{chat}")
        leaves = isinstance(event, GroupChanged) and (board or not event.came)
        return Case(limits, leaves or isinstance(event, GroupMoved), in_board=board)
    opens = opened_link(event) is not None
    changes = opens or isinstance(event, Membership)
    of_links = opens or code_of(event) is not None
    return Case((f"{'l' if of_links else 'p'}{user}",), changes, opens=opens)
