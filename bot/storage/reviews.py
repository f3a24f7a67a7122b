"""What reviewers and offices say about answers: threads, reviewers' checklists, extensions, history."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date, tzinfo
from typing import Any

import orjson

from bot.clock import parse
from bot.storage import record
from bot.storage.roster import Roster
from flows.model.answer_state import Note
from flows.model.facts import Extension
from flows.model.record_kinds import EntryKind
from flows.model.roles import Role

Notes = dict[tuple[int, int], tuple[Note, ...]]
Checks = dict[tuple[int, int], tuple[int, frozenset[str]]]
Extensions = dict[int, Extension]


def note(body: dict[str, Any], zone: tzinfo) -> Note:
    """Return one turn of a thread from its body."""
    at = parse(body["at"]).astimezone(zone)
    return Note(body["by"], Role(body["role"]), at, body["text"], body["closes"])


def checks(connection: sqlite3.Connection, roster: Roster, units: Iterable[int]) -> Checks:
    """Return the reviewer's last checklist of each (unit, indicator), with the revision that it is about."""
    bodies = record.last_bodies(connection, EntryKind.CHECKED, roster.period.id, units)
    return {
        (unit, number): (body["revision"], frozenset(body["ticks"]))
        for unit, number, _, body in bodies
    }


def extensions(connection: sqlite3.Connection, roster: Roster, units: Iterable[int]) -> Extensions:
    """Return the last deadline that each unit was granted by name."""
    bodies = record.last_bodies(connection, EntryKind.EXTENDED, roster.period.id, units)
    return {unit: extension(body) for unit, _, _, body in bodies}


def extension(body: dict[str, Any]) -> Extension:
    """Return a deadline by name from its body."""
    return Extension(date.fromisoformat(body["until"]), body["reason"])


HISTORIC = (
    EntryKind.ANSWER, EntryKind.MOVE, EntryKind.NOTE, EntryKind.EVIDENCE, EntryKind.WITHDRAWN,
)  # fmt: skip


def history(
    connection: sqlite3.Connection, period_id: int, unit_id: int, indicator: int
) -> list[tuple[EntryKind, int, dict[str, Any]]]:
    """Return everything that happened to one answer, oldest first: kind, entry, body."""
    rows = connection.execute(
        "SELECT kind, id, body FROM record WHERE unit_id = ? AND period_id = ? AND indicator = ?"
        " AND kind IN (SELECT value FROM json_each(?)) ORDER BY id",
        (unit_id, period_id, indicator, orjson.dumps(HISTORIC).decode()),
    )
    return [(EntryKind(kind), number, orjson.loads(body)) for kind, number, body in rows]
