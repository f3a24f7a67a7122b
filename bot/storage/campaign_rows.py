"""Reminders by hand and announcements as rows: a recipient each, until what became of the message."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

import orjson
from msgspec import Struct

from bot.clock import iso, parse
from bot.storage.outbox import DeliveryResult
from flows.model.outcome import PlanCampaign
from flows.model.outreach import Campaign
from flows.model.scope import Scope

WORDS = ("ALTER TABLE campaigns ADD COLUMN words TEXT",)
"""What an announcement says; nothing for a reminder."""
WHOSE_TURN = (
    "WHERE r.campaign_id = ? AND r.state = 'waiting' AND r.due_at <= ?"
    " ORDER BY r.due_at, r.seat_id LIMIT ?"
)
STATE_OF = {"dropped": "waiting"}
"""A letter that its working day ran out on is written anew on the next one."""


class Running(Struct, frozen=True):
    """A campaign that has letters to send or a progress to show."""

    id: int
    seat_id: int
    chat_id: int
    message_id: int | None
    state: str
    words: str | None = None


class WaitingRecipient(Struct, frozen=True):
    """A recipient whose turn it is."""

    seat_id: int
    unit_id: int
    has_left: bool


class Addressed(Struct, frozen=True):
    """Who an announcement goes to now; without a chat the seat has been left."""

    seat_id: int
    chat_id: int | None


class Decided(Struct, frozen=True):
    """What a recipient's turn brought; `until` where it comes again."""

    seat_id: int
    state: str
    reason: str | None = None
    letter_id: int | None = None
    until: datetime | None = None


def find(
    connection: sqlite3.Connection, campaign_id: int, seat_id: int, now: datetime
) -> Campaign | None:
    """Return a campaign of this seat."""
    row = connection.execute(
        "SELECT id, scope, started_at, expires_at, state, words FROM campaigns WHERE id = ? AND seat_id = ?",
        (campaign_id, seat_id),
    ).fetchone()
    if row is None:
        return None
    is_over, counted = parse(row[3]) <= now, counts(connection, campaign_id)
    scope = Scope.parse(row[1])
    return Campaign(row[0], scope, row[2] is not None, is_over, row[4], counted, row[5])


def start(
    connection: sqlite3.Connection,
    campaign_id: int,
    recipients: Sequence[tuple[int, datetime]],
    message_id: int | None,
    now: str,
) -> None:
    """Make the recipients' rows; the campaign runs from now on."""
    connection.execute(
        "UPDATE campaigns SET started_at = ?, state = 'running', message_id = ? WHERE id = ?",
        (now, message_id, campaign_id),
    )
    connection.execute(
        "INSERT INTO campaign_recipients (campaign_id, seat_id, due_at)"
        " SELECT ?, value ->> 0, value ->> 1 FROM json_each(?)",
        (campaign_id, orjson.dumps([(seat, iso(at)) for seat, at in recipients]).decode()),
    )


def steer(connection: sqlite3.Connection, campaign_id: int, *, running: bool) -> None:
    """Stop it, or go on."""
    connection.execute(
        "UPDATE campaigns SET state = ? WHERE id = ? AND state IN ('running', 'stopped')",
        ("running" if running else "stopped", campaign_id),
    )


def under_way(connection: sqlite3.Connection, shown: Iterable[int]) -> list[Running]:
    """Return those that run, those stopped with letters still on their way, and those in `shown`."""
    rows = connection.execute(
        "SELECT id, seat_id, chat_id, message_id, state, words FROM campaigns c WHERE state = 'running'"
        " OR (state = 'stopped' AND (id IN (SELECT value FROM json_each(?)) OR EXISTS (SELECT 1"
        " FROM campaign_recipients WHERE campaign_id = c.id AND state = 'queued'))) ORDER BY id",
        (orjson.dumps(list(shown)).decode(),),
    )
    return [Running(*row) for row in rows]


def counts(connection: sqlite3.Connection, campaign_id: int) -> dict[str, int]:
    """Count recipients by state."""
    return dict(
        connection.execute(
            "SELECT state, count(*) FROM campaign_recipients WHERE campaign_id = ? GROUP BY state",
            (campaign_id,),
        )
    )


def opens(connection: sqlite3.Connection, campaign_id: int) -> str | None:
    """Return when the next recipient's turn comes; None where nobody waits."""
    row = connection.execute(
        "SELECT min(due_at) FROM campaign_recipients WHERE campaign_id = ? AND state = 'waiting'",
        (campaign_id,),
    ).fetchone()
    moment: str | None = row[0]
    return moment


def next_slice(
    connection: sqlite3.Connection, campaign_id: int, now: str, most: int
) -> list[WaitingRecipient]:
    """Return the recipients whose turn it is, in order."""
    rows = connection.execute(
        "SELECT r.seat_id, s.unit_id, s.until IS NOT NULL FROM campaign_recipients r"
        f" JOIN seats s ON s.id = r.seat_id {WHOSE_TURN}",
        (campaign_id, now, most),
    )
    return [WaitingRecipient(seat, unit, bool(left)) for seat, unit, left in rows]


def next_addressed(
    connection: sqlite3.Connection, campaign_id: int, now: str, most: int
) -> list[Addressed]:
    """Return whom an announcement goes to next, in order."""
    rows = connection.execute(
        "SELECT r.seat_id, CASE WHEN s.until IS NULL THEN p.telegram_id END"
        " FROM campaign_recipients r JOIN seats s ON s.id = r.seat_id"
        f" JOIN persons p ON p.id = s.person_id {WHOSE_TURN}",
        (campaign_id, now, most),
    )
    return [Addressed(*row) for row in rows]


def decide(connection: sqlite3.Connection, campaign_id: int, decided: Sequence[Decided]) -> None:
    """Note what the turns of recipients brought."""
    connection.executemany(
        "UPDATE campaign_recipients SET state = ?, reason = ?, letter_id = ?,"
        " due_at = coalesce(?, due_at) WHERE campaign_id = ? AND seat_id = ?",
        [
            (
                one.state,
                one.reason,
                one.letter_id,
                one.until and iso(one.until),
                campaign_id,
                one.seat_id,
            )
            for one in decided
        ],
    )


def settle(connection: sqlite3.Connection, marks: Sequence[DeliveryResult]) -> None:
    """Write what became of letters, for their recipients."""
    connection.executemany(
        "UPDATE campaign_recipients SET state = ?, reason = ? WHERE letter_id = ?",
        [(STATE_OF.get(mark.state, mark.state), mark.error, mark.letter_id) for mark in marks],
    )


def finish(connection: sqlite3.Connection, campaign_id: int, now: str) -> None:
    """End a campaign that has nobody left to serve."""
    connection.execute(
        "UPDATE campaigns SET state = 'finished', finished_at = ? WHERE id = ?", (now, campaign_id)
    )


def next_id(connection: sqlite3.Connection) -> int:
    """Return the number that the next reminder by hand will get (one writer, inside its transaction)."""
    following: int = connection.execute(
        "SELECT coalesce(max(id), 0) + 1 FROM campaigns"
    ).fetchone()[0]
    return following


def plan(
    connection: sqlite3.Connection,
    wanted: PlanCampaign,
    seat_id: int,
    chat_id: int,
    now: str,
    expires: str,
) -> None:
    """Keep what a preview offers, under the number that its buttons carry."""
    connection.execute(
        "INSERT INTO campaigns (id, seat_id, chat_id, scope, created_at, expires_at, words)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (wanted.campaign_id, seat_id, chat_id, str(wanted.scope), now, expires, wanted.words),
    )
