"""Forms, written by the real writer, filled in as a contact does, and read by the real reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openpyxl.workbook import Workbook

from bot.forms import form_workbook
from bot.forms.form_reader import read
from flows.model.outcome import Message, SentDocument
from flows.model.returned_sheet import SheetRow
from messages import drawing
from messages.export_words import words
from tests.flows.sheets import opened, saved

Typed = Mapping[str, Mapping[str, object]]
"""By the end of a row's key (`1.0.kematian_ibu`, or `1`): what is typed there, by the keys of the columns."""


def newest(messages: Iterable[Message]) -> bytes:
    """Return the bytes of the newest form that was sent."""
    forms = [one for one in messages if isinstance(one, SentDocument) and one.made == "form"]
    return form_workbook(drawing.figures(forms[-1].view))


def columns(book: Workbook) -> tuple[int, dict[str, int]]:
    """Return the row of the headings, and where each column stands, by its key."""
    titles = {title: key for key, title in words()["columns"]["form"].items()}
    for cells in book["Formulir"].iter_rows(max_row=20):
        positions = {titles[str(cell.value)]: cell.column for cell in cells if cell.value in titles}
        if len(positions) > 5:
            return cells[0].row, positions
    raise AssertionError("no headings")


def keyed(book: Workbook) -> dict[str, int]:
    """Return the row of each input, by number and code."""
    _, places = columns(book)
    rows = {}
    for cells in book["Formulir"].iter_rows():
        key = str(cells[places["key"] - 1].value)
        if key.count(".") == 5:
            _, _, _, no, _, code = key.split(".")
            rows[f"{no}.{code}"] = cells[0].row
    return rows


def filled(content: bytes, typed: Typed) -> bytes:
    """Return the form with what is typed in its rows."""
    book = opened(content)
    sheet, (_, places), rows = book["Formulir"], columns(book), keyed(book)
    for key, cells in typed.items():
        for name, value in cells.items():
            sheet.cell(rows[key], places[name]).value = value  # type: ignore[assignment]
    return saved(book)


def rows(content: bytes, typed: Typed | None = None) -> tuple[SheetRow, ...]:
    return read(filled(content, typed or {}), "formulir.xlsx")
