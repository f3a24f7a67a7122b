"""Rosters that administrators send as files: what was sent, what it is worth, and what became of it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

import orjson
from msgspec import Struct

from bot.clock import parse
from flows.model.events import Upload
from flows.model.roster_draft import RosterFile, RosterState
from flows.model.uploads import shown_name

STATE = (
    """SELECT code, instrument, data_year, opens, deadline, verification_deadline, institution,
        help_contact, letter_number, letter_date, grace, trial, state FROM periods ORDER BY id""",
    "SELECT code, name FROM provinces ORDER BY code",
    "SELECT id, code, province, kind, name, zone FROM regions ORDER BY id",
    "SELECT id, region_id, code, name, short FROM units ORDER BY id",
    "SELECT region_id, unit_id, name FROM aliases ORDER BY region_id, unit_id, rowid",
    "SELECT period_id, unit_id, indicator FROM assignments WHERE until IS NULL ORDER BY 1, 2, 3",
)
"""All that a roster says, as the database has it now; who holds seats is part of the plan itself."""


class WaitingRoster(Struct, frozen=True):
    """A file to be fetched and read, or a confirmed one to be applied (`content` is there)."""

    id: int
    seat_id: int
    chat_id: int
    file_id: str
    name: str
    state: RosterState
    content: bytes | None
    base: str | None
    previews: int

    @property
    def owner(self) -> int:
        """Whose it is: administrators take turns."""
        return self.seat_id


class UploadSender(Struct, frozen=True):
    """Who holds an administrator's seat now."""

    person_id: int
    name: str
    province: str


def take(
    connection: sqlite3.Connection, seat_id: int, chat_id: int, upload: Upload, now: str
) -> int:
    """Note a file that came; it replaces whatever the seat sent before and has not confirmed."""
    connection.execute(
        "UPDATE roster_files SET state = 'replaced', settled_at = ?, content = NULL"
        " WHERE seat_id = ? AND state IN ('waiting', 'shown')",
        (now, seat_id),
    )
    cursor = connection.execute(
        "INSERT INTO roster_files (seat_id, chat_id, file_id, name, at) VALUES (?, ?, ?, ?, ?)",
        (seat_id, chat_id, upload.file_id, shown_name(upload), now),
    )
    return cursor.lastrowid or 0


def find(
    connection: sqlite3.Connection, upload_id: int, seat_id: int, now: datetime
) -> RosterFile | None:
    """Return a file of this seat."""
    row = connection.execute(
        "SELECT id, name, state, previews, expires_at FROM roster_files WHERE id = ? AND seat_id = ?",
        (upload_id, seat_id),
    ).fetchone()
    if row is None:
        return None
    expired = row[4] is not None and parse(row[4]) <= now
    return RosterFile(row[0], row[1], RosterState(row[2]), row[3], expired)


def waiting(connection: sqlite3.Connection, resting: Sequence[int] = ()) -> list[WaitingRoster]:
    """Return what is to be read or applied and does not rest, oldest first."""
    rows = connection.execute(
        "SELECT id, seat_id, chat_id, file_id, name, state, content, base, previews"
        " FROM roster_files WHERE state IN ('waiting', 'confirmed')"
        " AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 20",
        (orjson.dumps(resting).decode(),),
    )
    return [
        WaitingRoster(number, seat, chat, file, name, RosterState(state), *rest)
        for number, seat, chat, file, name, state, *rest in rows
    ]


def is_still(connection: sqlite3.Connection, waiting: WaitingRoster) -> bool:
    """Tell whether a file stands where it stood when it was taken up: nobody replaced or applied it."""
    row = connection.execute(
        "SELECT state FROM roster_files WHERE id = ?", (waiting.id,)
    ).fetchone()
    return row is not None and row[0] == waiting.state


def show(
    connection: sqlite3.Connection,
    waiting: WaitingRoster,
    content: bytes,
    digest: str,
    base: str,
    expires: str,
) -> None:
    """Write that a preview of the file goes out, made from `base`."""
    connection.execute(
        "UPDATE roster_files SET state = 'shown', content = ?, sha256 = ?, base = ?,"
        " previews = previews + 1, expires_at = ? WHERE id = ?",
        (content, digest, base, expires, waiting.id),
    )


def settle(connection: sqlite3.Connection, upload_id: int, state: RosterState, now: str) -> None:
    """Note what became of an upload; the bytes of what came to nothing are not kept."""
    keeps = state in (RosterState.CONFIRMED, RosterState.APPLIED)
    connection.execute(
        "UPDATE roster_files SET state = ?, settled_at = ?,"
        " content = CASE WHEN ? THEN content END WHERE id = ?",
        (state, now, keeps, upload_id),
    )


def sender(connection: sqlite3.Connection, seat_id: int) -> UploadSender | None:
    """Return who may apply a roster from this seat; None where it is no administrator's, or suspended."""
    row = connection.execute(
        "SELECT p.id, p.name, s.province FROM seats s JOIN persons p ON p.id = s.person_id"
        " WHERE s.id = ? AND s.role = 'admin' AND s.until IS NULL AND s.suspended_at IS NULL",
        (seat_id,),
    ).fetchone()
    return None if row is None else UploadSender(*row)


def base(connection: sqlite3.Connection, plan: Iterable[str]) -> str:
    """Return the hash of what a preview rests on: the roster in the database, and what is planned for it."""
    made = hashlib.sha256()
    for query in STATE:
        for row in connection.execute(query):
            made.update(repr(row).encode())
    for change in plan:
        made.update(change.encode() + b"\n")
    return made.hexdigest()
