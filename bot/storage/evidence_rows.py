"""Files that prove answers: what was sent, what became of it, and the checklist; bytes are elsewhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import Any

import orjson
from msgspec import Struct

from bot.clock import parse
from bot.storage import record
from bot.storage.record import Entry
from bot.storage.roster import Roster
from flows.model.answer_state import Proof, ProofState
from flows.model.events import Upload
from flows.model.facts import Seat
from flows.model.quotas import Quota, Room
from flows.model.record_kinds import EntryKind
from flows.model.uploads import shown_name

Proofs = dict[tuple[int, int], tuple[Proof, ...]]
Ticks = dict[tuple[int, int], tuple[int, frozenset[str]]]
"""The last checklist of each (unit, indicator), with its number in the record."""


class WaitingEvidence(Struct, frozen=True):
    """A file that is still to be fetched."""

    id: int
    period_id: int
    unit_id: int
    indicator: int
    file_id: str
    name: str
    chat_id: int

    @property
    def owner(self) -> int:
        """Whose it is: offices take turns."""
        return self.unit_id


PROOF = "json_array(kind, file_id, name, size, state, by, at, why, again, revision, mime, sha256)"
"""The columns of a file as one, for `proof`."""


def proof(evidence_id: int, values: list[Any], zone: tzinfo) -> Proof:
    """Return a file from its columns."""
    kind, file_id, name, size, state, by, at, why, again, revision, mime, digest = values
    moment, where = parse(at).astimezone(zone), ProofState(state)
    return Proof(
        evidence_id,
        kind,
        file_id,
        name,
        size,
        where,
        by,
        moment,
        why,
        bool(again),
        revision or 0,
        mime or "",
        digest or "",
    )


def ticks(connection: sqlite3.Connection, roster: Roster, units: Iterable[int]) -> Ticks:
    """Return the last checklist of each (unit, indicator)."""
    bodies = record.last_bodies(connection, EntryKind.TICKED, roster.period.id, units)
    return {
        (unit, number): (entry, frozenset(body["ticks"])) for unit, number, entry, body in bodies
    }


def add(connection: sqlite3.Connection, entry: Entry, upload: Upload, chat_id: int, by: str) -> int:
    """Note a file that came, in the table and in the record; returns its id."""
    cursor = connection.execute(
        "INSERT INTO evidence (period_id, unit_id, indicator, kind, file_id, unique_id, name, size,"
        " caption, chat_id, by, at, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.period_id,
            entry.unit_id,
            entry.indicator,
            upload.kind,
            upload.file_id,
            upload.unique_id,
            shown_name(upload),
            upload.size or 0,
            upload.caption,
            chat_id,
            by,
            entry.at,
            entry.revision,
        ),
    )
    evidence_id = cursor.lastrowid or 0
    details = {**(entry.details or {}), "evidence": evidence_id, "unique_id": upload.unique_id}
    details |= {"name": shown_name(upload), "caption": upload.caption, "file_kind": upload.kind}
    details |= {"file_id": upload.file_id}
    record.append(connection, _with(entry, details))
    return evidence_id


def withdraw(connection: sqlite3.Connection, entry: Entry, evidence_id: int) -> None:
    """Take a file back; its row and its bytes stay."""
    connection.execute("UPDATE evidence SET state = 'withdrawn' WHERE id = ?", (evidence_id,))
    record.append(connection, _with(entry, {**(entry.details or {}), "evidence": evidence_id}))


def upload_of(connection: sqlite3.Connection, evidence_id: int) -> Upload:
    """Return a file as it came from Telegram."""
    row = connection.execute(
        "SELECT kind, file_id, unique_id, name, size, caption FROM evidence WHERE id = ?",
        (evidence_id,),
    ).fetchone()
    kind, file_id, unique_id, name, size, caption = row
    return Upload(kind, file_id, unique_id, name, size, caption, 0)


def same_waiting(connection: sqlite3.Connection, waiting: WaitingEvidence) -> list[WaitingEvidence]:
    """Return what else is waited for of the very same file: it proves several answers of an office."""
    rows = connection.execute(
        "SELECT id, period_id, unit_id, indicator, file_id, name, chat_id FROM evidence"
        " WHERE state = 'waiting' AND unit_id = ? AND file_id = ? AND id <> ? ORDER BY id",
        (waiting.unit_id, waiting.file_id, waiting.id),
    )
    return [WaitingEvidence(*row) for row in rows]


def waiting(connection: sqlite3.Connection, resting: Sequence[int] = ()) -> list[WaitingEvidence]:
    """Return what is still to be fetched and does not rest: the oldest of each office, then the second …"""
    rows = connection.execute(
        "SELECT id, period_id, unit_id, indicator, file_id, name, chat_id FROM evidence"
        " WHERE state = 'waiting' AND id NOT IN (SELECT value FROM json_each(?))"
        " ORDER BY row_number() OVER (PARTITION BY unit_id ORDER BY id), id LIMIT 100",
        (orjson.dumps(resting).decode(),),
    )
    return [WaitingEvidence(*row) for row in rows]


def stored(
    connection: sqlite3.Connection,
    waiting: WaitingEvidence,
    digest: str,
    mime: str,
    size: int,
    now: str,
) -> bool:
    """Note that the bytes are in the store; True where they were there before."""
    again = connection.execute(
        "SELECT 1 FROM evidence WHERE sha256 = ? AND id <> ?", (digest, waiting.id)
    ).fetchone()
    changed = connection.execute(
        "UPDATE evidence SET sha256 = ?, mime = ?, size = ?, again = ?,"
        " state = CASE state WHEN 'waiting' THEN 'stored' ELSE state END WHERE id = ?",
        (digest, mime, size, again is not None, waiting.id),
    )
    details = {"evidence": waiting.id, "sha256": digest, "mime": mime, "size": size}
    if changed.rowcount:
        record.append(connection, _entry(waiting, EntryKind.STORED, now, details))
    return again is not None


def refused(connection: sqlite3.Connection, waiting: WaitingEvidence, why: str, now: str) -> None:
    """Note that a file is not taken, and why."""
    connection.execute(
        "UPDATE evidence SET state = 'refused', why = ? WHERE id = ? AND state = 'waiting'",
        (why, waiting.id),
    )
    record.append(
        connection, _entry(waiting, EntryKind.REFUSED, now, {"evidence": waiting.id, "why": why})
    )


STORED = (
    "SELECT coalesce(sum(size), 0) FROM (SELECT DISTINCT sha256, size FROM evidence"
    " WHERE sha256 IS NOT NULL AND removed_at IS NULL AND sha256 <> ? AND period_id = ? AND {} = ?)"
)
WAITING = (
    "SELECT coalesce(sum(size), 0) FROM evidence"
    " WHERE state = 'waiting' AND period_id = ? AND {} = ?"
)


def used(
    connection: sqlite3.Connection, period_id: int, unit_id: int, chat_id: int, but: str = ""
) -> tuple[int, int]:
    """Return bytes stored of a person's and an office's files in a period; the same bytes count once.

    What was taken back stays in the store for a while, and counts. Those with the digest `but` are left out.
    """
    run = connection.execute
    by_person = run(STORED.format("chat_id"), (but, period_id, chat_id)).fetchone()
    by_office = run(STORED.format("unit_id"), (but, period_id, unit_id)).fetchone()
    return by_person[0], by_office[0]


def room_of(
    connection: sqlite3.Connection, roster: Roster, quota: Quota, seat: Seat | None, chat_id: int
) -> Room:
    """Return what there is for one more file of a seat: what waits counts as large as Telegram told."""
    if seat is None or seat.unit is None:
        return Room(quota=quota)
    period_id, unit_id = roster.period.id, seat.unit.id
    person, office = used(connection, period_id, unit_id, chat_id)
    run = connection.execute
    person += run(WAITING.format("chat_id"), (period_id, chat_id)).fetchone()[0]
    office += run(WAITING.format("unit_id"), (period_id, unit_id)).fetchone()[0]
    return Room(person, office, quota)


def over_quota(
    connection: sqlite3.Connection, quota: Quota, waits: WaitingEvidence, digest: str, size: int
) -> tuple[str, Room] | None:
    """Return whose quota an arrived file would exceed by its true size, if it is not stored already."""
    person, office = used(connection, waits.period_id, waits.unit_id, waits.chat_id, digest)
    stock = Room(person, office, quota)
    why = stock.over(size)
    return None if why is None else (why, stock)


def fullest(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return the most bytes that one person, and one office, has in the store for one period."""
    person, office = (
        connection.execute(
            "SELECT coalesce(max(total), 0) FROM (SELECT sum(size) AS total FROM"
            f" (SELECT DISTINCT period_id, {whose}, sha256, size FROM evidence"
            f" WHERE sha256 IS NOT NULL) GROUP BY period_id, {whose})"
        ).fetchone()[0]
        for whose in ("chat_id", "unit_id")
    )
    return person, office


