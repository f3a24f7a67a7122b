"""Removes what is kept for a time only: letters that went out, failed updates, unused links and files.

Never what a paper or the record proves. The newest row of each table stays, if only as a shell, for numbers
are not given twice. The caller holds the transaction.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from msgspec import Struct, field

from bot.clock import iso
from bot.storage import periods, privacy_rows, record, removal
from bot.storage.record import Entry
from flows.model.record_kinds import EntryKind


class Tidied(Struct):
    """What went, or would go: how many of each, and how many bytes."""

    counts: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    removed: tuple[int, ...] = ()

    def add(self, what: str, count: int, size: int) -> None:
        """Count more of something; nothing is nothing."""
        if count:
            self.counts[what] = self.counts.get(what, 0) + count
            self.bytes[what] = self.bytes.get(what, 0) + size


_DONE = {
    "letters": (
        "outbox",
        "length(payload)",
        """state <> 'queued' AND coalesce(done_at, created_at) < ?
            AND id NOT IN (SELECT letter_id FROM boards WHERE letter_id IS NOT NULL)
            AND coalesce(campaign_id, 0) NOT IN
                (SELECT id FROM campaigns WHERE state <> 'finished')""",
    ),
    "failed": ("failed_updates", "length(body) + length(error)", "at < ?"),
    "invitations": (
        "invitations",
        "0",
        "used_at IS NULL AND coalesce(revoked_at, expires_at) < ?",
    ),
    "orders": ("paper_orders", "0", "state <> 'waiting' AND at < ?"),
}
"""By what it is called in the settings: the table, how large a row is, and which rows are done with."""
_ANSWERS = (
    "answer_files", "answer_files", "0", "state IN ('applied', 'refused', 'dropped', 'replaced') AND at < ?"
)  # fmt: skip
"""Files of answers that came in chat; what was stored of them is in the record."""
_SHEETS = ("sheets", "returned_sheets", "0", "state NOT IN ('waiting', 'shown') AND at < ?")
"""Queues that came back; kept as long as rosters that were sent in chat."""


def tidy(connection: sqlite3.Connection, now: datetime) -> Tidied:
    """Remove what has been kept long enough, and put on record how much that was."""
    done = Tidied()
    row = connection.execute("SELECT max(id) FROM periods").fetchone()
    at_work = periods.at_work(connection, now.date()) or row[0]
    if at_work is None:
        return done
    settings = privacy_rows.settings(connection, at_work)

    def before(what: str) -> str:
        return iso(now - timedelta(days=settings.days(what)))

    for what, (table, size, where) in _DONE.items():
        _remove(connection, done, (what, table, size, where), before(what))
    _rosters(connection, done, before("rosters"))
    _remove(connection, done, _SHEETS, before("rosters"))
    _remove(connection, done, _ANSWERS, before("rosters"))
    _guests(connection, done, before("invitations"))
    _files(connection, done, now)
    if done.counts:
        details = {
            "by": "operator",
            "counts": done.counts,
            "bytes": sum(done.bytes.values()),
            "removed": done.removed,
        }
        record.append(connection, Entry(at_work, EntryKind.TIDIED, iso(now), details=details))
    return done


def _remove(
    connection: sqlite3.Connection, done: Tidied, rows: tuple[str, str, str, str], before: str
) -> None:
    """Delete rows of a table, all but the newest."""
    what, table, size, where = rows
    which = f"FROM {table} WHERE {where} AND id < (SELECT max(id) FROM {table})"
    count, total = connection.execute(
        f"SELECT count(*), coalesce(sum({size}), 0) {which}", (before,)
    ).fetchone()
    if what == "letters" and count:
        connection.execute(
            "UPDATE campaign_recipients SET letter_id = NULL"
            f" WHERE letter_id IN (SELECT id {which})",
            (before,),
        )
    connection.execute(f"DELETE {which}", (before,))
    done.add(what, count, total)


def _rosters(connection: sqlite3.Connection, done: Tidied, before: str) -> None:
    """Drop the bytes of rosters that are settled; that they came stays."""
    which = "FROM roster_files WHERE content IS NOT NULL AND settled_at < ?"
    count, size = connection.execute(
        f"SELECT count(*), coalesce(sum(length(content)), 0) {which}", (before,)
    ).fetchone()
    connection.execute(
        "UPDATE roster_files SET content = NULL WHERE content IS NOT NULL AND settled_at < ?",
        (before,),
    )
    done.add("rosters", count, size)


def _guests(connection: sqlite3.Connection, done: Tidied, before: str) -> None:
    """Forget who opened a one-question link and never answered."""
    count = connection.execute(
        "UPDATE requests SET telegram_id = NULL, person = NULL WHERE answered_at IS NULL"
        " AND telegram_id IS NOT NULL AND expires_at < ?",
        (before,),
    ).rowcount
    done.add("guests", count, 0)


def _files(connection: sqlite3.Connection, done: Tidied, now: datetime) -> None:
    """Give up files that were taken back, by the settings of their period; bytes go by `removal.sweep`."""
    for (period_id,) in connection.execute("SELECT id FROM periods").fetchall():
        days = privacy_rows.settings(connection, period_id).days("withdrawn")
        removed = removal.unused_before(connection, period_id, now - timedelta(days=days))
        size = removal.note(connection, removed, iso(now))
        done.removed += removed
        done.add("withdrawn", len(removed), size)
