"""The tables of the levels that a period switches on: its switches, and the seats that there are for them."""

from __future__ import annotations

import sqlite3

_OLD_ROLES = "role IN ('contact', 'coordinator', 'kanwil', 'admin')"
_NEW_ROLES = (
    "role IN ('contact', 'coordinator', 'secretary', 'bureau', 'kanwil', 'reader', 'admin')"
)
_OLD_PLACES = "WHEN 'coordinator' THEN region_id IS NOT NULL"
_NEW_PLACES = """WHEN 'coordinator' THEN region_id IS NOT NULL
                         WHEN 'secretary' THEN region_id IS NOT NULL
                         WHEN 'reader' THEN (region_id IS NULL) <> (province IS NULL)"""


def widen_seats(connection: sqlite3.Connection) -> None:
    """Let `seats` hold the new roles, by SQLite's own way to change a CHECK without copying the table.

    A copy would check every row of the record against every seat again: the tables that name seats have no
    index of them.
    """
    (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'seats'").fetchone()
    wider = sql.replace(_OLD_ROLES, _NEW_ROLES).replace(_OLD_PLACES, _NEW_PLACES)
    assert wider.count("'secretary'") == 2, "the table of seats is not as it was made"
    (version,) = connection.execute("PRAGMA schema_version").fetchone()
    connection.execute("PRAGMA writable_schema = ON")
    try:
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'seats'", (wider,))
        connection.execute(f"PRAGMA schema_version = {version + 1}")
    finally:
        connection.execute("PRAGMA writable_schema = OFF")


LEVELS = (
    # Which seats beside Bagian Hukum and the Kanwil a period has, in words.
    "ALTER TABLE periods ADD COLUMN levels TEXT NOT NULL DEFAULT ''",
    widen_seats,
)
