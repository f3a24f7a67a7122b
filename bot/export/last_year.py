"""Last year's answers from what `peduli-ham export` wrote (CSV, JSON, XLSX), or from its database.

Offices and questions that this period no longer has are left out and counted; a figure that does not read is
a problem with its line. Questions are known by their names: their numbers may have changed.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any, assert_never

import orjson
from msgspec import Struct

from bot.export import answers_table as export
from bot.export.export_scope import ExportScope
from bot.export.table import FORMULA
from bot.media import one_sheet
from bot.roster.previous_answers_file import PreviousAnswerRow, PreviousAnswersFile
from bot.roster.roster_problems import RosterError, RosterProblems, own
from bot.storage import periods
from bot.storage.migrations import pending
from bot.storage.roster import Roster, read_roster
from bot.storage.setup import open_existing
from bot.terminal import phrase
from flows.model.answer_state import Previous
from flows.model.facts import Region, Unit
from messages.export_words import words
from scoring import Indicator, Input, InputKind
from scoring.answers import read_answer
from scoring.question_kinds import is_figure
from scoring.source import Mapping as Group
from scoring.source import Node, Scalar, Sequence

SQLITE = b"SQLite format 3\x00"
ENDINGS = (".csv", ".json", ".jsonl", ".xlsx")
NEEDED = ("region_code", "unit_code", "name", "absence", "value")
Cells = Mapping[str, Any]


class NotLastYearsError(Exception):
    """What was given is no export, or no database of that year; says what would be."""


class LastYearAnswers(Struct, frozen=True):
    """What an export or a database gave, and how many answers of it this period has no place for."""

    answers: PreviousAnswersFile
    left_out: int


def is_export(path: Path) -> bool:
    """Tell whether a file is an export or a database, and no YAML."""
    if path.suffix.lower() in ENDINGS:
        return True
    with path.open("rb") as file:
        return file.read(len(SQLITE)) == SQLITE


def read_export(path: Path, roster: Roster) -> LastYearAnswers:
    """Read it against the open period. Raises RosterError, or NotLastYearsError."""
    year = roster.period.data_year - 1
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    problems = RosterProblems()
    rows, left_out = list[PreviousAnswerRow](), 0
    for line, cells in lines(path, year):
        if not any(cells.get(key) not in (None, "") for key in ("absence", "value", "input_1")):
            continue  # nobody had answered
        place = _place(cells, roster)
        if place is None:
            left_out += 1
            continue
        region, unit, indicator = place
        parts = len(roster.owners[region.id, indicator.no])
        node = _node(indicator, cells, str(path), line, parts)
        answer = read_answer(node, indicator, problems, parts=parts)
        rows.append(PreviousAnswerRow(region, unit, indicator.no, Previous(year, answer)))
    if not rows and not problems.errors:
        problems.add(own("nothing_in"), Scalar(str(path), 1, ""), key=path.name)
    if problems.errors:
        raise RosterError(problems.noted)
    return LastYearAnswers(PreviousAnswersFile(digest, year, tuple(rows)), left_out)


def lines(path: Path, year: int) -> Iterator[tuple[int, Cells]]:
    """Yield the rows by the stable keys of an export, with their lines."""
    match path.suffix.lower():
        case ".jsonl":
            for number, text in enumerate(path.read_bytes().splitlines(), 1):
                yield number, _of_json(path, number, text)
        case ".json":
            for number, row in enumerate(_of_document(path), 1):
                yield number, _named(path, number, row)
        case ".csv":
            reader = csv.reader(StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
            yield from _titled(path, ((reader.line_num, tuple(map(_typed, row))) for row in reader))
        case ".xlsx":
            yield from _titled(path, _of_sheet(path))
        case _:
            yield from _of_database(path, year)


def _of_json(path: Path, number: int, text: bytes) -> Cells:
    try:
        return _named(path, number, orjson.loads(text))
    except orjson.JSONDecodeError:
        return _named(path, number, None)


def _of_document(path: Path) -> list[Any]:
    """Return the rows of one JSON document, which says beside them what it is."""
    try:
        document = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise NotLastYearsError(
            phrase(
                "{path}:{line}: no JSON: {error}.", path=path, line=error.lineno, error=error.msg
            )
        ) from None
    rows = document.get("rows") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise NotLastYearsError(
            phrase(
                "{path}: has no `rows`. `peduli-ham export --what answers --format json` writes them.",
                path=path,
            )
        )
    return rows


def _named(path: Path, number: int, cells: Any) -> Cells:
    if not isinstance(cells, dict) or any(key not in cells for key in NEEDED):
        kind = path.suffix.lower().lstrip(".")
        raise NotLastYearsError(
            phrase(
                "{path}:{number}: no row of `peduli-ham export --what answers --format {kind}`.",
                path=path,
                number=number,
                kind=kind,
            )
        )
    return cells


def _of_sheet(path: Path) -> Iterator[tuple[int, tuple[Any, ...]]]:
    name = words()["sheets"]["answers"]
    try:
        read = one_sheet.read(path.read_bytes(), name)
    except one_sheet.NotReadError as error:
        raise NotLastYearsError(
            phrase("{path}: cannot be read: {error}.", path=path, error=error)
        ) from None
    except one_sheet.NoSheetError:
        raise NotLastYearsError(
            phrase(
                "{path}: has no sheet “{name}”. `peduli-ham export --what answers` writes one.",
                path=path,
                name=name,
            )
        ) from None
    yield from ((line, tuple(row)) for line, row in enumerate(read.rows, 1))


def _of_database(path: Path, year: int) -> Iterator[tuple[int, Cells]]:
    with closing(open_existing(path)) as connection:
        if pending(connection):
            raise NotLastYearsError(
                phrase(
                    "{path}: made by an older program. Start the bot with it once, then try again.",
                    path=path,
                )
            )
        connection.execute("BEGIN")
        known = periods.codes(connection)
        roster = read_roster(connection, known[year]) if year in known else None
        if roster is None:
            years = ", ".join(map(str, sorted(known))) or phrase("none")
            raise NotLastYearsError(
                phrase(
                    "{path}: holds no period about {year}. It has: {years}.",
                    path=path,
                    year=year,
                    years=years,
                )
            )
        answered = export.table(connection, ExportScope(roster, UTC))
        keys = [column.key for column in answered.columns]
        for number, row in enumerate(answered.rows, 1):
            yield number, dict(zip(keys, row, strict=True))


def _titled(path: Path, rows: Iterable[tuple[int, tuple[Any, ...]]]) -> Iterator[tuple[int, Cells]]:
    """Yield rows under the keys that their titles stand for."""
    lines = iter(rows)
    titles = [str(title or "") for title in next(lines, (1, ()))[1]]
    columns: dict[str, str] = words()["columns"]["answers"]
    by_title = {title: key for key, title in columns.items()}
    for place in range(1, len(titles)):
        by_title[columns["input"].format(place=place)] = f"input_{place}"
        by_title[columns["input_name"].format(place=place)] = f"input_{place}_name"
    keys = [by_title.get(title, "") for title in titles]
    missing = [columns[key] for key in NEEDED if key not in keys]
    if missing:
        raise NotLastYearsError(
            phrase(
                "{path}:1: the column “{column}” is missing. `peduli-ham export --what answers` writes it.",
                path=path,
                column=missing[0],
            )
        )
    for line, row in lines:
        yield line, dict(zip(keys, row, strict=False))


def _typed(text: str) -> str:
    """Return a cell of a CSV as it was before it was kept from being a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _place(cells: Cells, roster: Roster) -> tuple[Region, Unit, Indicator] | None:
    """Return whose answer it is and to what; None where this period has no such place."""
    for region in roster.regions.values():
        if region.code != str(cells["region_code"]):
            continue
        indicator = next(
            (one for one in roster.instrument_of(region.id) if one.name == cells["name"]), None
        )
        owners = roster.owners.get((region.id, indicator.no), ()) if indicator else ()
        for unit_id in owners:
            unit = roster.units[unit_id]
            if indicator is not None and unit.code == str(cells["unit_code"]):
                return region, unit, indicator
    return None


