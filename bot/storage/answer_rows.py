"""Answers as the record holds them, and the desks and boards that are made of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson
from msgspec import Struct, field

from bot.clock import parse
from bot.storage import codec, evidence_rows, reviews
from bot.storage.evidence_rows import Proofs, Ticks
from bot.storage.reviews import Checks, Extensions, Notes
from bot.storage.roster import Roster
from flows.model.answer_state import Previous, Standing, State, Stored, ticks_that_hold
from flows.model.facts import Board, Desk, Office, Part, Region, Task, Unit
from flows.model.outcome import SaveAnswer
from flows.model.record_kinds import EntryKind
from flows.model.roles import Role
from flows.model.unmet_steps import Steps
from scoring import Answer

Latest = dict[tuple[int, int], Stored]
Standings = dict[tuple[int, int], Standing]
LastYear = dict[tuple[int, int], Previous]


def latest(
    connection: sqlite3.Connection, roster: Roster, units: Iterable[int], zone: tzinfo
) -> Latest:
    """Return the newest revision of each (unit, indicator); times in `zone`."""
    rows = connection.execute(
        "SELECT unit_id, indicator, max(id), body FROM record INDEXED BY record_revisions"
        " WHERE kind = 'answer' AND period_id = ?"
        " AND unit_id IN (SELECT value FROM json_each(?)) GROUP BY unit_id, indicator",
        (roster.period.id, orjson.dumps(list(units)).decode()),
    )
    return {
        (unit, number): _stored(roster, number, entry, orjson.loads(body), zone)
        for unit, number, entry, body in rows
    }


def _stored(
    roster: Roster, indicator_no: int, entry: int, body: dict[str, Any], zone: tzinfo
) -> Stored:
    at: datetime = parse(body["at"]).astimezone(zone)
    answer = answer_of(roster, indicator_no, body["answer"])
    flags = codec.flags_from_json(body.get("flags", ()))
    fields = (body["revision"], entry, answer, body["reason"], body["by"], at, flags)
    return Stored(*fields, body.get("source"), codec.marks_from_json(body.get("marks", ())))


def _standing(roster: Roster, indicator_no: int, body: dict[str, Any], zone: tzinfo) -> Standing:
    corrected = body.get("corrected")
    return Standing(
        state=State(body["next"]),
        action=body["action"],
        role=Role(body["role"]),
        revision=body["revision"],
        by=body["by"],
        at=parse(body["at"]).astimezone(zone),
        reason=body.get("reason"),
        code=body.get("code"),
        corrected=None if corrected is None else answer_of(roster, indicator_no, corrected),
        late=body.get("late", False),
    )


def body_of(change: SaveAnswer) -> dict[str, Any]:
    """Return what the record keeps of a new revision, beside its columns; undone by `_stored`."""
    body: dict[str, Any] = {"answer": codec.answer_to_json(change.answer), "reason": change.reason}
    if change.source:
        body["source"] = change.source
    if change.flags:
        body["flags"] = codec.flags_to_json(change.flags)
    if change.marks:
        body["marks"] = codec.marks_to_json(change.marks)
    return body


def answer_of(roster: Roster, indicator_no: int, body: dict[str, Any]) -> Answer:
    """Return an answer to indicator `indicator_no` from its stored form."""
    return codec.answer_of(roster.period.instrument.indicator(indicator_no), body)


class AnswerRecords(Struct, frozen=True):
    """What the record and the evidence table hold about some units' answers.

    `shares` keeps what was made of an indicator's answers for one desk of a region: all see the same.
    """

    latest: Latest = field(default_factory=dict)
    standings: Standings = field(default_factory=dict)
    proofs: Proofs = field(default_factory=dict)
    ticks: Ticks = field(default_factory=dict)
    checks: Checks = field(default_factory=dict)
    notes: Notes = field(default_factory=dict)
    extensions: Extensions = field(default_factory=dict)
    previous: LastYear = field(default_factory=dict)
    shares: dict[tuple[int, int], dict[int, Part]] = field(default_factory=dict)


_LAST = """SELECT '{0}', unit_id, indicator, max(id), body FROM record INDEXED BY {1}
    WHERE kind = '{0}' AND period_id = ? AND unit_id IN {2} GROUP BY unit_id, indicator"""
_EACH = """SELECT '{0}', unit_id, indicator, id, {3} FROM {4} INDEXED BY {1}
    WHERE {5}period_id = ? AND unit_id IN {2}"""
_MANY = 24
"""From so many offices on their numbers go as one list, which SQLite has to take apart."""


@lru_cache(maxsize=_MANY * _MANY)
def _filed(own: int, everybody: int) -> str:
    """Return all in one statement, for each lets the other thread in; and by these indexes, whatever SQLite
    guesses: it took the notes of one office for a walk through the whole period.
    """
    mine, theirs = _list(own), _list(everybody)
    note = ("body", "record", "kind = 'note' AND ")
    return " UNION ALL ".join(
        (
            _LAST.format("answer", "record_revisions", theirs),
            _LAST.format("move", "record_moves", theirs),
            _LAST.format("extended", "record_extensions", mine),
            _EACH.format("note", "record_notes", mine, *note),
            _EACH.format("file", "evidence_by_unit", mine, evidence_rows.PROOF, "evidence", ""),
        )
    )


def _list(count: int) -> str:
    return f"({','.join('?' * count)})" if count else "(SELECT value FROM json_each(?))"


def _given(units: Sequence[int]) -> tuple[int, tuple[int | str, ...]]:
    """Return how many placeholders these offices take (0: one for all), and what goes into them."""
    if 0 < len(units) < _MANY:
        return len(units), tuple(units)
    return 0, (orjson.dumps(units).decode(),)


def answer_records(
    connection: sqlite3.Connection,
    roster: Roster,
    own: Sequence[int],
    zone: tzinfo,
    partners: Sequence[int] = (),
) -> AnswerRecords:
    """Return all about the units `own`; of the units they share indicators with only the answers."""
    count, mine = _given(own)
    others, theirs = _given(partners or own)
    period = (roster.period.id,)
    asked = (*period, *theirs, *period, *theirs, *period, *mine, *period, *mine, *period, *mine)
    rows = connection.execute(_filed(count, others), asked).fetchall()
    records = AnswerRecords()
    threads: dict[tuple[int, int], list[tuple[int, Any]]] = {}
    files: dict[tuple[int, int], list[tuple[int, Any]]] = {}
    for kind, unit, indicator_no, entry, text in rows:
        key, body = (unit, indicator_no), orjson.loads(text)
        if kind == EntryKind.ANSWER:
            records.latest[key] = _stored(roster, indicator_no, entry, body, zone)
        elif kind == EntryKind.MOVE:
            records.standings[key] = _standing(roster, indicator_no, body, zone)
        elif kind == EntryKind.NOTE:
            threads.setdefault(key, []).append((entry, reviews.note(body, zone)))
        elif kind == EntryKind.EXTENDED:
            records.extensions[unit] = reviews.extension(body)
        else:
            files.setdefault(key, []).append((entry, evidence_rows.proof(entry, body, zone)))
    records.notes.update(_in_order(threads))
    records.proofs.update(_in_order(files))
    records.previous.update(roster.previous_answers.of(connection, own))
    if files:
        records.ticks.update(evidence_rows.ticks(connection, roster, own))
        records.checks.update(reviews.checks(connection, roster, own))
    return records


def _in_order(by_place: dict[tuple[int, int], list[tuple[int, Any]]]) -> dict[Any, tuple[Any, ...]]:
    return {key: tuple(one for _, one in sorted(its, key=_first)) for key, its in by_place.items()}


_first = itemgetter(0)


def desk(roster: Roster, unit: Unit, known: AnswerRecords) -> Desk:
    """Return the tasks of a unit with what it and its partners have stored, where each stands, and its
    files; those marked that wait for an earlier step.
    """
    before = roster.before(unit)
    made = _desk(roster, unit, known)
    if not before:
        return made
    others = tuple(_desk(roster, roster.units[one], known) for one in before if one != unit.id)
    return made.waiting(Steps(roster.instrument_of(unit.region_id), others))


def _desk(roster: Roster, unit: Unit, known: AnswerRecords) -> Desk:
    latest, moved = known.latest, known.standings
    instrument = roster.instrument_of(unit.region_id)
    tasks = []
    for indicator_no in roster.owed.get(unit.id, ()):
        shares = _shares(roster, known, unit.region_id, indicator_no)
        others = tuple([part for other, part in shares.items() if other != unit.id])
        indicator = instrument.indicator(indicator_no)
        mine, standing = latest.get((unit.id, indicator_no)), moved.get((unit.id, indicator_no))
        key = (unit.id, indicator_no)
        revision, checked = known.checks.get(key, (0, frozenset()))
        tasks.append(
            Task(
                indicator,
                mine,
                others,
                standing,
                known.proofs.get(key, ()),
                _ticks(known, key),
                checked if mine and mine.revision == revision else frozenset(),
                known.notes.get(key, ()),
                known.previous.get(key),
                levels=roster.period.levels,
            )
        )
    region = roster.regions[unit.region_id]
    return Desk.of(unit, region, tuple(tasks), known.extensions.get(unit.id))


def region_board(
    connection: sqlite3.Connection, roster: Roster, region: Region, zone: tzinfo
) -> Board | None:
    """Return a region that owes something by itself, read now; it says nothing of who holds the seats.

    Who shares an indicator with one of its offices is among them.
    """
    # By what is owed there: of a nation's offices, to look at each for each region takes its time.
    owners = (
        roster.owners.get((region.id, indicator.no), ())
        for indicator in roster.instrument_of(region.id)
    )
    owing = [roster.units[one] for one in sorted(set().union(*owners))]
    if not owing:
        return None
    known = answer_records(connection, roster, [unit.id for unit in owing], zone)
    offices = (Office(unit, desk(roster, unit, known), ()) for unit in owing)
    return Board((region,), tuple(office for office in offices if office.desk.tasks))


def _ticks(known: AnswerRecords, key: tuple[int, int]) -> frozenset[str]:
    """Return the sender's checklist as far as it still speaks of this revision and its files."""
    entry, points = known.ticks.get(key, (0, frozenset()))
    return ticks_that_hold(points, entry, known.latest.get(key), known.proofs.get(key, ()))


def _shares(
    roster: Roster, known: AnswerRecords, region_id: int, indicator_no: int
) -> dict[int, Part]:
    """Return each unit's part of an indicator, as its partners see it."""
    place = (region_id, indicator_no)
    if place not in known.shares:
        known.shares[place] = {
            unit: Part(
                roster.units[unit].short,
                known.latest.get((unit, indicator_no)),
                known.standings.get((unit, indicator_no)),
            )
            for unit in roster.owners[place]
        }
    return known.shares[place]
