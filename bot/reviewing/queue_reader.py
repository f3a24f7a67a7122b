"""Reads a returned queue cell by cell: verdicts, reasons, figures and sentences as they were typed.

Columns are known by their titles and rows by their keys, so both may have been moved about; whether a row
means anything is weighed elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.roster.headings import plain
from bot.roster.opening import Value, open_workbook
from flows.model.returned_sheet import SheetRow
from messages.export_words import words

TYPED = ("verdict", "seen", "code", "correction", "sentence")
TOP = 40
"""Rows among which the titles are looked for."""


class NoQueueError(Exception):
    """A workbook that is no queue of ours."""


def read(content: bytes, file: str) -> tuple[SheetRow, ...]:
    """Return the rows that have a key, or something typed. Raises RosterError, NoQueueError."""
    texts = words()["review"]
    grids = open_workbook(content, file, (texts["guide"], texts["files"]))
    grid = grids.get(texts["queue"])
    if grid is None or not grid.rows:
        raise NoQueueError
    head = next((at for at, one in enumerate(grid.rows[:TOP]) if _is_head(_columns(one))), None)
    if head is None:
        raise NoQueueError
    columns = _columns(grid.rows[head])
    rows = []
    for values in grid.rows[head + 1 :]:
        typed = {name: text_of(values[at]) for name, at in columns.items()}
        if typed["key"] or any(typed.get(name) for name in TYPED):
            rows.append(_row(typed, values[columns["verdict"]]))
    return tuple(rows)


def _is_head(columns: Mapping[str, int]) -> bool:
    return "key" in columns and "verdict" in columns


def _columns(row: Sequence[Value]) -> dict[str, int]:
    """Return where each column that is read stands, by its title."""
    titles = words()["columns"]["review"]
    known = {plain(titles[name]): name for name in ("key", *TYPED)}
    return {
        known[title]: at
        for at, value in enumerate(row)
        if (title := plain(text_of(value))) in known
    }


def _row(typed: Mapping[str, str], place: Value) -> SheetRow:
    texts = words()["review"]
    verdicts = {plain(word): code for code, word in texts["verdicts"].items()}
    verdict = typed["verdict"]
    return SheetRow(
        place.line.address,
        typed["key"],
        verdicts.get(plain(verdict), verdict),
        seen=plain(typed.get("seen", "")) in (words()["yes"], "y", "v", "x", "✓", "✔"),
        code=typed.get("code", ""),
        correction=typed.get("correction", ""),
        sentence=typed.get("sentence", ""),
    )


def text_of(value: Value) -> str:
    """Return what a cell says as somebody would type it: a decimal comma, no thousands."""
    content = value.content
    match content:
        case None:
            return ""
        case bool():
            return str(words()["yes" if content else "no"])
        case float():
            return format(Decimal(repr(content)), "f").replace(".", ",")
        case _:
            return str(content)