def promised(connection: sqlite3.Connection, *, after: int = 0) -> list[tuple[int, str, int]]:
    """Return what the record says is in the store since an entry: (entry, sha256, size).

    What was taken back and then removed is not there any more, as an entry says.
    """
    rows = connection.execute(
        "SELECT id, kind, body FROM record"
        " WHERE (id > ? OR kind <> 'stored')"  # a file may have been taken back before it was stored
        " AND kind IN ('stored', 'withdrawn', 'forgotten', 'tidied') ORDER BY id",
        (after,),
    )
    stored: dict[int, tuple[int, str, int]] = {}
    withdrawn: set[int] = set()
    for entry, kind, text in rows:
        body = orjson.loads(text)
        if kind == EntryKind.STORED:
            stored[body["evidence"]] = (entry, body["sha256"], body["size"])
        elif kind == EntryKind.WITHDRAWN:
            withdrawn.add(body["evidence"])
        else:
            for evidence_id in withdrawn.intersection(body["removed"]):
                stored.pop(evidence_id, None)
    return list(stored.values())


def altered(connection: sqlite3.Connection, *, after: int = 0) -> int | None:
    """Return the entry of the first file whose row says something else than the record; None where all agree.

    What the record does not hold (the sender's chat, whether it came again) is not compared; nor are files
    that came with an entry up to `after`.
    """
    recorded = _by_record(connection, after)
    columns = (*SAID, "sha256", "mime", "why", "state")
    rows = connection.execute(f"SELECT id, {', '.join(columns)} FROM evidence ORDER BY id")
    for evidence_id, *values in rows:
        if after and evidence_id not in recorded:
            continue
        entry, expected = recorded.pop(evidence_id, (0, {}))
        row = dict(zip(columns, values, strict=True))
        if any(row[name] != value for name, value in expected.items()) or not expected:
            return entry
    return min((entry for entry, _ in recorded.values()), default=None)


