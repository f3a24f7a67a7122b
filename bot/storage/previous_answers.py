"""Last year's answers: those of the period before in this database, and over them those of a file.

They are for comparison only; through the map of a new instrument they are offered. What does not fit the
instrument of this year is left out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from msgspec import Struct, field

from bot.storage import codec, record
from bot.storage.setup import ColumnValue, Put, put
from flows.model.answer_state import Previous, State
from flows.model.facts import Period
from flows.model.record_kinds import EntryKind
from flows.model.regulation import Regulation, of_office
from scoring import Answer, Given, Indicator, Instrument, InstrumentError, problems
from scoring.migration import MappedAnswer, Migration, offered, read_map

PreviousByAnswer = dict[tuple[int, int], Previous]


class _Before(Struct, frozen=True):
    """The period of the year before, and what of it this year asks again: by its numbers then."""

    period_id: int
    year: int
    kept: dict[int, Indicator]
    map: _Map | None = None


class _Map(Struct, frozen=True):
    """What became of the indicators of another instrument."""

    migration: Migration
    then: Instrument
    now: Instrument


class PreviousAnswers(Struct):
    """Last year's answers of an office, read when it is first asked for; goes with its roster.

    Of all offices at once they would take a second of a nation's every start and change of roster.
    """

    period: Period
    before: _Before | None
    from_files: bool
    _known: dict[int, PreviousByAnswer] = field(default_factory=dict)

    def of(self, connection: sqlite3.Connection, units: Sequence[int]) -> PreviousByAnswer:
        """Return what each (unit, indicator) of these units answered in the year before."""
        missing = [unit for unit in units if unit not in self._known]
        if missing:
            self._read(connection, missing)
        answers: PreviousByAnswer = {}
        for unit in units:
            answers.update(self._known[unit])
        return answers

    def _read(self, connection: sqlite3.Connection, units: list[int]) -> None:
        self._known.update((unit, {}) for unit in units)
        if self.before is not None:
            through = _of_period_before if self.before.map is None else _through_map
            for key, answer in through(connection, self.before, units):
                self._known[key[0]][key] = answer
        if self.from_files:
            for key, answer in _of_files(connection, self.period, units):
                self._known[key[0]][key] = answer

    def regulation(
        self, connection: sqlite3.Connection, unit_id: int, owed: Sequence[int]
    ) -> Regulation | None:
        """Return what the new instrument changes for an office that owes these; None without a map."""
        if self.before is None or self.before.map is None:
            return None
        rows = connection.execute(
            "SELECT indicator FROM assignments WHERE period_id = ? AND unit_id = ? AND until IS NULL",
            (self.before.period_id, unit_id),
        )
        changes = self.before.map
        then = {number for (number,) in rows}
        return of_office(changes.migration, changes.then, changes.now, then, owed)


def load_previous_answers(connection: sqlite3.Connection, period: Period) -> PreviousAnswers:
    """Return where last year's answers of this period are to be found; reads none of them."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM previous_answers WHERE period_id = ?)", (period.id,)
    ).fetchone()
    return PreviousAnswers(period, _before(connection, period), bool(row[0]))


def keep(
    connection: sqlite3.Connection,
    period_id: int,
    unit_id: int,
    indicator_no: int,
    previous: Previous,
) -> Put:
    """Keep what a file says that a unit answered last year."""
    key: dict[str, ColumnValue] = {
        "period_id": period_id,
        "unit_id": unit_id,
        "indicator": indicator_no,
    }
    body = orjson.dumps(codec.answer_to_json(previous.answer), option=orjson.OPT_SORT_KEYS)
    values: dict[str, ColumnValue] = {
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
        " WHERE p.data_year = ? AND NOT p.trial ORDER BY p.id DESC LIMIT 1",
        (year,),
    ).fetchone()
    if row is None:
        return None
    same = row[1] == period.instrument.hash
    then = period.instrument if same else codec.instrument(row[2])
    now = {indicator.code: indicator for indicator in period.instrument}
    if (known := _map(connection, period, then)) is not None:
        return _Before(row[0], year, {}, known)
    return _Before(
        row[0],
        year,
        {
            indicator.no: now[indicator.code]
            for indicator in then
            if _alike(indicator, now.get(indicator.code))
        },
    )


def keep_map(connection: sqlite3.Connection, period_id: int, text: str) -> bool:
    """Keep what became of the indicators of the instrument before; True where that is news."""
    cursor = connection.execute(
        "INSERT INTO instrument_maps (period_id, map) VALUES (?1, ?2)"
        " ON CONFLICT (period_id) DO UPDATE SET map = ?2 WHERE map <> ?2",
        (period_id, text),
    )
    return cursor.rowcount > 0


