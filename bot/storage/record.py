"""The append-only record: answers as revisions and every action, each with the hash of the one before.

The hash covers the previous hash and the sealed body (`sealing`); the body repeats every column that means
something, so a change to either is found. Chains run per period.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson
from msgspec import Struct, field

from bot.storage import chain, sealing
from bot.storage.chain import COLUMNS, ChainPart, Stretch, digest
from flows.model.record_kinds import EntryKind


class Entry(Struct, frozen=True):
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


class Break(Struct, frozen=True):
    """The first entry of a period that does not hold, and why."""

    period: str
    entry: int
    reason: str


class Checkpoint(Struct, frozen=True):
    """How far a record was whole: the number of entries, and the last hash of each period by its number."""

    entries: int = 0
    heads: Mapping[int, str] = field(default_factory=dict)


class RecordVerdict(Struct, frozen=True):
    """What `verify` found; `heads` is the last hash of each period, to be noted elsewhere.

    `until` is from where a later one may go on; `begun` from where this one did, 0 where it read all.
    """

    entries: int
    heads: dict[str, str]
    broken: Break | None
    until: Checkpoint = Checkpoint()
    begun: int = 0


class Sealed(Struct, frozen=True):
    """An entry with all that does not depend on the one before it."""

    entry: Entry
    body: str
    hashed: str
    seal: str


def sealed(entry: Entry) -> Sealed:
    """Return an entry ready to be appended; for one of thousands of words this takes a while."""
    columns = {name: getattr(entry, name) for name in COLUMNS}
    body = sealing.dumps({**columns, "period_id": entry.period_id, **(entry.details or {})})
    seal = sealing.new_seal()
    # As it is read back: no tuples, no enums.
    return Sealed(entry, body, sealing.closed(orjson.loads(body), seal), seal)


def append(connection: sqlite3.Connection, entry: Entry) -> int:
    """Append to the period's chain and return the receipt number; the caller holds the transaction."""
    return append_sealed(connection, sealed(entry))


def append_sealed(connection: sqlite3.Connection, ready: Sealed) -> int:
    """Append an entry that was sealed before."""
    entry = ready.entry
    last = connection.execute(
        "SELECT hash FROM record WHERE period_id = ? ORDER BY id DESC LIMIT 1", (entry.period_id,)
    ).fetchone()
    previous = last[0] if last else ""
    columns = (getattr(entry, name) for name in COLUMNS)
    cursor = connection.execute(
        "INSERT INTO record (period_id, kind, unit_id, indicator, revision, person_id, seat_id, at,"
        " body, previous, hash, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.period_id, *columns, ready.body, previous, digest(previous, ready.hashed),
            ready.seal,
        ),
    )  # fmt: skip
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


def units_since(connection: sqlite3.Connection, period_id: int, entry_id: int) -> set[int | None]:
    """Return of which offices something was recorded behind an entry; None stands for what is of none."""
    rows = connection.execute(
        "SELECT DISTINCT unit_id FROM record WHERE id > ? AND period_id = ?", (entry_id, period_id)
    )
    return {unit_id for (unit_id,) in rows}


StretchReader = Callable[[sqlite3.Connection, Stretch], ChainPart | None]


def _nobody(connection: sqlite3.Connection, whole: Stretch) -> None:
    """Leave a stretch to whoever asks: there is no other process."""


def verify(
    connection: sqlite3.Connection, since: Checkpoint | None = None, beside: StretchReader = _nobody
) -> RecordVerdict:
    """Recompute every chain; stop at the first entry that does not hold.

    `since`: what an earlier verdict vouches for is not read again, only that it still ends as it did then.
    `beside` reads in other processes, on the same snapshot; where it cannot, this one reads.
    """
    since = since or Checkpoint()
    if since.entries and chain.carries(connection, since.entries):
        since = Checkpoint()  # what was carried over since is proved by all that is before it
    carries = chain.carries(connection, since.entries)
    heads = {**dict.fromkeys(carries, ""), **since.heads}
    codes = dict(connection.execute("SELECT id, code FROM periods"))

    def verdict(
        count: int, heads: Mapping[int, str], at: tuple[int, int, str] | None
    ) -> RecordVerdict:
        ends = {period_id: head for period_id, head in heads.items() if head}
        named = {codes.get(period_id, "?"): head for period_id, head in ends.items()}
        broken = Break(codes.get(at[0], "?"), *at[1:]) if at else None
        return RecordVerdict(count, named, broken, Checkpoint(count, ends), since.entries)

    if at := _parted(connection, since):
        return verdict(since.entries, heads, (*at, "parted"))
    whole = Stretch(since.entries, chain.LAST, since.entries, heads, carries)
    part = beside(connection, whole) or chain.read(connection, whole)
    return verdict(part.count, part.heads, part.fault or part.erasures.unsaid())


def _parted(connection: sqlite3.Connection, since: Checkpoint) -> tuple[int, int] | None:
    """Return period and entry where a record no longer ends as it did then; None where it does."""
    for period_id, head in since.heads.items():
        row = connection.execute(
            "SELECT id, hash FROM record WHERE period_id = ? AND id <= ? ORDER BY id DESC LIMIT 1",
            (period_id, since.entries),
        ).fetchone()
        if row is None or row[1] != head:
            return period_id, row[0] if row else 0
    return None
