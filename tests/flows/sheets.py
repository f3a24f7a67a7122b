"""Queues as workbooks, written by the real writer, filled in as a reviewer does, and read by the real reader."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook

from bot.reviewing import review_workbook
from bot.reviewing.queue_reader import read
from flows.model.outcome import Message, SentDocument
from flows.model.returned_sheet import SheetRow
from messages import drawing
from messages.export_words import words

Typed = Sequence[Mapping[str, object]]


def cells(text: str) -> list[dict[str, Any]]:
    """Return rows as a transcript writes them: `key=value; key=value / key=value`."""
    return [
        {
            name: value
            for name, _, value in (cell.strip().partition("=") for cell in row.split(";") if cell)
        }
        for row in text.split(" / ")
    ]


def newest(messages: Iterable[Message]) -> bytes:
    """Return the bytes of the newest queue that was sent."""
    queues = [
        one for one in messages if isinstance(one, SentDocument) and one.made == "review_sheet"
    ]
    return review_workbook(drawing.figures(queues[-1].view))


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def columns(book: Workbook) -> dict[str, int]:
    """Return where each column stands, by its key."""
    titles = {title: key for key, title in words()["columns"]["review"].items()}
    return {titles[cell.value]: cell.column for cell in book["Periksa"][1]}


def filled(content: bytes, typed: Typed) -> bytes:
    """Return the workbook with what is typed in its rows, in their order; keys are those of the columns."""
    book = opened(content)
    sheet, places = book["Periksa"], columns(book)
    for row, cells in enumerate(typed, 2):
        for key, value in cells.items():
            sheet.cell(row, places[key]).value = value  # type: ignore[assignment]
    return saved(book)


def rows(content: bytes, typed: Typed = ()) -> tuple[SheetRow, ...]:
    return read(filled(content, typed), "periksa.xlsx")


def texts(content: bytes) -> list[dict[str, Any]]:
    """Return what stands in the queue, row by row."""
    book = opened(content)
    places = columns(book)
    return [
        {key: sheet_row[at - 1].value for key, at in places.items()}
        for sheet_row in book["Periksa"].iter_rows(min_row=2)
    ]
