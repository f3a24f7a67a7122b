"""Somebody without a seat is answered once in ten minutes; what they send meanwhile is passed over.

What changes something is always done: a link that is opened, a group that moves, a bot that is removed.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import iso
from bot.crowd import A_SECOND, MOST
from bot.storage import strangers
from bot.storage.gather import Speaker
from bot.storage.outbox import Letter
from bot.storage.strangers import PAUSE
from bot.updates import Incoming
from flows.engine import Need, needs
from flows.events import Event, GroupChanged, GroupEvent, GroupMoved, Membership
from flows.facts import Focus

IN_BOARD, OF_BOARD = 5, 20
"""Answers in a pause in a group with a board: to one person, and to all without a seat. Its members are the
audience that a seat switched it on for, so they rank as known.
"""


@dataclass(slots=True)
class Allowance:
    """How many may be worked on where the queue is full: as many as go out of it, the newest of a batch.

    What is older would be written and dropped for nothing.
    """

    left: float = float(A_SECOND)
    at: float = field(default_factory=time.monotonic)

    def take(self, asked: int) -> int:
        """So many of those that ask."""
        now = time.monotonic()
        self.left = min(float(A_SECOND), self.left + (now - self.at) * A_SECOND)
        self.at = now
        given = min(asked, int(self.left))
        self.left -= given
        return given


@dataclass(slots=True)
class Strangers:
    """One batch: who in it has no seat, and who of these has been answered."""

    known: set[int]
    boards: set[int]
    counts: dict[str, int]
    now: datetime
    over: frozenset[int] = frozenset()
    _new: dict[str, int] = field(default_factory=dict)

    @classmethod
    def look(
        cls,
        connection: sqlite3.Connection,
        batch: Sequence[Incoming],
        now: datetime,
        allowance: Allowance,
    ) -> Strangers:
        """What there is to know before a batch is worked on."""
        said = [(one.speaker, one.event) for one in batch if one.speaker and one.event]
        seated = strangers.known(connection, {who.user_id for who, _ in said})
        groups = {who.chat_id for who, event in said if isinstance(event, GroupEvent)}
        boards = strangers.with_board(connection, groups) if groups else set()
        keys = {
            key
            for who, event in said
            if who.user_id not in seated
            for key in _limits(who, event, boards)
        }
        counts = strangers.answered(connection, keys, now) if keys else {}
        found = cls(seated, boards, counts, now)
        asking = [one.update_id for one in batch if found._asks(one)] if keys else []
        if asking:
            room = max(0, MOST - strangers.waiting(connection))
            more = allowance.take(len(asking) - room) if len(asking) > room else 0
            found.over = frozenset(asking[: max(0, len(asking) - room - more)])
        return found

    def _asks(self, one: Incoming) -> bool:
        who, event = one.speaker, one.event
        if who is None or event is None or who.user_id in self.known or who.chat_id in self.boards:
            return False
        return not _changes(event, board=False) and not self.silences(one)

    def silences(self, one: Incoming) -> bool:
        """Whether this stays without an answer, and so need not be looked into."""
        speaker, event = one.speaker, one.event
        if speaker is None or event is None or speaker.user_id in self.known:
            return False
        if _changes(event, speaker.chat_id in self.boards):
            return False
        used = self._is_used_up(_limits(speaker, event, self.boards))
        return used or one.update_id in self.over

    def passed(
        self, connection: sqlite3.Connection, speaker: Speaker, event: Event, sent: list[Letter]
    ) -> list[Letter]:
        """What of the letters may be sent, ranked; call it after the event was worked on."""
        if speaker.user_id in self.known or not sent:
            return sent
        if _opens(event) and strangers.known(connection, {speaker.user_id}):
            self.known.add(speaker.user_id)
            return sent
        limits = _limits(speaker, event, self.boards)
        own = (speaker.chat_id, 0)
        if self._is_used_up(limits):
            return [letter for letter in sent if letter.chat_id not in own]
        for key in limits:
            self._new[key] = self.counts[key] = self.counts.get(key, 0) + 1
        if speaker.chat_id not in self.boards:
            for letter in sent:
                if letter.chat_id in own:
                    letter.stranger, letter.not_after = True, iso(self.now + PAUSE)
        return sent

    def keep(self, connection: sqlite3.Connection) -> None:
        """Note who was answered, in the transaction of the batch."""
        if self._new:
            strangers.note(connection, self._new, self.now)

    def _is_used_up(self, limits: Iterable[str]) -> bool:
        return any(self.counts.get(key, 0) >= most for key, most in _most(limits))


def _most(limits: Iterable[str]) -> Iterable[tuple[str, int]]:
    return ((key, {"a": IN_BOARD, "b": OF_BOARD}.get(key[0], 1)) for key in limits)


def _limits(speaker: Speaker, event: Event, boards: set[int]) -> tuple[str, ...]:
    """The pauses that an answer begins. A link has one of its own: who asks for another one may try it."""
    user, chat = speaker.user_id, speaker.chat_id
    if isinstance(event, GroupEvent):
        return (f"a{user}", f"b{chat}") if chat in boards else (f"g{user}", f"c{chat}")
    return (f"l{user}",) if _opens(event) else (f"p{user}",)


def _opens(event: Event) -> bool:
    """Whether a link is opened."""
    return Need.INVITATION in needs(None, event, Focus())


def _changes(event: Event, board: bool) -> bool:
    """Whether it may change something, whoever does it."""
    if isinstance(event, GroupChanged):
        return board or not event.came
    return isinstance(event, GroupMoved | Membership) or _opens(event)
