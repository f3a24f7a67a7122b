"""What can be exported of a period: tables by name, those that go together, what a file says of itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from bot.export import answers_table, log_table, reminders_table, results_table
from bot.export.export_scope import ExportScope
from bot.export.offices_by_region import by_region
from bot.export.table import Table, TableCell
from messages.export_words import words


class What(StrEnum):
    """What is exported."""

    LOG = "log"
    REMINDERS = "reminders"
    ANSWERS = "answers"
    RESULTS = "results"
    RIGHTS = "rights"
    RATINGS = "ratings"


class ExportFormat(StrEnum):
    """The kind of file."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


TOTALS = (What.RESULTS, What.RIGHTS, What.RATINGS)
FOR_PEOPLE = (ExportFormat.XLSX, ExportFormat.CSV)
BESIDE = {
    What.LOG: (What.REMINDERS,),
    What.ANSWERS: TOTALS,
    What.RESULTS: (What.RIGHTS, What.RATINGS),
}
"""What a workbook holds besides: reminders beside the log, totals beside the answers."""


def tables(
    connection: sqlite3.Connection,
    scope: ExportScope,
    what: What,
    format_: ExportFormat,
    *,
    everyone: bool,
) -> list[Table]:
    """Return the table, and in a workbook those beside it; codes are for programs only."""
    wanted = [what]
    if format_ is ExportFormat.XLSX:
        wanted += [one for one in BESIDE.get(what, ()) if not unfit(scope, one)]
    counted = results_table.Totals(scope)
    needed = any(one in TOTALS for one in wanted)
    if needed and what in TOTALS:
        for board in by_region(connection, scope):
            counted.add(board)
    seen = counted.add if needed else lambda _: None
    make: dict[What, Callable[[], Table]] = {
        What.LOG: lambda: log_table.table(connection, scope, everyone=everyone),
        What.REMINDERS: lambda: reminders_table.table(connection, scope),
        What.ANSWERS: lambda: answers_table.table(
            connection, scope, seen, coded=format_ not in FOR_PEOPLE
        ),
        What.RESULTS: counted.results,
        What.RIGHTS: counted.rights,
        What.RATINGS: counted.ratings,
    }
    made = [make[one]() for one in wanted]  # totals stand behind the answers that count them
    return [table.for_people() for table in made] if format_ in FOR_PEOPLE else made


def unfit(scope: ExportScope, what: What) -> str | None:
    """Return the first narrowing that a table does not know: totals are of regions, reminders of offices."""
    known = {
        What.LOG: ("unit_id", "right", "state", "since", "until"),
        What.ANSWERS: ("unit_id", "right", "state", "since", "until"),
        What.REMINDERS: ("unit_id", "since", "until"),
        What.RIGHTS: ("right",),
    }.get(what, ())
    names = ("unit_id", "right", "state", "since", "until")
    return next(
        (name for name in names if getattr(scope, name) is not None and name not in known), None
    )


def about(
    scope: ExportScope, what: What, made: Sequence[Table], now: datetime
) -> list[tuple[str, TableCell]]:
    """Return what a workbook says of itself."""
    texts, period = words()["about"], scope.roster.period
    region = scope.roster.regions.get(scope.region_id or 0)
    unit = scope.roster.units.get(scope.unit_id or 0)
    narrowed = (
        (texts["unit"], unit.short if unit else None),
        (texts["right"], period.instrument.right(scope.right).name if scope.right else None),
        (texts["state"], words()["states"][scope.state] if scope.state else None),
    )
    return [
        (texts["what"], words()["sheets"][what]),
        (texts["period"], period.code),
        *(((texts["trial"], texts["trial_is"]),) if period.trial else ()),
        (texts["institution"], period.institution),
        (texts["region"], region.name if region else texts["all"]),
        *((name, value) for name, value in narrowed if value),
        (texts["since"], scope.since),
        (texts["until"], scope.until),
        (texts["names"], texts["names_shown" if scope.names else "names_hidden"]),
        (texts["made"], now.astimezone(scope.zone)),
        *((f"{texts['rows']}: {table.name}", len(table.rows)) for table in made),
    ]


def described(scope: ExportScope, what: What, now: datetime) -> dict[str, TableCell]:
    """Return what a JSON document says of itself, by stable keys."""
    period = scope.roster.period
    region = scope.roster.regions.get(scope.region_id or 0)
    unit = scope.roster.units.get(scope.unit_id or 0)
    return {
        "what": what.value,
        "period": period.code,
        "trial": period.trial,
        "data_year": period.data_year,
        "institution": period.institution,
        "instrument": period.instrument.code,
        "instrument_hash": period.instrument.hash,
        "region_code": region.code if region else None,
        "unit_code": unit.code if unit else None,
        "right_code": scope.right,
        "state_code": scope.state,
        "since": scope.since,
        "until": scope.until,
        "names": scope.names,
        "made_at": now.astimezone(scope.zone),
    }
