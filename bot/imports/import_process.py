"""Reads, tries and stores a file of answers in a process of its own, so that nobody who taps waits for it.

An order is a line of JSON on its standard input, behind it the bytes of the file; on its output are lines of
JSON: how far it is, at the end what came of it.
"""

from __future__ import annotations

import hashlib
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from msgspec import Struct

from bot.clock import parse
from bot.export.last_year import NotLastYearsError
from bot.imports import column_map, files, suggesting
from bot.imports.answer_file_reader import FileAnswers
from bot.imports.column_map import Form
from bot.imports.place_names import Places
from bot.imports.storing import ImportAuthor, ImportSource, Result, store
from bot.portable import politely
from bot.storage.database import connect
from bot.storage.roster import Roster, read_roster
from bot.storage.setup import rehearsal
from flows.contact.form_weighing import FormConflict
from flows.model.facts import VALUE, Unit
from scoring import InstrumentError
from scoring.errors import InstrumentProblem

LISTED = 5_000
"""Answers that are told one by one as refused."""
ImportReport = dict[str, Any]


class ImportOrder(Struct, frozen=True):
    """What is to be done: `look`, `try` or `store`; the map is a text, or None where none is known yet."""

    what: str
    database: str
    period: str
    province: str
    name: str
    caption: str
    map: str | None
    now: str
    zone: str
    author: ImportAuthor | None = None


def look(order: ImportOrder, file: Path, roster: Roster, places: Places) -> ImportReport:
    """Return what a file is, with the map that its headings suggest."""
    form = files.form_of(file)
    proposed = files.suggested(file, places)
    made = proposed.map
    if form is Form.SCORE:
        meant = places.region(order.caption)
        if meant is None and len(places.own_regions()) > 1:
            return {"why": "no_region", "known": [region.name for region in places.own_regions()]}
        made = (
            column_map.Map(Form.SCORE, region=column_map.Where(code=meant.code)) if meant else made
        )
    if form is Form.TABLE and not made.answers:
        return {"why": "no_columns"}
    report: ImportReport = {"form": str(form), "map": column_map.as_text(made), "headings": ""}
    if form is Form.TABLE:
        known = [roster.period.instrument.code, made.sheet or "", *proposed.headings]
        report["headings"] = hashlib.sha256("\n".join(known).encode()).hexdigest()
        report |= _columns(proposed, roster)
    return report


def _columns(proposed: suggesting.Suggestion, roster: Roster) -> ImportReport:
    made, columns = proposed.map, []
    for no, by_key in made.answers.items():
        indicator = roster.period.instrument.indicator(no)
        names = {question.code: question.name for question in indicator.inputs}
        for key, heading in by_key.items():
            what = names.get(key) or {VALUE: "value"}.get(key, key)
            columns.append([heading, no, indicator.name, what])
    return {
        "columns": columns,
        "region": made.region.column or made.region.code or "",
        "office": made.office.column or made.office.code or "",
        "unused": list(proposed.unused),
        "missing": len(proposed.missing),
        "rows": proposed.rows,
    }


def stored(
    connection: sqlite3.Connection,
    order: ImportOrder,
    content: bytes,
    roster: Roster,
    answers: FileAnswers,
) -> ImportReport:
    """Store what is sound (a rehearsal keeps nothing), saying how far it is; return what came of it."""
    assert order.map is not None
    source = ImportSource(
        order.name,
        hashlib.sha256(content).hexdigest(),
        hashlib.sha256(order.map.encode()).hexdigest(),
        order.author,
    )
    now = parse(order.now).astimezone(ZoneInfo(order.zone))
    result = store(connection, roster, answers.by_unit, source, now, is_at)
    refused = [*_refused(roster, result), *_unplaced(answers)]
    return {
        "new": sum(1 for _, one in result.taken if one.before is None),
        "changed": sum(1 for _, one in result.taken if one.before is not None),
        "same": result.same,
        "flagged": sum(1 for _, one in result.taken if one.change.flags),
        "offices": len({unit.id for unit, _ in result.taken}),
        "refused": refused[:LISTED],
        "unlisted": len(refused[LISTED:]),
        "entry": result.entry,
        "base": roster.period.instrument.hash,
    }


def _refused(roster: Roster, result: Result) -> Iterator[ImportReport]:
    for unit, conflict in result.refused:
        yield {
            "place": conflict.cell,
            "why": conflict.why,
            "unit": _who(roster, unit),
            "indicator": conflict.indicator or "",
            "params": _params(conflict),
        }


def _params(conflict: FormConflict) -> ImportReport:
    """Return what words a refusal, as JSON has it: figures as people write them."""
    return {
        key: f"{one:f}".replace(".", ",") if isinstance(one, Decimal) else str(one)
        for key, one in conflict.params.items()
    }


def _unplaced(answers: FileAnswers) -> Iterator[ImportReport]:
    for row in answers.unplaced:
        yield {"place": row.place, "why": row.why, "params": dict(row.params)}


def _who(roster: Roster, unit: Unit) -> str:
    return f"{roster.regions[unit.region_id].name}, {unit.short}"


def is_at(percent: int) -> None:
    """Say how far it is."""
    _say({"percent": percent})


def _say(answer: ImportReport) -> None:
    sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
    sys.stdout.buffer.flush()


def answered(order: ImportOrder, content: bytes) -> ImportReport:
    """Return what came of an order, or what is wrong in the file or its map."""
    path = Path(order.database)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(connect(path) if order.what == "store" else rehearsal(path)) as connection,
    ):
        file = Path(folder) / f"berkas{Path(order.name).suffix.lower()}"
        file.write_bytes(content)
        roster = read_roster(connection, order.period)
        assert roster is not None, order.period
        places = Places(roster, order.province)
        try:
            if order.what == "look":
                return look(order, file, roster, places)
            assert order.map is not None
            root = column_map.read_map(order.map, "peta")
            return stored(connection, order, content, roster, files.read(file, root, places))
        except InstrumentError as error:
            of_map = any(problem.file == "peta" for problem in error.problems)
            return {"wrong": [_problem(problem) for problem in error.problems], "of_map": of_map}
        except NotLastYearsError:
            return {"why": "no_export"}


def _problem(problem: InstrumentProblem) -> ImportReport:
    params = {key: str(value) for key, value in problem.params.items()}
    line = problem.line if problem.line > 1 or problem.file == "peta" else None
    return {"code": str(problem.code), "line": line, "nearest": problem.nearest, "params": params}


def main() -> None:
    """Do the one order of standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the bot ends this one
    head = orjson.loads(sys.stdin.buffer.readline())
    author = head.pop("author")
    order = ImportOrder(**head, author=ImportAuthor(**author) if author else None)
    if order.what != "store":
        politely()  # whoever holds the lock of the database does not wait for others
    _say(answered(order, sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
