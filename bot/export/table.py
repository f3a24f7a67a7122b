"""A table of typed cells, whatever file it becomes."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import compress, islice
from tempfile import SpooledTemporaryFile
from typing import Any, Protocol
from weakref import finalize

from msgspec import Struct

from messages.export_words import words
from scoring.replacing import replace

TableCell = str | int | bool | Decimal | date | datetime | dict[str, Any] | None
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula."""
NARROW, WIDE = 14, 40
BATCH, IN_MEMORY = 500, 1 << 20
"""Rows that are put down together, and bytes from which they go to the disk."""


class TableRows(Protocol):
    """Rows that can be counted, and gone through more than once."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[tuple[TableCell, ...]]: ...


class Rows:
    """Rows that are kept on the disk once there are many: those of a nation are read row by row."""

    def __init__(self, rows: Iterable[tuple[TableCell, ...]]) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # goes with the rows
        finalize(self, self._file.close)
        self._places: list[int] = []
        self._count = 0
        coming = iter(rows)
        while batch := list(islice(coming, BATCH)):
            self._places.append(self._file.tell())
            self._count += len(batch)
            pickle.dump(batch, self._file)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[tuple[TableCell, ...]]:
        for place in self._places:
            self._file.seek(place)
            yield from pickle.load(self._file)  # noqa: S301  # what we have just written ourselves


class Column(Struct, frozen=True):
    """`key` is what scripts read and stays stable; `title` is what people read, where it is for them."""

    key: str
    title: str
    width: int = NARROW
    for_people: bool = True


class Table(Struct, frozen=True):
    """`name` is the title of the sheet; rows are in the order of the columns. `kept`: the first columns
    that say what a row is about, and so stand on each page.
    """

    name: str
    columns: tuple[Column, ...]
    rows: TableRows
    kept: int = 1

    def for_people(self) -> Table:
        """Return the same without what is only for programs: the codes of what stands there in words."""
        wanted = tuple(column.for_people for column in self.columns)
        if all(wanted):
            return self
        columns = tuple(compress(self.columns, wanted))
        return replace(self, columns=columns, rows=_Chosen(self.rows, wanted))


class _Chosen(Struct, frozen=True):
    """The same rows with some of their cells."""

    rows: TableRows
    wanted: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[TableCell, ...]]:
        return (tuple(compress(row, self.wanted)) for row in self.rows)


def made(
    what: str,
    keys: Mapping[str, int],
    rows: Iterable[Mapping[str, TableCell]],
    name: str | None = None,
    codes: Iterable[str] = (),
) -> Table:
    """Make the table `what`; `keys` are its columns with their widths, `codes` further ones for programs."""
    titles = words()["columns"][what]
    columns = tuple(Column(key, titles[key], width) for key, width in keys.items())
    columns += tuple(Column(key, key, for_people=False) for key in codes)
    lines = Rows(tuple(row.get(column.key) for column in columns) for row in rows)
    return Table(name or words()["sheets"][what], columns, lines)