def instrument_before(connection: sqlite3.Connection, period: Period) -> Instrument | None:
    """Return the instrument of the year before; None where no period of it is here."""
    row = connection.execute(
        "SELECT i.texts FROM periods p JOIN instruments i ON i.hash = p.instrument"
        " WHERE p.data_year = ? AND NOT p.trial ORDER BY p.id DESC LIMIT 1",
        (period.data_year - 1,),
    ).fetchone()
    return codec.instrument(row[0]) if row else None


def _map(connection: sqlite3.Connection, period: Period, then: Instrument) -> _Map | None:
    """Return the map of a period, where it still fits both instruments."""
    row = connection.execute(
        "SELECT map FROM instrument_maps WHERE period_id = ?", (period.id,)
    ).fetchone()
    if row is None:
        return None
    try:
        return _Map(read_map(row[0], "map", then, period.instrument), then, period.instrument)
    except InstrumentError:  # the period has got another instrument since
        return None


def _of_period_before(
    connection: sqlite3.Connection, before: _Before, units: list[int]
) -> Iterator[tuple[tuple[int, int], Previous]]:
    """Yield the verified answers of that period, else what was claimed there."""
    for unit_id, indicator_no, body in _last_bodies(connection, before, units):
        answer = _fitting(before.kept.get(indicator_no), body)
        if answer is not None:
            yield (unit_id, before.kept[indicator_no].no), Previous(before.year, answer)


def _through_map(
    connection: sqlite3.Connection, before: _Before, units: list[int]
) -> Iterator[tuple[tuple[int, int], Previous]]:
    """Yield what answers to an earlier instrument offer for this one."""
    assert before.map is not None, "asked for where there is a map"
    answers: dict[int, dict[int, Answer]] = {}
    for unit_id, indicator_no, body in _last_bodies(connection, before, units):
        if before.map.then.has(indicator_no):
            answers.setdefault(unit_id, {})[indicator_no] = _answer(body)
    for unit_id, given in answers.items():
        offers = offered(before.map.migration, before.map.then, before.map.now, given)
        for indicator_no, its in offers.items():
            previous = _carried(before.map.now.indicator(indicator_no), before.year, its)
            if previous is not None:
                yield (unit_id, indicator_no), previous


def _carried(indicator: Indicator, year: int, offers: Sequence[MappedAnswer]) -> Previous | None:
    """Return what several offers come to: what two of them say otherwise is not offered."""
    given: dict[str, Given] = {}
    torn: set[str] = set()
    for offer in offers:
        for code, figure in offer.inputs.items():
            torn |= {code} if given.setdefault(code, figure) != figure else set()
    inputs = {code: figure for code, figure in given.items() if code not in torn}
    value = offers[0].value if len(offers) == 1 and not inputs else None
    if not inputs and value is None:
        return None
    answer = Answer(inputs=inputs) if inputs else Answer(value=value)
    partial = bool(inputs) and len(inputs) < len(indicator.inputs)
    if problems(indicator, answer, partial=partial, parts=1 if inputs == {} else 2):
        return None
    return Previous(year, answer, carried=tuple(one.old for one in offers), partial=partial)


def _last_bodies(
    connection: sqlite3.Connection, before: _Before, units: list[int]
) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield the answers of that period as they are stored: verified, else as claimed."""
    moves = {
        (unit_id, number): body
        for unit_id, number, _, body in record.last_bodies(
            connection, EntryKind.MOVE, before.period_id, units
        )
    }
    for unit_id, indicator_no, _, body in record.last_bodies(
        connection, EntryKind.ANSWER, before.period_id, units
    ):
        given = _verified(moves.get((unit_id, indicator_no))) or body["answer"]
        yield unit_id, indicator_no, given


def _of_files(
    connection: sqlite3.Connection, period: Period, units: list[int]
) -> Iterator[tuple[tuple[int, int], Previous]]:
    numbers = {indicator.no: indicator for indicator in period.instrument}
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
    asked = [
        [(question.code, question.kind, question.unit) for question in indicator.inputs]
        for indicator in (then, now)
    ]
    return asked[0] == asked[1]


def _fitting(indicator: Indicator | None, body: dict[str, Any]) -> Answer | None:
    """Return the answer, where this year's indicator could take it (from one of several offices, too)."""
    if indicator is None:
        return None
    answer = _answer(body)
    parts = 1 if answer.value is not None else 2
    return None if problems(indicator, answer, parts=parts) else answer


def _answer(body: dict[str, Any]) -> Answer:
    inputs = body.get("inputs", {})
    words = (code for code, value in inputs.items() if str(value)[:1].isalpha())
    return codec.answer_from_json(body, frozenset(words))
