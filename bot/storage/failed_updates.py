"""Updates that could not be handled: kept with their errors, replayed or dropped by the operator.

States: kept → replay (asked for) → replayed, or kept again; kept → dropped. Every act goes on record.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from msgspec import Struct

from bot.clock import parse
from bot.storage import periods, record
from flows.model.record_kinds import EntryKind

FRAME = re.compile(r'File "[^"]*?((?:bot|flows|scoring|messages)/[^"]+)", line (\d+)')


class FailedUpdate(Struct, frozen=True):
    """A kept update. `body` is the update as JSON and holds personal data, and so may `error`."""

    code: int
    update_id: int
    at: str
    state: str
    body: str
    error: str

    @property
    def summary(self) -> str:
        """The kind of the error and our line that raised it: nothing that a person typed."""
        last = self.error.strip().rpartition("\n")[2]
        kind = re.match(r"[\w.]+", last)
        places = FRAME.findall(self.error)
        where = f" in {places[-1][0]}:{places[-1][1]}" if places else ""
        return f"{kind[0] if kind else 'error'}{where}"


def listed(connection: sqlite3.Connection, *states: str) -> list[FailedUpdate]:
    """Return those in these states (all without any), the oldest first."""
    rows = connection.execute(
        "SELECT id, update_id, at, state, body, error FROM failed_updates"
        f" WHERE {'state IN (' + ', '.join('?' * len(states)) + ')' if states else 'true'}"
        " ORDER BY id",
        states,
    )
    return [FailedUpdate(*row) for row in rows]


def get(connection: sqlite3.Connection, code: int) -> FailedUpdate | None:
    """Return the kept update with this code."""
    row = connection.execute(
        "SELECT id, update_id, at, state, body, error FROM failed_updates WHERE id = ?", (code,)
    ).fetchone()
    return FailedUpdate(*row) if row else None


def move(
    connection: sqlite3.Connection,
    code: int,
    state: str,
    now: str,
    *,
    before: tuple[str, ...],
    error: str | None = None,
) -> bool:
    """Change the state, if it is one of `before`, and put that on record; whether it was done."""
    cursor = connection.execute(
        "UPDATE failed_updates SET state = ?, error = coalesce(?, error)"
        f" WHERE id = ? AND state IN ({', '.join('?' * len(before))})",
        (state, error, code, *before),
    )
    if cursor.rowcount == 0:
        return False
    period = periods.at_work(connection, parse(now).date())
    if period:
        details: dict[str, Any] = {"by": "operator", "failed": code, "state": state}
        record.append(connection, record.Entry(period, EntryKind.OPERATOR, now, details=details))
    return True
