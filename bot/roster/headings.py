"""Where the columns of a sheet stand, with titles above them and columns of one's own between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bot.roster.columns import RosterSheet, layout
from bot.roster.opening import Value, beside
from bot.roster.roster_problems import RosterProblems, own
from scoring.errors import nearest

HIGHEST, TITLES = 20, 3
"""The headings stand within so many rows; a row above them with more cells than that is no title."""
SheetValues = Sequence[tuple[Value, ...]]


class Head(Struct, frozen=True):
    """The place of each column by its title, the columns without a heading, and the first row below."""

    columns: dict[str, int]
    strays: set[int]
    below: int


def plain(text: str) -> str:
    """Return the text in small letters and single spaces, in which titles are compared."""
    return " ".join(text.casefold().split())


def heads(sheet: RosterSheet, note: str, rows: SheetValues, problems: RosterProblems) -> Head:
    """Return the head of a table: its first row, or the first in which several titles stand.

    A double and a missing title are problems, and a strange one that may be meant for one that is
    missing; any other is passed over with its cells.
    """
    known = {plain(title): column.title for column in sheet.columns for title in column.titles}
    known[plain(note)] = note
    at = next(
        (
            number
            for number, row in enumerate(rows[:HIGHEST])
            if sum(_text(one) in known for one in row) > 1
        ),
        0,
    )
    _above(sheet, rows[:at], problems)
    columns: dict[str, int] = {}
    strange: list[Value] = []
    for place, value in enumerate(rows[at]):
        title = known.get(_text(value))
        if title is None:
            strange += [value] if value.content is not None else []
        elif title in columns:
            first = rows[at][columns[title]].line
            problems.add(own("twice"), value.node, key=title, first=first)
        else:
            columns[title] = place
    missing = [column for column in sheet.columns if column.title not in columns]
    _tell(sheet, rows[at][0], strange, [column.title for column in missing], problems)
    empty = {place for place, value in enumerate(rows[at]) if value.content is None}
    return Head(columns, empty, at + 1)


def _tell(
    sheet: RosterSheet,
    corner: Value,
    strange: list[Value],
    missing: list[str],
    problems: RosterProblems,
) -> None:
    needed = [
        column.title for column in sheet.columns if column.required and column.title in missing
    ]
    for title in needed:
        problems.add(own("missing_column"), corner.node, name=title, sheet=sheet.name)
    allowed = ", ".join(column.title for column in sheet.columns)
    for value in strange:
        text = str(value.content)
        close = nearest(text, missing)
        code = own("unknown_column" if close or needed else "passed_column")
        problems.add(code, value.node, close, text=text, sheet=sheet.name, allowed=allowed)


def pairs(
    sheet: RosterSheet, rows: SheetValues, problems: RosterProblems
) -> Iterator[tuple[Value, Value]]:
    """Yield names with their values: below their headings where those stand, else in columns A and B."""
    titles = [plain(heading) for heading in sheet.headings[:2]]
    start, left, right = 0, 0, 1
    for row_no, row in enumerate(rows[:HIGHEST]):
        texts = [_text(one) for one in row]
        if titles[0] in texts:
            start, left = row_no + 1, texts.index(titles[0])
            right = texts.index(titles[1]) if titles[1] in texts else left + 1
            _above(sheet, rows[:row_no], problems)
            break
    for row in rows[start:]:
        name = row[left]
        value = row[right] if right < len(row) else beside(name)
        if name.content is not None or value.content is not None:
            yield name, value


def _above(sheet: RosterSheet, rows: SheetValues, problems: RosterProblems) -> None:
    """Pass over titles above the headings; report a row with more in it."""
    for row in rows:
        filled = [value for value in row if value.content is not None]
        if len(filled) > TITLES:
            problems.add(own("above_headings"), filled[0].node, sheet=sheet.name)


def is_roster_table(content: bytes) -> bool:
    """Tell whether bytes are a table as text, whose first line holds titles of ours."""
    line = content[:4000].decode("utf-8-sig", "replace").lstrip().partition("\n")[0]
    known = {
        plain(title)
        for sheet in layout().tables
        for column in sheet.columns
        for title in column.titles
    }
    return any(
        sum(plain(one.strip(' "')) in known for one in line.split(mark)) > 1 for mark in ";,\t"
    )


def _text(value: Value) -> str:
    return plain(str(value.content or ""))
