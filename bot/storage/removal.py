"""Files of evidence that were taken back and then removed: the record says which, so `verify` misses none.

Bytes go after the transaction that says so. What was left, because somebody sent it anew just now or the
process died, goes with the next call.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import orjson

from bot.clock import iso
from bot.storage import evidence_rows
from bot.storage.evidence_files import place_of

RESTING = timedelta(minutes=10)
"""Bytes that were written or wanted so lately stay for now: they may be on their way into the record."""


def unused_of(connection: sqlite3.Connection, telegram_id: int) -> tuple[int, ...]:
    """Return the files that an account sent and took back."""
    return _ids(connection, "AND chat_id = ?", (telegram_id,))


def unused_before(
    connection: sqlite3.Connection, period_id: int, before: datetime
) -> tuple[int, ...]:
    """Return the files of a period that were taken back before that moment."""
    taken_back = (
        "AND period_id = ? AND (SELECT max(r.at) FROM record r WHERE r.kind = 'withdrawn'"
        " AND r.unit_id = evidence.unit_id AND r.period_id = evidence.period_id"
        " AND r.indicator = evidence.indicator"
        " AND json_extract(r.body, '$.evidence') = evidence.id) < ?"
    )
    return _ids(connection, taken_back, (period_id, iso(before)))


def _ids(connection: sqlite3.Connection, which: str, given: tuple[object, ...]) -> tuple[int, ...]:
    rows = connection.execute(
        "SELECT id FROM evidence WHERE state = 'withdrawn' AND sha256 IS NOT NULL"
        f" AND removed_at IS NULL {which} ORDER BY id",
        given,
    )
    return tuple(number for (number,) in rows)


def note(connection: sqlite3.Connection, removed: Iterable[int], now: str) -> int:
    """Note that these files are removed; returns how many bytes no other file needs."""
    ids = orjson.dumps(list(removed)).decode()
    connection.execute(
        "UPDATE evidence SET removed_at = ? WHERE id IN (SELECT value FROM json_each(?))",
        (now, ids),
    )
    row = connection.execute(
        "SELECT coalesce(sum(size), 0) FROM (SELECT DISTINCT sha256, size FROM evidence e"
        " WHERE id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM evidence o"
        " WHERE o.sha256 = e.sha256 AND o.removed_at IS NULL))",
        (ids,),
    ).fetchone()
    return int(row[0])


def sweep(connection: sqlite3.Connection, folder: Path, now: datetime) -> tuple[int, int]:
    """Delete the bytes of removed files that nothing else needs: how many went, and how many rest."""
    needed = {digest for _, digest, _ in evidence_rows.promised(connection)}
    rows = connection.execute("SELECT DISTINCT sha256 FROM evidence WHERE removed_at IS NOT NULL")
    gone = resting = 0
    for (digest,) in rows.fetchall():
        place = place_of(folder, digest)
        if digest in needed or not place.is_file():
            continue
        if place.stat().st_mtime > (now - RESTING).timestamp():
            resting += 1
            continue
        place.unlink()
        gone += 1
    return gone, resting
