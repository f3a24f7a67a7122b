"""What was said and agreed about the criteria, by province: comments, proposals, meetings, versions.

Everything is an entry of the record; these tables only make it quick to find, by the entry's number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from typing import Any, assert_never

import orjson
from msgspec.structs import asdict

from bot.clock import parse
from bot.storage import setup
from bot.storage.roster import Roster
from flows.model.criteria import (
    OPERATOR,
    Author,
    Comment,
    Coordination,
    Decision,
    Meeting,
    MeetingVerdict,
    Proposal,
    Version,
)
from flows.model.criteria_changes import (
    AgreeCriteria,
    AttendMeeting,
    CommentOnCriterion,
    CriteriaChange,
    DecideCriterion,
    DropMeeting,
    OpenMeeting,
    ProposeCriterion,
    WithdrawProposal,
)
from flows.model.record_kinds import EntryKind

EntryWriter = Callable[[EntryKind, dict[str, Any]], int]
"""Appends an entry of a kind to the record, and returns its number."""
_INTO = {
    "criteria_comments": ("id", "period_id", "province", "criterion", "text", "author", "at"),
    "criteria_proposals": (
        "id",
        "period_id",
        "province",
        "criterion",
        "change",
        "author",
        "at",
        "is_announced",
    ),
    "meetings": ("id", "period_id", "province", "place", "chat_id", "at"),
    "criteria_versions": ("id", "period_id", "province", "before", "after", "at"),
}


def read(
    connection: sqlite3.Connection,
    roster: Roster,
    province: str,
    zone: tzinfo,
    telegram_id: int = 0,
) -> Coordination:
    """Return all that was said about the criteria in a province; `attends` is about this person."""
    where = (roster.period.id, province)
    versions = _versions(connection, where, zone)
    meeting = _open_meeting(connection, where, zone)
    attends = meeting is not None and bool(
        connection.execute(
            "SELECT 1 FROM meeting_attendants a JOIN persons p ON p.id = a.person_id"
            " WHERE a.meeting_id = ? AND p.telegram_id = ?",
            (meeting.id, telegram_id),
        ).fetchone()
    )
    return Coordination(
        province,
        roster.period.data_year,
        texts(connection, versions[-1].hash),
        versions,
        tuple(
            Comment(entry, criterion, text, _author(author), _moment(at, zone))
            for entry, criterion, text, author, at in connection.execute(
                "SELECT id, criterion, text, author, at FROM criteria_comments"
                " WHERE period_id = ? AND province = ? ORDER BY id",
                where,
            )
        ),
        tuple(
            Proposal(entry, criterion, orjson.loads(change), _author(author), _moment(at, zone))
            for entry, criterion, change, author, at in connection.execute(
                "SELECT id, criterion, change, author, at FROM criteria_proposals"
                " WHERE period_id = ? AND province = ? AND state = 'open' AND overtaken_by IS NULL"
                " ORDER BY id",
                where,
            )
        ),
        meeting,
        attends,
    )


def _versions(
    connection: sqlite3.Connection, where: tuple[int, str], zone: tzinfo
) -> tuple[Version, ...]:
    first = connection.execute("SELECT instrument FROM periods WHERE id = ?", where[:1])
    rows = connection.execute(
        "SELECT after, at, id FROM criteria_versions WHERE period_id = ? AND province = ?"
        " ORDER BY id",
        where,
    )
    later = (
        Version(number, after, _moment(at, zone), entry)
        for number, (after, at, entry) in enumerate(rows, start=2)
    )
    return (Version(1, first.fetchone()[0]), *later)


def _open_meeting(
    connection: sqlite3.Connection, where: tuple[int, str], zone: tzinfo
) -> Meeting | None:
    row = connection.execute(
        "SELECT id, place, at, chat_id FROM meetings"
        " WHERE period_id = ? AND province = ? AND state = 'open' ORDER BY id DESC LIMIT 1",
        where,
    ).fetchone()
    if row is None:
        return None
    meeting_id, place, at, chat_id = row
    decisions = connection.execute(
        "SELECT criterion, verdict, proposal_id, by FROM meeting_decisions WHERE meeting_id = ?"
        " ORDER BY rowid",
        (meeting_id,),
    )
    attendants = connection.execute(
        "SELECT author FROM meeting_attendants WHERE meeting_id = ? ORDER BY rowid", (meeting_id,)
    )
    return Meeting(
        meeting_id,
        place,
        _moment(at, zone),
        chat_id,
        tuple(
            Decision(code, MeetingVerdict(verdict), number, by)
            for code, verdict, number, by in decisions
        ),
        tuple(_author(author) for (author,) in attendants),
    )


def _author(text: str) -> Author:
    return Author(**orjson.loads(text))


def _moment(text: str, zone: tzinfo) -> datetime:
    return parse(text).astimezone(zone)


def write(
    connection: sqlite3.Connection,
    change: CriteriaChange,
    period_id: int,
    person_id: int | None,
    now: str,
    note: EntryWriter,
) -> None:
    """Write one change on record and where it is found."""
    where, province = (period_id, change.province), {"province": change.province}
    match change:
        case CommentOnCriterion():
            details = {"criterion": change.criterion, "text": change.text}
            entry = note(EntryKind.CRITERION_COMMENT, province | details | asdict(change.by))
            _insert(
                connection, "criteria_comments", entry, *where, *details.values(), change.by, now
            )
        case ProposeCriterion():
            figures = dict(change.change)
            details = {"criterion": change.criterion} | asdict(change.by)
            entry = note(EntryKind.CRITERION_PROPOSAL, {**province, **details, "change": figures})
            given = (change.criterion, orjson.dumps(figures).decode())
            values = (*given, change.by, now, change.by.role != OPERATOR)
            _insert(connection, "criteria_proposals", entry, *where, *values)
        case WithdrawProposal():
            note(EntryKind.CRITERION_WITHDRAWN, province | {"proposal": change.proposal_id})
            _settle_proposals(connection, "withdrawn", [change.proposal_id])
        case OpenMeeting():
            entry = note(EntryKind.MEETING_OPENED, province | {"place": change.place})
            _insert(connection, "meetings", entry, *where, change.place, change.chat_id, now)
        case AttendMeeting() | DecideCriterion():
            _take_down(connection, change, person_id, now, note)
        case DropMeeting():
            note(EntryKind.MEETING_DROPPED, province | {"meeting": change.meeting_id})
            _close(connection, change.meeting_id, "dropped")
        case AgreeCriteria():
            setup.freeze(connection, change.after, change.code, change.files)
            entry = note(EntryKind.AGREEMENT, province | dict(change.body))
            _insert(
                connection, "criteria_versions", entry, *where, change.before, change.after, now
            )
            _settle_proposals(connection, "agreed", change.proposals)
            connection.executemany(
                "UPDATE criteria_proposals SET overtaken_by = ? WHERE id = ?",
                [(entry, number) for number in change.overtaken],
            )
            _close(connection, change.meeting_id, "agreed")
        case _:
            assert_never(change)


def _take_down(
    connection: sqlite3.Connection,
    change: AttendMeeting | DecideCriterion,
    person_id: int | None,
    now: str,
    note: EntryWriter,
) -> None:
    """Write who is there, or what was decided; the last decision on a criterion stands."""
    if isinstance(change, AttendMeeting):
        note(EntryKind.MEETING_ATTENDED, {"meeting": change.meeting_id} | asdict(change.by))
        connection.execute(
            "INSERT OR IGNORE INTO meeting_attendants (meeting_id, person_id, author, at)"
            " VALUES (?, ?, ?, ?)",
            (change.meeting_id, person_id, _text(change.by), now),
        )
        return
    decision = {"criterion": change.criterion, "verdict": str(change.verdict)}
    taken_up = {"proposal": change.proposal_id}
    note(EntryKind.CRITERION_DECIDED, {"meeting": change.meeting_id, **decision, **taken_up})
    connection.execute(
        "INSERT OR REPLACE INTO meeting_decisions (meeting_id, criterion, verdict, proposal_id, by, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (change.meeting_id, *decision.values(), change.proposal_id, change.by, now),
    )


def _insert(connection: sqlite3.Connection, table: str, *values: object) -> None:
    columns = _INTO[table]
    marks = ", ".join("?" * len(columns))
    given = [_text(value) if isinstance(value, Author) else value for value in values]
    connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", given)


def _settle_proposals(
    connection: sqlite3.Connection, state: str, numbers: list[int] | tuple[int, ...]
) -> None:
    connection.executemany(
        "UPDATE criteria_proposals SET state = ? WHERE id = ? AND state = 'open'",
        [(state, number) for number in numbers],
    )


def _close(connection: sqlite3.Connection, meeting_id: int, state: str) -> None:
    connection.execute("UPDATE meetings SET state = ? WHERE id = ?", (state, meeting_id))


def _text(author: Author) -> str:
    return orjson.dumps(asdict(author)).decode()


def agreement(
    connection: sqlite3.Connection, entry: int, province: str
) -> tuple[dict[str, Any], str, dict[str, str]]:
    """Return what an agreement says, its hash, and the texts of its version. Raises LookupError."""
    row = connection.execute(
        "SELECT r.body, r.hash, i.texts FROM criteria_versions v JOIN record r ON r.id = v.id"
        " JOIN instruments i ON i.hash = v.after WHERE v.id = ? AND v.province = ?",
        (entry, province),
    ).fetchone()
    if row is None:
        raise LookupError(str(entry))
    return orjson.loads(row[0]), row[1], orjson.loads(row[2])


def last_agreement(connection: sqlite3.Connection, period_id: int, province: str) -> int | None:
    """Return the entry of the agreement that is in force in a province; None where nothing was agreed."""
    row = connection.execute(
        "SELECT max(id) FROM criteria_versions WHERE period_id = ? AND province = ?",
        (period_id, province),
    ).fetchone()
    entry: int | None = row[0]
    return entry


def comments_before(
    connection: sqlite3.Connection, period_id: int, province: str, entry: int
) -> int:
    """Return how many comments there were when an entry was made."""
    row = connection.execute(
        "SELECT count(*) FROM criteria_comments WHERE period_id = ? AND province = ? AND id < ?",
        (period_id, province, entry),
    ).fetchone()
    return int(row[0])


def in_force(connection: sqlite3.Connection, period_id: int, province: str) -> dict[str, str]:
    """Return the texts of the criteria that a province works by in a period."""
    row = connection.execute(
        "SELECT i.texts FROM periods p JOIN instruments i ON i.hash = coalesce((SELECT v.after"
        " FROM criteria_versions v WHERE v.period_id = p.id AND v.province = ?"
        " ORDER BY v.id DESC LIMIT 1), p.instrument) WHERE p.id = ?",
        (province, period_id),
    ).fetchone()
    files: dict[str, str] = orjson.loads(row[0])
    return files


def texts(connection: sqlite3.Connection, digest: str) -> dict[str, str]:
    """Return the texts of a version by its hash."""
    row = connection.execute("SELECT texts FROM instruments WHERE hash = ?", (digest,)).fetchone()
    files: dict[str, str] = orjson.loads(row[0])
    return files


def unheard(connection: sqlite3.Connection) -> dict[tuple[int, str], list[Proposal]]:
    """Return the open proposals of files that no Kanwil has heard of, by period and province."""
    waiting: dict[tuple[int, str], list[Proposal]] = {}
    rows = connection.execute(
        "SELECT period_id, province, id, criterion, change, author, at FROM criteria_proposals"
        " WHERE is_announced = 0 AND state = 'open' AND overtaken_by IS NULL ORDER BY id"
    )
    for period_id, province, entry, criterion, change, author, at in rows:
        proposal = Proposal(entry, criterion, orjson.loads(change), _author(author), parse(at))
        waiting.setdefault((period_id, province), []).append(proposal)
    return waiting


def announce(connection: sqlite3.Connection, proposals: Iterable[Proposal]) -> None:
    """Note that the Kanwil has a message on the way about these."""
    connection.executemany(
        "UPDATE criteria_proposals SET is_announced = 1 WHERE id = ?",
        [(proposal.id,) for proposal in proposals],
    )


def proposed_before(
    connection: sqlite3.Connection, period_id: int, province: str, criterion: str
) -> list[dict[str, Any]]:
    """Return what was ever proposed for a criterion, whatever became of it, oldest first."""
    rows = connection.execute(
        "SELECT change FROM criteria_proposals WHERE period_id = ? AND province = ?"
        " AND criterion = ? ORDER BY id",
        (period_id, province, criterion),
    )
    return [orjson.loads(change) for (change,) in rows]
