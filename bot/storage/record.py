"""The append-only record: answers as revisions and every action, each with the hash of the one before.

The hash covers the previous hash and the body; the body repeats every column that means something, so a
change to either is found. Chains run per period.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from flows.model.record import EntryKind

COLUMNS = ("kind", "unit_id", "indicator", "revision", "person_id", "seat_id", "at")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is appended; `details` is the part of the body that depends on the kind."""

    period_id: int
    kind: EntryKind
    at: str
    unit_id: int | None = None
    indicator: int | None = None
    revision: int | None = None
    person_id: int | None = None
    seat_id: int | None = None
    details: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry of a period that does not hold, and why."""

    period: str
    entry: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found; `heads` is the last hash of each period, to be noted elsewhere."""

    entries: int
    heads: dict[str, str]
    broken: Break | None


def digest(previous: str, body: str) -> str:
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def append(connection: sqlite3.Connection, entry: Entry) -> int:
    """Append to the period's chain and return the receipt number; the caller holds the transaction."""
    last = connection.execute(
        "SELECT hash FROM record WHERE period_id = ? ORDER BY id DESC LIMIT 1", (entry.period_id,)
    ).fetchone()
    previous = last[0] if last else ""
    columns = {name: getattr(entry, name) for name in COLUMNS}
    body = orjson.dumps(
        {**columns, "period_id": entry.period_id, **(entry.details or {})},
        option=orjson.OPT_SORT_KEYS,
    ).decode()
    cursor = connection.execute(
        "INSERT INTO record (period_id, kind, unit_id, indicator, revision, person_id, seat_id, at,"
        " body, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (entry.period_id, *columns.values(), body, previous, digest(previous, body)),
    )
    return cursor.lastrowid or 0


def last_bodies(
    connection: sqlite3.Connection, kind: EntryKind, period_id: int, units: Iterable[int]
) -> Iterator[tuple[int, int, int, dict[str, Any]]]:
    """Yield the newest entry of a kind for each (unit, indicator): unit, indicator, its number, body.

    The kind stands in the statement itself, since a partial index serves no bound value.
    """
    rows = connection.execute(
        f"SELECT unit_id, indicator, max(id), body FROM record WHERE kind = '{kind}'"
        " AND period_id = ? AND unit_id IN (SELECT value FROM json_each(?))"
        " GROUP BY unit_id, indicator",
        (period_id, orjson.dumps(list(units)).decode()),
    )
    for unit_id, indicator_no, entry, body in rows:
        yield unit_id, indicator_no, entry, orjson.loads(body)


def next_receipt(connection: sqlite3.Connection) -> int:
    """Return the number that the next entry will get (one writer, inside its transaction)."""
    row = connection.execute("SELECT max(id) FROM record").fetchone()
    return (row[0] or 0) + 1


def verify(connection: sqlite3.Connection) -> Verdict:
    """Recompute every chain; stop at the first entry that does not hold."""
    codes = dict(connection.execute("SELECT id, code FROM periods"))
    heads: dict[int, str] = {}
    count = 0
    rows = connection.execute(
        "SELECT id, period_id, body, previous, hash, kind, unit_id, indicator, revision, person_id,"
        " seat_id, at FROM record ORDER BY id"
    )
    for entry_id, period_id, body, previous, value, *columns in rows:
        reason = _fault(heads.get(period_id, ""), previous, body, value, period_id, columns)
        if reason is None and entry_id != count + 1:
            reason = "missing"
        if reason:
            broken = Break(codes.get(period_id, "?"), entry_id, reason)
            return Verdict(count, {codes[k]: v for k, v in heads.items()}, broken)
        heads[period_id] = value
        count += 1
    return Verdict(count, {codes[k]: v for k, v in heads.items()}, None)


def _fault(
    head: str, previous: str, body: str, value: str, period_id: int, columns: list[Any]
) -> str | None:
    if previous != head:
        return "chain"
    if digest(previous, body) != value:
        return "hash"
    details = orjson.loads(body)
    if details.get("period_id") != period_id or [details.get(name) for name in COLUMNS] != columns:
        return "columns"
    return None
