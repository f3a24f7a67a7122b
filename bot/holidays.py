"""Indonesian holidays and cuti bersama, from the table that ships with the bot and a file of one's own."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from bot.terminal import phrase, problem_words
from flows.model.workdays import Calendar
from scoring.errors import InstrumentError, InstrumentProblem
from scoring.fields import Fields, Problems
from scoring.source import Scalar, parse_yaml

TABLE = Path(__file__).with_name("holidays.txt")
"""A line a year, made by `docs/official_holidays.py`; outside its years only weekends are off."""


class CalendarError(Exception):
    """A holiday file that cannot be used; one sentence, with file and line."""


@cache
def official() -> frozenset[date]:
    """Return every day off of the table."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    years = (line.partition(": ") for line in lines)
    return frozenset(
        date.fromisoformat(f"{year}-{day}") for year, _, days in years for day in days.split()
    )


@lru_cache(maxsize=8)
def _official(first: int, last: int) -> frozenset[date]:
    return frozenset(day for day in official() if first <= day.year <= last)


def calendar(today: date, own: Path | None = None) -> Calendar:
    """Return the working days from last year to the next. Raises CalendarError for a bad file.

    The file is read once, at the start. It names days that are `off` besides, and days that are `working`
    all the same: `off: [2027-03-12]`, `working: [2027-02-05]`.
    """
    off = _official(today.year - 1, today.year + 1)
    if own is None:
        return Calendar(off)
    more, working = _read(own)
    return Calendar(off | more, working)


@lru_cache(maxsize=4)
def _read(path: Path) -> tuple[frozenset[date], frozenset[date]]:
    try:
        node = parse_yaml(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise CalendarError(f"{path.name}: {error.strerror}") from None
    except InstrumentError as error:
        raise CalendarError(_located(error.problems[0])) from None
    problems = Problems()
    try:
        fields = Fields(node, problems, ("off", "working"), "the holiday file")
        days = [
            _days(fields, key, path) if key in fields else frozenset() for key in ("off", "working")
        ]
    except InstrumentError as error:
        raise CalendarError(_located(error.problems[0])) from None
    if problems.errors:
        raise CalendarError(_located(problems.errors[0]))
    return days[0], days[1]


def _located(problem: InstrumentProblem) -> str:
    what, fix = problem_words(problem)
    return f"{problem.file}:{problem.line}: {what} {fix}"


def _days(fields: Fields, key: str, path: Path) -> frozenset[date]:
    days = set()
    for node in fields.items(key):
        try:
            days.add(date.fromisoformat(node.text if isinstance(node, Scalar) else ""))
        except ValueError:
            fault = phrase(
                "{file}:{line}: a date of `{key}` is written 2027-03-12",
                file=path.name,
                line=node.line,
                key=key,
            )
            raise CalendarError(fault) from None
    return frozenset(days)
