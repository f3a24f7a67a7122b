"""Workbooks that came back, forms and queues: what was sent, its rows once read, and what became of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson
from msgspec import Struct
from msgspec.structs import asdict

from bot.clock import iso, parse
from flows.model.events import Upload
from flows.model.returned_sheet import ReturnedSheet, SheetState, row_of
from flows.model.returned_sheet_changes import KeepSheet, SettleSheet, SheetChange, TakeSheet
from flows.model.uploads import shown_name

REVIEW_SHEETS = (
    # `rows` are the typed answers or judgements of the last preview, kept until it is applied or dropped;
    # `base` is what they came to.
    """CREATE TABLE review_sheets (
        id INTEGER PRIMARY KEY, seat_id INTEGER NOT NULL REFERENCES seats (id),
        chat_id INTEGER NOT NULL, file_id TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'shown', 'applied',
            'refused', 'dropped', 'replaced')),
        rows TEXT, base TEXT, previews INTEGER NOT NULL DEFAULT 0, expires_at TEXT, settled_at TEXT)
        STRICT""",
    "CREATE INDEX review_sheets_waiting ON review_sheets (id) WHERE state = 'waiting'",
    "CREATE INDEX review_sheets_by_seat ON review_sheets (seat_id)",
)
RENAMED = (
    # Forms of offices came to lie beside the queues of reviewers.
    "ALTER TABLE review_sheets RENAME TO returned_sheets",
    "DROP INDEX review_sheets_waiting",
    "DROP INDEX review_sheets_by_seat",
    "CREATE INDEX returned_sheets_waiting ON returned_sheets (id) WHERE state = 'waiting'",
    "CREATE INDEX returned_sheets_by_seat ON returned_sheets (seat_id)",
    # What may be a proof is handed on as it came, once it has turned out to be no form.
    "ALTER TABLE returned_sheets ADD COLUMN upload TEXT",
)
LIFE = timedelta(hours=24)
"""How long a preview may be applied."""


class WaitingSheet(Struct, frozen=True):
    """A file to be fetched and read."""

    id: int
    seat_id: int
    chat_id: int
    user_id: int
    file_id: str
    name: str
    role: str
    upload: Upload | None
    content: None = None
    """Its bytes are never kept: its rows are."""

    @property
    def owner(self) -> int:
        """Whose it is: reviewers take turns."""
        return self.seat_id


def write(
    connection: sqlite3.Connection, change: SheetChange, seat_id: int, chat_id: int, now: datetime
) -> None:
    """Write what became of a workbook of this seat."""
    match change:
        case TakeSheet(upload, quiet):
            if not quiet:
                _replace_open(connection, seat_id, now)
            came = orjson.dumps(asdict(upload)).decode() if quiet else None
            connection.execute(
                "INSERT INTO returned_sheets (seat_id, chat_id, file_id, name, at, upload)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (seat_id, chat_id, upload.file_id, shown_name(upload), iso(now), came),
            )
        case KeepSheet(sheet, rows, base):
            _replace_open(connection, seat_id, now, sheet)
            kept = orjson.dumps([row.as_json() for row in rows]).decode()
            connection.execute(
                "UPDATE returned_sheets SET state = 'shown', rows = ?, base = ?,"
                " previews = previews + 1, expires_at = ? WHERE id = ?",
                (kept, base, iso(now + LIFE), sheet),
            )
        case SettleSheet(sheet, state):
            settle(connection, sheet, state, now)


def settle(connection: sqlite3.Connection, sheet: int, state: SheetState, now: datetime) -> None:
    """Note the end of a workbook; what was typed is in the record, or came to nothing."""
    connection.execute(
        "UPDATE returned_sheets SET state = ?, settled_at = ?, rows = NULL, base = NULL, upload = NULL"
        " WHERE id = ?",
        (state, iso(now), sheet),
    )


def settle_waiting(
    connection: sqlite3.Connection, sheet: int, state: SheetState, now: datetime
) -> None:
    """Settle a workbook that still waits: whoever sent it may not judge any more."""
    connection.execute(
        "UPDATE returned_sheets SET state = ?, settled_at = ?, upload = NULL"
        " WHERE id = ? AND state = 'waiting'",
        (state, iso(now), sheet),
    )


def _replace_open(
    connection: sqlite3.Connection, seat_id: int, now: datetime, newer: int | None = None
) -> None:
    """End the previews of a seat (and what is not read yet, by a file that is surely one) but `newer`'s."""
    states = "('waiting', 'shown')" if newer is None else "('shown')"
    connection.execute(
        "UPDATE returned_sheets SET state = 'replaced', settled_at = ?, rows = NULL, base = NULL"
        f" WHERE seat_id = ? AND state IN {states} AND id IS NOT ?",
        (iso(now), seat_id, newer),
    )


def waiting(connection: sqlite3.Connection, resting: Sequence[int] = ()) -> list[WaitingSheet]:
    """Return what is to be read and does not rest, oldest first."""
    rows = connection.execute(
        "SELECT r.id, r.seat_id, r.chat_id, p.telegram_id, r.file_id, r.name, s.role, r.upload"
        " FROM returned_sheets r"
        " JOIN seats s ON s.id = r.seat_id JOIN persons p ON p.id = s.person_id"
        " WHERE r.state = 'waiting' AND r.id NOT IN (SELECT value FROM json_each(?))"
        " ORDER BY r.id LIMIT 20",
        (orjson.dumps(resting).decode(),),
    )
    return [
        WaitingSheet(row, seat, chat, user, file, name, role, came and Upload(**orjson.loads(came)))
        for row, seat, chat, user, file, name, role, came in rows
    ]


def find(
    connection: sqlite3.Connection, sheet: int, seat_id: int, now: datetime
) -> ReturnedSheet | None:
    """Return a workbook of this seat."""
    row = connection.execute(
        "SELECT id, name, state, previews, base, rows, expires_at FROM returned_sheets"
        " WHERE id = ? AND seat_id = ?",
        (sheet, seat_id),
    ).fetchone()
    if row is None:
        return None
    sheet_id, name, state, previews, base, rows, expires = row
    typed = tuple(row_of(load) for load in orjson.loads(rows or "[]"))
    expired = expires is not None and parse(expires) <= now
    return ReturnedSheet(
        sheet_id, name, SheetState(state), previews, base or "", typed, expired=expired
    )
