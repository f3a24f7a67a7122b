"""Answers as the record holds them, and the desks and boards that are made of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

import orjson

from bot.clock import parse
from bot.storage import record
from bot.storage.codec import answer_of, flags_from_json
from bot.storage.evidence import Proofs, Ticks
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
    answer = _answer(roster, row[1], body["answer"])
    flags = flags_from_json(body.get("flags", ()))
    return Stored(row[2], row[3], answer, body["reason"], body["by"], at, flags)


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
        corrected=None if corrected is None else _answer(roster, number, corrected),
    )


def _answer(roster: Roster, number: int, said: dict[str, Any]) -> Answer:
    return answer_of(roster.period.instrument.indicator(number), said)


def desk(
    roster: Roster,
    unit: Unit,
    found: Latest,
    moved: Standings,
    proofs: Proofs | None = None,
    ticks: Ticks | None = None,
) -> Desk:
    """The tasks of a unit with what it and its partners have stored, where each stands, and its files."""
    tasks = []
    for number in roster.owed.get(unit.id, ()):
        owners = roster.owners[unit.region_id, number]
        others = tuple(
            Part(roster.units[other].short, found.get((other, number)), moved.get((other, number)))
            for other in owners
            if other != unit.id
        )
        indicator = roster.period.instrument.indicator(number)
        mine, standing = found.get((unit.id, number)), moved.get((unit.id, number))
        files = (proofs or {}).get((unit.id, number), ())
        checked = (ticks or {}).get((unit.id, number), frozenset())
        before = roster.previous.get((unit.id, number))
        tasks.append(Task(indicator, mine, others, standing, files, checked, before))
    return Desk(unit, roster.regions[unit.region_id], tuple(tasks))
