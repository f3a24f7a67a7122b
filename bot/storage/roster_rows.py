"""The rows of a roster: read at once for all of its regions, changed in memory, written in a few statements.

Whoever sets up thinks for seconds; SQLite's writer is held only by `write`. What was read may have changed by
then: `PlanBasis` tells.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import orjson
from msgspec import Struct

from bot.storage.setup import ColumnValue, Put, SeatHolder
from flows.model.record_kinds import EntryKind

OWN = {
    "provinces": (("code",), ("name",)),
    "regions": (("code",), ("province", "kind", "name", "zone")),
    "units": (("region_id", "code"), ("name", "short")),
    "office_seats": (("unit_id",), ("seats", "coordinates")),
}
"""The tables that `put` knows, those that are referred to first: their keys, and what else they hold."""
NUMBERED = ("regions", "units")
HOLDERS = ("unit_id", "region_id", "province")
SEATS_CHANGE = frozenset(
    {
        EntryKind.SETUP, EntryKind.INVITED, EntryKind.RENEWED, EntryKind.JOINED, EntryKind.REVOKED,
        EntryKind.SEAT, EntryKind.RESTORED, EntryKind.FORGOTTEN, EntryKind.CRITERION_PROPOSAL,
        EntryKind.CRITERION_WITHDRAWN, EntryKind.CRITERION_DECIDED,
    }
)  # fmt: skip
"""Entries by which seats, links or proposals are others than they were; of all else the stamp tells."""


class PlanBasis(Struct, frozen=True):
    """What a plan rests on: the stamp of the roster, the last link, and how far the record went."""

    stamp: int
    link: int
    entries: int

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> PlanBasis:
        """Return it as it is now."""
        return cls(
            *connection.execute(
                "SELECT (SELECT stamp FROM roster_stamp),"
                " (SELECT coalesce(max(id), 0) FROM invitations),"
                " (SELECT coalesce(max(id), 0) FROM record)"
            ).fetchone()
        )

    def holds(self, connection: sqlite3.Connection, heard: Collection[int]) -> bool:
        """Tell whether it is so still; `heard` are the units whose answers the plan looked at."""
        now = PlanBasis.read(connection)
        if (now.stamp, now.link) != (self.stamp, self.link) or now.entries < self.entries:
            return False
        rows = connection.execute("SELECT kind, unit_id FROM record WHERE id > ?", (self.entries,))
        return not any(kind in SEATS_CHANGE or unit_id in heard for kind, unit_id in rows)


class _Link(Struct):
    """An open invitation; `by_setup`: no seat made it. It has no number before it is written."""

    id: int
    label: str
    by_setup: bool


class _Row(Struct):
    id: int
    values: tuple[ColumnValue, ...]
    is_new: bool = False


Statements = list[tuple[str, list[tuple[ColumnValue, ...]]]]
"""Statements with the rows of each, in the order in which they can be written."""
Owner = tuple[str, str, int | str]
"""A role, the column of whoever its seat is of, and that one's number or code."""


