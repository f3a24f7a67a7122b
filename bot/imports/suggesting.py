"""Proposes a map from the headings of a file: by the names of our own forms, else by what sounds alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from rapidfuzz import fuzz, process, utils

from bot.imports.column_map import ABSENCE, REASON, Decimals, Form, Map, Where
from bot.imports.place_names import Places
from bot.imports.tables import FileTable
from bot.instruments.condition_expressions import THERE, input_name
from bot.roster.headings import plain
from flows.model.facts import VALUE
from scoring import Indicator, Input

ALIKE, NAMED = 72, 85
"""From how much likeness (of 100) a heading, and the name of a place, is proposed."""
REGIONS = ("daerah", "kabupaten/kota", "kabupaten atau kota", "kabupaten", "kota", "nama daerah")
OFFICES = (
    "ukpd",
    "ukpd yang mengisi",
    "opd",
    "skpd",
    "perangkat daerah",
    "instansi",
    "nama opd",
    "dinas",
)
TAIL = re.compile(r"[/:]")
POINT, COMMA = re.compile(r"\d+\.\d{1,2}"), re.compile(r"\d+,\d+")


class Suggestion(Struct, frozen=True):
    """A proposed map, and what it leaves open: columns without use, and figures without a column."""

    map: Map
    unused: tuple[str, ...]
    missing: tuple[str, ...]
    headings: tuple[str, ...] = ()
    rows: int = 0


def suggest(table: FileTable, places: Places) -> Suggestion:
    """Propose a map for a table with a row for each office; what is not known is left to be filled in."""
    headings = [heading for heading in table.headings if heading]
    instrument = [
        indicator for indicator in places.roster.period.instrument if indicator.left_out is None
    ]
    answers, missing = _answers(headings, instrument)
    taken = {column for columns in answers.values() for column in columns.values()}
    rest = [heading for heading in headings if heading not in taken]
    region, office = _column(rest, REGIONS), _column(rest, OFFICES)
    made = Map(
        Form.TABLE,
        _decimals(table, taken),
        table.sheet,
        Where(column=region) if region else _only(one.code for one in places.regions.values()),
        Where(column=office or ""),
        _spelled(table, region, {name: one.code for name, one in places.regions.items()}),
        _spelled(table, office, places.office_names(places.own_regions())),
        answers=answers,
    )
    used = {*taken, region, office}
    unused = tuple(heading for heading in headings if heading not in used)
    return Suggestion(made, unused, missing, table.headings, len(table.rows))


def _answers(
    headings: Iterable[str], instrument: Iterable[Indicator]
) -> tuple[dict[int, dict[str, str]], tuple[str, ...]]:
    """Return columns by indicator and input: by the names of `instrument to-xlsform` first."""
    by_tail = {tail: one for one in headings for tail in _tails(one)}
    answers: dict[int, dict[str, str]] = {}
    open_: dict[tuple[int, str], str] = {}
    for indicator in instrument:
        names = {ask.code: input_name(indicator.no, ask.code) for ask in indicator.inputs}
        names |= {
            VALUE: f"i{indicator.no}_value",
            ABSENCE: f"i{indicator.no}_{THERE}",
            REASON: f"i{indicator.no}_alasan",
        }
        known = {code: by_tail[name] for code, name in names.items() if name in by_tail}
        if known:
            answers[indicator.no] = known
        open_ |= {
            (indicator.no, ask.code): _asked(ask)
            for ask in indicator.inputs
            if ask.code not in known
        }
    taken = {column for columns in answers.values() for column in columns.values()}
    free = {indicator: _heard(indicator) for indicator in headings if indicator not in taken}
    for (no, code), heading in _pairs(open_, free):
        answers.setdefault(no, {})[code] = heading
        del open_[no, code]
    ordered = {
        indicator.no: answers[indicator.no] for indicator in instrument if indicator.no in answers
    }
    return ordered, tuple(f"{no}.{code}" for no, code in open_)


def _tails(heading: str) -> Iterator[str]:
    """Yield a heading, and what stands behind its groups: KoboToolbox writes `a/b/c`, ODK Central `a-b-c`."""
    yield heading
    yield TAIL.split(heading)[-1]
    yield heading.split("-")[-1]


def _pairs(
    wanted: Mapping[tuple[int, str], str], free: Mapping[str, str]
) -> Iterator[tuple[tuple[int, str], str]]:
    """Yield inputs with the heading most like them, the best pairs first; each heading serves once."""
    keys, headings, heard = list(wanted), list(free), list(free.values())
    # Row by row: the whole table at once would take numpy, which is not installed.
    best = sorted(
        (-score, row, column)
        for row, asked in enumerate(wanted.values())
        for _, score, column in process.extract(
            asked,
            heard,
            scorer=fuzz.token_sort_ratio,
            score_cutoff=ALIKE,
            limit=None,
        )
    )
    done: set[object] = set()
    for _, row, column in best:
        key, heading = keys[row], headings[column]
        if key not in done and heading not in done:
            done |= {key, heading}
            yield key, heading


def _asked(asked: Input) -> str:
    return _heard(asked.question.replace("{daerah}", "").replace("{tahun}", ""))


def _heard(text: str) -> str:
    return utils.default_process(text.replace("*", ""))


def _column(headings: Iterable[str], names: Iterable[str]) -> str | None:
    """Return the heading that is called so, by its whole name or behind its groups."""
    known = list(names)
    return next(
        (heading for name in known for heading in headings if name in map(plain, _tails(heading))),
        None,
    )


def _only(codes: Iterable[str]) -> Where:
    """Return the one region of a period; where there are several, a column has to be named."""
    known = sorted(set(codes))
    return Where(code=known[0]) if len(known) == 1 else Where(column="")


def _spelled(table: FileTable, column: str | None, names: Mapping[str, str]) -> dict[str, str]:
    """Return what is spelled otherwise in a column with the code of what it sounds like."""
    spelled: dict[str, str] = {}
    if column is None:
        return spelled
    for text in dict.fromkeys(row.cells[column] for row in table.rows if column in row.cells):
        if plain(text) in names:
            continue
        match = process.extractOne(
            _heard(text), list(names), scorer=fuzz.token_sort_ratio, score_cutoff=NAMED
        )
        if match is not None:
            spelled[text] = names[match[0]]
    return spelled


def _decimals(table: FileTable, columns: Iterable[str]) -> Decimals:
    """Return how figures that are text write a fraction, by those that can mean one thing only."""
    texts = [
        row.cells[column] for column in columns for row in table.rows[:200] if column in row.cells
    ]
    points = sum(1 for text in texts if POINT.fullmatch(text))
    return (
        Decimals.POINT
        if points > sum(1 for text in texts if COMMA.fullmatch(text))
        else Decimals.COMMA
    )
