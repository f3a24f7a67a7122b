"""A table of typed cells, whatever file it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from messages.exporting import words

Cell = str | int | bool | Decimal | date | datetime | dict[str, Any] | None
NARROW, WIDE = 14, 40


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is what scripts read and stays stable; `title` is what people read, where it is for them."""

    key: str
    title: str
    width: int = NARROW
    for_people: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """`name` is the title of the sheet; rows are in the order of the columns. `kept`: the first columns
    that say what a row is about, and so stand on each page.
    """

    name: str
    columns: tuple[Column, ...]
    rows: list[tuple[Cell, ...]]
    kept: int = 1

    def for_people(self) -> Table:
        """Return the same without what is only for programs: the codes of what stands there in words."""
        places = [at for at, column in enumerate(self.columns) if column.for_people]
        rows = [tuple(row[at] for at in places) for row in self.rows]
        return replace(self, columns=tuple(self.columns[at] for at in places), rows=rows)


def made(
    what: str,
    keys: Mapping[str, int],
    rows: Iterable[Mapping[str, Cell]],
    name: str | None = None,
    codes: Iterable[str] = (),
) -> Table:
    """Make the table `what`; `keys` are its columns with their widths, `codes` further ones for programs."""
    titles = words()["columns"][what]
    columns = tuple(Column(key, titles[key], width) for key, width in keys.items())
    columns += tuple(Column(key, key, for_people=False) for key in codes)
    lines = [tuple(row.get(column.key) for column in columns) for row in rows]
    return Table(name or words()["sheets"][what], columns, lines)
