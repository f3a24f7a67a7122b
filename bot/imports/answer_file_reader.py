"""The answers of a file by office, as somebody would type them, and the rows of which nobody is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from bot.export.last_year import Cells, lines
from bot.imports.cells import as_typed, figure
from bot.imports.column_map import ABSENCE, REASON, Decimals, Map, Where
from bot.imports.place_names import Places
from bot.imports.tables import FileRow, FileTable, as_text
from bot.roster.headings import plain
from flows.contact.draft_answers import draft_inputs
from flows.contact.importing import ImportedAnswer
from flows.model.facts import VALUE, Region, Unit
from messages.export_words import words
from scoring import Absence, Answer, Indicator
from scoring.answers import read_answers
from scoring.errors import nearest

Unknown = Literal[
    "no_region", "no_office", "no_region_code", "no_office_code", "no_question", "no_owner"
]
"""Why a row, or an answer, has nobody whose it is."""


class Unplaced(Struct, frozen=True):
    """A row, or one answer, of which nobody is known here."""

    place: str
    why: Unknown
    params: Mapping[str, str] = field(default_factory=dict)


class FileAnswers(Struct):
    """What a file gives, by the number of the office."""

    by_unit: dict[int, list[ImportedAnswer]] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)

    def add(self, unit: Unit, given: ImportedAnswer) -> None:
        """Keep one answer."""
        self.by_unit.setdefault(unit.id, []).append(given)


def of_table(table: FileTable, made: Map, places: Places) -> FileAnswers:
    """Read the rows of a table by its map."""
    answers = FileAnswers()
    absences = _absences(made.absences)
    indicators = {indicator.no: indicator for indicator in places.roster.period.instrument}
    wanted = [(indicators[no], columns) for no, columns in made.answers.items()]
    for row in table.rows:
        given = [
            one
            for indicator, columns in wanted
            if (one := _given(table, row, indicator, columns, made.decimals, absences))
        ]
        if not given:
            continue
        unit = _unit(table, row, made, places)
        if isinstance(unit, Unplaced):
            answers.unplaced.append(unit)
            continue
        for answer in given:
            answers.add(unit, answer)
    return answers


def _given(
    table: FileTable,
    row: FileRow,
    indicator: Indicator,
    columns: Mapping[str, str],
    decimals: Decimals,
    absences: Mapping[str, str],
) -> ImportedAnswer | None:
    """Return one answer of a row; None where its cells stand empty."""
    filled = {key: heading for key, heading in columns.items() if heading in row.cells}
    if not filled:  # of a nation's cells nearly all
        return None
    typed = {key: row.cells[heading] for key, heading in filled.items()}
    figures = {
        question.code: as_typed(question, typed[question.code], decimals)
        for question in indicator.inputs
        if question.code in typed
    }
    absence = absences.get(plain(typed.get(ABSENCE, "")), typed.get(ABSENCE, ""))
    value = figure(typed.get(VALUE, ""), decimals)
    if not (figures or value or absence):
        return None
    cells = {key: table.place(row, heading) for key, heading in filled.items()}
    cell = next(iter(cells.values()))
    return ImportedAnswer(indicator.no, cell, figures, value, absence, typed.get(REASON, ""), cells)


def _absences(spelled: Mapping[str, str]) -> dict[str, str]:
    """Return the code of each absence by what files call it; "there is a figure" is none."""
    known = {plain(text): code for code, text in words()["absences"].items()}
    codes = {str(absence): str(absence) for absence in Absence}
    return {
        "ada": "",
        "": "",
        **known,
        **codes,
        **{plain(key): one for key, one in spelled.items()},
    }


def _unit(table: FileTable, row: FileRow, made: Map, places: Places) -> Unit | Unplaced:
    """Return whose row it is, or why nobody is known."""
    text = _text(row.cells, made.region)
    region = places.region(made.regions.get(text, text))
    if region is None:
        close = nearest(text, (one.name for one in places.own_regions()))
        place = table.place(row, made.region.column)
        return Unplaced(place, "no_region", {"text": text, "near": close or ""})
    text = _text(row.cells, made.office)
    unit = places.unit(region, made.offices.get(text, text))
    if unit is None:
        close = nearest(text, places.office_names([region]))
        params = {"region": region.name, "text": text, "near": close or ""}
        return Unplaced(table.place(row, made.office.column), "no_office", params)
    return unit


def _text(cells: Mapping[str, str], where: Where) -> str:
    return where.code or cells.get(where.column or "", "")


def of_export(path: Path, places: Places) -> FileAnswers:
    """Read what `peduli-ham export --what answers` wrote. Raises NotLastYearsError."""
    answers = FileAnswers()
    names: dict[int, dict[str, Indicator]] = {}
    absences = _absences({})
    for line, cells in lines(path, places.roster.period.data_year):
        if not any(cells.get(key) not in (None, "") for key in ("absence", "value", "input_1")):
            continue
        owner = _owner(cells, str(line), places)
        if isinstance(owner, Unplaced):
            answers.unplaced.append(owner)
            continue
        region, unit = owner
        known = names.setdefault(
            region.id, {one.name: one for one in places.roster.instrument_of(region.id)}
        )
        indicator = known.get(str(cells["name"]))
        if indicator is None:
            text = {"text": str(cells["name"])}
            answers.unplaced.append(Unplaced(str(line), "no_question", text))
            continue
        answers.add(unit, _exported(indicator, cells, str(line), absences))
    return answers


def _owner(cells: Cells, line: str, places: Places) -> tuple[Region, Unit] | Unplaced:
    code = str(cells["region_code"])
    region = places.region(code)
    if region is None:
        return Unplaced(line, "no_region_code", {"text": code})
    code = str(cells["unit_code"])
    unit = places.unit(region, code)
    if unit is None:
        return Unplaced(line, "no_office_code", {"region": region.name, "text": code})
    return region, unit


def _exported(
    indicator: Indicator, cells: Cells, line: str, absences: Mapping[str, str]
) -> ImportedAnswer:
    reason = as_text(cells.get("reason"))
    if absence := as_text(cells.get("absence")):
        code = absences.get(plain(absence), absence)
        return ImportedAnswer(indicator.no, line, absence=code, reason=reason)
    figures = dict(_inputs(indicator, cells))
    value = "" if figures else _typed(cells.get("value"))
    return ImportedAnswer(indicator.no, line, figures, value)


def _inputs(indicator: Indicator, cells: Cells) -> Iterator[tuple[str, str]]:
    by_name = {question.name: question for question in indicator.inputs}
    for place in range(1, 1 + len(indicator.inputs)):
        asked = by_name.get(str(cells.get(f"input_{place}_name")))
        text = _typed(cells.get(f"input_{place}"))
        if asked is not None and text:
            yield asked.code, as_typed(asked, text, Decimals.POINT)


def _typed(content: Any) -> str:
    return figure(as_text(content), Decimals.POINT)


def of_score(path: Path, made: Map, places: Places) -> FileAnswers:
    """Read a file of `score`: the answers of a region, or of the office that the map names."""
    answers = FileAnswers()
    region = places.region(made.region.code or "")
    if region is None:
        return answers
    instrument = places.roster.instrument_of(region.id)
    own = places.unit(region, made.office.code) if made.office.code else None
    for no, response in read_answers(path, instrument).items():
        place, unit = f"answers.{no}", own or places.sole_owner(region, no)
        if unit is None or len(response.parts) != 1:
            answers.unplaced.append(Unplaced(place, "no_owner"))
            continue
        answers.add(unit, _scored(instrument.indicator(no), response.parts[0], place))
    return answers


def _scored(indicator: Indicator, answer: Answer, place: str) -> ImportedAnswer:
    if answer.absence is not None:
        return ImportedAnswer(indicator.no, place, absence=str(answer.absence))
    if answer.value is not None:
        return ImportedAnswer(indicator.no, place, value=as_text(answer.value))
    by_code = {question.code: question for question in indicator.inputs}
    figures = {
        code: as_typed(by_code[code], text, Decimals.POINT)
        for code, text in draft_inputs(answer).items()
    }
    return ImportedAnswer(indicator.no, place, figures)
