"""What the demo asks of a database before it plays in it, and what it writes into its own."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bot.clock import iso
from bot.storage import people
from bot.storage.database import private_file
from bot.storage.setup import open_existing

MARK = 0x50484D44
"""SQLite's application_id of a file in which only the demo plays."""
EXAMPLE = "(data contoh)"
"""Stands behind the help contact of every example season, also of those made before there was a mark."""


class WaitingInvitation(NamedTuple):
    """An invitation that nobody has opened, with a token that works now."""

    role: str
    region: str
    office: str
    label: str
    token: str


def mark(connection: sqlite3.Connection) -> None:
    """Say in the file itself that it belongs to the demo."""
    connection.execute(f"PRAGMA application_id = {MARK}")


def is_marked(connection: sqlite3.Connection) -> bool:
    """Tell whether only the demo plays in this file."""
    if connection.execute("PRAGMA application_id").fetchone()[0] == MARK:
        return True
    contacts = connection.execute("SELECT help_contact FROM periods").fetchall()
    return bool(contacts) and all(str(one).endswith(EXAMPLE) for (one,) in contacts)


def has_roster(connection: sqlite3.Connection) -> bool:
    """Tell whether a period was set up, or somebody is known: what a person would miss."""
    return bool(
        connection.execute(
            "SELECT EXISTS (SELECT 1 FROM periods) OR EXISTS (SELECT 1 FROM persons)"
        ).fetchone()[0]
    )


def has_people(connection: sqlite3.Connection) -> bool:
    """Tell whether somebody has joined."""
    return bool(people.everyone(connection))


def copy(path: Path, to: Path) -> None:
    """Copy a database as it is now, also while a bot serves it; the copy belongs to the demo."""
    private_file(to)
    with closing(open_existing(path)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
        mark(target)


def renewed(connection: sqlite3.Connection, expires: datetime) -> list[WaitingInvitation]:
    """Return a new token for every invitation not opened: the old ones are kept hashed."""
    rows = connection.execute(
        "SELECT i.id, i.role, coalesce(ur.name, r.name, p.name, ''), coalesce(u.short, ''), i.label"
        " FROM invitations i LEFT JOIN units u ON u.id = i.unit_id"
        " LEFT JOIN regions ur ON ur.id = u.region_id LEFT JOIN regions r ON r.id = i.region_id"
        " LEFT JOIN provinces p ON p.code = i.province"
        " WHERE i.used_at IS NULL AND i.revoked_at IS NULL ORDER BY i.id"
    ).fetchall()
    links = []
    for invitation_id, role, region, office, label in rows:
        token = secrets.token_urlsafe(24)
        connection.execute(
            "UPDATE invitations SET token_hash = ?, expires_at = ? WHERE id = ?",
            (people.token_hash(token), iso(expires), invitation_id),
        )
        links.append(WaitingInvitation(role, region, office, label, token))
    return links
