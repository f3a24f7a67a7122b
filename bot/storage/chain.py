"""Recomputes the chains of the record, a stretch of entries at a time.

A stretch begins with the hashes that are stored of the entries before it. Where all that is in it holds, it
ends with hashes that are proved; and where the next one began with the same, both hold as one.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any

import orjson
from msgspec import Struct, field

from bot.storage import sealing
from bot.storage.sealing import Seal

COLUMNS = ("kind", "unit_id", "indicator", "revision", "person_id", "seat_id", "at")
REPEATED = ("period_id", *COLUMNS)
"""The columns that a body repeats."""
LAST = 2**63 - 1
"""No entry has a greater number."""
ChainFault = tuple[int, int, str]
"""Period, entry, and the reason."""

CARRIED, FORGOTTEN = "carried", "forgotten"
"""Two of `EntryKind`, which brings all of `flows` along: each process that reads would wait for that."""
_repeated = itemgetter(*REPEATED)


def digest(previous: str, body: str) -> str:
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def digest_of_words(words: str) -> str:
    """Return by what an entry about erasing knows what is left of free words."""
    return hashlib.sha256(words.encode()).hexdigest()


class Erasures(Struct):
    """Words that were erased must be such as an entry about it names: a number, or what it says is left."""

    numbers: set[str] = field(default_factory=set)
    left: dict[str, str] = field(default_factory=dict)
    erased: list[tuple[int, int, str, str]] = field(default_factory=list)

    def look(self, entry_id: int, period_id: int, body: str, seal: str, kind: str) -> None:
        """Note what one entry says was erased, or what was erased of it."""
        if kind == FORGOTTEN:
            details = orjson.loads(body)
            self.numbers.add(details["person"])
            self.left |= details["left"]
        if seal.startswith("{"):
            gone = Seal.parse(seal).gone
            words = dict(sealing.words_of(orjson.loads(body)))
            self.erased += [(period_id, entry_id, path, words.get(path, "")) for path in gone]

    def add(self, later: Erasures) -> None:
        """Note what a later stretch tells."""
        self.numbers |= later.numbers
        self.left |= later.left
        self.erased += later.erased

    def unsaid(self) -> ChainFault | None:
        """Return the first entry of which words were erased that no entry tells of."""
        for period_id, entry_id, path, words in self.erased:
            left = self.left.get(f"{entry_id}.{path}")
            if words not in self.numbers and digest_of_words(words) != left:
                return period_id, entry_id, "erased"
        return None


class Stretch(Struct, frozen=True):
    """Entries behind `after`, up to `last`, and how the record stands before them.

    That is the number of entries and the last hash of each period; `carries` has, of each period, the entry
    that says what was carried over.
    """

    after: int
    last: int
    count: int
    heads: Mapping[int, str]
    carries: Mapping[int, int]


class ChainPart(Struct):
    """How the record stands behind a stretch, or before the first entry that does not hold."""

    count: int
    heads: dict[int, str]
    fault: ChainFault | None = None
    erasures: Erasures = field(default_factory=Erasures)


def begin(connection: sqlite3.Connection) -> None:
    """Begin a transaction that sees what is committed now, in the place of one that was begun."""
    connection.rollback()
    connection.execute("BEGIN")
    connection.execute("SELECT max(id) FROM record").fetchone()


def commits(connection: sqlite3.Connection) -> int:
    """Return a figure that is another one once somebody else has committed."""
    count: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return count


def carries(connection: sqlite3.Connection, after: int) -> dict[int, int]:
    """Return the entries behind another that say what was carried over, the first of each period."""
    rows = connection.execute(
        "SELECT period_id, min(id) FROM record WHERE id > ? AND kind = ? GROUP BY period_id",
        (after, CARRIED),
    )
    return dict(rows.fetchall())


def split(connection: sqlite3.Connection, whole: Stretch, pieces: int) -> list[Stretch]:
    """Return a stretch as so many that follow each other.

    What was carried over stays in the first: its second chain leaves no hashes on the way.
    """
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM record").fetchone()
    old = max([whole.after, *whole.carries.values()])
    starts = {old + (last - old) * piece // pieces for piece in range(pieces)} - {whole.after}
    ends = [*sorted(starts), whole.last]
    first = Stretch(whole.after, ends[0], whole.count, whole.heads, whole.carries)
    return [
        first,
        *(
            Stretch(after, end, *_standing(connection, after), whole.carries)
            for after, end in pairwise(ends)
        ),
    ]


def _standing(connection: sqlite3.Connection, until: int) -> tuple[int, dict[int, str]]:
    """Return the number of the last entry up to another, and the last hash of each period there."""
    (count,) = connection.execute(
        "SELECT coalesce(max(id), 0) FROM record WHERE id BETWEEN 1 AND ?", (until,)
    ).fetchone()
    rows = connection.execute(
        "WITH RECURSIVE known (period_id) AS (SELECT min(period_id) FROM record UNION ALL"
        " SELECT (SELECT min(period_id) FROM record WHERE period_id > known.period_id) FROM known"
        " WHERE period_id IS NOT NULL)"
        " SELECT period_id, (SELECT hash FROM record WHERE record.period_id = known.period_id"
        " AND id BETWEEN 1 AND ? ORDER BY id DESC LIMIT 1) FROM known",
        (until,),
    )
    return count, {period_id: head for period_id, head in rows if head}


def joined(stretches: Sequence[Stretch], parts: Iterable[ChainPart]) -> ChainPart | None:
    """Return what came of stretches as of one, up to the first fault; None where two do not join."""
    whole: ChainPart | None = None
    for stretch, part in zip(stretches, parts, strict=False):
        if whole is None:
            whole = part
        elif (whole.count, _known(whole.heads)) != (stretch.count, _known(stretch.heads)):
            return None
        else:
            whole.count, whole.fault = part.count, part.fault
            whole.heads |= part.heads
            whole.erasures.add(part.erasures)
        if part.fault:
            return whole
    return whole


def _known(heads: Mapping[int, str]) -> dict[int, str]:
    return {period_id: head for period_id, head in heads.items() if head}


def read(connection: sqlite3.Connection, stretch: Stretch) -> ChainPart:
    """Recompute the chains of a stretch; stop at the first entry that does not hold."""
    part = ChainPart(stretch.count, dict(stretch.heads))
    heads, count, erasures = part.heads, stretch.count, part.erasures
    seconds = dict.fromkeys(stretch.carries, "")
    for row in _rows(connection, stretch):
        period_id, entry_id = row[0], row[-1]
        reason = _fault(row, heads.get(period_id, ""), stretch.carries, seconds)
        if reason is None and entry_id != count + 1:
            reason = "missing"
        if reason:
            part.count, part.fault = count, (period_id, entry_id, reason)
            return part
        body, value, seal = row[-4:-1]
        if row[1] == FORGOTTEN or seal[:1] == "{":
            erasures.look(entry_id, period_id, body, seal, row[1])
        heads[period_id] = value
        count += 1
    part.count = count
    return part


def _rows(connection: sqlite3.Connection, stretch: Stretch) -> sqlite3.Cursor:
    """Return entries in order, what a body repeats first; a file that waits for its update has no seals."""
    known = {row[1] for row in connection.execute("PRAGMA table_info(record)")}
    seal = "seal" if "seal" in known else "''"
    return connection.execute(
        f"SELECT {', '.join(REPEATED)}, previous, body, hash, {seal}, id FROM record"
        " WHERE id > ? AND id <= ? ORDER BY id",
        (stretch.after, stretch.last),
    )


def _fault(
    row: tuple[Any, ...], head: str, carries: Mapping[int, int], seconds: dict[int, str]
) -> str | None:
    """Return why an entry does not hold; `seconds` has how far the second chains are that were carried over.

    This is run for every entry there is: it asks for what is dear as late as it can.
    """
    period_id, kind, _, _, _, _, _, _, previous, body, value, seal, entry_id = row
    if previous != head:
        return "chain"
    try:
        details = orjson.loads(body)
        if type(details) is not dict:
            return "hash"
        try:
            fits = _repeated(details) == row[:8]
        except KeyError:  # what is not in it is no value there
            fits = tuple(map(details.get, REPEATED)) == row[:8]
        is_plain = not seal or sealing.dumps(details) == body
        closed = sealing.closed(details, seal) if seal else body
    except (KeyError, ValueError):
        return "hash"
    carry = carries.get(period_id, 0)
    if entry_id < carry:
        # Hashed in the clear once; without words that were erased it is proved by what was carried over.
        seconds[period_id] = digest(seconds[period_id], closed)
        if not Seal.parse(seal).gone and digest(previous, body) != value:
            return "hash"
    elif digest(previous, closed) != value or not is_plain:
        return "hash"
    if not fits:
        return "columns"
    if kind == CARRIED:
        claim = entry_id, details.get("head"), details.get("carried")
        return None if claim == (carry, previous, seconds.get(period_id)) else "carried"
    return None
