"""Last year's answers from a file: read strictly against the open period, kept, and put on record.

They are offered for comparison and copied into no answer. A file may be loaded as often as one likes.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from typing import TypeVar

from msgspec import Struct, field

from bot.clock import iso
from bot.roster.roster_problems import RosterError, RosterProblems, own
from bot.storage import codec, previous_answers, record
from bot.storage.roster import Roster
from flows.model.answer_state import Previous
from flows.model.facts import Region, Unit
from flows.model.record_kinds import EntryKind
from scoring import Answer, InstrumentError
from scoring.answers import read_answer
from scoring.errors import nearest
from scoring.fields import Fields, Problems, kind_of
from scoring.source import Mapping, Node, Scalar, parse_yaml

BUNDLED = resources.files("bot") / "roster" / "data" / "previous"
KEYS = ("year", "note", "regions")
NOTE = 40
T = TypeVar("T")


class PreviousAnswerRow(Struct, frozen=True):
    """What one office answered to one indicator."""

    region: Region
    unit: Unit
    indicator_no: int
    previous: Previous


class PreviousAnswersFile(Struct, frozen=True):
    """A file of last year's answers that reads well; `digest` is the SHA-256 of its text."""

    digest: str
    year: int
    rows: tuple[PreviousAnswerRow, ...]


class PreviousAnswersResult(Struct):
    """What loading a file did; what is on record and not in the file stays."""

    created: list[PreviousAnswerRow] = field(default_factory=list)
    changed: list[PreviousAnswerRow] = field(default_factory=list)
    same: list[PreviousAnswerRow] = field(default_factory=list)


def read_previous_answers(text: str, file: str, roster: Roster) -> PreviousAnswersFile:
    """Read a file against the open period; raises RosterError with every problem."""
    problems = RosterProblems()
    try:
        root = Fields(parse_yaml(text, file), problems, KEYS, "the file of last year's answers")
    except InstrumentError as error:
        raise RosterError(error.problems) from None
    year = _year(root, roster)
    note = root.text("note", NOTE) if "note" in root else None
    rows = tuple(_rows(root, roster, year, note))
    if not rows and not problems.errors:
        problems.add(own("nothing_in"), root.at("regions"), key="regions")
    if problems.errors:
        raise RosterError(sorted(problems.noted, key=lambda problem: problem.line))
    return PreviousAnswersFile(hashlib.sha256(text.encode()).hexdigest(), year, rows)


def bundled_previous_answers(name: str, roster: Roster) -> PreviousAnswersFile:
    """Return the invented answers of a bundled roster, for the demonstration."""
    text = (BUNDLED / f"{name}.yaml").read_text(encoding="utf-8")
    return read_previous_answers(text, f"{name}.yaml", roster)


def apply_previous_answers(
    connection: sqlite3.Connection, roster: Roster, given: PreviousAnswersFile, *, now: datetime
) -> PreviousAnswersResult:
    """Keep the answers and append what is new of them to the record; the caller holds the transaction."""
    result = PreviousAnswersResult()
    for row in given.rows:
        done = previous_answers.keep(
            connection, roster.period.id, row.unit.id, row.indicator_no, row.previous
        )
        piles = result.created if done.created else result.changed if done.before else result.same
        piles.append(row)
    news = [*result.created, *result.changed]
    if news:
        items = [
            {
                "region": row.region.code,
                "unit": row.unit.code,
                "indicator": row.indicator_no,
                "answer": codec.answer_to_json(row.previous.answer),
                "note": row.previous.note,
            }
            for row in news
        ]
        details = {"by": "previous", "year": given.year, "file": given.digest, "answers": items}
        record.append(
            connection,
            record.Entry(roster.period.id, EntryKind.PREVIOUS, iso(now), details=details),
        )
    return result


def _year(root: Fields, roster: Roster) -> int:
    wanted = roster.period.data_year - 1
    given = root.whole("year") if "year" in root else wanted
    if given != wanted:
        period, year = roster.period.code, roster.period.data_year
        params = {"found": given, "period": period, "data_year": year, "wanted": wanted}
        root.problems.add(own("wrong_year"), root.at("year"), None, **params)
    return given


def _rows(root: Fields, roster: Roster, year: int, note: str | None) -> Iterator[PreviousAnswerRow]:
    regions = {one.code: one for one in roster.regions.values()}
    what = f"the regions of the period {roster.period.code}"
    for key, offices in _entries(root.take("regions"), "regions", root.problems):
        region = _known(key, regions, what, root.problems)
        if region is None:
            continue
        here = [one for one in roster.units.values() if one.region_id == region.id]
        units = {one.code: one for one in here if roster.owed.get(one.id)}
        for name, answers in _entries(offices, key.text, root.problems):
            unit = _known(name, units, f"the offices of {region.name}", root.problems)
            if unit is None:
                continue
            for indicator_no, answer in _answers(answers, name.text, unit, roster, root.problems):
                yield PreviousAnswerRow(region, unit, indicator_no, Previous(year, answer, note))


def _answers(
    node: Node, what: str, unit: Unit, roster: Roster, problems: Problems
) -> Iterator[tuple[int, Answer]]:
    indicators = {str(one.no): one for one in roster.period.instrument}
    for key, given in _entries(node, what, problems):
        indicator = indicators.get(key.text)
        if indicator is None:
            codes = {one.code: number for number, one in indicators.items()}
            close = codes.get(nearest(key.text, codes) or "")
            params = {"text": key.text, "allowed": ", ".join(indicators)}
            problems.add("unknown_indicator", key, close, **params)
            continue
        owners = roster.owners.get((unit.region_id, indicator.no), ())
        if unit.id not in owners:
            names = ", ".join(roster.units[owner].code for owner in owners) or "nobody does"
            params = {"code": unit.code, "number": key.text, "owners": names}
            problems.add(own("not_owed"), key, None, period=roster.period.code, **params)
            continue
        yield indicator.no, read_answer(given, indicator, problems, parts=len(owners))


def _entries(node: Node | None, what: str, problems: Problems) -> tuple[tuple[Scalar, Node], ...]:
    """Return the keys and values of a group; what is missing was reported before."""
    if isinstance(node, Mapping):
        return node.entries
    if node is not None:
        params = {"key": what, "wanted": "a group of keys", "found": kind_of(node)}
        problems.add("wrong_type", node, None, **params)
    return ()


def _known(key: Scalar, known: dict[str, T], what: str, problems: Problems) -> T | None:
    meant = known.get(key.text)
    if meant is None:
        allowed, close = ", ".join(known), nearest(key.text, known)
        problems.add("unknown_reference", key, close, text=key.text, what=what, allowed=allowed)
    return meant
