"""Last year's answers: those of the period before in this database, and over them those of a file.

They are for comparison only. What does not fit the instrument of this year is left out.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import orjson

from bot.storage import codec, record
from bot.storage.setup import Put, Value, put
from flows.facts import Period
from flows.standing import Previous, State
from scoring import Answer, Indicator, problems

Found = dict[tuple[int, int], Previous]


def read(connection: sqlite3.Connection, period: Period) -> Found:
    """What each (unit, indicator) of the period answered in the year before."""
    found = _of_period_before(connection, period)
    numbers = {one.no: one for one in period.instrument}
    rows = connection.execute(
        "SELECT unit_id, indicator, year, body, note FROM previous_answers WHERE period_id = ?",
        (period.id,),
    )
    for unit_id, number, year, body, note in rows:
        answer = _fitting(numbers.get(number), orjson.loads(body))
        if answer is not None:
            found[unit_id, number] = Previous(year, answer, note)
    return found


def keep(
    connection: sqlite3.Connection,
    period_id: int,
    unit_id: int,
    number: int,
    previous: Previous,
) -> Put:
    """Keep what a file says that a unit answered last year."""
    key: dict[str, Value] = {"period_id": period_id, "unit_id": unit_id, "indicator": number}
    body = orjson.dumps(codec.answer_to_json(previous.answer), option=orjson.OPT_SORT_KEYS)
    values: dict[str, Value] = {
        "year": previous.year,
        "body": body.decode(),
        "note": previous.note,
    }
    return put(connection, "previous_answers", key, values)


def _of_period_before(connection: sqlite3.Connection, period: Period) -> Found:
    """The verified answers of the newest period of the year before, else what was claimed there."""
    year = period.data_year - 1
    row = connection.execute(
        "SELECT p.id, p.instrument, i.texts FROM periods p JOIN instruments i ON i.hash = p.instrument"
        " WHERE p.data_year = ? ORDER BY p.id DESC LIMIT 1",
        (year,),
    ).fetchone()
    if row is None:
        return {}
    same = row[1] == period.instrument.hash
    then = period.instrument if same else codec.instrument(row[2])
    now = {one.code: one for one in period.instrument}
    kept = {one.no: now[one.code] for one in then if _alike(one, now.get(one.code))}
    units = [unit_id for (unit_id,) in connection.execute("SELECT id FROM units")]
    moves = {
        (unit_id, number): body
        for unit_id, number, body in record.last_bodies(connection, "move", row[0], units)
    }
    found: Found = {}
    for unit_id, number, body in record.last_bodies(connection, "answer", row[0], units):
        said = _verified(moves.get((unit_id, number))) or body["answer"]
        answer = _fitting(kept.get(number), said)
        if answer is not None:
            found[unit_id, kept[number].no] = Previous(year, answer)
    return found


def _verified(move: dict[str, Any] | None) -> dict[str, Any] | None:
    """The reviewer's value where a verified answer was corrected."""
    is_verified = move is not None and move["next"] == State.VERIFIED
    found: dict[str, Any] | None = move.get("corrected") if move and is_verified else None
    return found


def _alike(then: Indicator, now: Indicator | None) -> bool:
    """Whether both years ask for the same figures in the same units."""
    if now is None or then.unit != now.unit:
        return False
    asked = [[(one.code, one.kind, one.unit) for one in year.inputs] for year in (then, now)]
    return asked[0] == asked[1]


def _fitting(indicator: Indicator | None, said: dict[str, Any]) -> Answer | None:
    """The answer, where this year's indicator could take it (from one of several offices, too)."""
    if indicator is None:
        return None
    inputs = said.get("inputs", {})
    words = (code for code, value in inputs.items() if str(value)[:1].isalpha())
    answer = codec.answer_from_json(said, frozenset(words))
    parts = 1 if answer.value is not None else 2
    return None if problems(indicator, answer, parts=parts) else answer
