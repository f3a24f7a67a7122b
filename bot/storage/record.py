"""The append-only record: answers as revisions and every action, each with the hash of the one before.

The hash covers the previous hash and the sealed body (`sealing`); the body repeats every column that means
something, so a change to either is found. Chains run per period.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from msgspec import Struct, field

from bot.storage import sealing
from bot.storage.sealing import Seal
from flows.model.record import EntryKind

COLUMNS = ("kind", "unit_id", "indicator", "revision", "person_id", "seat_id", "at")


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


class Verdict(Struct, frozen=True):
    """What `verify` found; `heads` is the last hash of each period, to be noted elsewhere.

    `until` is from where a later one may go on; `begun` from where this one did, 0 where it read all.
    """

    entries: int
    heads: dict[str, str]
    broken: Break | None
    until: Checkpoint = Checkpoint()
    begun: int = 0


def digest(previous: str, body: str) -> str:
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


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


class _Chain(Struct):
    """How far a period's chain was recomputed: its last hash, and that of what was carried over."""

    head: str = ""
    carried: str = ""
    carry: int = 0
    """The entry that says what was carried over; 0 where the whole chain is of sealed bodies."""


def verify(connection: sqlite3.Connection, since: Checkpoint | None = None) -> Verdict:
    """Recompute every chain; stop at the first entry that does not hold.

    `since`: what an earlier verdict vouches for is not read again, only that it still ends as it did then.
    """
    codes = dict(connection.execute("SELECT id, code FROM periods"))
    since = since or Checkpoint()
    chains = _chains(connection, since.entries)
    if chains and since.entries:  # what was carried over since is proved by all that is before it
        since = Checkpoint()
    for period_id, head in since.heads.items():
        chains.setdefault(period_id, _Chain()).head = head
    erasures = _Erasures()
    count = since.entries

    def verdict(period_id: int = 0, entry_id: int = 0, reason: str = "") -> Verdict:
        ends = {one: chain.head for one, chain in chains.items() if chain.head}
        heads = {codes.get(one, "?"): head for one, head in ends.items()}
        broken = Break(codes.get(period_id, "?"), entry_id, reason) if reason else None
        return Verdict(count, heads, broken, Checkpoint(count, ends), since.entries)

    if at := _parted(connection, since):
        return verdict(*at, "parted")
    for entry_id, period_id, body, previous, value, seal, *columns in _rows(connection, count):
        chain = chains.setdefault(period_id, _Chain())
        reason = _fault(chain, (entry_id, previous, body, value, seal), period_id, columns)
        if reason is None and entry_id != count + 1:
            reason = "missing"
        if reason:
            return verdict(period_id, entry_id, reason)
        erasures.look(entry_id, period_id, body, seal, columns[0])
        chain.head = value
        count += 1
    return verdict(*(erasures.unsaid() or ()))


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


def _rows(connection: sqlite3.Connection, after: int) -> sqlite3.Cursor:
    """Return every later entry in order; a file that waits for its update has no seals."""
    known = {row[1] for row in connection.execute("PRAGMA table_info(record)")}
    seal = "seal" if "seal" in known else "''"
    return connection.execute(
        f"SELECT id, period_id, body, previous, hash, {seal}, {', '.join(COLUMNS)} FROM record"
        " WHERE id > ? ORDER BY id",
        (after,),
    )


def _chains(connection: sqlite3.Connection, after: int) -> dict[int, _Chain]:
    """Return the chains of the periods in which entries were carried over later than that."""
    rows = connection.execute(
        "SELECT period_id, min(id) FROM record WHERE id > ? AND kind = ? GROUP BY period_id",
        (after, EntryKind.CARRIED),
    )
    return {period_id: _Chain(carry=entry_id) for period_id, entry_id in rows}


def _fault(
    chain: _Chain, entry: tuple[int, str, str, str, str], period_id: int, columns: list[Any]
) -> str | None:
    entry_id, previous, body, value, text = entry
    if previous != chain.head:
        return "chain"
    try:
        details = orjson.loads(body)
        if not isinstance(details, dict):
            return "hash"
        fits = details.get("period_id") == period_id and list(map(details.get, COLUMNS)) == columns
        is_plain = not text or sealing.dumps(details) == body
        carry = (details.get("head"), details.get("carried"))
        closed = sealing.closed(details, text) if text else body
    except (KeyError, ValueError):
        return "hash"
    if entry_id < chain.carry:
        # Hashed in the clear once; without words that were erased it is proved by what was carried over.
        chain.carried = digest(chain.carried, closed)
        if not Seal.parse(text).gone and digest(previous, body) != value:
            return "hash"
    elif digest(previous, closed) != value or not is_plain:
        return "hash"
    if not fits:
        return "columns"
    if columns[0] == EntryKind.CARRIED:
        return None if (entry_id, *carry) == (chain.carry, previous, chain.carried) else "carried"
    return None


class _Erasures(Struct):
    """Words that were erased must be such as an entry about it names: a number, or what it says is left."""

    numbers: set[str] = field(default_factory=set)
    left: dict[str, str] = field(default_factory=dict)
    erased: list[tuple[int, int, str, str]] = field(default_factory=list)

    def look(self, entry_id: int, period_id: int, body: str, seal: str, kind: str) -> None:
        """Note what one entry says was erased, or what was erased of it."""
        if kind == EntryKind.FORGOTTEN:
            details = orjson.loads(body)
            self.numbers.add(details["person"])
            self.left |= details["left"]
        if seal.startswith("{"):
            gone = Seal.parse(seal).gone
            words = dict(sealing.words_of(orjson.loads(body)))
            self.erased += [(period_id, entry_id, path, words.get(path, "")) for path in gone]

    def unsaid(self) -> tuple[int, int, str] | None:
        """Return the first entry of which words were erased that no entry tells of: period, entry, reason."""
        for period_id, entry_id, path, words in self.erased:
            left = self.left.get(f"{entry_id}.{path}")
            if words not in self.numbers and digest_of_words(words) != left:
                return period_id, entry_id, "erased"
        return None


def digest_of_words(words: str) -> str:
    """Return by what an entry about erasing knows what is left of free words."""
    return hashlib.sha256(words.encode()).hexdigest()
