"""Reads a form that came back, cell by cell, as it was typed; what a cell means is weighed elsewhere.

Columns are known by their titles and rows by their keys, so both may have been moved about. A row
becomes a `SheetRow`: `correction` is what stands in the cell to fill, `verdict` why it cannot be filled,
`sentence` the reason.
"""

from __future__ import annotations

from bot.reviewing.queue_reader import TOP, NoQueueError, text_of
from bot.roster.headings import plain
from bot.roster.opening import Grid, open_workbook
from flows.model.returned_sheet import SheetRow
from messages.export_words import words

READ = ("key", "given", "absence", "reason")


def read(content: bytes, file: str) -> tuple[SheetRow, ...]:
    """Return the rows that have a key, or something typed. Raises RosterError, NoQueueError."""
    texts = words()["form"]
    grids = open_workbook(content, file, (texts["guide"], texts["lists"]), plain=False)
    for grid in grids.values():
        head = _titles(grid)
        if head is not None:
            return _rows(grid, *head)
    raise NoQueueError


def _titles(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """Return the row of the titles, and where each column that is read stands."""
    titles = words()["columns"]["form"]
    known = {plain(titles[name]): name for name in READ}
    for at, values in enumerate(grid.rows[:TOP]):
        places = {
            known[title]: place
            for place, value in enumerate(values)
            if (title := plain(text_of(value))) in known
        }
        if len(places) == len(READ):
            return at, places
    return None


def _rows(grid: Grid, head: int, places: dict[str, int]) -> tuple[SheetRow, ...]:
    absences = {plain(word): code for code, word in words()["absences"].items()}
    rows = []
    for values in grid.rows[head + 1 :]:
        typed = {name: text_of(values[at]).strip() for name, at in places.items()}
        if not typed["key"] and not typed["given"]:
            continue  # a title, a signature
        absence = typed["absence"]
        rows.append(
            SheetRow(
                values[places["given"]].line.address,
                typed["key"],
                absences.get(plain(absence), absence),
                correction=typed["given"],
                sentence=typed["reason"],
            )
        )
    return tuple(rows)
