"""Answers as the record holds them, and the desks and boards that are made of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

import orjson

from bot.clock import parse
from bot.storage import codec, evidence, record, reviews
from bot.storage.evidence import Proofs, Ticks
from bot.storage.reviews import Checks, Extensions, Notes
from bot.storage.roster import Roster
from flows.facts import Desk, Part, Task, Unit
from flows.roles import Role
from flows.standing import Standing, State, Stored
from scoring import Answer

Latest = dict[tuple[int, int], Stored]
Standings = dict[tuple[int, int], Standing]


def latest(
    connection: sqlite3.Connection, roster: Roster, units: Iterable[int], zone: tzinfo
) -> Latest:
    """The newest revision of each (unit, indicator); times in `zone`."""
    rows = connection.execute(
        "SELECT unit_id, indicator, max(revision), id, body FROM record"
        " WHERE kind = 'answer' AND period_id = ?"
        " AND unit_id IN (SELECT value FROM json_each(?)) GROUP BY unit_id, indicator",
        (roster.period.id, orjson.dumps(list(units)).decode()),
    )
    return {(row[0], row[1]): _stored(roster, row, zone) for row in rows}


def _stored(roster: Roster, row: tuple[int, int, int, int, str], zone: tzinfo) -> Stored:
    body = orjson.loads(row[4])
    at: datetime = parse(body["at"]).astimezone(zone)
    answer = answer_of(roster, row[1], body["answer"])
    flags = codec.flags_from_json(body.get("flags", ()))
    source = body.get("source")
    return Stored(row[2], row[3], answer, body["reason"], body["by"], at, flags, source)


def standings(
    connection: sqlite3.Connection, roster: Roster, units: Iterable[int], zone: tzinfo
) -> Standings:
    """The last move of each (unit, indicator); none where nothing was ever sent."""
    found = record.last_bodies(connection, "move", roster.period.id, units)
    return {(unit, number): _standing(roster, number, body, zone) for unit, number, body in found}


def _standing(roster: Roster, number: int, body: dict[str, Any], zone: tzinfo) -> Standing:
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
        corrected=None if corrected is None else answer_of(roster, number, corrected),
        late=body.get("late", False),
    )


def answer_of(roster: Roster, number: int, said: dict[str, Any]) -> Answer:
    """An answer to indicator `number` from its stored form."""
    return codec.answer_of(roster.period.instrument.indicator(number), said)


@dataclass(frozen=True, slots=True)
class Filed:
    """What the record and the evidence table hold about some units' answers.

    `shares` keeps what was made of an answer for one partner's desk, since all partners see the same.
    """

    latest: Latest = field(default_factory=dict)
    standings: Standings = field(default_factory=dict)
    proofs: Proofs = field(default_factory=dict)
    ticks: Ticks = field(default_factory=dict)
    checks: Checks = field(default_factory=dict)
    notes: Notes = field(default_factory=dict)
    extensions: Extensions = field(default_factory=dict)
    shares: dict[tuple[int, int], Part] = field(default_factory=dict)


def filed(
    connection: sqlite3.Connection,
    roster: Roster,
    own: Sequence[int],
    zone: tzinfo,
    partners: Sequence[int] = (),
) -> Filed:
    """All about the units `own`; of the units they share indicators with only the answers."""
    everybody = partners or own
    files = evidence.proofs(connection, roster, own, zone)
    return Filed(
        latest(connection, roster, everybody, zone),
        standings(connection, roster, everybody, zone),
        files,
        evidence.ticks(connection, roster, own) if files else {},
        reviews.checks(connection, roster, own) if files else {},
        reviews.notes(connection, roster, own, zone),
        reviews.extensions(connection, roster, own),
    )


def desk(roster: Roster, unit: Unit, known: Filed) -> Desk:
    """The tasks of a unit with what it and its partners have stored, where each stands, and its files."""
    found, moved = known.latest, known.standings
    tasks = []
    for number in roster.owed.get(unit.id, ()):
        owners = roster.owners[unit.region_id, number]
        others = tuple(_share(roster, known, other, number) for other in owners if other != unit.id)
        indicator = roster.period.instrument.indicator(number)
        mine, standing = found.get((unit.id, number)), moved.get((unit.id, number))
        key = (unit.id, number)
        revision, checked = known.checks.get(key, (0, frozenset()))
        tasks.append(
            Task(
                indicator,
                mine,
                others,
                standing,
                known.proofs.get(key, ()),
                known.ticks.get(key, frozenset()),
                checked if mine and mine.revision == revision else frozenset(),
                known.notes.get(key, ()),
                roster.previous.get(key),
            )
        )
    region = roster.regions[unit.region_id]
    return Desk(unit, region, tuple(tasks), known.extensions.get(unit.id))


def _share(roster: Roster, known: Filed, unit: int, number: int) -> Part:
    """One unit's part of an indicator, as its partners see it."""
    key = (unit, number)
    if key not in known.shares:
        short = roster.units[unit].short
        known.shares[key] = Part(short, known.latest.get(key), known.standings.get(key))
    return known.shares[key]
