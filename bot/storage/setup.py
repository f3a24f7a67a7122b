"""What the operator's commands do to the file: set up, rehearse, copy, check.

Like its neighbours it takes a plain connection; who calls holds the transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import orjson
from msgspec import Struct

from bot.storage import record
from bot.storage.migrations import NewerDatabaseError, migrate, newer
from bot.storage.record import Checkpoint, RecordVerdict

ColumnValue = str | int | None


class NotOursError(Exception):
    """A SQLite file that is not a database of this program."""


class Put(Struct, frozen=True):
    """A row that was looked up by its key; `before` holds the old values of what differed."""

    id: int
    created: bool
    before: Mapping[str, ColumnValue]


class KnownPeriod(Struct, frozen=True):
    """A period as it stands before a setup."""

    id: int
    state: str
    data_year: int
    instrument: str
    instrument_code: str
    texts: Mapping[str, str]
    has_answers: bool
    has_agreed: bool
    trial: bool

    @property
    def is_running(self) -> bool:
        """Whether answers or agreements rest on its instrument."""
        return self.has_answers or self.has_agreed


class SeatHolder(Struct, frozen=True):
    """Whose seats are meant: a role in a unit, a region or a province; staff by their label too."""

    role: str
    column: str  # unit_id, region_id or province
    owner: int | str
    label: str | None = None


def set_letters(connection: sqlite3.Connection, period_id: int, text: str) -> bool:
    """Write who signs the letters of a period; True where that is news."""
    cursor = connection.execute(
        "UPDATE periods SET letters = ? WHERE id = ? AND letters <> ?", (text, period_id, text)
    )
    return cursor.rowcount > 0


def put(
    connection: sqlite3.Connection,
    table: str,
    key: Mapping[str, ColumnValue],
    values: Mapping[str, ColumnValue],
) -> Put:
    """Insert the row, or update what differs; tables and columns are constants of the caller."""
    where = " AND ".join(f"{column} = ?" for column in key)
    names = list(values)
    row = connection.execute(
        f"SELECT rowid, {', '.join(names)} FROM {table} WHERE {where}", tuple(key.values())
    ).fetchone()
    if row is None:
        columns = [*key, *names]
        marks = ", ".join("?" * len(columns))
        cursor = connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",
            (*key.values(), *values.values()),
        )
        return Put(cursor.lastrowid or 0, created=True, before={})
    before = {name: old for name, old in zip(names, row[1:], strict=True) if old != values[name]}
    if before:
        sets = ", ".join(f"{name} = ?" for name in before)
        connection.execute(
            f"UPDATE {table} SET {sets} WHERE rowid = ?",
            (*(values[name] for name in before), row[0]),
        )
    return Put(row[0], created=False, before=before)


def known_period(connection: sqlite3.Connection, code: str) -> KnownPeriod | None:
    """Return the period with this code and the instrument it has frozen."""
    row = connection.execute(
        "SELECT p.id, p.state, p.data_year, p.instrument, i.code, i.texts,"
        " EXISTS (SELECT 1 FROM record r WHERE r.period_id = p.id AND r.kind = 'answer'),"
        " EXISTS (SELECT 1 FROM criteria_versions v WHERE v.period_id = p.id),"
        " p.trial FROM periods p JOIN instruments i ON i.hash = p.instrument WHERE p.code = ?",
        (code,),
    ).fetchone()
    if row is None:
        return None
    period_id, state, year, digest, named, texts, *rests = row
    return KnownPeriod(
        period_id, state, year, digest, named, orjson.loads(texts), *map(bool, rests)
    )


def in_use(connection: sqlite3.Connection) -> dict[str, tuple[str, dict[str, str]]]:
    """Return every period with the code and the texts of its instrument, the newest last."""
    rows = connection.execute(
        "SELECT p.code, i.code, i.texts FROM periods p JOIN instruments i ON i.hash = p.instrument"
        " ORDER BY p.id"
    )
    return {period: (code, orjson.loads(texts)) for period, code, texts in rows}


def freeze(
    connection: sqlite3.Connection, digest: str, code: str, texts: Mapping[str, str]
) -> None:
    """Keep an instrument's texts, once."""
    connection.execute(
        "INSERT OR IGNORE INTO instruments (hash, code, texts) VALUES (?, ?, ?)",
        (digest, code, orjson.dumps(texts, option=orjson.OPT_SORT_KEYS).decode()),
    )


def answered(connection: sqlite3.Connection, period_id: int, unit_id: int) -> set[int]:
    """Return the indicators that a unit has answered in a period."""
    rows = connection.execute(
        "SELECT DISTINCT indicator FROM record WHERE kind = 'answer' AND period_id = ?"
        " AND unit_id = ?",
        (period_id, unit_id),
    )
    return {row[0] for row in rows}


def owes_elsewhere(connection: sqlite3.Connection, period_id: int, unit_id: int) -> bool:
    """Tell whether the unit owes something in another period that is open: it still needs its people."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM assignments a JOIN periods p ON p.id = a.period_id"
        " WHERE a.unit_id = ? AND a.period_id <> ? AND a.until IS NULL AND p.state = 'open')",
        (unit_id, period_id),
    ).fetchone()
    return bool(row[0])


def regions_at_work(connection: sqlite3.Connection, period_id: int) -> list[tuple[str, str]]:
    """Code and name of every region with a unit that owes something in the period."""
    return connection.execute(
        "SELECT DISTINCT g.code, g.name FROM assignments a JOIN units u ON u.id = a.unit_id"
        " JOIN regions g ON g.id = u.region_id WHERE a.period_id = ? AND a.until IS NULL"
        " ORDER BY g.code",
        (period_id,),
    ).fetchall()


def open_existing(path: Path) -> sqlite3.Connection:
    """Open a database for reading only; it is neither made nor brought up to date.

    Raises FileNotFoundError, sqlite3.Error, NotOursError for another program's file, and
    NewerDatabaseError for that of a newer version.
    """
    if not path.exists():
        raise FileNotFoundError(2, "no such file", str(path))
    uri = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        row = connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE name IN ('record', 'periods', 'migrations')"
        ).fetchone()
        if row[0] != 3:
            raise NotOursError(str(path))
        if steps := newer(connection):
            raise NewerDatabaseError(path, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def rehearsal(path: Path) -> sqlite3.Connection:
    """Return a copy in memory, up to date, on which a setup can be tried; the file is only read."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    if path.exists():
        source = open_existing(path)
        try:
            source.backup(memory)
        finally:
            source.close()
    memory.execute("PRAGMA foreign_keys = ON")
    migrate(memory)
    return memory


def verdict(connection: sqlite3.Connection, since: Checkpoint | None = None) -> RecordVerdict:
    """Run `record.verify` on one snapshot, so that a bot that goes on writing does not disturb it."""
    connection.execute("BEGIN")
    try:
        return record.verify(connection, since)
    finally:
        connection.execute("ROLLBACK")


def copy_into(source: sqlite3.Connection, target: Path) -> None:
    """Copy a live database into one file."""
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, no WAL beside it


def faults_of(connection: sqlite3.Connection) -> list[str]:
    """Return what SQLite finds wrong in a file, all of which it reads for that."""
    return [fault for (fault,) in connection.execute("PRAGMA integrity_check") if fault != "ok"]