@dataclass(slots=True)
class RosterRows:
    """What is known of the regions of a roster, and all that is to be written of them."""

    connection: sqlite3.Connection
    now: str
    period_id: int
    _rows: dict[str, dict[tuple[ColumnValue, ...], _Row]] = field(default_factory=dict)
    _last: dict[str, int] = field(default_factory=dict)
    _aliases: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    _assigned: dict[int, set[int]] = field(default_factory=dict)
    _units: dict[int, list[tuple[int, str, str]]] = field(default_factory=dict)
    _links: dict[Owner, list[_Link]] = field(default_factory=dict)
    _seated: dict[Owner, list[str]] = field(default_factory=dict)
    _statements: dict[str, list[tuple[ColumnValue, ...]]] = field(default_factory=dict)

    @classmethod
    def read(
        cls,
        connection: sqlite3.Connection,
        now: str,
        period_id: int,
        province: str,
        codes: Iterable[str],
    ) -> RosterRows:
        """Read all that is known of a province and of the regions with these codes."""
        rows = cls(connection, now, period_id)
        rows._read("provinces", "code = ?", province)
        rows._read("regions", "code IN (SELECT value FROM json_each(?))", _json(codes))
        regions = _json(row.id for row in rows._rows["regions"].values())
        within = "region_id IN (SELECT value FROM json_each(?))"
        of_units = f"unit_id IN (SELECT id FROM units WHERE {within})"
        rows._read("units", within, regions)
        rows._read("office_seats", of_units, regions)
        for (region_id, code), row in rows._rows["units"].items():
            listed = (row.id, str(code), str(row.values[1]))
            rows._units.setdefault(int(region_id or 0), []).append(listed)
        for column, where in (("region_id", within), ("unit_id", of_units)):
            rows._read_aliases(column, where, regions)
        rows._read_assigned(of_units, regions)
        for column, where, given in zip(
            HOLDERS, (of_units, within, "province = ?"), (regions, regions, province), strict=True
        ):
            rows._read_seats(column, where, given)
        for table in NUMBERED:
            query = f"SELECT coalesce(max(id), 0) FROM {table}"
            rows._last[table] = connection.execute(query).fetchone()[0]
        return rows

    def _read(self, table: str, where: str, given: str) -> None:
        keys, names = OWN[table]
        columns = ", ".join((*keys, *names))
        known = self._rows[table] = {}
        query = f"SELECT rowid, {columns} FROM {table} WHERE {where} ORDER BY rowid"
        for row_id, *values in self.connection.execute(query, (given,)):
            known[tuple(values[: len(keys)])] = _Row(row_id, tuple(values[len(keys) :]))

    def _read_aliases(self, column: str, where: str, given: str) -> None:
        query = f"SELECT {column}, name FROM aliases WHERE {where} ORDER BY rowid"
        for owner, name in self.connection.execute(query, (given,)):
            self._aliases[column, owner] = (*self._aliases.get((column, owner), ()), name)

    def _read_assigned(self, where: str, given: str) -> None:
        query = (
            "SELECT unit_id, indicator FROM assignments"
            f" WHERE period_id = ? AND until IS NULL AND {where}"
        )
        for unit_id, indicator_no in self.connection.execute(query, (self.period_id, given)):
            self._assigned.setdefault(unit_id, set()).add(indicator_no)

    def _read_seats(self, column: str, where: str, given: str) -> None:
        """Read the labels of the links by which seats that are held were taken, and the open links."""
        seats = self.connection.execute(
            f"SELECT s.role, s.{column}, coalesce(i.label, '') FROM seats s"
            f" LEFT JOIN invitations i ON i.used_seat = s.id WHERE s.until IS NULL AND s.{where}"
            " ORDER BY s.id",
            (given,),
        )
        for role, owner, label in seats:
            self._seated.setdefault((role, column, owner), []).append(label)
        links = self.connection.execute(
            f"SELECT role, {column}, id, label, created_by IS NULL FROM invitations"
            f" WHERE used_at IS NULL AND revoked_at IS NULL AND expires_at > ? AND {where}"
            " ORDER BY id",
            (self.now, given),
        )
        for role, owner, link_id, label, by_setup in links:
            link = _Link(link_id, label, bool(by_setup))
            self._links.setdefault((role, column, owner), []).append(link)

    # Asked and changed

    def put(
        self, table: str, key: Mapping[str, ColumnValue], values: Mapping[str, ColumnValue]
    ) -> Put:
        """Insert a row of one of the tables in `OWN`, or change what differs."""
        known, place, wanted = self._rows[table], tuple(key.values()), tuple(values.values())
        names = OWN[table][1]
        if (row := known.get(place)) is None:
            row_id = self._numbered(table, place)
            known[place] = _Row(row_id, wanted, is_new=True)
            if table == "units":
                listed = (row_id, str(key["code"]), str(values["short"]))
                self._units.setdefault(int(key["region_id"] or 0), []).append(listed)
            return Put(row_id, created=True, before={})
        pairs = zip(names, row.values, wanted, strict=True)
        before = {name: old for name, old, new in pairs if old != new}
        if before:
            row.values = wanted
            if not row.is_new:
                sets = ", ".join(f"{name} = ?" for name in names)
                self._note(f"UPDATE {table} SET {sets} WHERE rowid = ?", *wanted, row.id)
        return Put(row.id, created=False, before=before)

    def _numbered(self, table: str, place: tuple[ColumnValue, ...]) -> int:
        if table in NUMBERED:
            self._last[table] += 1
            return self._last[table]
        return int(place[0] or 0) if table == "office_seats" else 0

    def set_aliases(self, column: str, owner: int, names: tuple[str, ...]) -> bool:
        """Make `names` the aliases of a region or a unit; True where that is news."""
        before = self._aliases.get((column, owner), ())
        if before == names:
            return False
        if before:
            self._note(f"DELETE FROM aliases WHERE {column} = ?", owner)
        self._aliases[column, owner] = names
        for name in names:
            self._note(f"INSERT INTO aliases ({column}, name) VALUES (?, ?)", owner, name)
        return True

    def assigned(self, unit_id: int) -> set[int]:
        """Return the indicators that a unit owes now."""
        return set(self._assigned.get(unit_id, ()))

    def assign(self, unit_id: int, numbers: Iterable[int]) -> None:
        """Let the unit owe these too from now on."""
        for indicator_no in numbers:
            self._assigned.setdefault(unit_id, set()).add(indicator_no)
            self._note(
                "INSERT INTO assignments (period_id, unit_id, indicator, since) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET until = NULL",
                self.period_id, unit_id, indicator_no, self.now,
            )  # fmt: skip

    def unassign(self, unit_id: int, numbers: Iterable[int]) -> None:
        """End assignments; nothing is deleted."""
        for indicator_no in numbers:
            self._assigned[unit_id].discard(indicator_no)
            self._note(
                "UPDATE assignments SET until = ? WHERE until IS NULL AND period_id = ?"
                " AND unit_id = ? AND indicator = ?",
                self.now, self.period_id, unit_id, indicator_no,
            )  # fmt: skip

    def units_of(self, region_id: int) -> Sequence[tuple[int, str, str]]:
        """Return id, code and short name of every unit that the region has or had."""
        return self._units.get(region_id, ())

    def seated(self, holder: SeatHolder) -> list[str]:
        """Return the labels of the invitations by which the seats that are held now were taken."""
        labels = self._seated.get(_owner(holder), ())
        return [label for label in labels if holder.label in (None, label)]

    def invited(self, holder: SeatHolder) -> list[str]:
        """Return the labels of the invitations that are still open."""
        return [link.label for link in self._open(holder)]

    def _open(self, holder: SeatHolder) -> list[_Link]:
        links = self._links.get(_owner(holder), ())
        return [link for link in links if holder.label in (None, link.label)]

    def revoke(self, holder: SeatHolder, *, staff_too: bool = False) -> int:
        """Revoke the open invitations of a setup, with `staff_too` also those that people made."""
        gone = [link for link in self._open(holder) if link.by_setup or staff_too]
        for link in gone:
            self._links[_owner(holder)].remove(link)
            self._note("UPDATE invitations SET revoked_at = ? WHERE id = ?", self.now, link.id)
        return len(gone)

    def invite(self, holder: SeatHolder, label: str, token_hash: str, expires_at: str) -> None:
        """Make a one-time link, of which only the hash is kept."""
        self._links.setdefault(_owner(holder), []).append(_Link(0, label, by_setup=True))
        owners = (holder.owner if holder.column == column else None for column in HOLDERS)
        self._note(
            "INSERT INTO invitations (token_hash, role, unit_id, region_id, province, label,"
            " created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            token_hash, holder.role, *owners, label, self.now, expires_at,
        )  # fmt: skip

    # Written

    def _note(self, statement: str, *values: ColumnValue) -> None:
        self._statements.setdefault(statement, []).append(values)

    def ready(self) -> Statements:
        """Return all that is to be written."""
        made: Statements = []
        for table, (keys, names) in OWN.items():
            numbered = ("id",) if table in NUMBERED else ()
            columns = (*numbered, *keys, *names)
            new = [
                ((row.id, *place, *row.values) if numbered else (*place, *row.values))
                for place, row in self._rows[table].items()
                if row.is_new
            ]
            marks = ", ".join("?" * len(columns))
            made.append((f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", new))
        # What ends comes first: an alias may be taken away and come back, a link take another's place.
        rest = sorted(self._statements.items(), key=lambda each: each[0].startswith("INSERT"))
        return [(statement, values) for statement, values in chain(made, rest) if values]


def write(connection: sqlite3.Connection, statements: Statements) -> None:
    """Write what is ready; who calls holds the transaction."""
    for statement, values in statements:
        connection.executemany(statement, values)


def stage(connection: sqlite3.Connection, statements: Statements) -> Statements:
    """Return what comes to the same, its rows in tables of this connection alone: written in half the time.

    Outside of a transaction; `unstage` ends it.
    """
    made: Statements = []
    connection.execute("BEGIN")
    for place, (statement, values) in enumerate(statements):
        if not statement.startswith("INSERT"):
            made.append((statement, values))
            continue
        columns = ", ".join(f"c{column}" for column in range(len(values[0])))
        marks = ", ".join("?" * len(values[0]))
        connection.execute(f"CREATE TEMP TABLE staged_{place} ({columns})")
        connection.executemany(f"INSERT INTO staged_{place} VALUES ({marks})", values)
        rows = (
            f"SELECT * FROM staged_{place} WHERE true ORDER BY rowid"  # else ON is that of a join
        )
        made.append((statement.replace(f"VALUES ({marks})", rows), [()]))
    connection.execute("COMMIT")
    return made


def unstage(connection: sqlite3.Connection) -> None:
    """Drop the tables of this connection alone."""
    query = "SELECT name FROM temp.sqlite_master WHERE name LIKE 'staged_%'"
    for (name,) in connection.execute(query).fetchall():
        connection.execute(f"DROP TABLE temp.{name}")


def _owner(holder: SeatHolder) -> Owner:
    return holder.role, holder.column, holder.owner


def _json(values: Iterable[ColumnValue]) -> str:
    return orjson.dumps(list(values)).decode()