SAID = (
    "period_id",
    "unit_id",
    "indicator",
    "kind",
    "file_id",
    "unique_id",
    "name",
    "caption",
    "by",
    "at",
)
"""Columns that the entry of a file repeats."""


def _by_record(connection: sqlite3.Connection, after: int) -> dict[int, tuple[int, dict[str, Any]]]:
    """Return each file as the record tells its story: the entry it came with, and what its row must hold."""
    recorded: dict[int, tuple[int, dict[str, Any]]] = {}
    rows = connection.execute(
        "SELECT id, kind, body FROM record"
        " WHERE id > ? AND kind IN ('evidence', 'stored', 'refused', 'withdrawn') ORDER BY id",
        (after,),
    )
    for entry, kind, text in rows:
        body = orjson.loads(text)
        evidence_id = body["evidence"]
        if kind == EntryKind.EVIDENCE:
            details = {name: body[name] for name in SAID if name in body}
            first = {"state": "waiting", "sha256": None, "mime": None, "why": None}
            recorded[evidence_id] = (entry, {**details, "kind": body["file_kind"], **first})
            continue
        if evidence_id not in recorded and after:
            continue  # its file came earlier
        expected = recorded[evidence_id][1]
        gone = expected["state"] == "withdrawn"
        if gone and kind == EntryKind.REFUSED:  # taken back before it could be refused
            continue
        more = {name: body[name] for name in ("sha256", "mime", "why") if name in body}
        state = {"stored": "stored", "refused": "refused"}.get(kind, "withdrawn")
        expected |= {**more, "state": "withdrawn" if gone else state}
    return recorded


def _entry(waiting: WaitingEvidence, kind: EntryKind, now: str, details: dict[str, Any]) -> Entry:
    return Entry(waiting.period_id, kind, now, waiting.unit_id, waiting.indicator, details=details)


def _with(entry: Entry, details: dict[str, Any]) -> Entry:
    return Entry(
        entry.period_id,
        entry.kind,
        entry.at,
        entry.unit_id,
        entry.indicator,
        entry.revision,
        entry.person_id,
        entry.seat_id,
        details,
    )


class StoredFile(Struct, frozen=True):
    """A file in the store that counts, with what it proves and what its sender called it."""

    id: int
    unit_id: int
    indicator: int
    kind: str
    name: str
    mime: str
    size: int
    sha256: str
    at: str


def stored_files(
    connection: sqlite3.Connection, period_id: int, units: Iterable[int]
) -> list[StoredFile]:
    """Return the files of these units that were stored and not taken back, in the order they came."""
    rows = connection.execute(
        "SELECT id, unit_id, indicator, kind, name, mime, size, sha256, at FROM evidence"
        " WHERE state = 'stored' AND period_id = ?"
        " AND unit_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (period_id, orjson.dumps(list(units)).decode()),
    )
    return [StoredFile(*row) for row in rows]
