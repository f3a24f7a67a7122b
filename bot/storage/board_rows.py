"""Boards (papan) of groups: which group shows what, what is on its way there, and what it has shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from msgspec import Struct

from bot.storage.roster import Roster
from flows.group.board_steps import BoardState, Pin
from flows.model.facts import Region, Seat
from flows.model.outcome import DisableBoard, EnableBoard, MoveGroup, RetryPin
from scoring.replacing import replace

COLUMNS = (
    "b.id, b.chat_id, b.thread_id, b.region_id, b.province, b.state, b.message_id, b.pin, b.shown,"
    " b.day, b.edited_at, b.seen, b.period_id"
)


class SentBoard(Struct, frozen=True):
    """The letter of a board, as the outbox has it."""

    chat_id: int
    method: str
    state: str
    message_id: int | None
    error: str


class BoardRow(Struct, frozen=True):
    """One board. `region_id` None: all regions of `province`."""

    id: int
    chat_id: int
    thread_id: int | None
    region_id: int | None
    province: str | None
    state: BoardState
    message_id: int | None
    pin: Pin
    shown: str | None
    day: str | None
    edited_at: str | None
    seen: int
    period_id: int | None
    sent: SentBoard | None = None

    def regions(self, roster: Roster) -> tuple[Region, ...]:
        """Return what it shows, in the roster's order."""
        return tuple(
            region
            for region in roster.regions.values()
            if region.id == self.region_id or roster.provinces[region.id] == self.province
        )


def of_chat(connection: sqlite3.Connection, chat_id: int) -> BoardRow | None:
    """Return the board that is on in this group."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM boards b WHERE b.state = 'on' AND b.chat_id = ?", (chat_id,)
    ).fetchone()
    return None if row is None else _row(row)


def alive(connection: sqlite3.Connection) -> list[BoardRow]:
    """Return every board that is not over, with the letter that it waits for or has not looked at yet."""
    rows = connection.execute(
        f"SELECT {COLUMNS}, o.chat_id, o.method, o.state, o.message_id, coalesce(o.error, '')"
        " FROM boards b LEFT JOIN outbox o ON o.id = b.letter_id WHERE b.state <> 'off' ORDER BY b.id"
    )
    return [
        replace(_row(row[:13]), sent=SentBoard(*row[13:]) if row[13] is not None else None)
        for row in rows
    ]


def _row(columns: Sequence[Any]) -> BoardRow:
    row = BoardRow(*columns)
    return replace(row, state=BoardState(row.state), pin=Pin(row.pin))


def change(
    connection: sqlite3.Connection,
    chat_id: int,
    seat: Seat | None,
    wanted: EnableBoard | DisableBoard | RetryPin | MoveGroup,
    now: str,
) -> None:
    """Write what a step wants of a group's board."""
    if isinstance(wanted, EnableBoard):
        assert seat is not None
        connection.execute(
            "INSERT INTO boards (chat_id, thread_id, region_id, province, seat_id, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (chat_id, wanted.thread, wanted.region_id, wanted.province, seat.id, now),
        )
    elif isinstance(wanted, DisableBoard):
        state = BoardState.OFF if wanted.gone else BoardState.UNPIN
        update(connection, wanted.board_id, state=state, off_at=now)
    elif isinstance(wanted, RetryPin):
        update(connection, wanted.board_id, pin=Pin.WANTED)
    else:
        move(connection, chat_id, wanted.chat_id)


def move(connection: sqlite3.Connection, old: int, new: int) -> None:
    """Give the group its new id, where the board is sent and pinned anew; told twice, it is done once.

    Where somebody has switched one on under the new id before the news of it came, the old one is over.
    """
    connection.execute(
        "UPDATE boards SET state = 'off' WHERE chat_id = ?1 AND state = 'on' AND ?1 <> ?2"
        " AND EXISTS (SELECT 1 FROM boards WHERE chat_id = ?2 AND state = 'on')",
        (old, new),
    )
    connection.execute(
        "UPDATE boards SET chat_id = ?, message_id = NULL, pin = 'wanted', edited_at = NULL"
        " WHERE chat_id = ? AND state <> 'off'",
        (new, old),
    )


def update(connection: sqlite3.Connection, board_id: int, **columns: Any) -> None:
    """Set columns of one board."""
    names = ", ".join(f"{name} = ?" for name in columns)
    connection.execute(f"UPDATE boards SET {names} WHERE id = ?", (*columns.values(), board_id))


def news(connection: sqlite3.Connection, period_id: int, since: int) -> list[tuple[int, int]]:
    """Return entries of the record after `since` that are about an office: (entry, unit)."""
    return connection.execute(
        "SELECT id, unit_id FROM record WHERE period_id = ? AND id > ? AND unit_id IS NOT NULL",
        (period_id, since),
    ).fetchall()


def seen(connection: sqlite3.Connection, boards: Iterable[int], entry: int) -> None:
    """Note that nothing up to this entry concerns these boards any more."""
    connection.execute(
        "UPDATE boards SET seen = ? WHERE id IN (SELECT value FROM json_each(?))",
        (entry, orjson.dumps(list(boards)).decode()),
    )
