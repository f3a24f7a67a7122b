"""What a paper is, whatever file it becomes: head, titles, blocks of text and tables, who signs.

All texts are as people read them; figures and dates stay what they are, so that a sheet can count with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from flows.model.paper_settings import Signer

PaperCell = str | int | Decimal | date | None


class ColumnLook(StrEnum):
    """How a column's figures are printed, and where its texts stand."""

    TEXT = "text"
    MIDDLE = "middle"
    FIGURE = "figure"
    TOTAL = "total"  # two decimals


class Weight(StrEnum):
    """How a row of a table stands out: `GROUP` is one text across all columns."""

    PLAIN = "plain"
    GROUP = "group"
    TOTAL = "total"


class PaperColumn(Struct, frozen=True):
    """`width` is the column's share of the page, in parts."""

    title: str
    width: float = 1
    look: ColumnLook = ColumnLook.TEXT


class PaperTableRow(Struct, frozen=True):
    """One row; a group has one cell."""

    cells: tuple[PaperCell, ...]
    weight: Weight = Weight.PLAIN


class PaperText(Struct, frozen=True):
    """One paragraph; `right`: at the right edge, as a letter's place and day."""

    text: str
    right: bool = False


class Heading(Struct, frozen=True):
    """A line over what follows it."""

    text: str


class PaperFields(Struct, frozen=True):
    """Names with what they are, one a line: `Periode : 2017`."""

    rows: tuple[tuple[str, PaperCell], ...]


class Items(Struct, frozen=True):
    """A numbered list."""

    texts: tuple[str, ...]


class PaperTable(Struct, frozen=True):
    """A table with its headings, which stand on each page. `tall`: rows with room to sign in."""

    columns: tuple[PaperColumn, ...]
    rows: tuple[PaperTableRow, ...]
    tall: bool = False


class Signature(Struct, frozen=True):
    """A place to sign: what it is for (`Mengetahui,`), and who signs there."""

    caption: str
    signer: Signer


Block = PaperText | Heading | PaperFields | Items | PaperTable


class Paper(Struct, frozen=True):
    """A paper as a whole. `number` is its own (Nomor), None where it has none.

    `notice` says that it is a simulation, or of a `trial`; `dated` is the line of place and day above
    the signatures.
    """

    kind: str
    name: str
    head: tuple[str, ...]
    titles: tuple[str, ...]
    number: str | None
    blocks: tuple[Block, ...]
    closing: str
    dated: str
    signatures: tuple[Signature, ...]
    copies: tuple[str, ...] = ()
    notice: str | None = None
    across: bool = False
    trial: bool = False


def table(
    columns: Sequence[PaperColumn], rows: Sequence[PaperTableRow], *, tall: bool = False
) -> PaperTable:
    """Return a table; every row but a group has a cell for each column."""
    for row in rows:
        expected = 1 if row.weight is Weight.GROUP else len(columns)
        if len(row.cells) != expected:
            raise ValueError(f"{len(row.cells)} cells in place of {expected}: {row.cells}")
    return PaperTable(tuple(columns), tuple(rows), tall)
