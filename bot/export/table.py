"""A table of typed cells, whatever file it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from messages.exporting import words

Cell = str | int | bool | Decimal | date | datetime | None
NARROW, WIDE = 14, 40


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is what scripts read and stays stable; `title` is what people read."""

    key: str
    title: str
    width: int = NARROW


@dataclass(frozen=True, slots=True)
class Table:
    """`name` is the title of the sheet; rows are in the order of the columns. `kept`: the first columns
    that say what a row is about, and so stand on each page.
    """

    name: str
    columns: tuple[Column, ...]
    rows: list[tuple[Cell, ...]]
    kept: int = 1


def made(
    what: str, keys: Mapping[str, int], rows: Iterable[Mapping[str, Cell]], name: str | None = None
) -> Table:
    """Make the table `what`; `keys` are its columns with their widths, in order."""
    titles = words()["columns"][what]
    columns = tuple(Column(key, titles[key], width) for key, width in keys.items())
    lines = [tuple(row.get(key) for key in keys) for row in rows]
    return Table(name or words()["sheets"][what], columns, lines)