def _node(indicator: Indicator, cells: Cells, file: str, line: int, parts: int) -> Node:
    """Return the answer of a row in the form of a file of answers."""

    def group(values: dict[str, Node]) -> Node:
        return Group(
            file, line, tuple((Scalar(file, line, key), one) for key, one in values.items())
        )

    if absence := cells.get("absence"):
        codes = {text: code for code, text in words()["absences"].items()}
        return group({"absence": Scalar(file, line, codes.get(absence, str(absence)))})
    corrected = cells.get("verified_value")
    ready = corrected not in (None, "") and str(corrected) != str(cells["value"]) and parts == 1
    given: dict[str, Node] = {}
    for place in range(1, 1 + len(indicator.inputs)):
        name, value = cells.get(f"input_{place}_name"), cells.get(f"input_{place}")
        asked = next((question for question in indicator.inputs if question.name == name), None)
        if asked is not None and value not in (None, ""):
            given[asked.code] = _value(asked, value, file, line)
    if not given or (ready and all(is_figure(question.kind) for question in indicator.inputs)):
        value = corrected if ready else cells["value"]
        return group({"value": _scalar(value, file, line)})
    return group(given)


def _value(asked: Input, value: Any, file: str, line: int) -> Node:
    codes = {option.text: option.code for option in asked.options}
    match asked.kind:
        case InputKind.CHOICES:
            items = [Scalar(file, line, codes.get(one, one)) for one in str(value).split("; ")]
            return Sequence(file, line, tuple(items))
        case InputKind.CHOICE:
            return Scalar(file, line, codes.get(str(value), str(value)))
        case InputKind.YES_NO | InputKind.DOCUMENT:
            is_yes = value is True or value == words()["yes"]
            return Scalar(file, line, "true" if is_yes else "false", "bool")
        case InputKind.COUNT | InputKind.AMOUNT:
            return _scalar(value, file, line)
        case _:
            assert_never(asked.kind)


def _scalar(value: Any, file: str, line: int) -> Scalar:
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return Scalar(file, line, text, "float" if "." in text else "int")
