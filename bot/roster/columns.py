"""The sheets and columns of a roster as a workbook, read from `bot/roster/data/workbook.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from msgspec import Struct, field


class RosterColumn(Struct, frozen=True):
    """One column (or one row of the sheet of single values) and the key that it fills."""

    key: str
    title: str
    hint: str
    kind: str = "text"
    group: str = ""
    required: bool = True
    width: int = 20
    example: str = ""
    choices: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    formerly: tuple[str, ...] = ()

    @property
    def titles(self) -> tuple[str, ...]:
        """The title, and those that workbooks of before may have."""
        return (self.title, *self.formerly)


class RosterSheet(Struct, frozen=True):
    """A sheet by its name; `key` is the list that its rows fill."""

    name: str
    columns: tuple[RosterColumn, ...]
    key: str = ""
    may_be_missing: bool = False
    headings: tuple[str, ...] = ()


class WorkbookGuide(Struct, frozen=True):
    """The sheet of explanations, which is not read."""

    name: str
    title: str
    lines: tuple[str, ...]
    headings: tuple[str, ...]
    yes: str
    no: str
    operators: str
    """One line for whoever sets up at a terminal, in grey."""


class WorkbookLayout(Struct, frozen=True):
    """The whole workbook: the guide, the single values, and the tables."""

    guide: WorkbookGuide
    fields: RosterSheet
    tables: tuple[RosterSheet, ...]
    note: str
    example_mark: str
    example_note: str

    @property
    def sheets(self) -> tuple[RosterSheet, ...]:
        return (self.fields, *self.tables)


def _sheet(table: dict[str, object]) -> RosterSheet:
    raw = table.pop("columns")
    assert isinstance(raw, list)
    listed = ("choices", "formerly")
    columns = tuple(
        RosterColumn(**one | {name: tuple(one.get(name, ())) for name in listed}) for one in raw
    )
    headings = table.pop("headings", ())
    assert isinstance(headings, list | tuple)
    return RosterSheet(columns=columns, headings=tuple(headings), **table)  # type: ignore[arg-type]


@cache
def layout() -> WorkbookLayout:
    """Return the bundled layout of the workbook."""
    text = (resources.files("bot") / "roster" / "data" / "workbook.toml").read_text(
        encoding="utf-8"
    )
    tables = tomllib.loads(text)
    guide = tables.pop("guide")
    guide |= {name: tuple(guide[name]) for name in ("lines", "headings")}
    return WorkbookLayout(
        guide=WorkbookGuide(**guide),
        fields=_sheet(tables.pop("fields")),
        tables=tuple(_sheet(one) for one in tables.pop("tables")),
        **tables,
    )
