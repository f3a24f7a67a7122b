"""Last year's answers: those of the period before in this database, and over them those of a file.

They are for comparison only. What does not fit the instrument of this year is left out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from bot.storage import codec, record
from bot.storage.setup import Put, Value, put
from flows.model.answer_state import Previous, State
from flows.model.facts import Period
from flows.model.record import EntryKind
from scoring import Answer, Indicator, problems

Found = dict[tuple[int, int], Previous]


@dataclass(frozen=True, slots=True)
class _Before:
    """The period of the year before, and what of it this year asks again: by its numbers then."""

    period_id: int
    year: int
    kept: dict[int, Indicator]


@dataclass(slots=True)
class Lookback:
    """Last year's answers of an office, read when it is first asked for; goes with its roster.

    Of all offices at once they would take a second of a nation's every start and change of roster.
    """

    period: Period
    before: _Before | None
    from_files: bool
    _known: dict[int, Found] = field(default_factory=dict)

    def of(self, connection: sqlite3.Connection, units: Sequence[int]) -> Found:
        """Return what each (unit, indicator) of these units answered in the year before."""
        missing = [unit for unit in units if unit not in self._known]
        if missing:
            self._read(connection, missing)
        answers: Found = {}
        for unit in units:
            answers.update(self._known[unit])
        return answers

    def _read(self, connection: sqlite3.Connection, units: list[int]) -> None:
        self._known.update((unit, {}) for unit in units)
        if self.before is not None:
            for key, answer in _of_period_before(connection, self.before, units):
                self._known[key[0]][key] = answer
        if self.from_files:
            for key, answer in _of_files(connection, self.period, units):
                self._known[key[0]][key] = answer


def lookback(connection: sqlite3.Connection, period: Period) -> Lookback:
    """Return where last year's answers of this period are to be found; reads none of them."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM previous_answers WHERE period_id = ?)", (period.id,)
    ).fetchone()
    return Lookback(period, _before(connection, period), bool(row[0]))


def keep(
    connection: sqlite3.Connection,
    period_id: int,
    unit_id: int,
    indicator_no: int,
    previous: Previous,
) -> Put:
    """Keep what a file says that a unit answered last year."""
    key: dict[str, Value] = {"period_id": period_id, "unit_id": unit_id, "indicator": indicator_no}
    body = orjson.dumps(codec.answer_to_json(previous.answer), option=orjson.OPT_SORT_KEYS)
    values: dict[str, Value] = {
        "year": previous.year,
        "body": body.decode(),
        "note": previous.note,
    }
    return put(connection, "previous_answers", key, values)


def _before(connection: sqlite3.Connection, period: Period) -> _Before | None:
    """Return the newest period of the year before."""
    year = period.data_year - 1
    row = connection.execute(
        "SELECT p.id, p.instrument, i.texts FROM periods p JOIN instruments i ON i.hash = p.instrument"
        " WHERE p.data_year = ? ORDER BY p.id DESC LIMIT 1",
        (year,),
    ).fetchone()
    if row is None:
        return None
    same = row[1] == period.instrument.hash
    then = period.instrument if same else codec.instrument(row[2])
    now = {one.code: one for one in period.instrument}
    return _Before(
        row[0], year, {one.no: now[one.code] for one in then if _alike(one, now.get(one.code))}
    )


def _of_period_before(
    connection: sqlite3.Connection, before: _Before, units: list[int]
) -> Iterator[tuple[tuple[int, int], Previous]]:
    """Yield the verified answers of that period, else what was claimed there."""
    moves = {
        (unit_id, number): body
        for unit_id, number, _, body in record.last_bodies(
            connection, EntryKind.MOVE, before.period_id, units
        )
    }
    for unit_id, indicator_no, _, body in record.last_bodies(
        connection, EntryKind.ANSWER, before.period_id, units
    ):
        answer_body = _verified(moves.get((unit_id, indicator_no))) or body["answer"]
        answer = _fitting(before.kept.get(indicator_no), answer_body)
        if answer is not None:
            yield (unit_id, before.kept[indicator_no].no), Previous(before.year, answer)


def _of_files(
    connection: sqlite3.Connection, period: Period, units: list[int]
) -> Iterator[tuple[tuple[int, int], Previous]]:
    numbers = {one.no: one for one in period.instrument}
    rows = connection.execute(
        "SELECT unit_id, indicator, year, body, note FROM previous_answers"
        " WHERE period_id = ? AND unit_id IN (SELECT value FROM json_each(?))",
        (period.id, orjson.dumps(units).decode()),
    )
    for unit_id, indicator_no, year, body, note in rows:
        answer = _fitting(numbers.get(indicator_no), orjson.loads(body))
        if answer is not None:
            yield (unit_id, indicator_no), Previous(year, answer, note)


def _verified(move: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the reviewer's value where a verified answer was corrected."""
    is_verified = move is not None and move["next"] == State.VERIFIED
    corrected: dict[str, Any] | None = move.get("corrected") if move and is_verified else None
    return corrected


def _alike(then: Indicator, now: Indicator | None) -> bool:
    """Tell whether both years ask for the same figures in the same units."""
    if now is None or then.unit != now.unit:
        return False
    asked = [[(one.code, one.kind, one.unit) for one in year.inputs] for year in (then, now)]
    return asked[0] == asked[1]


def _fitting(indicator: Indicator | None, body: dict[str, Any]) -> Answer | None:
    """Return the answer, where this year's indicator could take it (from one of several offices, too)."""
    if indicator is None:
        return None
    inputs = body.get("inputs", {})
    words = (code for code, value in inputs.items() if str(value)[:1].isalpha())
    answer = codec.answer_from_json(body, frozenset(words))
    parts = 1 if answer.value is not None else 2
    return None if problems(indicator, answer, parts=parts) else answer
