"""Rosters as workbooks: each is written once per process, when a test first asks for it, not when it is imported."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

import openpyxl
from openpyxl.workbook import Workbook

from bot.roster import bundled, write_workbook

Edit = Callable[[Workbook], object]
PREPARED = 40
"""The rows that a short workbook keeps in each table; a template has some hundreds that wait for offices."""


@cache
def blank() -> bytes:
    """Return the template as it is sent to whoever asks for one."""
    return write_workbook()


@cache
def shipped() -> bytes:
    """Return Jakarta Pusat as it ships."""
    return write_workbook(bundled("jakarta-pusat"))


@cache
def short() -> bytes:
    """Return Jakarta Pusat without most of the rows that wait for offices: read and written in a third of the time."""
    return edited(cut, shipped())


@cache
def short_blank() -> bytes:
    """Return the template without most of the rows that wait for offices."""
    return edited(cut, blank())


def cut(book: Workbook) -> None:
    """Delete the rows of each table beyond those that a short workbook keeps."""
    for name in ("UKPD", "Daerah", "Staf"):
        book[name].delete_rows(PREPARED + 1, book[name].max_row)


def edited(edit: Edit, content: bytes | None = None) -> bytes:
    """Return a workbook (the short one if none is given) as somebody saved it after an edit."""
    book = openpyxl.load_workbook(io.BytesIO(short() if content is None else content))
    edit(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def put(sheet: str, cell: str, value: object) -> Edit:
    """Return an edit that puts a value into a cell."""

    def edit(book: Workbook) -> None:
        book[sheet][cell].value = value

    return edit
